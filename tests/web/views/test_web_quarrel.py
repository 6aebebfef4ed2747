"""What is said where inputs disagree is, letter by letter, the same in the page as in Python."""

from dataclasses import asdict
from typing import Any

import pytest

from mvae.inference.quarrel import Quarrel, Reading
from mvae.ui.state.task import POSTERS
from mvae.ui.views.quarrel import alone_html, quarrel_html

pytestmark = pytest.mark.browser
NAMES = {"farsi": "a <b>", "kannada": "Kannada", "speech": "$& it's"}
ALONE = {"farsi": Reading(3, 0.99996), "kannada": Reading(7, 0.9815), "speech": Reading(7, 0.0625)}
QUARRELS = [
    None,
    Quarrel({"farsi": Reading(3, 0.9)}, 3, None, 0.0),
    Quarrel({"farsi": Reading(3, 0.9), "speech": Reading(3, 0.5)}, 3, None, 0.0),
    *(
        Quarrel(ALONE, together, 7, nats)
        for together in (3, 9)
        for nats in (0.0, 0.4, 2.2, 6.0, 11.5, 13.8, 25.0, 27.7, 99.0)
    ),
]


def test_sentences_are_the_same(javascript: Any) -> None:
    for quarrel in QUARRELS:
        found = javascript(
            "return look.quarrelTexts(quarrel, names, classes);",
            quarrel=None if quarrel is None else asdict(quarrel), names=NAMES, classes=POSTERS.classes,
        )  # fmt: skip
        assert found["sentence"] == quarrel_html(quarrel, NAMES, POSTERS.classes)
        assert found["alone"] == {name: alone_html(quarrel, name, POSTERS.classes) for name in NAMES}
