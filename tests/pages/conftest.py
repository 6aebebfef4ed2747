from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from mvae.ui.server import load

ROOT = Path(__file__).resolve().parents[2]
Opener = Callable[[str], AppTest]


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
