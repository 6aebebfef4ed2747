import re

import numpy as np
import pytest

from mvae.ui.state.task import POSTERS
from mvae.ui.views.bars import MOST_BARS, label_bars, shares_bars
from mvae.ui.views.colours import looks


@pytest.fixture
def probabilities():
    values = np.full(10, 0.01, np.float32)
    values[3] = 0.91
    return values


def rows(html: str) -> list[tuple[str, str, float, str]]:
    """Kind, name, share and value of each bar."""
    found = re.findall(
        r'<div class="(\w+)"><span>(?:<em .*?</em> )?(.*?)</span>'
        r'<i style="--share: ([\d.]+).*?"></i><span>(.*?)</span></div>',
        html,
    )
    return [(kind, name, float(share), value) for kind, name, share, value in found]


def test_label_bars_are_as_long_as_the_probabilities(probabilities):
    bars = rows(label_bars(probabilities, POSTERS.classes))
    assert [name[0] for _, name, _, _ in bars] == [str(digit) for digit in range(10)]
    assert bars[7][1] == "7 <b>۷\N{NO-BREAK SPACE}೭</b>"
    np.testing.assert_allclose([share for _, _, share, _ in bars], probabilities, atol=1e-4)
    assert [value for _, _, _, value in bars] == ["1.0%"] * 3 + ["91.0%"] + ["1.0%"] * 6


def test_only_the_most_probable_digit_stands_out(probabilities):
    assert [
        name for kind, name, _, _ in rows(label_bars(probabilities, POSTERS.classes)) if kind == "best"
    ] == ["3 <b>۳\N{NO-BREAK SPACE}೩</b>"]


def test_zero_is_a_digit():
    assert rows(label_bars(np.eye(10, dtype=np.float32)[0], POSTERS.classes))[0] == (
        "best",
        "0 <b>۰\N{NO-BREAK SPACE}೦</b>",
        1.0,
        "100.0%",
    )


def test_shares_name_every_expert_and_say_which_are_missing():
    bars = rows(shares_bars({"prior": 0.1, "speech": 0.9}, POSTERS.experts))
    assert [bar[1:] for bar in bars] == [
        ("Prior", 0.1, "10.0%"), ("Farsi", 0.0, "missing"),
        ("Kannada", 0.0, "missing"), ("Speech", 0.9, "90.0%"),
    ]  # fmt: skip


def test_bars_speak_to_those_who_cannot_see_them(probabilities):
    assert 'role="img"' in label_bars(probabilities, POSTERS.classes)
    assert "the highest is that of 3: 0 1.0%, 1 1.0%, 2 1.0%, 3 91.0%" in label_bars(
        probabilities, POSTERS.classes
    )
    shares = shares_bars({"prior": 0.1, "speech": 0.9}, POSTERS.experts)
    assert "Prior 10.0%, Farsi missing, Kannada missing, Speech 90.0%" in shares


def test_each_share_has_its_experts_colour():
    shares = shares_bars({"prior": 0.1, "speech": 0.9}, POSTERS.experts)
    drawn = looks(POSTERS.names)
    assert re.findall(r'<div class="(\w+)">.*?>(\S)</em>.*?--colour: (#\w{6})', shares) == [
        (name, drawn[name].sign, drawn[name].colour) for name in POSTERS.experts
    ]


def test_names_of_other_classes_are_written_as_they_are():
    bars = label_bars(np.array([0.2, 0.8], np.float32), ("a <b>", "it"))
    assert [name for _, name, _, _ in rows(bars)] == ["a &lt;b&gt;", "it"]
    assert "probabilities of the two labels; the highest is that of it" in bars
    assert "<b>" not in bars


def test_of_very_many_classes_the_most_probable_are_drawn():
    probabilities = np.linspace(0, 1, 100, dtype=np.float32)
    names = [name for _, name, _, _ in rows(label_bars(probabilities, [f"class {n}" for n in range(100)]))]
    assert names == [f"class {n}" for n in range(100 - MOST_BARS, 100)]
