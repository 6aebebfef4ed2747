"""What the app asks of Streamlit beyond its public interface is there, and the app does without it."""

import ast
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit import runtime
from streamlit.proto import BackMsg_pb2, ForwardMsg_pb2
from streamlit.runtime import scriptrunner

import mvae
from mvae.ui.runtime import compat

ROOT = Path(mvae.__file__).resolve().parent.parent
SOURCES = [ROOT / "app.py", *sorted(ROOT.glob("pages/*.py")), *sorted(ROOT.glob("mvae/**/*.py"))]
PUBLIC = {"streamlit", "streamlit.errors"}
RERUN = BackMsg_pb2.BackMsg(
    rerun_script={"page_script_hash": "page", "fragment_id": "part"}
).SerializeToString()
SHOWN = ForwardMsg_pb2.ForwardMsg(navigation={"page_script_hash": "page"}).SerializeToString()
CALLBACK = re.compile(r"on_(change|click|select|submit|dismiss|\w+_change)")


@pytest.fixture(autouse=True)
def _looks_again() -> Iterator[None]:
    compat._is_there.cache_clear()
    yield
    compat._is_there.cache_clear()


def test_this_streamlit_has_it_all(caplog: pytest.LogCaptureFixture) -> None:
    compat.check()
    assert not caplog.records
    assert compat.only_parts_run() is False  # nothing runs
    assert compat.rerun_in(RERUN) == ("page", "part")
    assert compat.page_in(SHOWN) == "page"


def expect_without(part: str, caplog: pytest.LogCaptureFixture) -> None:
    """One sentence is logged, of this part alone, and the app does without it."""
    compat.check()
    compat.check()
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 2
    sentence = caplog.records[0].getMessage()
    assert "\n" not in sentence
    assert {name for name, loss in compat.LOSSES.items() if loss in sentence} == {part}
    if part == "runs":
        assert compat.only_parts_run() is None
        assert compat.connection()()
    elif part == "sessions":
        assert compat.is_connected("nobody", in_doubt=True)
        assert not compat.is_connected("nobody", in_doubt=False)
    else:
        assert compat.rerun_in(RERUN) == ("", "")
        assert compat.page_in(SHOWN) == ""


@pytest.mark.parametrize(
    ("part", "owner", "name"),
    [
        ("runs", scriptrunner, "get_script_run_ctx"),
        ("runs", scriptrunner, "ScriptRunContext"),
        ("sessions", runtime, "exists"),
        ("sessions", runtime, "get_instance"),
        ("sessions", runtime.Runtime, "is_active_session"),
        ("messages", BackMsg_pb2, "BackMsg"),
        ("messages", ForwardMsg_pb2, "ForwardMsg"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_name_is_gone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, part: str, owner: Any, name: str
) -> None:
    monkeypatch.delattr(owner, name)
    expect_without(part, caplog)


@pytest.mark.parametrize("field", ["fragment_ids_this_run", "session_id"])
def test_a_field_is_gone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, field: str
) -> None:
    monkeypatch.delitem(scriptrunner.ScriptRunContext.__dataclass_fields__, field)
    expect_without("runs", caplog)


@pytest.mark.parametrize(
    ("part", "owner", "name"),
    [
        ("runs", scriptrunner, "get_script_run_ctx"),
        ("sessions", runtime, "get_instance"),
        ("sessions", runtime.Runtime, "is_active_session"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_something_is_called_in_another_way(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, part: str, owner: Any, name: str
) -> None:
    monkeypatch.setattr(owner, name, lambda _self, _session, _now_needed: None)
    expect_without(part, caplog)


@pytest.mark.parametrize("version", ["1.66.3", "2.0.0", "2.1.0rc1"])
def test_another_version(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, version: str
) -> None:
    monkeypatch.setattr(st, "__version__", version)
    compat.check()
    (record,) = caplog.records
    assert version in record.getMessage()
    assert all(loss in record.getMessage() for loss in compat.LOSSES.values())


def test_nothing_else_of_streamlit_is_imported() -> None:
    private = []
    for file in SOURCES:
        if file != Path(compat.__file__):
            names = imported_by(ast.parse(file.read_text(encoding="utf-8")))
            private += [
                (file.name, name)
                for name in names
                if name.split(".")[0] == "streamlit" and name not in PUBLIC
            ]
    assert private == []


def imported_by(tree: ast.AST) -> Iterator[str]:
    """Give the modules that a file imports, but those for its types alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            # `from streamlit import runtime` names a module, too
            yield from (
                [f"streamlit.{each.name}" for each in node.names]
                if node.module == "streamlit"
                else [str(node.module)]
            )
        yield from imported_by(node)


def test_every_callback_of_a_widget_is_guarded() -> None:
    guarded, bare = 0, []
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            for keyword in node.keywords if isinstance(node, ast.Call) else ():
                if not CALLBACK.fullmatch(keyword.arg or "") or isinstance(keyword.value, ast.Constant):
                    continue  # a word that Streamlit knows, such as "rerun"
                if ast.unparse(keyword.value).startswith("guarded("):
                    guarded += 1
                else:
                    bare.append(f"{file.name}:{node.lineno}: {ast.unparse(keyword.value)}")
    assert bare == []
    assert guarded >= 20
