"""Where inputs disagree, the pages say so, and who wins by how much."""

import html
import re

from streamlit.testing.v1 import AppTest

import mvae
from mvae.inference.quarrel import Quarrel, judge_quarrel
from mvae.ui.results.examples import recorded
from mvae.ui.state.slots import example
from mvae.ui.state.task import POSTERS
from mvae.ui.views.quarrel import quarrel_words
from tests.pages.conftest import Opener

QUARREL = {"farsi": 3, "kannada": 7, "speech": 7}


def said(app: AppTest, look: str) -> list[str]:
    bodies = " ".join(item.proto.body for item in app.get("html"))
    return [html.unescape(words) for words in re.findall(f'<p class="{look}"[^>]*>(.*?)</p>', bodies)]


def give(app: AppTest, digits: dict[str, int]) -> AppTest:
    for name, digit in digits.items():
        content = recorded(digit) if name == "speech" else example(name, digit)
        app.session_state["slots"][name].put(content)
    app.run()
    assert not app.exception
    return app


def expected() -> Quarrel:
    pipe = mvae.load_pretrained()
    inputs = {
        "farsi": example("farsi", 3).ink,
        "kannada": example("kannada", 7).ink,
        "speech": recorded(7).mfcc,
    }
    (out,) = pipe.complete(inputs, [tuple(inputs)])
    return judge_quarrel(pipe, out)


def test_cards_say_what_each_alone_is_read_as_and_the_page_who_wins(open_page: Opener) -> None:
    app = open_page("draw_and_speak")
    assert said(app, "quarrel") == [""]
    assert said(app, "alone") == ["", "", ""], "one input cannot disagree"
    give(app, QUARREL)
    quarrel = expected()
    assert said(app, "alone") == [
        f"Alone, it is read as {each.label}, {each.probability:.1%}." for each in quarrel.alone.values()
    ]
    words = quarrel_words(quarrel, POSTERS.names, POSTERS.classes)
    assert words.startswith(
        "They disagree: Farsi says 3, Kannada says 7, Speech says 7. Together they are read as 3"
    )
    assert said(app, "quarrel") == [words]
    give(app, {"farsi": 7})
    assert said(app, "quarrel") == [""]
    assert all("is read as 7" in line for line in said(app, "alone"))


def test_other_pages_that_fuse_say_it_too(open_page: Opener) -> None:
    app = give(open_page("all_subsets"), QUARREL)
    words = quarrel_words(expected(), POSTERS.names, POSTERS.classes)
    assert said(app, "quarrel") == [words]
    app.switch_page("pages/experts.py").run()
    assert said(app, "quarrel") == [words]
    give(app, {"farsi": 7})
    assert said(app, "quarrel") == []
