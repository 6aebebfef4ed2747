"""Draw & speak: give any of the three modalities, and see all three, reconstructed or imagined.

The outputs are a fragment: to imagine again, only they run again.
"""

from collections.abc import Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from mvae.modalities import MODALITIES, SPEECH, Modality
from mvae.strokes import Strokes
from mvae.ui import imagination, speech
from mvae.ui.bars import label_bars, shares_bars
from mvae.ui.canvas import canvas
from mvae.ui.session import Drawing, Recording, Slot, current_inputs, example, pipeline, slots
from mvae.ui.theme import cover, digit_pills, missing_picture, page_header, picture

if TYPE_CHECKING:  # it imports torch, for which the canvases do not wait
    from streamlit.delta_generator import DeltaGenerator

    from mvae.completion import Completion
    from mvae.pipeline import Pipeline


def card(modality: Modality, slot: Slot) -> "DeltaGenerator":
    """Show one modality's card: its switch, its input, Undo and Clear; return the place for a remark."""
    with st.container(border=True, key=f"card-{modality.name}", gap="xsmall", height="stretch"):
        switch(modality, slot)
        if modality == SPEECH:
            remark = speech_input(slot)
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
            else:
                remark = st.container(key=f"remark-{modality.name}", width="stretch")
    return remark


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
        slot.put(example(modality.name, digit))

    strokes = slot.content.strokes if isinstance(slot.content, Drawing) else []
    with st.container(horizontal=True, gap="xsmall"):
        canvas(modality.name, slot.version, strokes, drawn)
        digit_pills(modality, "Copy one", picked)
    if state(slot) != "present":
        cover(f"canvas-{modality.name}", "draw here" if slot.present else "missing")


def speech_input(slot: Slot) -> "DeltaGenerator":
    """Show the recorder, the digits that the model can say by itself, and what is heard; return as `card`."""
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
        return st.container(key="remark-speech")


def output_head(modality: Modality, given: Collection[str]) -> None:
    """Show of which modality an output is, and whether it was given."""
    badge = ":gray-badge[missing]"
    if modality.name in given:
        badge = ":blue-badge[:material/check: given]"
    elif given:
        badge = ":violet-badge[:material/auto_awesome: imagined]"
    st.markdown(f"**{modality.title}** {badge}")


def output(modality: Modality, out: "Completion", pipe: "Pipeline") -> None:
    """Show what the model was given of one modality, and what it makes of it."""
    from mvae.ui.pictures import digit_image, mfcc_image  # noqa: PLC0415 - not before the first paint

    given = modality.name in out.given
    verb = "reconstructed" if given else f"imagined: {imagination.kind()}"
    if modality == SPEECH:
        standardisation = pipe.description.standardisation[SPEECH.name]
        draw = partial(mfcc_image, standardisation=standardisation, cell=(10, 5))
        result, ratio = out.mfcc, 32 / 6.5
    else:
        draw, result, ratio = digit_image, getattr(out, modality.name), 1.0
    with st.container(key=f"pictures-{modality.name}", gap="xsmall"):
        if given:
            alt = f"{modality.title}, as the model is given it."
            picture(draw(out.inputs[modality.name]), "given to the model", alt)
        else:
            missing_picture(f"{modality.title}: missing.", "not given", ratio)
        picture(draw(result), verb, f"{modality.title}, {verb} by the model.")


@st.fragment
def show_outputs(
    places: "Mapping[str, DeltaGenerator]", below: "DeltaGenerator", out: "Completion", pipe: "Pipeline"
) -> None:
    """Show all outputs, and below them how they are imagined."""
    with below:
        imagination.controls(disabled=len(out.given) == len(MODALITIES))
    seed = imagination.seed()
    if out.seed != seed:  # the fragment runs by itself
        (out,) = pipe.complete(out.inputs, [out.given], seed=seed)
    for modality in MODALITIES:
        with places[modality.name]:
            output(modality, out, pipe)
    with places[SPEECH.name]:
        speech.player(out.audio, "The spoken digit, made from the MFCCs above.")


def unfamiliar(out: "Completion", pipe: "Pipeline") -> list[Modality]:
    """Return the given modalities whose input is unlike a digit; what the model itself said is not judged."""
    scores = pipe.unfamiliarity(out)
    return [
        modality
        for modality in MODALITIES
        if scores.get(modality.name, 0.0) > 1 and not slots()[modality.name].imagined
    ]


page_header("Draw & speak", "Give one, two or all three modalities; the model imagines what is missing.")
problem = st.container()
inputs = current_inputs()
outputs, remarks = {}, {}
with st.container(horizontal=True):
    with st.container(key="modalities"):
        for modality in MODALITIES:
            remarks[modality.name] = card(modality, slots()[modality.name])
        for modality in MODALITIES:
            key = f"output-{modality.name}"
            outputs[modality.name] = st.container(border=True, key=key, gap="xsmall", height="stretch")
            with outputs[modality.name]:
                output_head(modality, inputs)
        controls = st.container(key="imagination", horizontal=True, vertical_alignment="center")
    with st.container(key="answer", horizontal=True):
        label_place = st.container(border=True, key="label", gap="xsmall")
        label_head = label_place.empty()
        label_head.markdown("**Label**")
        shares_place = st.container(border=True, key="shares", gap="xsmall")
        shares_place.markdown("**Experts' shares** of the posterior")

# All that a person touches is on the screen now; what follows waits for torch the first time.
with problem:
    pipe = pipeline()
if not inputs:
    sentence = "All three modalities are missing. Switch one on, draw a digit, or say one."
    label_place.info(sentence, icon=":material/draw:")
else:
    out = pipe.complete(inputs, [tuple(inputs)], seed=imagination.seed())[0]
    show_outputs(outputs, controls, out, pipe)
    doubtful = unfamiliar(out, pipe)
    for modality in doubtful:
        words = "sound like a spoken digit" if modality == SPEECH else f"look like a {modality.title}"
        remarks[modality.name].markdown(f":orange[This does not {words}.]")
    if doubtful:
        label_head.markdown("**Label** :orange-badge[:material/help: only a guess]")
    with label_place:
        guess = f"{out.label}?" if doubtful else str(out.label)
        st.metric("Most probable digit", guess, label_visibility="collapsed")
        st.html(label_bars(out.label_probs))
    with shares_place:
        st.html(shares_bars(out.expert_shares))
        st.caption("The surer an expert is, the larger is its share of the precision. The prior is one, too.")
