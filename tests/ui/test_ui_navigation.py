import logging
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.runtime.pages_manager import PagesManager

from mvae.ui import DRAW_PAGE
from mvae.ui.navigation import entries
from mvae.ui.server import announce
from mvae.ui.state import task

ROOT = Path(__file__).resolve().parents[2]


def test_every_page_is_in_the_menu_the_first_one_first() -> None:
    assert {entry.script for entry in entries()} == {f"pages/{file.name}" for file in ROOT.glob("pages/*.py")}
    assert entries()[0].script == DRAW_PAGE


def test_before_the_first_visit_streamlit_makes_no_menu_of_the_files(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(PagesManager, "uses_pages_directory", None)
    announce()
    assert not PagesManager(str(ROOT / "app.py")).uses_pages_directory
    assert not caplog.records
    assert logging.getLogger("mvae").isEnabledFor(logging.WARNING)


def test_titles_are_those_of_the_task(monkeypatch: pytest.MonkeyPatch) -> None:
    titles = {entry.script: entry.title for entry in entries()}
    assert titles["pages/all_subsets.py"] == "All seven subsets"
    monkeypatch.setattr(task._Server, "shown", replace(task.POSTERS, modalities=task.POSTERS.modalities[:2]))
    titles = {entry.script: entry.title for entry in entries()}
    assert titles["pages/all_subsets.py"] == "All three subsets"
