"""The replay's script alone, given what a server would give it while a training goes on."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from mvae.ui.training import replay
from mvae.ui.training.text import Training as Text
from mvae.ui.views.colours import NOBODY
from mvae.ui.views.pictures import png_url

GIVE = """async ([script, html, first, second]) => {
  document.body.innerHTML = html;
  const source = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const { default: give } = await import(source);
  const [parentElement, setStateValue] = [document.body, (name, value) => { window.stoppedAt = value; }];
  give({ parentElement, data: first, setStateValue });
  document.querySelector("button").click();
  give({ parentElement, data: second, setStateValue });
}"""


def given(epochs: int) -> dict[str, Any]:
    """As `show_replay` gives it of a training of five epochs."""
    rows = [{"title": "T", "alt": "A", "top": 0, "height": 28, "width": 28, "smooth": True}]
    sheet = replay.replay_sheet([], replay.strip_rows(), 3)
    return {
        "sheet": png_url(sheet), "strip": 69, "rows": rows, "classes": ["a", "b", "c"], "paper": "white",
        "epochs": epochs, "total": 5, "epoch": 1, "loss": [3.0] * epochs, "loss_range": [0, 3],
        "accuracy": {}, "colours": NOBODY, "interval": 100, "texts": Text.REPLAY_WORDS,
    }  # fmt: skip


@pytest.mark.browser
def test_playing_goes_on_through_epochs_that_are_added_meanwhile(chromium: BrowserContext) -> None:
    page = chromium.new_page()
    page.evaluate(GIVE, [replay._file("replay.js"), replay._HTML, given(2), given(5)])
    expect(page.locator(".epoch")).to_have_text(Text.REPLAY_WORDS["epoch"].format(epoch=5, total=5))
    expect(page.locator("button")).to_contain_text(Text.REPLAY_WORDS["play"])
    assert page.evaluate("stoppedAt") == 5
    expect(page.locator(".classes span")).to_have_text(["a", "b", "c"])
    assert page.evaluate("document.querySelector('canvas').width") == 360
    page.close()
