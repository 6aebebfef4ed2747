"""A straight line between the means of two posteriors, or classes, as a filmstrip."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from mvae.arrays import Array
from mvae.inference.completion import Decoding
from mvae.inference.latent import label_changes, straight_line
from mvae.inference.pipeline import Pipeline
from mvae.ui import keys
from mvae.ui.frame.download import Numbers, download_latest
from mvae.ui.frame.link import keep_link
from mvae.ui.frame.live import as_base64, run_unpainted
from mvae.ui.latent.decoded import (
    audible,
    class_names,
    explain_short_names,
    is_audible,
    listen,
    numbers_of,
)
from mvae.ui.latent.film import MOST, film_heights, film_image, film_labels, film_texts
from mvae.ui.latent.live import tell_line
from mvae.ui.latent.start import (
    Point,
    chosen_point,
    is_there,
    parse_choice,
    point_picker,
    told_choice,
    told_points,
)
from mvae.ui.latent.text import words
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.runtime.parts import Looks, show_part
from mvae.ui.state.fields import Field, whole_number, widget_field
from mvae.ui.state.models import checkpoints, chosen_checkpoint
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


@dataclass(frozen=True)
class Line:
    """A line between two points in so many steps, of which one is chosen, counted from 1."""

    start: Point
    end: Point
    steps: int
    chosen: int

    @property
    def latents(self) -> Array:
        """The latents (steps, Z)."""
        return straight_line(self.start.mean, self.end.mean, self.steps)


def show_line(pipe: Pipeline, start: Point, fields: Sequence[Field], downloads: "DeltaGenerator") -> None:
    """Show the way from a point to another that is chosen here.

    Once the page paints what the model makes, the server shows the film only when it shows the tab.
    """
    state = st.session_state
    state.setdefault(keys.LATENT_END, _first_end())
    state.setdefault(keys.LATENT_STEPS, USUAL)
    state.setdefault(keys.LATENT_STEP, _STEP)
    latest: deque[Line] = deque(maxlen=1)  # what the page shows, whoever has painted it
    model = checkpoints()[chosen_checkpoint()]

    def line() -> Line:
        steps = state[keys.LATENT_STEPS]
        return Line(start, chosen_point(pipe, keys.LATENT_END), steps, min(state[keys.LATENT_STEP], steps))

    def end_look() -> object:
        choice = state[keys.LATENT_END]
        return None if is_there(pipe, choice) else choice  # of what is not there the page knows nothing

    def heard_look() -> object:
        way = (state[keys.LATENT_END], state[keys.LATENT_STEPS]) if state.get(keys.PLAYS) else None
        return state[keys.LATENT_STEP], way  # what plays is of one line

    looks: Looks = {
        keys.LINE_CHOICES: chosen_checkpoint, keys.LINE_OUTPUTS: end_look, keys.LINE_HEARD: heard_look,
        keys.LINK: object,
    }  # fmt: skip

    def update() -> None:
        run_unpainted(looks, [keys.LINE_OUTPUTS])

    def outputs() -> None:
        now = line()
        out = pipe.decode(now.latents)
        _show_film(pipe, out, now)
        _show_said(out, now, said, label)
        tell_line(_told(pipe, out, now), update)

    def heard() -> None:
        now = line()
        what = words().CHOSEN_HEARD.format(step=now.chosen)
        state[keys.PLAYS] = listen(lambda name: pipe.decode(now.latents).audio(now.chosen - 1, name), what)

    def keep() -> None:
        latest.append(line())
        keep_link(fields)

    def result() -> Numbers:
        seen = latest[-1]
        out = pipe.decode(seen.latents)
        places = {"step": range(1, seen.steps + 1)}
        return Numbers(*numbers_of(seen.latents, out, places), audible(out, seen.chosen - 1), model)

    show_part(looks, keys.LINE_CHOICES, partial(_show_choices, pipe, update))
    film = st.container()
    said, label = st.columns([3, 2], gap="large")
    with film:
        show_part(looks, keys.LINE_OUTPUTS, outputs)
    with said:
        show_part(looks, keys.LINE_HEARD, heard)
    show_part(looks, keys.LINK, keep)
    with downloads:
        download_latest("line", result, audible=is_audible())


def _told(pipe: Pipeline, out: Decoding, line: Line) -> dict[str, Any]:
    """Return what the page is told of a line: where it reads it, and what it says of any other."""
    heights = film_heights(out, pipe.description.standardisation)
    return {
        "ends": {
            name: {**told_choice(key), "mean": as_base64(point.mean), "words": point.words}
            for name, key, point in (
                ("start", keys.LATENT_START, line.start), ("end", keys.LATENT_END, line.end),
            )
        },
        "points": told_points(pipe),
        "steps": {"key": keys.LATENT_STEPS, "value": line.steps},
        "chosen": {"key": keys.LATENT_STEP, "value": line.chosen},
        "film": film_texts(heights, _titles(), film_labels(shown().classes)),
        "modalities": ", ".join(shown().names.values()),
        "texts": {
            "alt": words().FILM_ALT, "caption": words().FILM, "line": words().LINE,
            "noChange": words().NO_CHANGE, "changes": words().CHANGES, "change": words().CHANGE,
            "label": words().CHOSEN_LABEL,
        },
    }  # fmt: skip


def _show_choices(pipe: Pipeline, update: Callable[[], None]) -> None:
    """Show where the line leads, in how many steps, and which of them is looked at."""
    state = st.session_state
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        point_picker(pipe, words().END, keys.LATENT_END, update)
        steps = st.slider(
            words().STEPS, FEWEST, MOST, key=keys.LATENT_STEPS, persist_state="session", width=180,
            on_change=guarded(update),
        )  # fmt: skip
        state[keys.LATENT_STEP] = min(state[keys.LATENT_STEP], steps)
        st.slider(
            words().CHOSEN, 1, steps, key=keys.LATENT_STEP, persist_state="session", width=240,
            on_change=guarded(update),
        )  # fmt: skip


def _show_said(out: Decoding, line: Line, said: "DeltaGenerator", label: "DeltaGenerator") -> None:
    """Say in two places where the label changes, and which the chosen step has."""
    with said.container(key=keys.LINE_SAID):
        way = words().LINE.format(start=plain(line.start.words), end=plain(line.end.words))
        st.markdown(f"{_changes(out)} {way}")
    with label.container(key=keys.LINE_LABEL):
        at = line.chosen - 1
        (name,) = class_names(out.label[at : line.chosen])
        st.markdown(words().CHOSEN_LABEL.format(step=line.chosen, label=plain(name)))
        st.html(label_bars(out.label_probs[at], shown().classes))


def _titles() -> tuple[str, ...]:
    """Return the titles of a film's rows."""
    return (words().FILM_STEP, *shown().names.values(), words().FILM_LABEL)


def _show_film(pipe: Pipeline, out: Decoding, line: Line) -> None:
    names, classes = shown().names, film_labels(shown().classes)
    film = film_image(out, pipe.description.standardisation, line.chosen - 1, _titles(), classes)
    alt = words().FILM_ALT.format(
        steps=line.steps, start=line.start.words, end=line.end.words, modalities=", ".join(names.values()),
        labels=", ".join(class_names(out.label)),
    )  # fmt: skip
    with st.container(key=keys.LINE_FILM):
        picture(film, words().FILM.format(step=line.chosen), alt)
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
