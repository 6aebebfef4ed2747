"""Draw & speak: give any of the three modalities, and see all three, reconstructed or imagined."""

import time
from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from mvae.modalities import MODALITIES, SPEECH, Modality
from mvae.strokes import Strokes, template
from mvae.ui import speech
from mvae.ui.canvas import canvas
from mvae.ui.session import Drawing, Recording, Slot, current_inputs, pipeline, slots, warm_up
from mvae.ui.theme import cover, digit_pills, missing_picture, page_header, png_url

if TYPE_CHECKING:  # it imports torch, for which the canvases do not wait
    from mvae.pipeline import Completion, Pipeline


def card(modality: Modality, slot: Slot) -> None:
    """Show one modality's card: its switch, its input, Undo and Clear."""
    with st.container(border=True, key=f"card-{modality.name}", gap="xsmall", height="stretch"):
        switch(modality, slot)
        if modality == SPEECH:
            speech_input(slot)
        else:
            drawing_input(modality, slot)
        with st.container(horizontal=True, gap="xsmall"):
            st.button(
                "Undo", icon=":material/undo:", key=f"undo-{modality.name}",
                on_click=slot.undo, disabled=not slot.past,
            )  # fmt: skip
            st.button(
                "Clear", icon=":material/delete:", key=f"clear-{modality.name}",
                on_click=slot.put, args=(None,), disabled=slot.content is None,
            )  # fmt: skip
            if modality == SPEECH:
                with st.popover("Upload", icon=":material/upload:", key=f"upload-popover-{slot.version}"):
                    speech.upload(slot)


def switch(modality: Modality, slot: Slot) -> None:
    """Show the card's title and the switch that says whether the modality is missing."""

    def keep() -> None:
        slot.present = st.session_state[key]

    key = f"present-{modality.name}"
    st.session_state[key] = slot.present
    st.toggle(f"{modality.title}: {state(slot)}", key=key, on_change=keep)


def state(slot: Slot) -> str:
    """Say in a word whether the model is given this modality."""
    if not slot.present:
        return "missing"
    return "empty" if slot.prepared is None else "present"


def drawing_input(modality: Modality, slot: Slot) -> None:
    """Show the canvas, and the ten digits to copy from."""

    def drawn(strokes: Strokes) -> None:
        slot.put(Drawing.of(strokes), from_widget=True)

    def picked(digit: int) -> None:
        slot.put(Drawing.of(template(modality.name, digit)))

    strokes = slot.content.strokes if isinstance(slot.content, Drawing) else []
    with st.container(horizontal=True, gap="xsmall"):
        with st.container(key=f"paper-{modality.name}", width="content"):
            canvas(modality.name, slot.version, strokes, drawn)
        if state(slot) != "present":
            cover(f"paper-{modality.name}", "draw here" if slot.present else "missing")
        with st.container(key=f"digits-{modality.name}"):
            digit_pills(modality, "Copy one", picked)


def speech_input(slot: Slot) -> None:
    """Show the recorder, the digits that the model can say by itself, and what is going to be heard."""
    speech.microphone(slot)
    digit_pills(SPEECH, "Or let the model imagine a voice for", partial(speech.imagine, slot))
    with st.container(height=112, border=False, gap="xsmall"):
        if slot.complaint:
            kept = " The sound from before is kept." if slot.content else ""
            st.error(slot.complaint + kept)
        elif isinstance(slot.content, Recording):
            st.audio(slot.content.sound, alt=f"The spoken input: {slot.content.origin}.")
            st.caption(f"The input: {slot.content.origin}")
        else:
            st.caption("Nothing recorded yet.")


