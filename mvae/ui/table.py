"""A table of texts and small pictures as one piece of HTML: one message to the browser, not a hundred."""

from collections.abc import Sequence
from html import escape

from PIL import Image

from mvae.ui.pictures import png_url


def heading(text: str) -> str:
    """Return the cell that says what its row is."""
    return f'<th scope="row">{escape(text)}</th>'


def words(text: str, note: str = "", *, columns: int = 1) -> str:
    """Return a cell with a text, and a note below it."""
    span = f' colspan="{columns}"' if columns > 1 else ""
    return f"<td{span}>{escape(text)}{f'<small>{escape(note)}</small>' if note else ''}</td>"


def figure(image: Image.Image, caption: str, alt: str, *, width: int) -> str:
    """Return a cell with a picture so many pixels wide; `alt` is for people who cannot see it."""
    caption = escape(caption)
    picture = f'<img src="{png_url(image)}" alt="{escape(alt)}" width="{width}">'
    return f'<td class="{caption}"><figure>{picture}<figcaption>{caption}</figcaption></figure></td>'


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells below a header of texts, for `st.html`."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in header)
    body = "".join(f"<tr>{''.join(cells)}</tr>" for cells in rows)
    return f'<div class="table"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
