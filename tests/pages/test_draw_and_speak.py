import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mvae.checkpoint.place import SHIPPED
from mvae.modalities.strokes import template
from mvae.ui.results import completions
from mvae.ui.state import models
from mvae.ui.state import slots as session
from mvae.ui.state.contents import Drawing
from mvae.ui.state.slots import Slot
from mvae.ui.state.task import POSTERS
from tests.pages.conftest import Opener
from tests.voice import sound_file, voice

PAGE = "draw_and_speak"
NO_SPEECH = np.zeros(48_000, np.float32)
FIRST = session.example("farsi", POSTERS.first_label)


def slots(app: AppTest) -> dict[str, Slot]:
    return app.session_state["slots"]


def badges(app: AppTest) -> list[str]:
    """The word on each output's badge, in the order of the modalities."""
    words = [item.value.split("-badge[")[1] for item in app.markdown if " digit** " in item.value]
    return [next(word for word in ("given", "imagined", "missing") if word in text) for text in words]


def html(app: AppTest) -> list[str]:
    return [item.proto.body for item in app.get("html")]


def label(app: AppTest) -> str:
    return app.metric[0].value


def pictures(app: AppTest) -> list[str]:
    return [item.proto.imgs[0].url for item in app.get("image")]


def pick(app: AppTest, modality: str, digit: int) -> AppTest:
    return app.button_group(key=f"example-{modality}").set_value(digit).run()


def upload(app: AppTest, name: str, content: bytes) -> AppTest:
    return app.file_uploader[0].set_value((name, content, "audio/wav")).run()


@pytest.fixture
def app(open_page: Opener) -> AppTest:
    return open_page(PAGE)


def test_something_good_is_there_before_the_first_click(app: AppTest) -> None:
    assert badges(app) == ["given", "imagined", "imagined"]
    assert label(app) in set("0123456789")
    assert len(pictures(app)) == 4  # what was given, and the three outputs
    assert sum(item.startswith('<div class="bars ') for item in html(app)) == 2
    assert not app.get("audio")  # it is made when somebody wants to hear it


def diagram(app: AppTest) -> str:
    return next(item.value for item in app.markdown if 'class="diagram"' in item.value)


def test_the_diagram_is_of_what_is_given(app: AppTest) -> None:
    assert "Imagined from the product: Kannada, Speech." in diagram(app)
    assert "dimension 62 of the latent" in diagram(app)  # in which the posteriors differ most from the prior
    app.toggle(key="present-kannada").set_value(True).run()
    assert "Imagined from the product: Speech." in diagram(app)
    for name in ("farsi", "kannada"):
        app.toggle(key=f"present-{name}").set_value(False).run()
    assert "nothing is given, so the product is the prior" in diagram(app)


def imagined(app: AppTest) -> list[str]:
    """The pictures of what is imagined."""
    return [item.proto.imgs[0].url for item in app.get("image") if "imagined" in item.proto.imgs[0].caption]


def remarks(app: AppTest) -> list[str]:
    return [item.value for item in app.markdown if "This does not" in item.value]


def test_what_is_imagined_is_a_sample_that_can_be_drawn_again(app: AppTest) -> None:
    first, given = imagined(app), pictures(app)[:2]
    assert len(first) == 2
    assert [item.proto.imgs[0].caption for item in app.get("image")][2:] == ["imagined: sample"] * 2
    app.button(key="imagine-again").click().run()
    assert not set(imagined(app)) & set(first)
    assert pictures(app)[:2] == given


def test_the_mean_can_be_shown_and_the_choice_survives_other_pages(app: AppTest) -> None:
    sample = imagined(app)
    app.button_group(key="imagination_picker").set_value("mean").run()
    assert {item.proto.imgs[0].caption for item in app.get("image")} >= {"imagined: mean"}
    assert app.button(key="imagine-again").disabled
    mean = imagined(app)
    assert not set(mean) & set(sample)
    app.switch_page("pages/all_subsets.py").run()
    app.switch_page(f"pages/{PAGE}.py").run()
    assert imagined(app) == mean
    app.button_group(key="imagination_picker").set_value("sample").run()
    assert imagined(app) == sample


def test_there_is_nothing_to_imagine_when_all_is_given(app: AppTest) -> None:
    pick(app, "kannada", 7)
    pick(app, "speech", 7)
    assert badges(app) == ["given"] * 3
    assert app.button(key="imagine-again").disabled


