import numpy as np

from mvae.ui.views.pictures import ink_image
from mvae.ui.views.table import MOST_ROWS, figure, heading, table, words


def test_a_table_has_its_header_and_its_rows_in_order() -> None:
    rows = [[heading("Farsi"), words("7", "99.0%")], [heading("Speech"), words("missing")]]
    html = table(["Given", "Label"], rows)
    assert html.index("Given") < html.index("Farsi") < html.index("99.0%") < html.index("Speech")
    assert html.count("<tr>") == 3
    assert '<th scope="row">Farsi</th><td>7<small>99.0%</small></td>' in html
    assert '<th scope="col">Label</th>' in html


def test_texts_cannot_become_markup() -> None:
    picture = ink_image(np.zeros((28, 28), np.float32))
    shown = figure(picture, "<b>", '"><b>', width=1)
    for html in (heading("<b>"), words("<b>", "<b>"), shown, table(["<b>"], [])):
        assert "<b>" not in html


def test_a_cell_can_be_wide() -> None:
    assert words("Add Speech", columns=5) == '<td colspan="5">Add Speech</td>'


def test_a_long_table_scrolls_below_its_head() -> None:
    rows = [[heading(str(row))] for row in range(MOST_ROWS + 1)]
    assert table(["Given"], rows).startswith('<div class="table long">')
    assert table(["Given"], rows[1:]).startswith('<div class="table">')


def test_a_tip_is_on_the_picture() -> None:
    picture = ink_image(np.zeros((28, 28), np.float32))
    assert 'title="hue &lt;3"' in figure(picture, "given", "", width=1, tip="hue <3")
    assert "title" not in figure(picture, "given", "", width=1)
