"""Draw & speak: give any of the three modalities, and see all three, reconstructed or imagined.

Each card is a fragment, and so are all outputs together: a stroke runs its own card again, and the outputs.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from mvae.modalities import DIGITS, FARSI, KANNADA, MODALITIES, SPEECH, Modality
from mvae.strokes import Strokes
from mvae.ui import imagination, speech
from mvae.ui.bars import label_bars, shares_bars
from mvae.ui.canvas import canvas
from mvae.ui.download import download_result
from mvae.ui.link import Field, keep_link, one_of, whole_number, widget_field
from mvae.ui.parts import run_again
from mvae.ui.session import Drawing, Recording, Slot, current_inputs, example, pipeline, slots
from mvae.ui.text import Common
from mvae.ui.text import DrawAndSpeak as Text
from mvae.ui.theme import (
    copy_pills,
    cover,
    digit_pills,
    missing_picture,
    page_header,
    picture,
    plain,
    present_switch,
    show_guide,
)

if TYPE_CHECKING:  # it imports torch, for which the canvases do not wait
    from streamlit.delta_generator import DeltaGenerator

    from mvae.completion import Completion
    from mvae.pipeline import Pipeline


WAYS = 8
OUTPUTS = "outputs"
"""Key of the fragment that shows what the model makes of the inputs."""


def changed(modality: Modality) -> None:
    """Show a modality's card and the outputs anew, at the end of a callback."""
    run_again(card_key(modality), OUTPUTS)


def card_key(modality: Modality) -> str:
    """Return the key of the fragment that is a modality's card."""
    return f"card-{modality.name}"


def card(modality: Modality) -> None:
    """Show one modality's card: its switch, its input, Undo and Clear."""
    slot = slots()[modality.name]
    update = partial(changed, modality)

    def put_back() -> None:
        slot.undo()
        update()

    def clear() -> None:
        slot.put(None)
        update()

    with st.container(gap="xsmall"):
        present_switch(modality, slot, Text.SWITCH.format(title=modality.title, state=state(slot)), update)
        if modality == SPEECH:
            speech_input(slot, update)
        else:
            drawing_input(modality, slot, update)
        with st.container(horizontal=True, gap="xsmall"):
            st.button(
                Text.UNDO, icon=":material/undo:", key=f"undo-{modality.name}",
                on_click=put_back, disabled=not slot.past,
            )  # fmt: skip
            st.button(
                Text.CLEAR, icon=":material/delete:", key=f"clear-{modality.name}",
                on_click=clear, disabled=slot.content is None,
            )  # fmt: skip
            if modality == SPEECH:
                with st.popover(Text.UPLOAD, icon=":material/upload:", key=f"upload-popover-{slot.version}"):
                    speech.upload(slot, update)
            else:
                guide_picker(modality, slot, update)


def guide_picker(modality: Modality, slot: Slot, update: Callable[[], None]) -> None:
    """Show the choice of a digit to trace over; to choose one clears the canvas, which can be undone."""
    key = guide_key(modality.name)

    def picked() -> None:
        st.session_state[key] = st.session_state[f"{key}-picker"]
        if st.session_state[key] is not None and slot.content is not None:
            slot.put(None)
        update()

    with st.popover(Text.TRACE, icon=":material/gesture:", key=f"{key}-popover"):
        st.session_state[f"{key}-picker"] = st.session_state.get(key)
        digit_pills(modality, Text.TRACE_WHICH, key=f"{key}-picker", on_change=picked)


def guide_key(script: str) -> str:
    """Return where the session keeps the digit to trace over."""
    return f"guide-{script}"


def state(slot: Slot) -> str:
    """Say in a word whether the model is given this modality."""
    if not slot.present:
        return Common.MISSING
    return Text.EMPTY if slot.prepared is None else Text.PRESENT


def drawing_input(modality: Modality, slot: Slot, update: Callable[[], None]) -> None:
    """Show the canvas, and the ten digits to copy from."""

    def drawn(strokes: Strokes) -> None:
        slot.put(Drawing.of(strokes), from_widget=True)
        update()

    def picked(digit: int) -> None:
        slot.put(example(modality.name, digit))
        update()

    strokes = slot.content.strokes if isinstance(slot.content, Drawing) else []
    with st.container(horizontal=True, gap="xsmall"):
        canvas(modality.name, slot.version, strokes, drawn)
        copy_pills(modality, Text.COPY_ONE, picked)
    guide = st.session_state.get(guide_key(modality.name))
    if guide is not None:
        show_guide(f"canvas-{modality.name}", modality.name, guide)
    if not slot.present:
        cover(f"canvas-{modality.name}", Common.MISSING)
    elif slot.prepared is None and guide is None:
        cover(f"canvas-{modality.name}", Text.DRAW_HERE)


