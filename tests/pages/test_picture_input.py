"""A picture on a drawing card: it becomes the input, on every page, and can be taken back."""

import io
import json
from urllib.parse import parse_qsl

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from mvae.errors import InputError
from mvae.modalities.drawing import prepare_drawing
from mvae.modalities.strokes import render, template
from mvae.ui.inputs.picture_input import camera_allowed, take_picture
from mvae.ui.state.contents import Drawing, Picture
from mvae.ui.state.slots import Slot, example
from tests.pages.conftest import Opener

PAGE = np.pad(255 - render(template("kannada", 3), size=200, pen_width=14), 8)


def photo(page: np.ndarray = PAGE) -> bytes:
    file = io.BytesIO()
    Image.fromarray(page).save(file, "PNG")
    return file.getvalue()


def slots(app: AppTest) -> dict[str, Slot]:
    return app.session_state["slots"]


def styles(app: AppTest) -> str:
    return "".join(item.proto.body for item in app.get("html"))


@pytest.fixture
def app(open_page: Opener) -> AppTest:
    app = open_page("draw_and_speak")
    take_picture(slots(app)["kannada"], photo(), "three.png")
    return app.run()


def test_a_picture_becomes_the_input_by_the_path_of_the_python_api(app: AppTest) -> None:
    assert not app.exception
    slot = slots(app)["kannada"]
    assert isinstance(slot.content, Picture)
    assert slot.present
    assert np.array_equal(slot.prepared, prepare_drawing(PAGE))
    assert "url(data:image/jpeg;base64," in styles(app)
    assert "The picture from three.png" in styles(app)


def test_undo_and_clear(app: AppTest) -> None:
    app.button(key="clear-kannada").click().run()
    assert slots(app)["kannada"].content is None
    app.button(key="undo-kannada").click().run()
    assert isinstance(slots(app)["kannada"].content, Picture)
    app.button(key="undo-kannada").click().run()
    assert isinstance(slots(app)["kannada"].content, Drawing)
    assert "url(data:image/jpeg" not in styles(app)


def test_drawing_takes_its_place_on_the_same_canvas(app: AppTest) -> None:
    slot = slots(app)["kannada"]
    version = slot.version
    slot.put(Drawing.of(template("kannada", 3)), from_widget=True)
    app.run()
    assert slot.version == version
    assert "url(data:image/jpeg" not in styles(app)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"nonsense", "This is no picture"),
        (photo(np.full((90, 90), 255, np.uint8)), "No digit can be found"),
    ],
)
def test_a_bad_picture_is_a_sentence_and_the_input_stays(app: AppTest, content: bytes, sentence: str) -> None:
    kept = slots(app)["farsi"].content
    take_picture(slots(app)["farsi"], content, "bad.png")
    app.run()
    assert not app.exception
    assert slots(app)["farsi"].content is kept
    assert slots(app)["farsi"].complaint.startswith(sentence)
    assert slots(app)["farsi"].complaint.endswith("What was there before is kept.")
    assert sentence in styles(app)
    slots(app)["farsi"].put(example("farsi", 1))
    app.run()
    assert sentence not in styles(app)


def test_a_picture_stays_out_of_the_link(app: AppTest) -> None:
    bar = next(item.proto for item in app.get("bidi_component") if "address-bar" in item.proto.id)
    said = json.loads(bar.json)
    assert dict(parse_qsl(said["search"]))["kannada"] == "blank"
    assert said["copied"] == "Copied, but for your picture"


@pytest.mark.parametrize(
    "page", ["all_subsets", "experts", "latent_space", "how_it_works", "training", "draw_and_speak"]
)
def test_every_page_takes_it(app: AppTest, page: str) -> None:
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    assert isinstance(slots(app)["kannada"].content, Picture)


def test_a_transparent_picture_is_shown_on_white() -> None:
    ink = render(template("farsi", 7), size=100)
    file = io.BytesIO()
    Image.fromarray(np.dstack([np.zeros((100, 100, 3), np.uint8), ink])).save(file, "PNG")
    shown = np.asarray(Image.open(io.BytesIO(Picture.of(file.getvalue(), "x").shown)))
    assert shown[0, 0].min() > 240
    with pytest.raises(InputError):
        Picture.of(b"", "x")


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("https://school.example/app", True), ("http://localhost:8501", True), ("http://127.0.0.1:1/", True),
        ("http://192.168.0.7:8501", False), ("", False),
    ],
)  # fmt: skip
def test_the_camera_is_offered_where_browsers_give_it(address: str, *, allowed: bool) -> None:
    assert camera_allowed(address) is allowed
