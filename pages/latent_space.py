"""Latent space: move single dimensions, or walk along one of them as in the poster's Figure 3."""

import hashlib

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mvae.checkpoint import SHIPPED
from mvae.completion import Array
from mvae.errors import InputError
from mvae.latent import GRID, active_dimensions, alive_count, digits_met, grid_values, traverse
from mvae.modalities import DIGITS
from mvae.pipeline import Pipeline
from mvae.ui import session, speech
from mvae.ui.bars import label_bars
from mvae.ui.pictures import digit_image, grid_image, mfcc_image
from mvae.ui.theme import page_header, picture

CURRENT, PRIOR = "Posterior of the current input", "Prior mean, 0"
OF_DIGIT = [f"Posterior of a drawn {digit}" for digit in range(DIGITS)]
SPAN = 3.0  # standard deviations to either side of the start that a slider, or a walk by default, covers
SLIDERS_HEIGHT = 690  # pixels: eight sliders; more of them scroll, and the outputs stay in view
FURTHEST = 1e5  # far outside of any latent, and far from where the decoders' float32 overflows
POSTER_DIGIT, POSTER_INDEX, POSTER_START, POSTER_STEP = 7, 201, -1500.0, 30.0
POSTER_MET = (5, 3, 7, 0)


def ranked_dimensions(pipe: Pipeline) -> NDArray[np.int64]:
    """Return the chosen model's latent dimensions, the most active first."""
    return active_dimensions(pipe, SHIPPED / session.chosen_checkpoint())


def starting_point(pipe: Pipeline, chosen: str) -> tuple[Array, Array]:
    """Return mean and variance, (Z,) each, of the distribution that is the start."""
    inputs: dict[str, Array] = {}
    if chosen == CURRENT:
        inputs = session.current_inputs()
    elif chosen in OF_DIGIT:
        inputs = session.both_drawings(OF_DIGIT.index(chosen))
    if not inputs:
        return np.zeros(pipe.latent_size, np.float32), np.ones(pipe.latent_size, np.float32)
    return session.posterior(session.chosen_checkpoint(), inputs)


@st.fragment  # so that moving a slider renews only what depends on it
def show_sliders(pipe: Pipeline, mean: Array, variance: Array) -> None:
    """Show sliders over the most active dimensions, and what the decoders make of the latent."""
    controls, outputs = st.columns([2, 3], gap="large")
    description = pipe.description
    spans = SPAN * np.sqrt(np.square(description.latent_deviation) + variance)
    # Another start has other sliders; coming back to one finds its sliders as they were left.
    origin = hashlib.sha256(mean.tobytes()).hexdigest()[:12]
    with controls, st.container(horizontal=True, vertical_alignment="bottom"):
        shown = st.segmented_control(
            "Most active dimensions", (8, 16, 32), default=8, required=True,
            key="latent-shown", persist_state="session",
            help=f"{alive_count(pipe)} of the {pipe.latent_size} dimensions carry information.",
        )  # fmt: skip
        keys = {int(index): f"latent-{origin}-{index}" for index in ranked_dimensions(pipe)[:shown]}

        def reset() -> None:
            for index, key in keys.items():
                st.session_state[key] = float(mean[index])

        st.button("Reset", icon=":material/restart_alt:", on_click=reset)
    z = mean.copy()
    panel = controls.container(height=SLIDERS_HEIGHT, border=False)
    for index, key in keys.items():
        middle, span = float(mean[index]), float(spans[index])
        st.session_state.setdefault(key, middle)
        z[index] = panel.slider(
            f"Dimension {index} · KL {description.latent_kl[index]:.2f} nats", middle - span, middle + span,
            step=span / 50, format="%.2f", key=key, persist_state="session",
        )  # fmt: skip

    out = pipe.decode(z[None])
    digit = int(out.label[0])
    with outputs:
        farsi, kannada, spoken = st.columns([1, 1, 1.9])
        for column, name, values in ((farsi, "Farsi", out.farsi[0]), (kannada, "Kannada", out.kannada[0])):
            alt = f"{name} digit decoded from this latent; the label decoder reads {digit}."
            with column:
                picture(digit_image(values, scale=8), name, alt)
        with spoken:
            heat_map = mfcc_image(out.mfcc[0], description.standardisation["speech"], cell=(16, 21))
            picture(heat_map, "Speech: 13 MFCCs over 0.8 s", "Heat map of the MFCCs of this latent.")
        speech.player(out.audio, "The speech decoded from this latent")
        st.markdown(f"Label **{digit}**")
        st.html(label_bars(out.label_probs[0]))


