"""The tab "Conflict lab": a drawn digit against a spoken one."""

from typing import TYPE_CHECKING

import streamlit as st

from mvae.inference.completion import Completion
from mvae.inference.conflict import Conflict, count_conflicts, judge_conflict
from mvae.inference.gaussians import symmetric_kl
from mvae.inference.pipeline import Pipeline
from mvae.model.subsets import subset_key
from mvae.tasks.digits import DIGITS, FARSI, SPEECH
from mvae.ui.experts.text import Experts as Text
from mvae.ui.frame import player
from mvae.ui.frame.download import download_numbers, numbers
from mvae.ui.results import voices
from mvae.ui.state import models, sampling
from mvae.ui.state import slots as session
from mvae.ui.state.fields import Field, one_of, widget_field
from mvae.ui.views.bars import label_bars, shares_bars
from mvae.ui.views.pictures import digit_image, mfcc_image
from mvae.ui.views.table import figure, heading, table, words

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

DRAWN, SPOKEN = "experts-drawn", "experts-spoken"
DRAWN_FIRST, SPOKEN_FIRST = "3", "7"
OWN = "own"
CHOICES = (OWN, *map(str, range(DIGITS)))
SUBSETS = [(FARSI.name,), (SPEECH.name,), (FARSI.name, SPEECH.name)]
DIGIT_WIDTH, SPEECH_WIDTH = 64, 128  # pixels
FIELDS: tuple[Field, ...] = (
    widget_field("drawn", DRAWN, DRAWN_FIRST, one_of(CHOICES)),
    widget_field("spoken", SPOKEN, SPOKEN_FIRST, one_of(CHOICES)),
)


def show(pipe: Pipeline, downloads: "DeltaGenerator") -> None:
    """Show the two choices, who wins and by how much, and what the model makes of each and of both."""
    slots = session.slots()
    with st.container(horizontal=True):
        drawn = choose(
            Text.FARSI_CHOICE,
            DRAWN,
            slots[FARSI.name],
            first=DRAWN_FIRST,
            own=Text.OWN_DRAWING,
            digit=Text.A_DRAWN,
        )
        spoken = choose(
            Text.SPEECH_CHOICE,
            SPOKEN,
            slots[SPEECH.name],
            first=SPOKEN_FIRST,
            own=Text.OWN_SOUND,
            digit=Text.A_SPOKEN,
        )
    drawing = slots[FARSI.name].prepared if drawn == OWN else session.example(FARSI.name, int(drawn)).ink
    sound = slots[SPEECH.name].prepared if spoken == OWN else voices.imagined(int(spoken)).mfcc
    assert drawing is not None and sound is not None  # noqa: S101, PT018 - only what there is was offered
    inputs = {FARSI.name: drawing, SPEECH.name: sound}
    outs = pipe.complete(inputs, SUBSETS, seed=sampling.seed())
    judged = judge_conflict(pipe, *outs)
    show_verdict(pipe, judged, outs[2])
    results = [
        {"given": subset_key(out.given), "label": out.label, "probability": out.label_probs[out.label]}
        for out in outs
    ]
    details = {
        "winner": judged.winner, "log_odds_nats": judged.odds, "symmetric_kl_nats": judged.distance,
        "subsets": {subset_key(out.given): numbers(out) for out in outs},
    }  # fmt: skip
    download_numbers(downloads, "quarrel", results, details, audible=outs[2].audio)
    with st.container(horizontal=True):  # it wraps on a narrow page
        with st.container(width=650):
            st.html(table(Text.TABLE_HEADER, [row(out, pipe) for out in outs]))
        with st.container(width=300):
            st.markdown(Text.JOINT_LABEL)
            st.html(label_bars(outs[2].label_probs))
        with st.container(width=340):
            st.markdown(Text.SHARES)
            st.html(shares_bars(outs[2].expert_shares))
            player.player(outs[2].audio, Text.JOINT_SOUND)
            counts = all_quarrels(models.chosen_checkpoint())
            st.caption(Text.TALLY.format(total=sum(counts.values()), **counts))
            st.caption(sampling.explanation())


