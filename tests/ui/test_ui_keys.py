"""Keys of Streamlit and CSS classes are written once: what is renamed cannot silently be hidden no more."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mvae.ui import keys
from mvae.ui.state.hideable import hideable

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*(ROOT / "pages").glob("*.py"), *(ROOT / "mvae" / "ui").rglob("*.py")]
STYLED = [file for file in (ROOT / "mvae" / "ui").rglob("*") if file.suffix in {".css", ".js", ".py"}]


def constants() -> set[str]:
    found: set[str] = set()
    for name, value in vars(keys).items():
        if name.isupper():
            found |= set(value.values()) if isinstance(value, dict) else {value}
    return found


def is_known(key: str) -> bool:
    """Whether it is a constant, one with a name behind it, or the beginning of several."""
    known = constants() | {f"{keys.CHOOSE_ROW}-listener"}
    begun = any(each.endswith("-") and key.startswith(each) for each in known)
    return key in known or begun or (key.endswith("-") and any(each.startswith(key) for each in known))


@pytest.mark.parametrize("file", STYLED, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_class_of_a_style_sheet_is_that_of_a_key(file: Path) -> None:
    named = re.findall(r"st-key-([a-z_-]+)", file.read_text(encoding="utf-8"))
    assert [key for key in named if not is_known(key)] == []


def literal_keys(tree: ast.AST) -> Iterator[str]:
    """The texts that stand where a widget's key or the session's does."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="session_state")), args=[first, *_]):
                yield from _texts(first)
            case ast.Call(keywords=words):
                yield from (text for word in words if word.arg == "key" for text in _texts(word.value))
            case ast.Subscript(value=ast.Attribute(attr="session_state"), slice=place):
                yield from _texts(place)


def _texts(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            yield text


@pytest.mark.parametrize("file", PAGES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_page_writes_a_key_by_itself(file: Path) -> None:
    assert list(literal_keys(ast.parse(file.read_text(encoding="utf-8")))) == []


def test_what_a_link_hides_is_there() -> None:
    for name, selector in hideable().items():
        for key in re.findall(r"st-key-([a-z_-]+)", selector):
            assert is_known(key), name


def test_a_selector_is_of_one_key_or_of_all_that_begin_so() -> None:
    assert keys.css("tools", "card-") == '.st-key-tools, [class*="st-key-card-"]'
