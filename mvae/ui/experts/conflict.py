"""The tab "Conflict lab": one modality says one class, another says another; which does the model believe."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from mvae.arrays import Array
from mvae.inference.completion import Completion
from mvae.inference.conflict import Conflict, count_conflicts, judge_conflict
from mvae.inference.gaussians import symmetric_kl
from mvae.inference.pipeline import Pipeline
from mvae.modalities.base import Modality
from mvae.modalities.kinds import kind_of
from mvae.model.subsets import subset_key
from mvae.ui import keys
from mvae.ui.experts.conflict_inputs import (
    KEYS,
    choose_input,
    choose_pair,
    chosen_pair,
    example_words,
    first_classes,
    input_of,
    option_words,
    options_of,
    pair_words,
    pairs,
)
from mvae.ui.experts.once import tell_once
from mvae.ui.experts.text import Experts as Text
from mvae.ui.experts.text import within
from mvae.ui.frame import player
from mvae.ui.frame.download import Numbers, download_latest, numbers
from mvae.ui.frame.link import keep_link
from mvae.ui.frame.live import as_base64, run_unpainted, tell
from mvae.ui.glossary.links import linked
from mvae.ui.results.examples import example_of
from mvae.ui.runtime.parts import Looks, show_part
from mvae.ui.state import models, sampling
from mvae.ui.state.fields import Field
from mvae.ui.state.models import checkpoints
from mvae.ui.state.task import shown
from mvae.ui.text import number_word
from mvae.ui.views.bars import label_bars, shares_bars
from mvae.ui.views.look import plain
from mvae.ui.views.samples import sample_image
from mvae.ui.views.table import figure, heading, table, words

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

_INK_WIDTH, _HEAT_WIDTH = 64, 128  # pixels
_CELL = (8, 10)  # width and height of a value of a heat map, in pixels
_MOST_TOLD = 60_000  # numbers of all inputs that the page is told
_TABLE_WIDTH, _FURTHER_COLUMN = 650, 130  # of a table with up to three modalities, and of each further one
_BESIDE_WIDTH = 656  # of what stands beside it
_LONGEST_WINNER = 22  # letters of a metric that can be read on a tablet


@dataclass(frozen=True)
class Asked:
    """A conflict to be settled: two modalities, an input of each, and the seed of what is imagined."""

    pipe: Pipeline
    pair: tuple[Modality, Modality]
    inputs: Mapping[str, Array]
    seed: int | None

    @cached_property
    def outs(self) -> list[Completion]:
        """What the model makes of the first input, of the second, and of both."""
        first, second = (modality.name for modality in self.pair)
        return self.pipe.complete(self.inputs, [(first,), (second,), (first, second)], seed=self.seed)

    @cached_property
    def judged(self) -> Conflict:
        """Who wins."""
        return judge_conflict(self.pipe, *self.outs)


def show(pipe: Pipeline, fields: Sequence[Field], downloads: "DeltaGenerator") -> None:
    """Show the choices, who wins and by how much, and what the model makes of each and of both.

    Once the page paints what the model makes, the server settles only what the page cannot.
    """
    if not pairs():
        st.info(Text.ONE_MODALITY)
        keep_link(fields)
        return
    latest: deque[Asked] = deque(maxlen=1)  # what the page shows, whoever has settled it
    model = checkpoints()[models.chosen_checkpoint()]
    looks: Looks = {
        keys.CONFLICT_CHOICES: models.chosen_checkpoint, keys.CONFLICT_OUTPUTS: _outputs_look,
        keys.LINK: object,
    }  # fmt: skip

    def update() -> None:
        run_unpainted(looks, [keys.CONFLICT_OUTPUTS])

    def chooser() -> None:
        with st.container(horizontal=True):
            choose_pair(update)
            for modality, key, label in zip(chosen_pair(), KEYS, first_classes(), strict=True):
                choose_input(modality, key, label, update)

    def keep() -> None:
        latest.append(_asked(pipe))
        keep_link(fields)

    def result() -> Numbers:
        return _numbers(latest[-1], model)

    show_part(looks, keys.CONFLICT_CHOICES, chooser)
    show_part(looks, keys.CONFLICT_OUTPUTS, partial(_show_outputs, pipe, update))
    show_part(looks, keys.LINK, keep)
    with downloads:
        download_latest("conflict", result, audible=bool(shown().of_kind("sound")))


def _outputs_look() -> object:
    """Return what the outputs depend on besides the two inputs, of which the page settles the conflict."""
    session = st.session_state
    chosen = None if _is_told() else [session[key] for key in KEYS]
    return session[keys.CONFLICT_BETWEEN], session.get(keys.PLAYS, False), chosen


def _asked(pipe: Pipeline) -> Asked:
    pair = chosen_pair()
    inputs = {
        modality.name: input_of(modality, st.session_state[key])
        for modality, key in zip(pair, KEYS, strict=True)
    }
    return Asked(pipe, pair, inputs, sampling.seed())


def _numbers(asked: Asked, model: str) -> Numbers:
    """Return the settled conflict, to be taken home."""
    outs, judged = asked.outs, asked.judged
    results = [
        {
            "given": subset_key(out.given), "label": out.label, "label_name": shown().classes[out.label],
            "probability": out.label_probs[out.label],
        }
        for out in outs
    ]  # fmt: skip
    details = {
        "winner": judged.winner, "log_odds_nats": judged.odds, "symmetric_kl_nats": judged.distance,
        "subsets": {subset_key(out.given): numbers(out) for out in outs},
    }  # fmt: skip
    return Numbers(results, details, outs[-1].audio if shown().of_kind("sound") else None, model)


def _show_outputs(pipe: Pipeline, update: Callable[[], None]) -> None:
    """Show who wins, and what the model makes of each input and of both."""
    asked = _asked(pipe)
    pair, outs = asked.pair, asked.outs
    show_verdict(pipe, pair, asked.judged, outs[-1])
    with st.container(horizontal=True):  # it wraps on a narrow page
        further = max(0, len(shown().modalities) - 3)
        with st.container(width=_TABLE_WIDTH + further * _FURTHER_COLUMN):
            header = (Text.TABLE_GIVEN, *shown().names.values(), Text.TABLE_LABEL)
            st.html(table(header, [row(out, pipe) for out in outs]))
        with st.container(horizontal=True, width=_BESIDE_WIDTH):
            st.session_state[keys.PLAYS] = show_both(pair, outs[-1])
    if _is_told():
        _tell(pair, update)


def show_both(pair: tuple[Modality, Modality], both: Completion) -> bool:
    """Show label, shares and sounds of both inputs together, and who wins all such conflicts.

    Returns whether a sound is heard.
    """
    plays = False
    with st.container(width=300):
        st.markdown(Text.JOINT_LABEL)
        st.html(label_bars(both.label_probs, shown().classes))
    with st.container(width=340):
        st.markdown(linked(Text.SHARES))
        st.html(shares_bars(both.expert_shares, shown().experts))
        sounds = shown().of_kind("sound")
        for place, sound in enumerate(sounds):
            if len(sounds) > 1:
                st.caption(plain(sound.short_title))
            said = Text.JOINT_SOUND.format(name=plain(sound.short_title), kind=made(sound, both))
            plays |= player.player(partial(both.audio, sound.name), said, f"-{sound.name}" if place else "")
        with st.container(key=keys.CONFLICT_COUNTED):
            st.caption(counted(pair))
        st.caption(sampling.explanation())
    return plays


def show_verdict(pipe: Pipeline, pair: tuple[Modality, Modality], judged: Conflict, both: Completion) -> None:
    """Show who wins, the log-odds, and how far the experts lie apart, each with what is computed."""
    first, second = pair
    names = {modality.name: plain(within(modality.short_title)) for modality in pair}
    classes = [plain(name) for name in shown().classes]
    first_label, second_label = (judged.alone[modality.name] for modality in pair)
    with st.container(key=keys.CONFLICT_SAID):
        verdict, odds, apart = st.columns(3)
    together = classes[judged.together]
    if judged.winner is not None:
        won = winner_in_words(shown().names[judged.winner], shown().classes[judged.together])
    else:
        calm = judged.agree and judged.together == first_label
        won = (Text.NO_CONFLICT if calm else Text.A_THIRD).format(label=together)
    verdict.metric(Text.HEAD_WINNER, won, border=True)
    verdict.caption(
        Text.ALONE_NOTE.format(
            first=names[first.name], first_label=classes[first_label], second=names[second.name],
            second_label=classes[second_label], together=together,
        )
    )  # fmt: skip

    if judged.agree:
        odds.metric(Text.HEAD_ODDS, Text.NOT_APPLICABLE, border=True)
        odds.caption(Text.NO_ODDS_NOTE.format(digit=digit_or_class()))
    else:
        # Seen from the winner, the odds are positive.
        turned = judged.winner == second.name
        value = -judged.odds if turned else judged.odds
        labels = (second_label, first_label) if turned else (first_label, second_label)
        odds.metric(Text.HEAD_ODDS, Text.NATS.format(value=value).replace("-", "−"), border=True)
        odds.caption(Text.ODDS_NOTE.format(first=classes[labels[0]], second=classes[labels[1]]))

    agreeing = input_of(second, str(first_label))
    (alone,) = pipe.complete({second.name: agreeing}, [(second.name,)])
    near = symmetric_kl(both.experts[first.name], alone.experts[second.name])
    apart.metric(Text.HEAD_APART, Text.NATS.format(value=judged.distance), border=True)
    apart.caption(
        Text.APART_NOTE.format(
            first=names[first.name], second=names[second.name], value=near,
            example=plain(example_words(second, first_label)), input=Text.INPUT[first.kind],
        )
    )  # fmt: skip


def winner_in_words(name: str, label: str) -> str:
    """Return the modality that wins and its class, in Markdown, the name cut where both would be too long."""
    room = max(_LONGEST_WINNER - len(label), 6)
    cut = name if len(name) <= room else f"{name[: room - 1].rstrip(' ,')}…"
    return Text.WINNER.format(name=plain(cut), label=plain(label))


def counted(pair: tuple[Modality, Modality]) -> str:
    """Say who wins how many of the conflicts between all examples of two modalities."""
    first, second = pair
    counts = all_conflicts(models.chosen_checkpoint(), first.name, second.name)
    names = [plain(within(modality.short_title)) for modality in pair]
    firsts, seconds = (_all_examples(modality) for modality in pair)
    if firsts == seconds:
        firsts, seconds = (Text.OF_MODALITY.format(examples=firsts, name=name) for name in names)
    return Text.COUNTS.format(
        total=sum(counts.values()), firsts=firsts, seconds=seconds, first=names[0], second=names[1],
        first_wins=counts[first.name], second_wins=counts[second.name], neither=counts["neither"],
        digit=digit_or_class(),
    )  # fmt: skip


@st.cache_resource(show_spinner=False, max_entries=8)
def all_conflicts(checkpoint: str, first: str, second: str) -> dict[str, int]:
    """Count who wins between each example of one modality and each of another; sessions share it."""
    examples: dict[str, list[Array]] = {}
    for name in (first, second):
        contents = [
            example_of(shown().modality(name), label, checkpoint) for label in range(len(shown().classes))
        ]
        examples[name] = [content.prepared for content in contents if content.prepared is not None]
    return count_conflicts(models.load_pipeline(checkpoint), examples)


def digit_or_class() -> str:
    """Return what a class is called."""
    return Text.DIGIT if shown().is_posters else Text.CLASS


def made(modality: Modality, out: Completion) -> str:
    """Say whether an output was given to the model, or is imagined."""
    return Text.RECONSTRUCTED if modality.name in out.given else Text.IMAGINED


def row(out: Completion, pipe: Pipeline) -> list[str]:
    """Return one row of the table: what is given, all outputs, and the label."""
    names, label = shown().names, shown().classes[out.label]
    given = Text.TOGETHER if len(out.given) > 1 else Text.ALONE.format(name=names[out.given[0]])
    cells = [heading(given)]
    for modality in shown().modalities:
        kind = made(modality, out)
        alt = Text.OUTPUT_ALT.format(output=names[modality.name], kind=kind, label=label, given=given)
        image = sample_image(modality, out[modality.name], pipe.description.standardisation, cell=_CELL)
        width = _HEAT_WIDTH if kind_of(modality).heat else _INK_WIDTH
        cells.append(figure(image, kind, alt, width=width))
    return [*cells, words(label, f"{out.label_probs[out.label]:.1%}")]


def _all_examples(modality: Modality) -> str:
    words = Text.ALL_EXAMPLES[modality.kind]
    if shown().has_templates(modality):
        words = Text.ALL_TEMPLATES
    elif shown().has_recordings(modality):
        words = Text.ALL_RECORDINGS
    return words.format(count=number_word(len(shown().classes)))


def _is_told() -> bool:
    """Say whether the page is told all that may be given, to settle any conflict: it must not be too much."""
    told = sum(modality.size * len(options_of(modality)) for modality in shown().modalities)
    return told <= _MOST_TOLD


def _tell(pair: tuple[Modality, Modality], update: Callable[[], None]) -> None:
    """Tell the page all that may be given."""
    modalities = shown().modalities
    inputs = {
        modality.name: {option: as_base64(input_of(modality, option)) for option in options_of(modality)}
        for modality in modalities
    }
    told: dict[str, Any] = {
        "seed": sampling.seed(),
        "inputs": tell_once(inputs),
        "between": {
            "key": keys.CONFLICT_BETWEEN,
            "pairs": {pair_words(each): each.split(",") for each in pairs()},
        },
        "pair": [
            {"name": modality.name, "key": key, "chosen": st.session_state[key], "first": first}
            for modality, key, first in zip(
                pair, KEYS, first_classes(), strict=True
            )
        ],
        "options": {
            modality.name: {option_words(modality, option): option for option in options_of(modality)}
            for modality in modalities
        },
        "within": {modality.name: within(modality.short_title) for modality in modalities},
        "names": shown().names, "classes": shown().classes, "experts": shown().experts,
        "cell": _CELL, "longestWinner": _LONGEST_WINNER,
        "texts": {
            "winner": Text.WINNER, "noConflict": Text.NO_CONFLICT, "third": Text.A_THIRD,
            "alone": Text.ALONE_NOTE, "nats": Text.NATS, "odds": Text.ODDS_NOTE,
            "notApplicable": Text.NOT_APPLICABLE, "noOdds": Text.NO_ODDS_NOTE.format(digit=digit_or_class()),
            "apart": Text.APART_NOTE,
            "inputs": {modality.name: Text.INPUT[modality.kind] for modality in modalities},
            "outputAlt": Text.OUTPUT_ALT, "givenAlone": Text.ALONE, "givenBoth": Text.TOGETHER,
            "reconstructed": Text.RECONSTRUCTED, "imagined": Text.IMAGINED,
        },
    }  # fmt: skip
    tell("conflict.js", told, painter=update)
