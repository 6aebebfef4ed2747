"""All seven subsets: what the model makes of each subset of the current input (the poster's Figure 2)."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from mvae.evaluation import TABLE_ROWS
from mvae.pipeline import Array
from mvae.ui import session, speech
from mvae.ui.pictures import digit_image, mfcc_image
from mvae.ui.theme import page_header

NAMES = {"farsi": "Farsi", "kannada": "Kannada", "speech": "Speech"}
HEADER = ("Given", *NAMES.values(), "Label", "ELBO, nats")
WIDTHS = [1.7, 1, 1, 1.9, 0.8, 1]
DIGIT_WIDTH, SPEECH_WIDTH = 88, 166  # pixels: small enough to compare rows
DRAW_PAGE = "pages/draw_and_speak.py"
TITLES = {subset: " + ".join(NAMES[name] for name in subset) for subset in TABLE_ROWS}


def show_row(
    title: str, values: Mapping[str, Array], kinds: Mapping[str, str], label: str, elbo: str
) -> None:
    """Show one row: its title, the pictures and what kind each is, label and ELBO."""
    cells = st.columns(WIDTHS, vertical_alignment="center")
    cells[0].markdown(f"**{title}**")
    for cell, name in zip(cells[1:4], NAMES, strict=True):
        if name not in values:
            cell.markdown("missing")
        elif name == "speech":
            picture = mfcc_image(values[name], standardisation)
            cell.image(picture, kinds[name], width=SPEECH_WIDTH, alt=f"MFCCs, {kinds[name]}. Row: {title}.")
        else:
            alt = f"{NAMES[name]} digit, {kinds[name]}. Row: {title}."
            cell.image(digit_image(values[name]), kinds[name], width=DIGIT_WIDTH, alt=alt)
    cells[4].markdown(label)
    cells[5].markdown(elbo)


page_header("All seven subsets", "The same input, through every subset of the three modalities.")
pipe = session.pipeline()
standardisation = pipe.description.standardisation["speech"]
inputs = session.all_inputs()
spoken = session.slots()["speech"]
if inputs and spoken.untouched:
    # All seven rows before the first click; on the first page the voice is there, too, but switched off.
    spoken.content = speech.imagined(pipe.complete(inputs, [tuple(inputs)])[0].label)
    inputs = session.all_inputs()
missing = [name for name in NAMES if name not in inputs]
if not inputs:
    st.info("There is no input yet: draw a digit or say one.")
    st.page_link(DRAW_PAGE, label="Draw & speak", icon=":material/draw:")
    st.stop()
completions = {completion.given: completion for completion in pipe.complete(inputs)}
best = max(completions.values(), key=lambda completion: completion.elbo)
st.caption(
    "The ELBO (evidence lower bound, in nats) says how well the latent that was inferred from the given "
    "modalities explains all inputs: **higher is better**. It counts "
    + ", ".join(NAMES[name] for name in inputs)
    + ", whether given in that row or not."
)
if missing:
    with st.container(horizontal=True, vertical_alignment="center"):
        absent = " and ".join(NAMES[name] for name in missing)
        verb = "is" if len(missing) == 1 else "are"
        st.info(
            f"{absent} {verb} missing: {len(completions)} of the seven rows can be shown.", width="stretch"
        )
        st.page_link(DRAW_PAGE, label="Draw & speak", icon=":material/draw:")
        if "speech" in missing:
            voice = partial(speech.imagine, spoken, best.label)
            st.button(f"Let the model say {best.label}", icon=":material/record_voice_over:", on_click=voice)
with st.container(width=1000):
    for cell, text in zip(st.columns(WIDTHS), HEADER, strict=True):
        cell.markdown(f":small[{text}]")
    show_row("The input", inputs, dict.fromkeys(NAMES, "input"), "", "")
    for subset, title in TITLES.items():
        if subset in completions:
            out = completions[subset]
            outputs = {"farsi": out.farsi, "kannada": out.kannada, "speech": out.mfcc}
            kinds = {name: "**given**" if name in subset else "*imagined*" for name in NAMES}
            elbo = f"**{out.elbo:,.1f}**".replace("-", "−") + ("  \nhighest" if out is best else "")
            show_row(title, outputs, kinds, f"**{out.label}**  \n{out.label_probs[out.label]:.1%}", elbo)
        else:
            needed = " and ".join(NAMES[name] for name in subset if name in missing)
            heading, reason = st.columns([WIDTHS[0], sum(WIDTHS[1:])])
            heading.markdown(f"**{title}**")
            reason.markdown(f"Add {needed} to see this row.")
    chosen = st.selectbox(
        "Listen to the speech of",
        completions,
        format_func=TITLES.__getitem__,
        key="listen-to",
        persist_state="session",
    )
    waveform, rate = completions[chosen].audio()
    st.audio(waveform, sample_rate=rate, alt=f"Speech reconstructed from {TITLES[chosen]}")
