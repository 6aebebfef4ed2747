"""A straight line between the means of two posteriors, or classes, as a filmstrip."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from mvae.inference.completion import Decoding
from mvae.inference.latent import label_changes, straight_line
from mvae.inference.pipeline import Pipeline
from mvae.ui import keys
from mvae.ui.frame.link import keep_link
from mvae.ui.frame.live import as_base64
from mvae.ui.latent.decoded import audible, class_names, download_decoded, explain_short_names, listen
from mvae.ui.latent.film import MOST, film_heights, film_image, film_labels, film_texts
from mvae.ui.latent.live import tell_line
from mvae.ui.latent.start import Point, parse_choice, point_picker, told_choice, told_points
from mvae.ui.latent.text import words
from mvae.ui.runtime.failures import error_boundary
from mvae.ui.state.fields import Field, whole_number, widget_field
from mvae.ui.state.task import shown
from mvae.ui.views.bars import label_bars
from mvae.ui.views.look import picture, plain

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

FEWEST, USUAL = 3, 9
"""Steps, both ends among them, of which there are no more than `MOST`."""
_END = 3
_STEP = (USUAL + 1) // 2


def _first_end() -> str:
    """Return the class to which the line leads at first."""
    return str(min(_END, len(shown().classes) - 1))


def fields() -> tuple[Field, ...]:
    """Return the settings of this tab."""
    return (
        widget_field("to", keys.LATENT_END, _first_end(), parse_choice),
        widget_field("steps", keys.LATENT_STEPS, USUAL, partial(whole_number, low=FEWEST, high=MOST)),
        widget_field("heard", keys.LATENT_STEP, _STEP, partial(whole_number, low=1, high=MOST)),
    )


@st.fragment
@error_boundary()
def show_line(pipe: Pipeline, start: Point, fields: Sequence[Field], downloads: "DeltaGenerator") -> None:
    """Show the way from a point to another that is chosen here."""
    state = st.session_state
    state.setdefault(keys.LATENT_END, _first_end())
    state.setdefault(keys.LATENT_STEPS, USUAL)
    state.setdefault(keys.LATENT_STEP, _STEP)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        end = point_picker(pipe, words().END, keys.LATENT_END)
        steps = st.slider(
            words().STEPS, FEWEST, MOST, key=keys.LATENT_STEPS, persist_state="session", width=180
        )
        state[keys.LATENT_STEP] = min(state[keys.LATENT_STEP], steps)
        chosen = st.slider(words().CHOSEN, 1, steps, key=keys.LATENT_STEP, persist_state="session", width=240)
    z = straight_line(start.mean, end.mean, steps)
    out = pipe.decode(z)
    _show_film(pipe, out, start, end, chosen)
    said, label = st.columns([3, 2], gap="large")
    with said:
        with st.container(key=keys.LINE_SAID):
            line = words().LINE.format(start=plain(start.words), end=plain(end.words))
            st.markdown(f"{_changes(out)} {line}")
        listen(out, chosen - 1, words().CHOSEN_HEARD.format(step=chosen))
    with label, st.container(key=keys.LINE_LABEL):
        (name,) = class_names(out.label[chosen - 1 : chosen])
        st.markdown(words().CHOSEN_LABEL.format(step=chosen, label=plain(name)))
        st.html(label_bars(out.label_probs[chosen - 1], shown().classes))
    places = {"step": range(1, steps + 1)}
    download_decoded(downloads, "line", z, out, places, audible=audible(out, chosen - 1))
    keep_link(fields)
    tell_line(_told(pipe, out, start, end, chosen))


def _told(pipe: Pipeline, out: Decoding, start: Point, end: Point, chosen: int) -> dict[str, Any]:
    """Return what the page is told of a line: where it reads it, and what it says of any other."""
    heights = film_heights(out, pipe.description.standardisation)
    return {
        "ends": {
            name: {**told_choice(key), "mean": as_base64(point.mean), "words": point.words}
            for name, key, point in (("start", keys.LATENT_START, start), ("end", keys.LATENT_END, end))
        },
        "points": told_points(pipe),
        "steps": {"key": keys.LATENT_STEPS, "value": len(out.label)},
        "chosen": {"key": keys.LATENT_STEP, "value": chosen},
        "film": film_texts(heights, _titles(), film_labels(shown().classes)),
        "modalities": ", ".join(shown().names.values()),
        "texts": {
            "alt": words().FILM_ALT, "caption": words().FILM, "line": words().LINE,
            "noChange": words().NO_CHANGE, "changes": words().CHANGES, "change": words().CHANGE,
            "label": words().CHOSEN_LABEL,
        },
    }  # fmt: skip


def _titles() -> tuple[str, ...]:
    """Return the titles of a film's rows."""
    return (words().FILM_STEP, *shown().names.values(), words().FILM_LABEL)


def _show_film(pipe: Pipeline, out: Decoding, start: Point, end: Point, chosen: int) -> None:
    names, classes = shown().names, film_labels(shown().classes)
    film = film_image(out, pipe.description.standardisation, chosen - 1, _titles(), classes)
    alt = words().FILM_ALT.format(
        steps=len(out.label), start=start.words, end=end.words, modalities=", ".join(names.values()),
        labels=", ".join(class_names(out.label)),
    )  # fmt: skip
    with st.container(key=keys.LINE_FILM):
        picture(film, words().FILM.format(step=chosen), alt)
    explain_short_names(classes)


def _changes(out: Decoding) -> str:
    """Say where the label changes."""
    changes = "; ".join(
        words().CHANGE.format(
            before=plain(shown().classes[before]), after=plain(shown().classes[after]), step=place + 1
        )
        for place, before, after in label_changes(out.label)
    )
    if changes:
        return words().CHANGES.format(changes=changes)
    return words().NO_CHANGE.format(label=plain(shown().classes[out.label[0]]))
