"""Draw & speak: give any of the three modalities, and see all three, reconstructed or imagined.

Each card is a part that runs again by itself, and so are the outputs, the way to imagine, the eight ways and
the downloads: a stroke runs the outputs again, and its own card only if that looks otherwise then.
"""

from collections import deque
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from mvae.modalities.base import Modality
from mvae.modalities.strokes import Strokes
from mvae.tasks.digits import DIGITS, FARSI, KANNADA, MODALITIES, SPEECH
from mvae.ui.draw.outputs import output, output_head, unfamiliar, ways
from mvae.ui.draw.text import DrawAndSpeak as Text
from mvae.ui.frame.download import Numbers, download_latest, numbers, summary, worksheet_file
from mvae.ui.frame.frame import page_header, pipeline
from mvae.ui.frame.link import keep_link
from mvae.ui.inputs import imagination
from mvae.ui.inputs import microphone as speech
from mvae.ui.inputs.canvas import canvas, drawn_on
from mvae.ui.inputs.pickers import copy_pills, digit_pills, present_switch
from mvae.ui.inputs.picture_input import accept_dropped, picture_popover
from mvae.ui.results import voices
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.runtime.parts import Looks, run_changed, show_part
from mvae.ui.state import sampling
from mvae.ui.state.fields import Field, one_of, whole_number, widget_field
from mvae.ui.state.models import checkpoints, chosen_checkpoint
from mvae.ui.state.slots import Drawing, Picture, Recording, Slot, current_inputs, example, slots
from mvae.ui.text import Common
from mvae.ui.views.bars import label_bars, shares_bars
from mvae.ui.views.look import cover, plain, show_guide, show_picture

if TYPE_CHECKING:  # it imports torch, for which the canvases do not wait
    from streamlit.delta_generator import DeltaGenerator

    from mvae.inference.completion import Completion
    from mvae.inference.pipeline import Pipeline


WAYS = 8


def card_key(modality: Modality) -> str:
    """Return the key of the part that is a modality's card."""
    return f"card-{modality.name}"


def look_of_card(modality: Modality) -> object:
    """Return what decides how a card looks; a canvas shows by itself what is drawn on it."""
    slot = slots()[modality.name]
    shown = slot.content if isinstance(slot.content, Picture | Recording) else None
    guide = st.session_state.get(guide_key(modality.name))
    buttons = bool(slot.past), slot.content is None
    return state(slot), buttons, slot.version, shown, slot.complaint, guide


def look_of_ways() -> object:
    """Return what decides how the eight ways look; where they are shown, every change decides."""
    return object() if ways_are_shown() else None


def all_given() -> bool:
    """Say whether nothing is left to imagine."""
    return len(current_inputs()) == len(MODALITIES)


def ways_are_shown() -> bool:
    """Say whether eight draws of what is missing are wanted, and something is missing."""
    return bool(st.session_state.get("ways", False)) and bool(current_inputs()) and not all_given()


LOOKS: Looks = {
    **{card_key(modality): partial(look_of_card, modality) for modality in MODALITIES},
    "outputs": object,
    "eight": look_of_ways,
    "imagining": lambda: (sampling.kind(), all_given(), bool(current_inputs())),
    "downloads": lambda: bool(current_inputs()),
}
"""The parts of this page."""
update = partial(run_changed, LOOKS)


def card(modality: Modality) -> None:
    """Show one modality's card: its switch, its input, Undo and Clear."""
    slot = slots()[modality.name]

    def put_back() -> None:
        take_drawn(modality, slot)
        slot.undo()
        update()

    def clear() -> None:
        take_drawn(modality, slot)
        slot.put(None)
        update()

    with st.container(gap="xsmall"):
        present_switch(modality, slot, Text.SWITCH.format(title=modality.title, state=state(slot)), update)
        if modality == SPEECH:
            speech_input(slot)
        else:
            drawing_input(modality, slot)
        with st.container(horizontal=True, gap="xsmall"):
            st.button(
                Text.UNDO, icon=":material/undo:", key=f"undo-{modality.name}",
                on_click=guarded(put_back), disabled=not slot.past,
            )  # fmt: skip
            st.button(
                Text.CLEAR, icon=":material/delete:", key=f"clear-{modality.name}",
                on_click=guarded(clear), disabled=slot.content is None,
            )  # fmt: skip
            if modality == SPEECH:
                with st.popover(Text.UPLOAD, icon=":material/upload:", key=f"upload-popover-{slot.version}"):
                    speech.upload(slot, update)
            else:
                guide_picker(modality, slot)
                picture_popover(modality, slot, update)
                accept_dropped(modality, slot, update)


