"""Names of classes within pictures, and their marks on the map."""

import numpy as np
import pytest
from PIL import ImageFont

from mvae.inference.completion import Decoding
from mvae.modalities.base import Modality
from mvae.model.scaling import Standardisation
from mvae.tasks.digits import TASK
from mvae.ui.latent.film import film_image, film_labels
from mvae.ui.views.pictures import PAPER
from mvae.ui.views.points import SHAPES, class_marks
from mvae.ui.views.short import short_names, without_common_words


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (TASK.classes, list(TASK.classes)),
        (("Grower A", "Grower B"), ["A", "B"]),
        (("cat", "dog"), ["cat", "dog"]),
        (("señor", "niño"), ["senor", "nino"]),
        (("Iris setosa", "Iris versicolor"), ["setosa", "versico."]),
        (("versicolor alba", "versicolor alba maior"), ["alba", "alba m."]),
        (("unmistakable", "unmistakably"), ["0", "1"]),
        (("猫", "犬"), ["0", "1"]),
    ],
)
def test_names_are_shortened_to_what_tells_them_apart(names: tuple[str, ...], short: list[str]) -> None:
    found = short_names(names, width=74, size=21)
    assert found == short
    font = ImageFont.load_default(21)
    assert all(font.getlength(each) <= 74 for each in found)


def test_the_words_that_all_names_begin_with_are_left_out_but_never_all_words() -> None:
    assert without_common_words(["red wine", "red"]) == ["red wine", "red"]
    assert without_common_words(["a b c", "a b d e"]) == ["c", "d e"]


def test_marks_are_short_names_or_shapes_or_numbers() -> None:
    assert class_marks(TASK.classes) == list(TASK.classes)
    assert class_marks(["Grower A", "Grower B"]) == ["A", "B"]
    assert class_marks(["cat", "dog"]) == list(SHAPES[:2])
    assert len(set(SHAPES)) == 12
    assert class_marks([f"class {'x' * label}yz" for label in range(13)]) == [str(each) for each in range(13)]


@pytest.mark.parametrize("title", ["Values", "Flavanoids, colour, hue, proline", "W" * 80])
def test_a_films_title_and_labels_stay_within_their_places(title: str) -> None:
    values = Modality("values", title, (3,), "gaussian", "vector")
    out = Decoding({"values": np.zeros((9, 3), np.float32)}, np.eye(2)[[0] * 4 + [1] * 5], (values,))
    scales = {"values": Standardisation(np.zeros(3, np.float32), np.ones(3, np.float32), sequence=False)}
    labels = film_labels(["a rather long name", "a rather longer name"])
    film = np.asarray(film_image(out, scales, 0, ("Step", title, "Label"), labels))
    gutter = film.shape[1] - 9 * 142
    assert 124 <= gutter <= 240
    ink = (film != PAPER).any(axis=2)
    assert not ink[:, :4].any(), "no title is cut off at the left"
    below = ink[-40:-4, gutter + 142 + 6 :].reshape(36, -1)
    edges = [below[:, 142 * column - 6] for column in range(2, 8)]
    assert not np.array(edges).any(), "no label reaches into the next column"
