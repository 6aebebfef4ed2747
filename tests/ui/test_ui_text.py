"""All that a person reads in English is in `mvae.ui.text`: a translation is another file like that one."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mvae.evaluation.table import TABLE_ROWS
from mvae.ui.state.task import POSTERS

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted({*(ROOT / "pages").glob("*.py"), *(ROOT / "mvae" / "ui").rglob("*.py")})
SHOWN_BY = {name for name in (*dir(st), *dir(DeltaGenerator)) if not name.startswith("_")} - {"code"}
OWN = {"picture", "missing_picture", "page_header", "copy_pills", "digit_pills", "words", "choice"}
SAID_IN = {None, "label", "body", "help", "caption", "alt", "title", "page_title", "placeholder"}
NO_WORDS = re.compile(r"<style>.*?</style>|<[^>]*>|:material/\w+:|pages/\w+\.py", re.DOTALL)
SENTENCE = re.compile(r"[A-Z][a-z]+,? [a-z]+ .*[a-z]|\w+ \w+ \w+.*[.!?…]$")


def texts(node: ast.AST) -> Iterator[str]:
    """The literal strings that an argument may stand for, without what is filled in."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(part.value for part in parts if isinstance(part, ast.Constant))
        case ast.IfExp(body=one, orelse=other):
            yield from (*texts(one), *texts(other))
        case ast.BinOp(left=one, right=other):
            yield from (*texts(one), *texts(other))
        case ast.List(elts=each) | ast.Tuple(elts=each):
            yield from (text for element in each for text in texts(element))
        case ast.Call(func=ast.Attribute(value=template, attr="format")):
            yield from texts(template)


def shown(tree: ast.AST) -> Iterator[str]:
    """The literal texts that are given to what shows something."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        match call.func:
            case ast.Attribute(value=ast.Name(id="_log")):
                continue
            case ast.Attribute(attr=name) if name in SHOWN_BY:
                pass
            case ast.Name(id=name) if name in OWN:
                pass
            case _:
                continue
        said = [*call.args, *(word.value for word in call.keywords if word.arg in SAID_IN)]
        yield from (text for argument in said for text in texts(argument))


def sentences(tree: ast.AST) -> Iterator[str]:
    """Literal strings that read like a sentence, but for docstrings, the messages of errors, and the log."""
    passed_over: set[ast.AST] = set()
    for node in ast.walk(tree):
        match node:
            case (
                ast.Raise()
                | ast.Expr(value=ast.Constant())
                | ast.Assign(targets=[ast.Name(id="msg")])
                | ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="_log"))))
            ):
                passed_over |= set(ast.walk(node))
            case ast.Call(func=ast.Name(id=name)) if name.startswith(
                "as_"
            ):  # of which argument an error speaks
                passed_over |= set(ast.walk(node))
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if node not in passed_over and "\n" not in text:
                yield from [text] * bool(SENTENCE.match(NO_WORDS.sub("", text)))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_page_says_anything_in_english_by_itself(file: Path) -> None:
    if file.name == "text.py":
        return
    tree = ast.parse(file.read_text(encoding="utf-8"))
    said = [text for text in shown(tree) if re.search(r"[A-Za-z]{2}", NO_WORDS.sub("", text))]
    assert not [*said, *sentences(tree)]


@pytest.mark.parametrize(
    "code",
    [
        'st.button("Undo", key="undo")',
        'place.caption(f"{count} people")',
        'st.toggle(label, help="It stays." if given else other)',
        'st.markdown("**{name}**: given".format(name=name))',
        'HOW = {"mean": "Imagined from the posterior."}',
    ],
)
def test_english_is_found(code: str) -> None:
    tree = ast.parse(code)
    assert [*shown(tree), *sentences(tree)]


def test_a_subset_is_named_in_one_way() -> None:
    assert [POSTERS.listed(subset) for subset in TABLE_ROWS[-2:]] == [
        "Farsi + Speech",
        "Farsi + Kannada + Speech",
    ]
