"""A straight line between the means of two posteriors, as a filmstrip."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from mvae.arrays import Array
from mvae.inference.latent import label_changes, straight_line
from mvae.inference.pipeline import Pipeline
from mvae.ui.frame import player
from mvae.ui.frame.link import keep_link
from mvae.ui.latent.decoded import download_decoded
from mvae.ui.latent.film import film_image
from mvae.ui.latent.start import POINTS, in_words, point_picker, posterior_of
from mvae.ui.latent.text import LatentSpace as Text
from mvae.ui.runtime.failures import told
from mvae.ui.state.fields import Field, one_of, whole_number, widget_field
from mvae.ui.views.bars import label_bars
from mvae.ui.views.look import picture

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

FEWEST, MOST, USUAL = 3, 13, 9
"""Steps, both ends among them."""
_END = "3"


FIELDS = (
    widget_field("to", "latent-end", _END, one_of(POINTS)),
    widget_field("steps", "latent-steps", USUAL, partial(whole_number, low=FEWEST, high=MOST)),
    widget_field("heard", "latent-heard", (USUAL + 1) // 2, partial(whole_number, low=1, high=MOST)),
)


@st.fragment
@told()
def show_line(pipe: Pipeline, start: str, fields: Sequence[Field], downloads: "DeltaGenerator") -> None:
    """Show the way from a point (see `mvae.ui.latent.start`) to another that is chosen here."""
    state = st.session_state
    state.setdefault("latent-end", _END)
    state.setdefault("latent-steps", USUAL)
    state.setdefault("latent-heard", (USUAL + 1) // 2)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        end = point_picker(Text.END, "latent-end")
        steps = st.slider(Text.STEPS, FEWEST, MOST, key="latent-steps", persist_state="session", width=180)
        state["latent-heard"] = min(state["latent-heard"], steps)
        chosen = st.slider(Text.CHOSEN, 1, steps, key="latent-heard", persist_state="session", width=240)
    z = straight_line(_mean(pipe, start), _mean(pipe, end), steps)
    out = pipe.decode(z)
    film = film_image(out, pipe.description.standardisation["speech"], chosen - 1, Text.FILM_ROWS)
    labels = ", ".join(map(str, out.label))
    names = {"start": in_words(start), "end": in_words(end)}
    picture(film, Text.FILM.format(step=chosen), Text.FILM_ALT.format(steps=steps, labels=labels, **names))
    said, label = st.columns([3, 2], gap="large")
    with said:
        changes = "; ".join(
            Text.CHANGE.format(before=before, after=after, step=place + 1)
            for place, before, after in label_changes(out.label)
        )
        sentence = (
            Text.CHANGES.format(changes=changes) if changes else Text.NO_CHANGE.format(digit=out.label[0])
        )
        with st.container(key="line-said"):
            st.markdown(f"{sentence} {Text.LINE.format(**names)}")
        player.player(lambda: out.audio(chosen - 1), Text.CHOSEN_HEARD.format(step=chosen))
    with label:
        st.markdown(Text.CHOSEN_LABEL.format(step=chosen, digit=out.label[chosen - 1]))
        st.html(label_bars(out.label_probs[chosen - 1]))
    places = {"step": range(1, steps + 1)}
    download_decoded(downloads, "line", z, out, places, audible=lambda: out.audio(chosen - 1))
    keep_link(fields)


def _mean(pipe: Pipeline, point: str) -> Array:
    mean, _ = posterior_of(pipe, point)
    return mean