def speech_input(slot: Slot, update: Callable[[], None]) -> None:
    """Show the recorder, the digits that the model can say by itself, and what is heard."""

    def picked(digit: int) -> None:
        speech.imagine(slot, digit)
        update()

    speech.microphone(slot, update)
    copy_pills(SPEECH, Text.IMAGINE_A_VOICE, picked)
    with st.container(height=96, border=False, gap="xsmall"):
        if slot.complaint:
            kept = Text.SOUND_KEPT if slot.content else ""
            st.error(slot.complaint + kept)
        elif isinstance(slot.content, Recording):
            with st.container(key="sound-speech"):
                st.audio(slot.content.sound, alt=Text.SPOKEN_INPUT_ALT.format(origin=slot.content.origin))
            if not slot.present:
                cover("sound-speech", Common.MISSING)
            st.caption(Text.SPOKEN_INPUT.format(origin=plain(slot.content.origin)))
        else:
            st.caption(Text.NOTHING_RECORDED)


def output_head(modality: Modality, given: Collection[str]) -> None:
    """Show of which modality an output is, and whether it was given."""
    badge = Text.BADGE_MISSING
    if modality.name in given:
        badge = Text.BADGE_GIVEN
    elif given:
        badge = Text.BADGE_IMAGINED
    st.markdown(f"**{modality.title}** {badge}")


def output(modality: Modality, out: "Completion", pipe: "Pipeline", *, doubtful: bool) -> None:
    """Show what the model was given of one modality, whether it is doubtful, and what it makes of it."""
    from mvae.ui.pictures import digit_image, mfcc_image  # noqa: PLC0415 - not before the first paint

    given = modality.name in out.given
    verb = Text.RECONSTRUCTED if given else Text.IMAGINED.format(kind=imagination.kind())
    if modality == SPEECH:
        standardisation = pipe.description.standardisation[SPEECH.name]
        draw, values = partial(mfcc_image, standardisation=standardisation, cell=(10, 5)), out.mfcc
    else:
        draw, values = digit_image, getattr(out, modality.name)
    result = draw(values)
    with st.container(key=f"pictures-{modality.name}", gap="xsmall"):
        if given:
            alt = Text.GIVEN_ALT.format(title=modality.title, label=out.label)
            picture(draw(out.inputs[modality.name]), Text.GIVEN_CAPTION, alt)
        else:
            ratio = result.width / result.height
            missing_picture(Text.NOT_GIVEN_ALT.format(title=modality.title), Text.NOT_GIVEN, ratio)
        picture(result, verb, Text.OUTPUT_ALT.format(title=modality.title, verb=verb, label=out.label))
    # A remark fits into the room that is left, so that nothing moves.
    with st.container(key=f"remark-{modality.name}", horizontal=True, vertical_alignment="center"):
        if modality == SPEECH:
            speech.player(out.audio, Text.LISTEN)
        if doubtful:
            sentence = Text.UNLIKE_SPEECH if modality == SPEECH else Text.UNLIKE_DRAWING
            st.markdown(sentence.format(title=modality.title))