def guide_picker(modality: Modality, slot: Slot) -> None:
    """Show the choice of a digit to trace over; to choose one clears the canvas, which can be undone."""
    key = guide_key(modality.name)

    def picked() -> None:
        st.session_state[key] = st.session_state[f"{key}-picker"]
        take_drawn(modality, slot)
        if st.session_state[key] is not None and slot.content is not None:
            slot.put(None)
        update()

    with st.popover(Text.TRACE, icon=":material/gesture:", key=f"{key}-popover"):
        st.session_state[f"{key}-picker"] = st.session_state.get(key)
        digit_pills(modality, Text.TRACE_WHICH, key=f"{key}-picker", picked=picked)


def take_drawn(modality: Modality, slot: Slot) -> None:
    """Take what is drawn, before a button that was pressed after it puts something else in its place.

    Of all that a browser tells in one message, or while the script runs, Streamlit calls the buttons'
    callbacks first.
    """
    drawn = [] if modality == SPEECH else drawn_on(modality.name, slot.version)
    taken = slot.content.strokes if isinstance(slot.content, Drawing) else []
    if len(drawn) > len(taken):
        slot.put(Drawing.of(drawn), from_widget=True)


def guide_key(script: str) -> str:
    """Return where the session keeps the digit to trace over."""
    return f"guide-{script}"


def state(slot: Slot) -> str:
    """Say in a word whether the model is given this modality."""
    if not slot.present:
        return Common.MISSING
    return Text.EMPTY if slot.prepared is None else Text.PRESENT


def drawing_input(modality: Modality, slot: Slot) -> None:
    """Show the canvas, with the picture that was given in its place, and the ten digits to copy from."""
    version = slot.version

    def drawn(strokes: Strokes) -> None:
        if slot.version == version:  # else a button was told in the same message, and has taken it
            slot.put(Drawing.of(strokes), from_widget=True)
        update()

    def picked(digit: int) -> None:
        take_drawn(modality, slot)
        slot.put(example(modality.name, digit))
        update()

    strokes = slot.content.strokes if isinstance(slot.content, Drawing) else []
    with st.container(horizontal=True, gap="xsmall"):
        canvas(modality.name, slot.version, strokes, drawn)
        copy_pills(modality, Text.COPY_ONE, picked)
    guide = st.session_state.get(guide_key(modality.name))
    if isinstance(slot.content, Picture):
        show_picture(f"canvas-{modality.name}", slot.content.shown, slot.content.ink, slot.content.origin)
    elif guide is not None:
        show_guide(f"canvas-{modality.name}", modality.name, guide)
    if slot.complaint:
        cover(f"canvas-{modality.name}", slot.complaint, small=True)
    elif not slot.present:
        cover(f"canvas-{modality.name}", Common.MISSING)
    elif slot.prepared is None and guide is None:
        cover(f"canvas-{modality.name}", Text.DRAW_HERE)


def speech_input(slot: Slot) -> None:
    """Show the recorder, the digits that the model can say by itself, and what is heard."""

    def picked(digit: int) -> None:
        voices.imagine(slot, digit)
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


