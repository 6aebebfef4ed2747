"""What is said where inputs disagree."""

import pytest

from mvae.inference.quarrel import Quarrel, Reading
from mvae.ui.state.task import POSTERS
from mvae.ui.views.quarrel import alone_html, odds_in_words, quarrel_html, quarrel_words

QUARREL = Quarrel(
    {"farsi": Reading(3, 0.9999), "kannada": Reading(7, 0.98), "speech": Reading(7, 0.7)}, 3, 7, 11.5
)


@pytest.mark.parametrize(
    ("nats", "words"),
    [
        (0.0, "hardly more than even"),
        (0.7, "about 2 to one"),
        (2.3, "about ten to one"),
        (6.0, "about 400 to one"),
        (8.0, "about 3,000 to one"),
        (11.5, "about a hundred thousand to one"),
        (13.8, "about a million to one"),
        (27.7, "more than a trillion to one"),
        (400.0, "more than a trillion to one"),
    ],
)
def test_nats_are_translated(nats: float, words: str) -> None:
    assert odds_in_words(nats) == words


def test_a_sentence_says_who_says_what_and_who_wins() -> None:
    assert quarrel_words(QUARREL, POSTERS.names, POSTERS.classes) == (
        "They disagree: Farsi says 3, Kannada says 7, Speech says 7. Together they are read as 3, so Farsi "
        "wins: 3 over 7 by 11.5 nats, about a hundred thousand to one."
    )


def test_a_third_class_is_nobodys() -> None:
    third = Quarrel(QUARREL.alone, 9, 7, 1.0)
    assert "read as 9, which none of them says alone" in quarrel_words(third, POSTERS.names, POSTERS.classes)


def test_nothing_is_said_where_nobody_disagrees() -> None:
    calm = Quarrel({"farsi": Reading(3, 0.9), "speech": Reading(3, 0.8)}, 3, None, 0.0)
    alone = Quarrel({"farsi": Reading(3, 0.9)}, 3, None, 0.0)
    assert quarrel_words(calm, POSTERS.names, POSTERS.classes) == ""
    assert quarrel_words(None, POSTERS.names, POSTERS.classes) == ""
    assert ">Alone, it is read as 3, 80.0%.<" in alone_html(calm, "speech", POSTERS.classes)
    for quarrel, name in ((calm, "kannada"), (alone, "farsi"), (None, "farsi")):
        assert "></p>" in alone_html(quarrel, name, POSTERS.classes)


def test_names_that_somebody_gave_are_no_html() -> None:
    html = quarrel_html(QUARREL, dict.fromkeys(POSTERS.names, "<b>"), ["<i>"] * 10)
    assert "<b>" not in html
    assert "<i>" not in html
