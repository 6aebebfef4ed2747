"""A table of texts and small pictures as one piece of HTML: one message to the browser, not a hundred."""

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st
from PIL import Image

from mvae.ui.runtime.callbacks import guarded
from mvae.ui.views.pictures import png_url

MOST_ROWS = 10
"""Of a table that is as high as its rows: then the header, at the top of the page, is not far."""


def heading(text: str) -> str:
    """Return the cell that says what its row is."""
    return f'<th scope="row">{escape(text)}</th>'


def choice(value: str, text: str, description: str, *, current: bool) -> str:
    """Return the cell that says what its row is, with a button that `on_choice` hears.

    `description` appears where the mouse rests; the current row is marked.
    """
    pressed = "true" if current else "false"
    mark = '<span aria-hidden="true">●</span> ' if current else ""
    return (
        f'<th scope="row"><button type="button" data-choice="{escape(value)}" aria-pressed="{pressed}" '
        f'title="{escape(description)}">{mark}{escape(text)}</button></th>'
    )


def on_choice(key: str, chosen: Callable[[str], None]) -> None:
    """Call `chosen` with a row's value when it is clicked anywhere, or its button is pressed.

    It also keeps a table that scrolls by itself where it is.
    """

    def heard() -> None:
        value = st.session_state[key].get("chosen")
        if value is not None:
            chosen(value)

    with st.container(key=f"{key}-listener"):
        _listener()(key=key, on_chosen_change=guarded(heard), height=1)


def words(text: str, note: str = "", *, columns: int = 1) -> str:
    """Return a cell with a text, and a note below it."""
    span = f' colspan="{columns}"' if columns > 1 else ""
    return f"<td{span}>{escape(text)}{f'<small>{escape(note)}</small>' if note else ''}</td>"


def figure(image: Image.Image, caption: str, alt: str, *, width: int, note: str = "", tip: str = "") -> str:
    """Return a cell with a picture.

    Parameters
    ----------
    image, caption, note
        The picture, what stands below it, and what below that.
    alt
        What is on it, for people who cannot see it.
    width
        In pixels.
    tip
        What appears where the mouse rests on it.
    """
    caption = escape(caption)
    title = f' title="{escape(tip)}"' if tip else ""
    picture = f'<img src="{png_url(image)}" alt="{escape(alt)}" width="{width}"{title}>'
    below = f"<figcaption>{caption}</figcaption>" + (f"<small>{escape(note)}</small>" if note else "")
    return f'<td class="{caption}"><figure>{picture}{below}</figure></td>'


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, last_apart: bool = False) -> str:
    """Return rows of cells below a header of texts, for `st.html`.

    More than `MOST_ROWS` scroll by themselves below the header. The last column may stand apart from the
    others, with a line between: it is of something else.
    """
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in header)
    body = "".join(f"<tr>{''.join(cells)}</tr>" for cells in rows)
    look = "table" + " long" * (len(rows) > MOST_ROWS) + " apart" * last_apart
    return f'<div class="{look}"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


_LISTENER = """
export default function ({ setTriggerValue }) {
  const hear = event => {
    const row = event.target.closest(".table tbody tr");
    const button = row && row.querySelector("button[data-choice]");
    if (button) setTriggerValue("chosen", button.dataset.choice);
  };
  // A table that is sent anew is scrolled to where the one before it was.
  let table = document.querySelector(".table");
  let place = [0, 0];
  const note = event => { if (event.target === table) place = [table.scrollLeft, table.scrollTop]; };
  const scroll = () => {
    const found = document.querySelector(".table");
    if (!found || found === table) return;
    table = found;
    table.scrollTo(...place);
  };
  const watcher = new MutationObserver(scroll);
  watcher.observe(document.body, { childList: true, subtree: true });
  document.addEventListener("click", hear);
  document.addEventListener("scroll", note, true);
  return () => {
    watcher.disconnect();
    document.removeEventListener("click", hear);
    document.removeEventListener("scroll", note, true);
  };
}
"""


def _listener() -> Callable[..., object]:
    component: Callable[..., object] = st.components.v2.component("mvae-choice", js=_LISTENER)
    return component