def show_grids(pipe: Pipeline, mean: Array) -> None:
    """Show the poster's Figure 3: 100 values of one dimension, as Farsi and as Kannada digits."""
    name = session.chosen_checkpoint()
    index_key, start_key, step_key = (f"grid-{what}-{name}" for what in ("index", "start", "step"))
    st.session_state.setdefault(index_key, int(ranked_dimensions(pipe)[0]))
    st.session_state.setdefault(start_key, -SPAN)
    st.session_state.setdefault(step_key, 2 * SPAN / GRID**2)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        last = pipe.latent_size - 1
        index = st.number_input(f"Index, 0 to {last}", 0, last, key=index_key, persist_state="session")
        start = st.number_input(
            "First value", -FURTHEST, FURTHEST, step=1.0, format="%g", key=start_key, persist_state="session"
        )
        step = st.number_input(
            "Step", -FURTHEST, FURTHEST, step=0.01, format="%g", key=step_key, persist_state="session"
        )
        st.button("The poster's setting", icon=":material/history_edu:", on_click=choose_poster_setting)
    try:
        values = grid_values(start, step)
    except InputError as error:
        st.warning(str(error))
        return
    out = pipe.decode(traverse(mean, index, values))
    met = " → ".join(map(str, digits_met(out.label)))
    st.markdown(
        f"Digits met along the way: **{met}**  \n"
        f"100 tiles, row by row from {values[0]:g} to {values[-1]:g}. At the start, dimension {index} is "
        f"{mean[index]:.2f}; it carries {pipe.description.latent_kl[index]:.2f} nats."
    )
    if (name, index, start, step) == ("linear", POSTER_INDEX, POSTER_START, POSTER_STEP):
        st.markdown(
            f"The poster's own model, from a {POSTER_DIGIT} and with this setting, met "
            f"**{', '.join(map(str, POSTER_MET))}**. Every training run orders its latent anew, so index "
            f"{POSTER_INDEX} means something else here. The poster names the range −1500 to 1500; 100 tiles "
            "in steps of 30 end at 1470."
        )
    columns = st.columns(2)
    for column, script, tiles in zip(columns, ("Farsi", "Kannada"), (out.farsi, out.kannada), strict=True):
        grid = grid_image(
            tiles, out.label.tolist(), columns=GRID, row_labels=[f"{value:g}" for value in values[::GRID]],
            mark_changes=True,
        )  # fmt: skip
        alt = f"10 by 10 {script} digits for 100 values of dimension {index}; their labels: {met}."
        with column:
            picture(grid, f"{script}; a frame marks each change of the label", alt)


def choose_poster_setting() -> None:
    """Choose the checkpoint, start, index and step of the poster's Figure 3."""
    st.session_state["checkpoint"] = st.session_state["checkpoint_picker"] = "linear"
    st.session_state["latent-start"] = OF_DIGIT[POSTER_DIGIT]
    st.session_state["grid-index-linear"] = POSTER_INDEX
    st.session_state["grid-start-linear"] = POSTER_START
    st.session_state["grid-step-linear"] = POSTER_STEP


page_header("Latent space", "Every digit is a point. Move it, and see what the decoders make of it.")
pipe = session.pipeline()
chosen = st.selectbox(
    "Start from", (CURRENT, *OF_DIGIT, PRIOR), key="latent-start", persist_state="session", width=360
)
if chosen == CURRENT and not session.current_inputs():
    st.info("No modality is given on the page “Draw & speak”, so the start is the prior mean, 0.")
mean, variance = starting_point(pipe, chosen)


def keep_view() -> None:
    """Remember the open tab, which Streamlit forgets when another page is shown."""
    st.session_state["latent-view-kept"] = st.session_state["latent-view"]


if "latent-view-kept" in st.session_state:
    st.session_state.setdefault("latent-view", st.session_state["latent-view-kept"])
sliders, walk = st.tabs(["Sliders", "Walk along one dimension"], key="latent-view", on_change=keep_view)
if sliders.open:
    with sliders:
        show_sliders(pipe, mean, variance)
if walk.open:
    with walk:
        show_grids(pipe, mean)