def ways(modality: Modality, outs: "Sequence[Completion]", pipe: "Pipeline") -> None:
    """Show one modality imagined from several draws, or that there is nothing to imagine."""
    from mvae.ui.pictures import digit_image, mfcc_image, mosaic  # noqa: PLC0415 - not before the first paint

    if modality.name in outs[0].given:
        st.caption(Text.WAYS_GIVEN)
        return
    if modality == SPEECH:
        standardisation = pipe.description.standardisation[SPEECH.name]
        tiles = [mfcc_image(out.mfcc, standardisation, cell=(5, 5)) for out in outs]
    else:
        tiles = [digit_image(getattr(out, modality.name), scale=3) for out in outs]
    caption = f"{modality.title}: {Text.WAYS_CAPTION}"
    labels = ", ".join(str(out.label) for out in outs)
    alt = Text.WAYS_ALT.format(title=modality.title, labels=labels)
    picture(mosaic(tiles, WAYS // 2), caption, alt)


@st.fragment(key=OUTPUTS)
def show_outputs(places: "Mapping[str, DeltaGenerator]") -> None:
    """Show what the model makes of the inputs, in places made for it, the downloads among them."""
    inputs = current_inputs()
    for modality in MODALITIES:
        with places[f"output-{modality.name}"]:
            output_head(modality, inputs)
    label_head = places["label"].empty()
    label_head.markdown(Text.LABEL)
    places["shares"].markdown(Text.SHARES)
    # All that a person touches is on the screen now; what follows waits for torch the first time.
    with places["problem"], st.container():
        pipe = pipeline()
    if not inputs:
        places["label"].info(Text.ALL_MISSING, icon=":material/draw:")
        for place in places.values():
            with place:
                st.container()  # so that a fragment may write here later
        keep_link(FIELDS)
        return
    everything = len(inputs) == len(MODALITIES)
    with places["imagination"]:
        imagination.controls(disabled=everything)
        st.session_state["ways-toggle"] = st.session_state.get("ways", False)
        st.toggle(Text.WAYS, key="ways-toggle", help=Text.WAYS_HELP, on_change=keep_ways, disabled=everything)
    seed = imagination.seed()
    (out,) = pipe.complete(inputs, [tuple(inputs)], seed=seed)
    doubtful = unfamiliar(out, pipe)
    for modality in MODALITIES:
        with places[f"output-{modality.name}"]:
            output(modality, out, pipe, doubtful=modality in doubtful)
    if doubtful:
        label_head.markdown(f"{Text.LABEL} {Text.ONLY_A_GUESS}")
    answer(places, out, guess=bool(doubtful))
    download_result(places["downloads"], out, pipe)
    shown = st.session_state.get("ways", False) and not everything
    first = WAYS * (seed or 0)
    seeds = range(first, first + WAYS) if shown else ()
    outs = [pipe.complete(inputs, [out.given], seed=each)[0] for each in seeds]
    for modality in MODALITIES:
        with places[f"ways-{modality.name}"], st.container():
            if outs:
                ways(modality, outs, pipe)
    keep_link(FIELDS)


def answer(places: "Mapping[str, DeltaGenerator]", out: "Completion", *, guess: bool) -> None:
    """Show the label, whether it is only a guess, and the experts' shares."""
    with places["label"]:
        label = Text.GUESS.format(label=out.label) if guess else str(out.label)
        st.metric(Text.LABEL_METRIC, label, label_visibility="collapsed")
        st.html(label_bars(out.label_probs))
    with places["shares"]:
        st.html(shares_bars(out.expert_shares))
        st.caption(Text.SHARES_NOTE)


def keep_ways() -> None:
    """Remember whether eight ways are shown."""
    st.session_state["ways"] = st.session_state["ways-toggle"]


def unfamiliar(out: "Completion", pipe: "Pipeline") -> list[Modality]:
    """Return the given modalities whose input is unlike a digit; what the model itself said is not judged."""
    scores = pipe.unfamiliarity(out)
    return [
        modality
        for modality in MODALITIES
        if scores.get(modality.name, 0.0) > 1 and not slots()[modality.name].imagined
    ]


FIELDS: tuple[Field, ...] = (
    widget_field("ways", "ways", False, lambda text: one_of(["yes"])(text) == "yes", lambda _: "yes"),
    *(
        widget_field(
            f"trace-{script.name}",
            guide_key(script.name),
            None,
            partial(whole_number, low=0, high=DIGITS - 1),
        )
        for script in (FARSI, KANNADA)
    ),
)

places = {"downloads": page_header(Text.TITLE, Text.LEAD, FIELDS), "problem": st.container()}
with st.container(horizontal=True):
    with st.container(key="modalities"):
        for modality in MODALITIES:
            with st.container(border=True, key=f"card-{modality.name}", gap="xsmall", height="stretch"):
                st.fragment(card, key=card_key(modality))(modality)
        for modality in MODALITIES:
            key = f"output-{modality.name}"
            places[key] = st.container(border=True, key=key, gap="xsmall", height="stretch")
        places["imagination"] = st.container(key="imagination", horizontal=True, vertical_alignment="center")
        for modality in MODALITIES:
            places[f"ways-{modality.name}"] = st.container(key=f"ways-{modality.name}")
    with st.container(key="answer", horizontal=True):
        places["label"] = st.container(border=True, key="label", gap="xsmall")
        places["shares"] = st.container(border=True, key="shares", gap="xsmall")
show_outputs(places)