def output_head(modality: Modality, given: Collection[str]) -> None:
    """Show of which modality an output is, and whether it was given."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{modality.title}**", width="stretch")
        if modality.name in given:
            st.badge("given", icon=":material/check:", color="blue")
        elif given:
            st.badge("imagined", icon=":material/auto_awesome:", color="violet")
        else:
            st.badge("missing", color="gray")


def output(modality: Modality, out: "Completion", pipe: "Pipeline") -> None:
    """Show what the model was given of one modality, and what it makes of it."""
    from mvae.ui.pictures import digit_image, mfcc_image  # noqa: PLC0415 - not before the first paint

    given = modality.name in out.given
    verb = "reconstructed" if given else "imagined"
    if modality == SPEECH:
        standardisation = pipe.description.standardisation[SPEECH.name]
        draw = partial(mfcc_image, standardisation=standardisation, cell=(10, 5))
        left, right, result, ratio = st.container(gap=None), st.container(gap=None), out.mfcc, 32 / 6.5
    else:
        columns = st.columns(2, gap="xsmall", wrap=False)
        left, right = (column.container(gap=None) for column in columns)
        draw, result, ratio = digit_image, getattr(out, modality.name), 1.0
    with left:
        if given:
            alt = f"{modality.title}, as the model is given it."
            st.image(png_url(draw(out.inputs[modality.name])), width="stretch", alt=alt)
            st.caption("given to the model")
        else:
            missing_picture(f"{modality.title}: missing.", ratio)
            st.caption("not given")
    with right:
        alt = f"{modality.title}, {verb} by the model."
        st.image(png_url(draw(result)), width="stretch", alt=alt)
        st.caption(verb)


def label(out: "Completion") -> None:
    """Show the most probable digit and the ten probabilities."""
    from mvae.ui.charts import PLAIN, label_chart  # noqa: PLC0415 - plotly takes a while to load

    st.metric("Most probable digit", out.label, label_visibility="collapsed")
    alt = f"Bars: probabilities of the ten digits; the highest is that of {out.label}."
    st.plotly_chart(label_chart(out.label_probs, height=255), config=PLAIN, alt=alt)


def shares(out: "Completion") -> None:
    """Show each expert's share of the posterior's precision."""
    from mvae.ui.charts import PLAIN, shares_chart  # noqa: PLC0415 - plotly takes a while to load

    alt = "Bars: share of each expert in the precision of the posterior."
    st.plotly_chart(shares_chart(out.expert_shares), config=PLAIN, alt=alt)
    st.caption("The surer an expert is, the larger is its share of the precision. The prior is one, too.")


def voice(out: "Completion") -> None:
    """Show the player of the spoken digit, once all that sound needs is loaded."""
    place = st.empty()
    while warm_up().is_alive():
        # A call to Streamlit is where a newer run may take over from this one.
        place.caption("The voice is coming …")
        time.sleep(0.1)
    waveform, rate = out.audio()
    place.audio(waveform, sample_rate=rate, alt="The spoken digit, made from the MFCCs above.")


page_header("Draw & speak", "Give one, two or all three modalities; the model imagines what is missing.")
problem = st.container()
inputs = current_inputs()
outputs = {}
with st.container(horizontal=True):
    with st.container(key="modalities"):
        for column, modality in zip(st.columns(3), MODALITIES, strict=True):
            with column:
                card(modality, slots()[modality.name])
        for column, modality in zip(st.columns(3), MODALITIES, strict=True):
            key = f"output-{modality.name}"
            outputs[modality.name] = column.container(border=True, key=key, gap="xsmall", height="stretch")
            with outputs[modality.name]:
                output_head(modality, inputs)
    with st.container(key="answer", horizontal=True):
        label_place = st.container(border=True, key="label", gap="xsmall")
        label_place.markdown("**Label**")
        shares_place = st.container(border=True, key="shares", gap="xsmall")
        shares_place.markdown("**Experts' shares** of the posterior")

# All that a person touches is on the screen now; what follows waits for torch the first time.
with problem:
    pipe = pipeline()
if not inputs:
    sentence = "All three modalities are missing. Switch one on, draw a digit, or say one."
    label_place.info(sentence, icon=":material/draw:")
else:
    out = pipe.complete(inputs, [tuple(inputs)])[0]
    for modality in MODALITIES:
        with outputs[modality.name]:
            output(modality, out, pipe)
    with label_place:
        label(out)
    with shares_place:
        shares(out)
    with outputs[SPEECH.name]:
        voice(out)
