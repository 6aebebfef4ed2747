from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from mvae.ui.server import load
from mvae.ui.state.task import POSTERS, show, show_checkpoint

ROOT = Path(__file__).resolve().parents[2]
Opener = Callable[[str], AppTest]
OwnOpener = Callable[[Path, str], AppTest]


@pytest.fixture(scope="session", autouse=True)
def _warm() -> None:
    """Load torch and librosa before a page's time limit starts to count."""
    load(wait=True)


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Opener:
    """Run the app as a new session and go to the page whose script has this name."""
    monkeypatch.chdir(ROOT)

    def open_page(name: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
        app.switch_page(f"pages/{name}.py").run()
        assert not app.exception
        return app

    return open_page


@pytest.fixture
def open_own(open_page: Opener) -> Iterator[OwnOpener]:
    """Let the app show a checkpoint alone, as `streamlit run app.py -- --checkpoint DIR`, and open a page."""

    def open_own(directory: Path, page: str) -> AppTest:
        show_checkpoint(directory)
        return open_page(page)

    yield open_own
    show(POSTERS)
