"""Which tests can run here, and where the data lie.

A test marked `data` needs the real data sets, one marked `browser` a real Chromium, and those marked `webkit`
and `firefox` these browsers. Where they are missing the test is skipped and says why; in continuous
integration, with MVAE_REQUIRE_ALL=1, it fails instead.
"""

import fcntl
import importlib.util
import os
import shutil
import signal
import sys
import tempfile
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from clock import Clock
from server import Server, serve

from mvae.data.collections import load_split, load_training
from mvae.data.items import DataFile, Recordings
from mvae.data.location import ENVIRONMENT_VARIABLE, cache_directory, data_directory
from mvae.data.sources import SOURCES

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

CHROMIUM = Path("/usr/bin/chromium")
REQUIRE_ALL = "MVAE_REQUIRE_ALL"


@cache
def why_no_data() -> str | None:
    if not os.environ.get(ENVIRONMENT_VARIABLE):
        return f"needs the real data: set {ENVIRONMENT_VARIABLE} to the data directory"
    items = [item for source in SOURCES for item in source.items]
    names = [f"{item.folder}/{name}" for item in items if isinstance(item, Recordings) for name in item.names]
    names += [item.path for item in items if isinstance(item, DataFile)]
    missing = [name for name in names if not (data_directory() / name).is_file()]
    return f"needs all data, but {missing[0]} is not in {data_directory()}" if missing else None


@cache
def why_no_browser() -> str | None:
    if not CHROMIUM.exists():
        return f"needs a browser: {CHROMIUM} is missing"
    if importlib.util.find_spec("playwright") is None:
        return "needs the package playwright"
    return None


@cache
def why_no_webkit() -> str | None:
    return why_not_driven("WebKit", "selenium", "WebKitWebDriver", "Xvfb")


@cache
def why_no_firefox() -> str | None:
    return why_not_driven("Firefox", "websockets", "firefox-esr")


def why_not_driven(browser: str, package: str, *programs: str) -> str | None:
    missing = [f"the program {name}" for name in programs if shutil.which(name) is None]
    missing += [f"the package {package}"] if importlib.util.find_spec(package) is None else []
    return f"needs {browser}: {missing[0]} is missing" if missing else None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """Give each process of pytest-xdist whole files; all that open the app go to one of them.

    So do all that run the scripts of its pages, which share a Chromium.
    """
    from xdist.scheduler import LoadFileScheduling  # noqa: PLC0415 - pytest-xdist calls this

    class Shared(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            if file == "tests/browser/test_three_browsers.py":  # it does without Playwright
                return file
            if file.startswith(("tests/browser/", "tests/deploy/")):
                return "app"
            return "scripts" if file.startswith("tests/web/") else file

    return Shared(config, log)


def pytest_configure() -> None:
    """Take Ctrl-C and a closed terminal, ignored in what shells run in the background."""
    for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, usual)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Prepare the real data where a test needs them: before any test, as it may take longer than those may.

    It is done once on a machine; of several processes of pytest-xdist one does it, and the others wait.
    """
    needed = any("prepared_data" in getattr(item, "fixturenames", ()) for item in session.items)
    if not needed or session.config.option.collectonly or why_no_data() is not None:
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.write_line("preparing the real data, which takes some minutes once on a machine")
    cache = f"{os.getuid()}-{zlib.crc32(str(cache_directory()).encode())}"
    with (Path(tempfile.gettempdir()) / f"mvae-demo-{cache}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        load_training(data_directory())
        load_split("test", data_directory())


WHY_NOT = {
    "data": why_no_data, "browser": why_no_browser, "webkit": why_no_webkit, "firefox": why_no_firefox,
}  # fmt: skip
"""Marker -> why what it needs is not there, or None."""


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, why_not in WHY_NOT.items():
        reason = why_not() if item.get_closest_marker(marker) else None
        if reason is None:
            continue
        if os.environ.get(REQUIRE_ALL) == "1":
            pytest.fail(f"{reason} ({REQUIRE_ALL}=1 makes this a failure)", pytrace=False)
        pytest.skip(reason)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def own_main() -> Iterator[None]:
    """Streamlit puts the page that it runs in the place of `__main__`, which new processes run, too."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(scope="session")
def playwright() -> Iterator["Playwright"]:
    """What starts browsers: one for all tests, since it runs an event loop in this thread."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as started:
        yield started


@pytest.fixture
def file_server() -> Iterator[Server]:
    """A server of files, empty at first, on 127.0.0.1."""
    with serve() as state:
        yield state


@pytest.fixture(scope="session")
def data_dir() -> Path:
    return data_directory()


@pytest.fixture(scope="session")
def prepared_data(data_dir: Path) -> Path:
    """The data directory, whose training and test splits need not be prepared any more."""
    return data_dir
