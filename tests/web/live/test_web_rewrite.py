"""HTML that is written anew alters what differs, and nothing else."""

from typing import Any

import pytest

from tests.web.javascript import JavaScript

pytestmark = pytest.mark.browser

REWRITE = """
const { rewrite } = await import("/live/rewrite.js");
const place = document.createElement("div");
place.innerHTML = before;
const nodes = [...place.querySelectorAll("*")], changes = [];
const note = (records) => changes.push(...records.map(({ type }) => type));
const watcher = new MutationObserver(note);
watcher.observe(place, { subtree: true, childList: true, attributes: true, characterData: true });
rewrite(place, after);
note(watcher.takeRecords());
watcher.disconnect();
const kept = nodes.filter((each) => place.contains(each)).length;
return { html: place.innerHTML, kept, changes: changes.sort() };
"""
ROW = '<div class="{}"><span>{}</span><i style="--share: {}"></i></div>'


def rewritten(javascript: JavaScript, before: str, after: str) -> dict[str, Any]:
    """What is there then, how many elements are as before, and the kinds of changes."""
    found: dict[str, Any] = javascript(REWRITE, before=before, after=after)
    assert found["html"] == after
    return found


def bars(*rows: tuple[str, str, str]) -> str:
    return f'<div class="bars">{"".join(ROW.format(*row) for row in rows)}</div>'


def test_what_differs_alone_is_written(javascript: JavaScript) -> None:
    before = bars(("best", "0", "0.7"), ("other", "1", "0.3"))
    after = bars(("best", "0", "0.8"), ("other", "1 &amp; more", "0.3"))
    found = rewritten(javascript, before, after)
    assert found["kept"] == 7
    assert found["changes"] == ["attributes", "characterData"]


def test_nothing_is_written_where_nothing_differs(javascript: JavaScript) -> None:
    html = bars(("best", "0", "0.7"))
    assert rewritten(javascript, html, html)["changes"] == []


def test_attributes_come_and_go(javascript: JavaScript) -> None:
    found = rewritten(javascript, '<p class="one" hidden="">x</p>', '<p class="one" title="y">x</p>')
    assert found["kept"] == 1
    assert found["changes"] == ["attributes", "attributes"]


@pytest.mark.parametrize(
    "before",
    ["", "only text", bars(("best", "0", "0.7")), "<table><tbody><tr><td>1</td></tr></tbody></table>"],
)
def test_another_structure_takes_its_place(javascript: JavaScript, before: str) -> None:
    after = bars(("best", "0", "0.7"), ("other", "1", "0.3"))
    changes = set(rewritten(javascript, before, after)["changes"])
    assert changes == {"childList"}