def test_an_input_that_is_unlike_a_digit_is_named_and_the_label_is_a_guess(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not remarks(app)
    monkeypatch.setattr(
        "mvae.inference.pipeline.Pipeline.unfamiliarity",
        lambda *_: {"farsi": 1.5, "kannada": 0.9, "speech": 2.0},
    )
    upload(app, "seven.wav", sound_file(voice()))
    assert remarks(app) == [
        ":orange[This does not look like a Farsi digit.]",
        ":orange[This does not sound clearly like one spoken digit.]",
    ]
    assert label(app).endswith("?")
    assert "only a guess" in next(item.value for item in app.markdown if item.value.startswith("**Label**"))


def test_a_persons_recording_is_judged_as_any(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mvae.inference.pipeline.Pipeline.unfamiliarity", lambda *_: {"speech": 2.0})
    pick(app, "speech", 3)
    assert remarks(app)
    assert label(app).endswith("?")


def test_without_a_score_nothing_is_said(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mvae.inference.pipeline.Pipeline.unfamiliarity", lambda *_: {})
    pick(app, "farsi", 2)
    assert not remarks(app)
    assert not label(app).endswith("?")


def alts(app: AppTest) -> list[str]:
    return [item.proto.imgs[0].alt for item in app.get("image")]


def test_pictures_say_which_digit_they_are(app: AppTest) -> None:
    assert all(f"the label decoder reads {label(app)}" in alt for alt in alts(app))
    app.toggle(key="ways-toggle").set_value(True).run()
    ways = [alt for alt in alts(app) if "eight ways" in alt]
    assert len(ways) == 2
    assert all(re.search(r"reads (\d, ){7}\d\.$", alt) for alt in ways)


def test_what_is_downloaded_is_what_is_on_the_screen(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list = []
    monkeypatch.setattr("mvae.ui.draw.ways.download_latest", lambda _, latest, **__: made.append(latest))

    def seed() -> int | None:
        (latest, *_) = made  # also of the buttons that were made before
        return latest().details["seed"]

    app.run()
    seeds = [seed()]
    app.button(key="imagine-again").click().run()
    seeds.append(seed())
    app.button_group(key="imagination_picker").set_value("mean").run()
    assert [*seeds, seed()] == [0, 1, None]


def test_a_sound_that_is_switched_off_is_dimmed(app: AppTest) -> None:
    pick(app, "speech", 3)
    assert not any("st-key-sound-speech" in item for item in html(app))
    app.toggle(key="present-speech").set_value(False).run()
    assert len(app.get("audio")) == 1
    (dimmed,) = [item for item in html(app) if "st-key-sound-speech" in item]
    assert 'content: "missing"' in dimmed
    assert "opacity: 0.3" in dimmed


def test_listen(app: AppTest) -> None:
    app.button(key="listen").click().run()
    assert len(app.get("audio")) == 1
    assert app.get("audio")[0].proto.autoplay
    assert "listen" not in [button.key for button in app.button]
    app.toggle(key="present-kannada").set_value(True).run()
    assert not app.get("audio")


def test_switches(app: AppTest) -> None:
    app.toggle(key="present-kannada").set_value(True).run()
    assert badges(app) == ["given", "given", "imagined"]
    drawn = slots(app)["farsi"].content
    app.toggle(key="present-farsi").set_value(False).run()
    assert badges(app) == ["imagined", "given", "imagined"]
    assert slots(app)["farsi"].content is drawn
    app.toggle(key="present-farsi").set_value(True).run()
    assert badges(app) == ["given", "given", "imagined"]


def test_all_modalities_missing_is_a_sentence(app: AppTest) -> None:
    app.toggle(key="present-farsi").set_value(False).run()
    assert not app.exception
    assert not app.error
    assert badges(app) == ["missing"] * 3
    assert "All three modalities are missing" in app.info[0].value
    assert not pictures(app)


@pytest.mark.parametrize("modality", ["farsi", "kannada"])
def test_an_example_is_one_click_away(app: AppTest, modality: str) -> None:
    before = pictures(app)
    pick(app, modality, 0)
    assert slots(app)[modality].content.strokes == session.example(modality, 0).strokes
    assert slots(app)[modality].present
    assert pictures(app) != before


def test_clear_and_undo(app: AppTest) -> None:
    assert app.button(key="undo-farsi").disabled
    app.button(key="clear-farsi").click().run()
    assert badges(app)[0] == "missing"
    assert app.button(key="clear-farsi").disabled
    app.button(key="undo-farsi").click().run()
    assert slots(app)["farsi"].content.strokes == FIRST.strokes
    assert badges(app)[0] == "given"


def test_undo_takes_back_one_stroke_at_a_time(app: AppTest) -> None:
    first, second = template("kannada", 4)[:1], template("kannada", 4)[:1] + template("farsi", 1)
    for strokes in (first, second):
        slots(app)["kannada"].put(Drawing.of(strokes), from_widget=True)
    app.run()
    app.button(key="undo-kannada").click().run()
    assert slots(app)["kannada"].content.strokes == Drawing.of(first).strokes


@pytest.mark.parametrize(
    "strokes",
    [
        pytest.param([[(0.5, 0.5)]], id="dot"),
        pytest.param([[(x / 40, y) for x in range(41) for y in (0.0, 1.0)]], id="scribble"),
        pytest.param([[(-3.0, -2.0), (0.5, 0.5), (4.0, 0.2)]], id="beyond the edges"),
    ],
)
def test_odd_drawings_give_a_normal_answer(app: AppTest, strokes: list[list[tuple[float, float]]]) -> None:
    slots(app)["farsi"].put(Drawing.of(strokes), from_widget=True)
    app.run()
    assert not app.exception
    assert badges(app)[0] == "given"
    assert label(app).removesuffix("?") in set("0123456789")


def test_a_persons_recording_is_an_input_like_any_other(app: AppTest) -> None:
    pick(app, "speech", 3)
    assert badges(app) == ["given", "imagined", "given"]
    assert r"Theo says 3 \(FSDD, take 23\)" in [item.value.split("The input: ")[-1] for item in app.caption]
    assert slots(app)["speech"].prepared.shape == (13, 32)


@pytest.mark.parametrize(
    ("kind", "rate"), [("WAV", 16_000), ("FLAC", 48_000), ("OGG", 44_100), ("MP3", 44_100)]
)
def test_upload(app: AppTest, kind: str, rate: int) -> None:
    upload(app, f"seven.{kind.lower()}", sound_file(voice(rate), rate, kind=kind))
    assert not app.error
    assert badges(app)[2] == "given"
    assert "The input: seven" in " ".join(item.value for item in app.caption)


def test_upload_of_stereo_at_96_kilohertz(app: AppTest) -> None:
    stereo = np.stack([voice(96_000), 0.5 * voice(96_000)], axis=1)
    upload(app, "seven.wav", sound_file(stereo, 96_000))
    assert badges(app)[2] == "given"


def test_recording(app: AppTest) -> None:
    app.audio_input[0].set_value(("recording.wav", sound_file(voice(48_000), 48_000), "audio/wav")).run()
    assert badges(app)[2] == "given"
    app.audio_input[0].set_value(None).run()
    assert badges(app)[2] == "imagined"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", "cannot be read", id="empty file"),
        pytest.param(b"Dear model, please read this aloud.\n" * 50, "cannot be read", id="text named .wav"),
        pytest.param(sound_file(voice())[:30], "cannot be read", id="cut short"),
        pytest.param(sound_file(NO_SPEECH), "silent", id="silent"),
        pytest.param(sound_file(NO_SPEECH[:0]), "empty", id="no samples"),
        pytest.param(sound_file(voice() * np.nan, subtype="FLOAT"), "finite", id="not numbers"),
        pytest.param(sound_file(np.zeros(3600 * 8000), 8000, kind="FLAC"), "3,600 seconds", id="one hour"),
    ],
)
def test_bad_sounds_give_a_sentence_and_the_rest_works(app: AppTest, content: bytes, words: str) -> None:
    upload(app, "seven.wav", content)
    assert not app.exception
    assert [words in error.value for error in app.error] == [True]
    assert badges(app) == ["given", "imagined", "imagined"]
    pick(app, "farsi", 2)
    assert not app.exception
    assert slots(app)["farsi"].content.strokes == session.example("farsi", 2).strokes


def test_a_bad_sound_does_not_lose_the_one_before(app: AppTest) -> None:
    upload(app, "seven.wav", sound_file(voice()))
    upload(app, "noise.wav", b"no sound")
    assert "The sound from before is kept." in app.error[0].value
    assert badges(app)[2] == "given"
    upload(app, "seven.wav", sound_file(voice()))
    assert not app.error


def test_state_survives_other_pages(app: AppTest) -> None:
    pick(app, "kannada", 5)
    pick(app, "speech", 5)
    app.toggle(key="present-farsi").set_value(False).run()
    before = badges(app), label(app), pictures(app)
    for page in ("latent_space", "all_subsets", "training", PAGE):
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception
    assert (badges(app), label(app), pictures(app)) == before


def test_the_choice_of_checkpoint_survives_other_pages(app: AppTest) -> None:
    before = pictures(app)
    app.button_group(key="checkpoint_picker").set_value("linear").run()
    assert pictures(app)[1:] != before[1:]
    app.switch_page("pages/training.py").run()
    assert app.button_group(key="checkpoint_picker").value == "linear"


def test_one_session_does_not_see_another(open_page: Opener) -> None:
    mine, other = open_page(PAGE), open_page(PAGE)
    pick(mine, "farsi", 1)
    other.run()
    assert slots(other)["farsi"].content.strokes == FIRST.strokes


@pytest.mark.parametrize("damage", ["missing", "truncated", "description"])
def test_a_bad_checkpoint_is_a_sentence(
    open_page: Opener, monkeypatch: pytest.MonkeyPatch, tmp_path, damage: str
) -> None:
    if damage != "missing":
        (tmp_path / "conv").mkdir()
        for file in ("model.safetensors", "checkpoint.json"):
            content = (SHIPPED / "conv" / file).read_bytes()
            cut = (damage == "truncated") == (file == "model.safetensors")
            (tmp_path / "conv" / file).write_bytes(content[: len(content) // 2] if cut else content)
    monkeypatch.setattr("mvae.checkpoint.place.SHIPPED", tmp_path)
    models._load.clear()
    completions.first_answer.clear()
    app = open_page(PAGE)
    assert "python train.py" in app.error[0].value
    pick(app, "speech", 3)  # asks for the model, too
    assert not app.exception
    assert all("python train.py" in error.value for error in app.error)
    models._load.clear()
    completions.first_answer.clear()
