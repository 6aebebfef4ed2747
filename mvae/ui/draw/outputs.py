"""What the model makes of the inputs: all modalities, the label, the experts' shares, and remarks."""

from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

import streamlit as st

from mvae.arrays import Array
from mvae.inference.completion import Completion
from mvae.modalities.base import Modality
from mvae.modalities.kinds import kind_of
from mvae.ui import keys
from mvae.ui.draw.cards import fields, made_from, note_shown
from mvae.ui.draw.diagram import show_diagram
from mvae.ui.draw.text import DrawAndSpeak as Text
from mvae.ui.draw.text import all_missing
from mvae.ui.frame import player
from mvae.ui.frame.frame import answer_to, pipeline
from mvae.ui.frame.link import keep_link
from mvae.ui.glossary.links import linked
from mvae.ui.results.completions import Answer, answer_of
from mvae.ui.state import sampling
from mvae.ui.state.contents import Content
from mvae.ui.state.slots import current_inputs, given_names, slots
from mvae.ui.state.task import shown
from mvae.ui.views.bars import label_bars, shares_bars
from mvae.ui.views.look import missing_picture, picture, plain
from mvae.ui.views.quarrel import alone_html, quarrel_html
from mvae.ui.views.values import values_table

if TYPE_CHECKING:  # they import torch, for which the canvases do not wait
    from streamlit.delta_generator import DeltaGenerator

    from mvae.inference.pipeline import Pipeline
    from mvae.inference.quarrel import Quarrel
    from mvae.model.scaling import Standardisation

    Scales = Mapping[str, Standardisation]

CELL = (10, 5)
"""Width and height of one value of an output's heat map, in pixels."""


def show_outputs(quarrel: "DeltaGenerator", alone: "Mapping[str, DeltaGenerator]") -> None:
    """Show what the model makes of the inputs: the diagram of it, the outputs, the label and the shares.

    Parameters
    ----------
    quarrel
        Where is said that inputs disagree, and who wins.
    alone
        Name of each modality -> where is said what it alone is read as.
    """
    inputs = current_inputs()
    problem, drawn = st.container(key=keys.PROBLEM), st.container(key=keys.DIAGRAM)
    with st.container(key=keys.OUTPUTS):
        places = {
            modality: st.container(border=True, key=f"{keys.OUTPUT}{modality.name}", gap="xsmall")
            for modality in shown().modalities
        }
    for modality, place in places.items():
        with place:
            _head(modality, inputs)
    with st.container(key=keys.BESIDE):
        label = st.container(border=True, key=keys.LABEL, gap="xsmall")
        shares = st.container(border=True, key=keys.SHARES, gap="xsmall")
    label_head = label.empty()
    label_head.markdown(Text.LABEL)
    shares.markdown(linked(Text.SHARES))
    # All that a person touches is on the screen now; what follows may wait for torch.
    if not inputs:
        with problem:
            pipeline()  # says what to do if there is none
        _say_who_wins(None, quarrel, alone)
        show_diagram(drawn, None)
        sentence = all_missing(len(places), posters=shown().is_posters)
        label.info(sentence, icon=":material/draw:")
        note_shown(keys.OUTPUTS)
        return
    with problem:
        answer = _answer(inputs)
    note_shown(keys.OUTPUTS)
    _say_who_wins(answer.quarrel, quarrel, alone)
    show_diagram(drawn, answer.out)
    out, doubtful, plays = answer.out, _unfamiliar(answer.unfamiliarity), False
    for modality, place in places.items():
        with place:
            plays |= _output(modality, out, answer.standardisation, doubtful=modality in doubtful)
    st.session_state[keys.PLAYS] = plays
    with label:
        name = shown().classes[out.label]
        if doubtful:
            label_head.markdown(f"{Text.LABEL} {Text.ONLY_A_GUESS}")
        best = Text.GUESS.format(label=name) if doubtful else name
        st.metric(Text.LABEL_METRIC, best, label_visibility="collapsed")
        st.html(label_bars(out.label_probs, shown().classes))
    with shares:
        st.html(shares_bars(out.expert_shares, shown().experts))
        st.caption(linked(Text.SHARES_NOTE))


def _say_who_wins(
    quarrel: "Quarrel | None", place: "DeltaGenerator", alone: "Mapping[str, DeltaGenerator]"
) -> None:
    """Say what each of several inputs alone is read as, and which class wins where they disagree."""
    for name, card in alone.items():
        card.html(alone_html(quarrel, name, shown().classes))
    place.html(quarrel_html(quarrel, shown().names, shown().classes))


