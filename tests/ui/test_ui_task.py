"""Which task the app shows, and what may lie in a slot."""

import io
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mvae.checkpoint.place import SHIPPED
from mvae.errors import CheckpointError, InputError
from mvae.modalities.base import Modality
from mvae.tasks.digits import FARSI, MODALITIES, SPEECH
from mvae.ui.server import choose_what_is_shown
from mvae.ui.state.contents import Numbers, Picture, Recording, imagined
from mvae.ui.state.task import POSTERS, Shown, show, show_checkpoint, shown
from mvae.ui.text import inputs_title

VALUES = Modality("values", "Some values", (3,), "gaussian", "vector")
OTHERS = Shown({"mine": "mine"}, ("cat", "dog"), (FARSI, VALUES))


@pytest.fixture(autouse=True)
def _restored() -> object:
    yield
    show(POSTERS)


def test_the_posters_task_is_shown_unless_another_checkpoint_is() -> None:
    assert shown() is POSTERS
    assert shown().is_posters
    assert shown().names == {"farsi": "Farsi", "kannada": "Kannada", "speech": "Speech"}
    assert shown().first_label == 5
    show_checkpoint(SHIPPED / "linear")
    assert shown().checkpoints == {str(SHIPPED / "linear"): "linear"}
    assert shown().modalities == MODALITIES
    assert shown().is_posters


def test_another_task_has_its_own_names_and_no_templates() -> None:
    assert OTHERS.names == {"farsi": "Farsi", "values": "Some values"}
    assert OTHERS.listed(["farsi", "values"]) == "Farsi + Some values"
    assert OTHERS.first_label == 0
    assert not OTHERS.is_posters
    assert not OTHERS.has_templates(FARSI), "they are of digits"
    assert POSTERS.has_templates(FARSI)
    assert not POSTERS.has_templates(SPEECH)
    assert POSTERS.has_recordings(SPEECH)
    assert not replace(OTHERS, modalities=(SPEECH,)).has_recordings(SPEECH)


@pytest.mark.parametrize("arguments", [[], ["--checkpoint", str(SHIPPED / "conv")]])
def test_the_command_line_names_the_checkpoint(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["app.py", *arguments])
    choose_what_is_shown()
    assert (shown() is POSTERS) == (not arguments)


def test_a_checkpoint_that_is_not_there_ends_the_server_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["app.py", "--checkpoint", str(tmp_path / "none")])
    with pytest.raises(SystemExit) as ended:
        choose_what_is_shown()
    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith("There is no checkpoint")
    assert error.count("\n") == 1
    assert shown() is POSTERS
    with pytest.raises(CheckpointError):
        show_checkpoint(tmp_path)


def test_the_first_page_is_called_by_what_is_done_on_it() -> None:
    titles = {
        inputs_title(kinds)
        for kinds in (
            ["sound", "drawing", "drawing"],
            ["drawing"],
            ["sound"],
            ["vector"],
            ["vector", "sound"],
        )
    }
    assert titles == {"Draw & speak", "Draw", "Speak", "Give numbers", "Give inputs"}


def test_numbers_are_what_their_link_says() -> None:
    content = Numbers.of(VALUES, [1 / 3, -2e-7, 123456.789])
    assert content.text == "0.333333,-2e-07,123457"
    assert content.label is None
    again = Numbers.of(VALUES, [float(number) for number in content.text.split(",")])
    np.testing.assert_array_equal(again.prepared, content.prepared)
    with pytest.raises(InputError):
        Numbers.of(VALUES, [1, 2])


def test_what_a_model_imagines_can_be_given_of_every_kind() -> None:
    ink = np.zeros((28, 28), np.float32)
    ink[10:18, 10:18] = 1
    drawn = imagined(FARSI, ink, "words", 3, "mine")
    assert isinstance(drawn, Picture)
    assert (drawn.label, drawn.checkpoint, drawn.origin) == (3, "mine", "words")
    np.testing.assert_array_equal(drawn.prepared, ink)
    seen = np.asarray(Image.open(io.BytesIO(drawn.shown)).convert("L"))
    assert seen[110, 110] < 20, "ink is dark on white"
    assert seen[5, 5] > 235
    said = imagined(SPEECH, np.zeros((13, 32), np.float32), "words", 0, "mine")
    assert isinstance(said, Recording)
    assert said.sound.startswith(b"RIFF")
    assert said.label == 0
    numbers = imagined(VALUES, np.array([1, 2, 3], np.float32), "words", 1, "mine")
    assert isinstance(numbers, Numbers)
    assert numbers.label == 1
