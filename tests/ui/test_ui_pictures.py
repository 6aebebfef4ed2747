import base64
import io
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from mvae.modalities.kinds import FURTHEST_SHOWN
from mvae.model.scaling import Standardisation
from mvae.tasks.digits import SPEECH
from mvae.ui.views import pictures
from mvae.ui.views.pictures import ACCENT, FRAME, INK, PAPER, TEXT, png_url
from mvae.ui.views.samples import sample_image

STANDARDISATION = Standardisation(
    np.linspace(-240, 5, 13, dtype=np.float32), np.linspace(75, 4, 13, dtype=np.float32)
)


def ink_image(*args, **kwargs) -> Image.Image:
    """In true colour, as a person sees it; the same for the other pictures."""
    return pictures.ink_image(*args, **kwargs).convert("RGB")


def mfcc_image(mfcc, **kwargs) -> Image.Image:
    return sample_image(SPEECH, mfcc, {"speech": STANDARDISATION}, **kwargs).convert("RGB")


def grid_image(*args, **kwargs) -> Image.Image:
    return pictures.grid_image(*args, **kwargs).convert("RGB")


def luminance(colour: tuple[int, ...]) -> float:
    """Return the relative luminance of an sRGB colour (WCAG 2.2)."""
    linear = [(c / 255 / 12.92) if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def has_colour(picture, box, colour) -> bool:
    return bool((np.asarray(picture.crop(box)) == colour).all(-1).any())


def test_ink_is_light_on_dark_paper_at_the_place_of_the_values():
    values = np.zeros((28, 28), np.float32)
    values[:, 14:] = 1
    picture = ink_image(values, scale=4)
    assert picture.size == (28 * 4 + 2, 28 * 4 + 2)
    assert picture.getpixel((0, 0)) == FRAME
    assert picture.getpixel((20, 50)) == PAPER
    assert picture.getpixel((90, 50)) == INK


def test_values_out_of_range_are_clipped():
    values = np.full((28, 28), 7.0, np.float32)
    assert ink_image(values).getpixel((80, 80)) == INK
    assert ink_image(-values).getpixel((80, 80)) == PAPER


@pytest.mark.parametrize("page", [(255, 255, 255), (14, 17, 23)], ids=["light theme", "dark theme"])
def test_the_frame_stands_out_from_the_page(page):
    assert contrast(FRAME, page) >= 3


def test_ink_and_labels_are_legible_on_the_paper():
    assert contrast(INK, PAPER) >= 7
    assert contrast(TEXT, PAPER) >= 7
    assert contrast(PAPER, ACCENT) >= 7


def test_the_lowest_coefficient_is_at_the_bottom_and_time_runs_to_the_right():
    mfcc = STANDARDISATION.undo(np.zeros((13, 32), np.float32))
    mfcc[0, -1] += 2 * STANDARDISATION.deviation[0]
    picture = mfcc_image(mfcc, cell=(10, 13))
    assert picture.size == (322, 171)
    middle, high = picture.getpixel((5, 5)), picture.getpixel((315, 165))
    assert luminance(high) > luminance(middle)
    colours = np.asarray(picture)[1:-1, 1:-1].reshape(-1, 3)
    assert {tuple(colour) for colour in colours} == {middle, high}
    assert (colours == high).all(-1).sum() == 10 * 13


def test_the_colours_of_a_heat_map_mean_the_same_in_every_picture():
    low = STANDARDISATION.undo(np.full((13, 32), -1.0, np.float32))
    mixed = low.copy()
    mixed[5, 5] += 40 * STANDARDISATION.deviation[5]
    one, other = mfcc_image(low), mfcc_image(mixed)
    assert one.getpixel((200, 100)) == other.getpixel((200, 100))


def test_a_heat_map_grows_lighter_with_the_values_and_is_clipped_at_its_range():
    steps = np.linspace(-FURTHEST_SHOWN, FURTHEST_SHOWN, 32, dtype=np.float32)
    picture = mfcc_image(STANDARDISATION.undo(np.tile(steps, (13, 1))))
    light = [luminance(picture.getpixel((10 * frame + 6, 80))) for frame in range(32)]
    assert all(before < after for before, after in pairwise(light))
    beyond = mfcc_image(STANDARDISATION.undo(np.full((13, 32), 99.0, np.float32)))
    assert beyond.getpixel((80, 80)) == picture.getpixel((315, 80))


def test_a_grid_places_tiles_row_by_row():
    tiles = np.zeros((6, 28, 28), np.float32)
    tiles[4] = 1
    picture = grid_image(tiles, range(6), columns=3, scale=2)
    width, height = picture.size
    tile_of = {
        (column, row): has_colour(
            picture,
            (width * column // 3, height * row // 2, width * (column + 1) // 3, height * (row + 1) // 2),
            INK,
        )
        for column in range(3)
        for row in range(2)
    }
    assert [place for place, inked in tile_of.items() if inked] == [(1, 1)]


def test_each_tile_has_its_own_label_below_it():
    tiles = np.zeros((3, 28, 28), np.float32)
    plain, other = (np.asarray(grid_image(tiles, labels, columns=3)) for labels in ([1, 1, 1], [1, 8, 1]))
    rows, columns = np.nonzero((plain != other).any(-1))
    assert rows.min() > 28 * 3
    assert plain.shape[1] // 3 < columns.min() < columns.max() < 2 * plain.shape[1] // 3


def test_only_tiles_where_the_label_changes_are_marked():
    tiles = np.zeros((4, 28, 28), np.float32)
    quarter = grid_image(tiles, [7, 7, 7, 7], columns=4).width // 4
    picture = grid_image(tiles, [7, 7, 0, 0], columns=4, mark_changes=True)
    marked = [
        has_colour(picture, (i * quarter, 0, (i + 1) * quarter, picture.height), ACCENT) for i in range(4)
    ]
    assert marked == [False, False, True, False]


def test_row_labels_get_room_at_the_left():
    tiles = np.zeros((4, 28, 28), np.float32)
    without = grid_image(tiles, [0] * 4, columns=2)
    labelled = grid_image(tiles, [0] * 4, columns=2, row_labels=["-1500", "1200"])
    room = labelled.width - without.width
    assert room > 0
    assert labelled.height == without.height
    assert has_colour(labelled, (0, 0, room, labelled.height // 2), TEXT)
    np.testing.assert_array_equal(np.asarray(labelled)[:, room:], np.asarray(without))


def test_every_tile_needs_a_label():
    with pytest.raises(ValueError, match="zip"):
        grid_image(np.zeros((3, 28, 28), np.float32), [1, 2])


def test_labels_keep_their_place_when_they_are_marked():
    tiles = np.zeros((2, 28, 28), np.float32)
    plain, marked = (np.asarray(grid_image(tiles, [1, 7], mark_changes=mark)) for mark in (False, True))
    (rows, columns) = np.nonzero((marked == ACCENT).all(-1))
    badge = rows > 28 * 3 + 2 * 3  # below the tile and its frame
    letters = np.nonzero((plain == TEXT).all(-1))
    assert rows[badge].min() < letters[0].min() < letters[0].max() < rows[badge].max()
    assert columns[badge].min() < letters[1].max() < columns[badge].max()


@pytest.mark.parametrize("value", [0.0, 0.25, 0.5, 0.75, 1.0])
def test_shades_lie_between_paper_and_ink(value):
    shade = ink_image(np.full((28, 28), value, np.float32)).getpixel((80, 80))
    np.testing.assert_allclose(shade, (1 - value) * np.array(PAPER) + value * np.array(INK), atol=1.5)


def test_a_picture_comes_unchanged_out_of_its_url():
    picture = pictures.ink_image(np.random.default_rng(0).random((28, 28)))
    kind, content = png_url(picture).split(",")
    assert kind == "data:image/png;base64"
    read = Image.open(io.BytesIO(base64.b64decode(content)))
    assert read.mode == "P"
    np.testing.assert_array_equal(np.asarray(read.convert("RGB")), np.asarray(picture.convert("RGB")))