@dataclass(frozen=True)
class Seen:
    """What a session sees.

    Attributes
    ----------
    made_from
        As of `mvae.ui.draw.cards`.
    pipeline
        Returns the model.
    find
        Returns what that makes of it; in any thread.
    """

    made_from: object
    pipeline: "Callable[[], Pipeline]"
    find: Callable[[], Answer]

    @cached_property
    def answer(self) -> Answer:
        """What the model makes of it, found out when it is first asked for: who paints needs it not."""
        return self.find()


def latest() -> "deque[Seen]":
    """Return what holds what this session sees now, alone."""
    held: deque[Seen] = st.session_state.setdefault(keys.RESULT, deque(maxlen=1))
    return held


def keep() -> None:
    """Keep what the page shows now, whoever has painted it, for its address and for the downloads."""
    held, names = latest(), given_names()
    if held and names and held[-1].made_from != made_from():
        pipeline, contents = held[-1].pipeline, {name: slots()[name].content for name in names}
        find = partial(_find, pipeline, contents, sampling.seed())
        held.append(Seen(made_from(), pipeline, find))
    keep_link(fields())


def _find(
    pipeline: "Callable[[], Pipeline]", contents: Mapping[str, Content | None], seed: int | None
) -> Answer:
    prepared = {name: None if content is None else content.prepared for name, content in contents.items()}
    inputs = {name: value for name, value in prepared.items() if value is not None}
    return answer_of(pipeline(), inputs, seed)


def _answer(inputs: dict[str, Array]) -> Answer:
    """Return what the chosen model makes of the inputs; what this session has seen is not made again."""
    held = latest()
    if not held or held[-1].made_from != made_from():
        answer = answer_to(inputs, sampling.seed())
        held.append(Seen(made_from(), answer.pipeline, lambda: answer))
    return held[-1].answer


def _head(modality: Modality, given: Collection[str]) -> None:
    """Show of which modality an output is, and whether it was given."""
    badge = Text.BADGE_MISSING
    if modality.name in given:
        badge = Text.BADGE_GIVEN
    elif given:
        badge = Text.BADGE_IMAGINED
    st.markdown(f"**{plain(modality.title)}** {badge}")


def _output(modality: Modality, out: Completion, scales: "Scales", *, doubtful: bool) -> bool:
    """Show what the model was given of one modality, whether it is doubtful, and what it makes of it.

    Returns whether that is heard.
    """
    from mvae.ui.views.samples import sample_image  # noqa: PLC0415 - not before the first paint

    given, name = modality.name in out.given, shown().classes[out.label]
    verb = Text.RECONSTRUCTED if given else Text.IMAGINED.format(kind=sampling.kind())
    result = sample_image(modality, out[modality.name], scales, cell=CELL)
    look = keys.HEAT if kind_of(modality).heat else keys.INK
    with st.container(key=f"{look}{modality.name}", gap="xsmall"):
        if given:
            before = sample_image(modality, out.inputs[modality.name], scales, cell=CELL)
            alt = Text.GIVEN_ALT.format(title=modality.title, label=name)
            picture(before, Text.GIVEN_CAPTION, alt)
        else:
            ratio = result.width / result.height
            missing_picture(Text.NOT_GIVEN_ALT.format(title=modality.title), Text.NOT_GIVEN, ratio)
        picture(result, verb, Text.OUTPUT_ALT.format(title=modality.title, verb=verb, label=name))
    if modality.kind == "vector":
        columns = {Text.VALUE_GIVEN: out.inputs[modality.name]} if given else {}
        columns[Text.VALUE_MADE] = out[modality.name]
        st.html(values_table(modality, columns, Text.VALUES_ALT.format(title=modality.title)))
    # A remark fits into the room that is left, so that nothing moves.
    audible, plays = kind_of(modality).audible, False
    if doubtful or audible:
        with st.container(key=f"{keys.REMARK}{modality.name}", horizontal=True, vertical_alignment="center"):
            if audible:
                words = Text.LISTEN if shown().is_posters else Text.LISTEN_ANY.format(title=modality.title)
                plays = player.player(lambda: out.audio(modality.name), words, _suffix(modality))
            if doubtful:
                st.markdown(remark(modality))
    return plays


def remark(modality: Modality) -> str:
    """Say that an input is unlike what the model was trained with."""
    if not shown().is_posters:
        return Text.UNLIKE.format(title=plain(modality.title))
    sentence = Text.UNLIKE_SPEECH if modality.kind == "sound" else Text.UNLIKE_DRAWING
    return sentence.format(title=modality.title)


def _suffix(modality: Modality) -> str:
    """Tell the players of several sounds apart."""
    return "" if modality == shown().of_kind("sound")[0] else f"-{modality.name}"


def _unfamiliar(scores: Mapping[str, float]) -> list[Modality]:
    """Return the given modalities whose input is unlike any known; what a model imagined is not judged."""
    return [
        modality
        for modality in shown().modalities
        if scores.get(modality.name, 0.0) > 1 and not slots()[modality.name].imagined
    ]