def show_outputs(answer: "DeltaGenerator") -> None:
    """Show what the model makes of the inputs, the label and the shares in a place at the side."""
    inputs = current_inputs()
    problem = st.container()
    with st.container(key="outputs"):
        places = {
            modality: st.container(border=True, key=f"output-{modality.name}", gap="xsmall")
            for modality in MODALITIES
        }
    for modality, place in places.items():
        with place:
            output_head(modality, inputs)
    with answer, st.container(key="answer", horizontal=True):
        label = st.container(border=True, key="label", gap="xsmall")
        shares = st.container(border=True, key="shares", gap="xsmall")
    label_head = label.empty()
    label_head.markdown(Text.LABEL)
    shares.markdown(Text.SHARES)
    # All that a person touches is on the screen now; what follows waits for torch the first time.
    with problem:
        pipe = pipeline()
    if not inputs:
        label.info(Text.ALL_MISSING, icon=":material/draw:")
        keep_link(FIELDS)
        return
    (out,) = pipe.complete(inputs, [tuple(inputs)], seed=sampling.seed())
    results().append((out, pipe))
    doubtful = unfamiliar(out, pipe)
    for modality, place in places.items():
        with place:
            output(modality, out, pipe, doubtful=modality in doubtful)
    with label:
        if doubtful:
            label_head.markdown(f"{Text.LABEL} {Text.ONLY_A_GUESS}")
        best = Text.GUESS.format(label=out.label) if doubtful else str(out.label)
        st.metric(Text.LABEL_METRIC, best, label_visibility="collapsed")
        st.html(label_bars(out.label_probs))
    with shares:
        st.html(shares_bars(out.expert_shares))
        st.caption(Text.SHARES_NOTE)
    keep_link(FIELDS)


def results() -> "deque[tuple[Completion, Pipeline]]":
    """Return what holds the result that this session sees now, alone, and the model that made it."""
    held: deque[tuple[Completion, Pipeline]] = st.session_state.setdefault("result", deque(maxlen=1))
    return held


def show_imagination() -> None:
    """Show how the missing modalities are imagined, and let that be changed."""
    if not current_inputs():
        return

    def keep_ways() -> None:
        st.session_state["ways"] = st.session_state["ways-toggle"]
        update()

    with st.container(key="imagination", horizontal=True, vertical_alignment="center"):
        imagination.controls(update, disabled=all_given())
        st.session_state["ways-toggle"] = st.session_state.get("ways", False)
        st.toggle(
            Text.WAYS, key="ways-toggle", help=Text.WAYS_HELP, on_change=guarded(keep_ways),
            disabled=all_given(),
        )  # fmt: skip


def show_ways() -> None:
    """Show eight draws of each missing modality, if they are wanted."""
    if not ways_are_shown() or not results():
        return
    first = WAYS * (sampling.seed() or 0)
    shown, pipe = results()[-1]
    outs = pipe.imagine(shown.inputs, range(first, first + WAYS))
    with st.container(key="eight-ways"):
        for modality in MODALITIES:
            with st.container(key=f"ways-{modality.name}"):
                ways(modality, outs, pipe, WAYS // 2)


def show_downloads() -> None:
    """Show what of the result can be taken home."""
    held, model = results(), checkpoints()[chosen_checkpoint()]

    def latest() -> Numbers:
        out, _ = held[-1]
        return Numbers(summary(out), numbers(out), out.audio, model)

    if current_inputs():
        more = [worksheet_file(lambda: held[-1])]
        download_latest("result", latest, audible=True, more=more)


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

downloads = page_header(Text.TITLE, Text.LEAD, FIELDS)
with st.container(horizontal=True):
    with st.container(key="modalities"):
        with st.container(key="cards"):
            for modality in MODALITIES:
                with st.container(border=True, key=f"card-{modality.name}", gap="xsmall", height="stretch"):
                    show_part(LOOKS, card_key(modality), partial(card, modality))
        outputs, below = st.container(), st.container()
    answer = st.container(key="beside")
with below:
    show_part(LOOKS, "imagining", show_imagination)
with downloads:
    show_part(LOOKS, "downloads", show_downloads)
with outputs:
    show_part(LOOKS, "outputs", partial(show_outputs, answer))
with below:
    show_part(LOOKS, "eight", show_ways)
