"""The tab "Conflict lab": one modality says one class, another says another; which does the model believe."""

from functools import partial
from itertools import combinations
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
from mvae.ui.experts.once import tell_once
from mvae.ui.experts.text import Experts as Text
from mvae.ui.experts.text import within
from mvae.ui.frame import player
from mvae.ui.frame.download import download_numbers, numbers
from mvae.ui.frame.live import as_base64, tell
from mvae.ui.glossary.links import linked
from mvae.ui.results.examples import example_of
from mvae.ui.state import models, sampling
from mvae.ui.state.fields import Field, one_of, widget_field
from mvae.ui.state.slots import slots
from mvae.ui.state.task import shown
from mvae.ui.text import inputs_title, number_word
from mvae.ui.views.bars import label_bars, shares_bars
from mvae.ui.views.look import plain
from mvae.ui.views.samples import sample_image
from mvae.ui.views.table import figure, heading, table, words

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

OWN = "own"
_POSTERS = ("3", "7")  # the classes that are given at first, where there are such
_INK_WIDTH, _HEAT_WIDTH = 64, 128  # pixels
_CELL = (8, 10)  # width and height of a value of a heat map, in pixels
_MOST_TOLD = 60_000  # numbers of all inputs that the page is told
_TABLE_WIDTH, _FURTHER_COLUMN = 650, 130  # of a table with up to three modalities, and of each further one
_BESIDE_WIDTH = 656  # of what stands beside it
_LONGEST_WINNER = 22  # letters of a metric that can be read on a tablet


def fields() -> tuple[Field, ...]:
    """Return the settings that a link may name; the classes have the names of when there was one pair."""
    drawn, spoken = first_classes()
    return (
        widget_field("between", keys.CONFLICT_BETWEEN, pairs()[0] if pairs() else "", one_of(pairs())),
        widget_field("drawn", keys.CONFLICT_FIRST, drawn, one_of(choices())),
        widget_field("spoken", keys.CONFLICT_SECOND, spoken, one_of(choices())),
    )


def pairs() -> list[str]:
    """Return the pairs of modalities as links name them; that of the first and the last is the default."""
    names = list(shown().names)
    found = list(combinations(names, 2))
    found.sort(key=lambda pair: pair != (names[0], names[-1]))
    return [",".join(pair) for pair in found]


def choices() -> list[str]:
    """Return what may be given of a modality: the session's own input, or an example of a class."""
    return [OWN, *map(str, range(len(shown().classes)))]


def first_classes() -> tuple[str, str]:
    """Return the two classes that are given at first."""
    classes = shown().classes
    if set(_POSTERS) <= set(classes):
        return str(classes.index(_POSTERS[0])), str(classes.index(_POSTERS[1]))
    return "0", "1"


def show(pipe: Pipeline, downloads: "DeltaGenerator") -> None:
    """Show the choices, who wins and by how much, and what the model makes of each and of both."""
    if not pairs():
        st.info(Text.ONE_MODALITY)
        return
    with st.container(horizontal=True):
        first, second = pair = choose_pair()
        chosen = zip(pair, (keys.CONFLICT_FIRST, keys.CONFLICT_SECOND), first_classes(), strict=True)
        inputs = {modality.name: choose_input(modality, key, label) for modality, key, label in chosen}
    subsets = [(first.name,), (second.name,), (first.name, second.name)]
    outs = pipe.complete(inputs, subsets, seed=sampling.seed())
    both, judged = outs[2], judge_conflict(pipe, *outs)
    show_verdict(pipe, pair, judged, both)
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
    audible = both.audio if shown().of_kind("sound") else None
    download_numbers(downloads, "conflict", results, details, audible=audible)
    with st.container(horizontal=True):  # it wraps on a narrow page
        further = max(0, len(shown().modalities) - 3)
        with st.container(width=_TABLE_WIDTH + further * _FURTHER_COLUMN):
            header = (Text.TABLE_GIVEN, *shown().names.values(), Text.TABLE_LABEL)
            st.html(table(header, [row(out, pipe) for out in outs]))
        with st.container(horizontal=True, width=_BESIDE_WIDTH):
            show_both(pair, both)
    _tell(pair)


def show_both(pair: tuple[Modality, Modality], both: Completion) -> None:
    """Show label, shares and sounds of both inputs together, and who wins all such conflicts."""
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
            player.player(partial(both.audio, sound.name), said, f"-{sound.name}" if place else "")
        with st.container(key=keys.CONFLICT_COUNTED):
            st.caption(counted(pair))
        st.caption(sampling.explanation())


def choose_pair() -> tuple[Modality, Modality]:
    """Show the choice between pairs of modalities, where there is one."""
    found = pairs()
    if st.session_state.get(keys.CONFLICT_BETWEEN) not in found:
        st.session_state[keys.CONFLICT_BETWEEN] = found[0]

    chosen = found[0]
    if len(found) > 1:
        chosen = st.selectbox(
            Text.BETWEEN, found, format_func=pair_words, key=keys.CONFLICT_BETWEEN, persist_state="session",
            width=300,
        )  # fmt: skip
    first, second = (shown().modality(name) for name in chosen.split(","))
    return first, second


def pair_words(pair: str) -> str:
    """Return what a person reads of one of `pairs`."""
    first, second = (shown().names[name] for name in pair.split(","))
    return Text.PAIR.format(first=first, second=second)


def choose_input(modality: Modality, key: str, first: str) -> Array:
    """Show the choice among the classes, and the session's own input where there is one; return the input."""
    options = options_of(modality)
    if st.session_state.get(key) not in options:
        st.session_state[key] = first
    chosen = st.selectbox(
        Text.CHOICES[modality.kind].format(name=plain(modality.short_title)), options,
        format_func=partial(option_words, modality), key=key, persist_state="session", width=300,
    )  # fmt: skip
    return input_of(modality, chosen)


def options_of(modality: Modality) -> list[str]:
    """Return what may be given of a modality in this session: its own input only where there is one."""
    return choices() if slots()[modality.name].prepared is not None else choices()[1:]


def input_of(modality: Modality, option: str) -> Array:
    """Return the input that one of `options_of` names."""
    own = slots()[modality.name].prepared
    found = own if option == OWN else example_of(modality, int(option)).prepared
    assert found is not None  # noqa: S101 - only what there is is offered, and no example is blank
    return found


def option_words(modality: Modality, option: str) -> str:
    """Return what a person reads of one of `options_of`."""
    if option == OWN:
        page = inputs_title(each.kind for each in shown().modalities)
        return Text.OWN[modality.kind].format(page=page)
    return example_words(modality, int(option))


def example_words(modality: Modality, label: int) -> str:
    """Return what a person reads of an example of a class."""
    words = Text.TEMPLATE if shown().has_templates(modality) else Text.EXAMPLES[modality.kind]
    return words.format(label=shown().classes[label])


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
    words = Text.ALL_TEMPLATES if shown().has_templates(modality) else Text.ALL_EXAMPLES[modality.kind]
    return words.format(count=number_word(len(shown().classes)))


def _tell(pair: tuple[Modality, Modality]) -> None:
    """Tell the page all that may be given, so that it can settle another conflict; too much is no news."""
    modalities = shown().modalities
    if sum(modality.size * len(options_of(modality)) for modality in modalities) > _MOST_TOLD:
        return
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
                pair, (keys.CONFLICT_FIRST, keys.CONFLICT_SECOND), first_classes(), strict=True
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
    tell("conflict.js", told)