@st.cache_resource(show_spinner=False, max_entries=8)
def all_quarrels(checkpoint: str) -> dict[str, int]:
    """Count who wins between each drawn digit to copy and each voice that the model imagines."""
    pipe = models.load_pipeline(checkpoint)
    both = [session.both_drawings(digit) for digit in range(DIGITS)]
    voices = [pipe.complete(drawings, [tuple(drawings)])[0].mfcc for drawings in both]
    return count_conflicts(
        pipe, {FARSI.name: [drawings[FARSI.name] for drawings in both], SPEECH.name: voices}
    )


def choose(label: str, key: str, slot: session.Slot, *, first: str, own: str, digit: str) -> str:
    """Show the choice among ten digits, and the session's own input where there is one."""
    options = CHOICES if slot.prepared is not None else CHOICES[1:]
    if st.session_state.get(key) not in options:
        st.session_state[key] = first
    return st.selectbox(
        label, options, key=key, persist_state="session", width=300,
        format_func=lambda option: own if option == OWN else digit.format(digit=option),
    )  # fmt: skip


def show_verdict(pipe: Pipeline, judged: Conflict, both: Completion) -> None:
    """Show who wins, the log-odds, and how far the experts lie apart, each with what is computed."""
    verdict, odds, apart = st.columns(3)
    farsi, spoken = judged.alone.values()
    if judged.winner is not None:
        won = Text.WINNER.format(name=Text.NAMES[judged.winner], digit=judged.together)
    else:
        calm = judged.agree and judged.together == farsi
        won = (Text.NO_QUARREL if calm else Text.A_THIRD).format(digit=judged.together)
    verdict.metric(Text.HEAD_WINNER, won, border=True)
    verdict.caption(Text.ALONE_NOTE.format(farsi=farsi, speech=spoken, together=judged.together))

    if judged.agree:
        odds.metric(Text.HEAD_ODDS, Text.NOT_APPLICABLE, border=True)
        odds.caption(Text.NO_ODDS_NOTE)
    else:
        # Seen from the winner, the odds are positive.
        first, second = (spoken, farsi) if judged.winner == SPEECH.name else (farsi, spoken)
        value = -judged.odds if judged.winner == SPEECH.name else judged.odds
        odds.metric(Text.HEAD_ODDS, Text.NATS.format(value=value).replace("-", "−"), border=True)
        odds.caption(Text.ODDS_NOTE.format(first=first, second=second))

    (agreeing,) = pipe.complete({SPEECH.name: voices.imagined(farsi).mfcc}, [(SPEECH.name,)])
    near = symmetric_kl(both.experts[FARSI.name], agreeing.experts[SPEECH.name])
    apart.metric(Text.HEAD_APART, Text.NATS.format(value=judged.distance), border=True)
    apart.caption(Text.APART_NOTE.format(digit=farsi, value=near))


def row(out: Completion, pipe: Pipeline) -> list[str]:
    """Return one row of the table: what is given, the three outputs, and the label."""
    given = Text.TOGETHER if len(out.given) > 1 else Text.ALONE.format(name=Text.NAMES[out.given[0]])
    cells = [heading(given)]
    outputs = {"farsi": out.farsi, "kannada": out.kannada, "speech": out.mfcc}
    for name, values in outputs.items():
        kind = Text.RECONSTRUCTED if name in out.given else Text.IMAGINED
        alt = Text.OUTPUT_ALT.format(output=Text.NAMES[name], kind=kind, label=out.label, given=given)
        if name == SPEECH.name:
            image, width = (
                mfcc_image(values, pipe.description.standardisation[name], cell=(8, 10)),
                SPEECH_WIDTH,
            )
        else:
            image, width = digit_image(values), DIGIT_WIDTH
        cells.append(figure(image, kind, alt, width=width))
    return [*cells, words(str(out.label), f"{out.label_probs[out.label]:.1%}")]
