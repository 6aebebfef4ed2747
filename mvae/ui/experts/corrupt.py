"""The tab "Corrupt an input": one input is spoilt little by little, and the shares say who takes over."""

from base64 import b64encode
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from mvae.arrays import Array
from mvae.inference.pipeline import Pipeline
from mvae.inference.series import Series, series
from mvae.modalities.base import Modality
from mvae.modalities.corruption import QUIETEST, WIDEST_BLUR
from mvae.modalities.kinds import kind_of
from mvae.ui import keys
from mvae.ui.experts.charts import chart_names, strengths_chart
from mvae.ui.experts.once import tell_once
from mvae.ui.experts.text import Experts as Text
from mvae.ui.experts.text import within
from mvae.ui.experts.versions import STRENGTHS, Version, spoilt_file, spoilt_versions, strangeness
from mvae.ui.frame.download import File, Numbers, download_latest
from mvae.ui.frame.link import keep_link
from mvae.ui.frame.live import as_base64, run_unpainted, tell
from mvae.ui.frame.web import familiarity_file
from mvae.ui.glossary.links import linked
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.runtime.parts import Looks, show_part
from mvae.ui.state.contents import Content, Recording
from mvae.ui.state.fields import Field, one_of, widget_field
from mvae.ui.state.models import checkpoints, chosen_checkpoint
from mvae.ui.state.slots import slots
from mvae.ui.state.task import shown
from mvae.ui.text import Common, Download
from mvae.ui.views.bars import shares_bars
from mvae.ui.views.charts import PLAIN
from mvae.ui.views.colours import Look, looks
from mvae.ui.views.look import missing_picture, picture, plain
from mvae.ui.views.samples import sample_image
from mvae.ui.views.values import MOST_VALUES, values_table

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

FIRST_WAY = {"drawing": "cover", "sound": "cut", "vector": "noise"}  # half the noise of a sound is refused
_LINK_NAMES = {"drawing": "image-spoilt", "sound": "sound-spoilt", "vector": "vector-spoilt"}
FIRST_STRENGTH = 50
_TOP_HEIGHT = 300  # pixels: what is said may be longer or shorter
_BAR_HEIGHT, _VALUE_HEIGHT = 36, 24  # pixels, of each expert beyond three, and of a row of the values
_SHORT = 12  # letters of a name beside which a curve has room on a tablet
_CHART_WIDTH = 656  # pixels
_CELL = (10, 4)  # pixels, width and height of a value of a heat map
_RATIO = 32 / 5.2  # width / height of such a map
_MOST_TOLD = 200_000  # bytes of a sound that the page is told
_EMPTYING = {"cover", "cut"}  # ways that leave nothing of an input at full strength
HARDLY = 0.005
"""A change of a share that is too small to speak of."""


def fields() -> tuple[Field, ...]:
    """Return the settings that a link may name."""
    names = list(shown().names)
    return (
        widget_field("spoilt", keys.SPOILT, names[0], one_of(names)),
        *(
            widget_field(_LINK_NAMES[kind], keys.SPOILT_HOW[kind], FIRST_WAY[kind], one_of(ways))
            for kind, ways in Text.WAYS.items()
        ),
        widget_field(
            "strength", keys.SPOILT_STRENGTH, FIRST_STRENGTH,
            lambda text: int(one_of([str(each) for each in STRENGTHS])(text)),
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class Spoiling:
    """What is spoilt, in which way, and by which of `STRENGTHS`, in per cent."""

    modality: Modality
    way: str
    strength: int
    content: Content | None
    inputs: Mapping[str, Array]

    @cached_property
    def versions(self) -> list[Version]:
        """The input spoilt by each strength."""
        name = self.modality.name
        return spoilt_versions(self.modality, self.content, self.inputs[name], self.way)

    @cached_property
    def file(self) -> bytes:
        """The sound that is spoilt by the strength, as a wav file; it must be one."""
        assert isinstance(self.content, Recording)  # noqa: S101 - for the type checker
        return spoilt_file(self.content.sound, self.way, self.strength)

    def found(self, pipe: Pipeline) -> Series:
        """Return what the model makes of the versions."""
        return series(pipe, self.inputs, self.modality.name, [version.values for version in self.versions])


def show(
    pipe: Pipeline, inputs: Mapping[str, Array], fields: Sequence[Field], downloads: "DeltaGenerator"
) -> None:
    """Show what is spoilt and how, the shares, and both over all strengths.

    Once the page paints what the model makes, the server leaves other strengths to it, unless of a sound.

    Parameters
    ----------
    pipe
        The model.
    inputs
        Of all modalities that have one; all are given.
    fields
        What a link names.
    downloads
        Where the downloads are shown.
    """
    latest: deque[Spoiling] = deque(maxlen=1)  # what the page shows, whoever has painted it
    model = checkpoints()[chosen_checkpoint()]

    def spoiling() -> Spoiling:
        modality = shown().modality(st.session_state[keys.SPOILT])
        way = st.session_state[keys.SPOILT_HOW[modality.kind]]
        content = slots()[modality.name].content
        return Spoiling(modality, way, st.session_state[keys.SPOILT_STRENGTH], content, inputs)

    def outputs_look() -> object:
        now = spoiling()
        return now.modality.name, now.way, now.strength if isinstance(now.content, Recording) else None

    looks: Looks = {
        keys.SPOILT_CHOICES: chosen_checkpoint,
        keys.SPOILT_OUTPUTS: outputs_look,
        keys.LINK: object,
        keys.DOWNLOAD: lambda: isinstance(spoiling().content, Recording),
    }

    def update() -> None:
        run_unpainted(looks, [keys.SPOILT_OUTPUTS])

    def keep() -> None:
        latest.append(spoiling())
        keep_link(fields)

    def result() -> Numbers:
        seen = latest[-1]
        details = {"spoilt": seen.modality.name, "how": seen.way}
        return Numbers(numbers_of(seen.found(pipe)), details, None, model)

    def files() -> None:
        is_sound = isinstance(spoiling().content, Recording)
        sounds = [File(Download.SOUND, "spoilt.wav", "audio/wav", lambda: latest[-1].file)] * is_sound
        download_latest("spoilt", result, audible=False, more=sounds)

    sounds = shown().of_kind("sound")
    as_sound = Text.AS_SOUND.format(name=plain(within(sounds[0].short_title))) if sounds else ""
    st.caption(linked(Text.CORRUPT_LEAD.format(as_sound=as_sound)))
    with st.container(horizontal=True):  # it wraps on a narrow page
        with st.container(width=300):
            show_part(looks, keys.SPOILT_CHOICES, partial(show_controls, inputs, update))
        places = st.container(width=440), st.container(width=584)
    show_part(looks, keys.SPOILT_OUTPUTS, lambda: show_outputs(pipe, spoiling(), places, update))
    show_part(looks, keys.LINK, keep)
    with downloads:
        show_part(looks, keys.DOWNLOAD, files)


def show_outputs(
    pipe: Pipeline,
    now: Spoiling,
    places: "tuple[DeltaGenerator, DeltaGenerator]",
    update: Callable[[], None],
) -> None:
    """Show the pictures and the shares in two places, and both over all strengths here."""
    modality, strength, versions = now.modality, now.strength, now.versions
    found, at = now.found(pipe), STRENGTHS.index(strength)
    rows = min(modality.size, MOST_VALUES + 1) + 1 if modality.kind == "vector" else 0
    further = max(0, len(shown().modalities) - 3)
    pictures = places[0].container(
        height=_TOP_HEIGHT + _VALUE_HEIGHT * rows, border=False, key=keys.SPOILT_PICTURES
    )
    answer = places[1].container(
        height=_TOP_HEIGHT + _BAR_HEIGHT * further, border=False, key=keys.SPOILT_ANSWER
    )
    with pictures:
        show_versions(modality, pipe, versions[0], versions[at], strength)
        if isinstance(now.content, Recording):
            st.audio(now.file, alt=Text.SOUND_ALT.format(strength=strength))
    with answer:
        st.markdown(Text.CORRUPT_SHARES.format(strength=strength))
        refused = {modality.name} if versions[at].values is None else set()
        shares = {name: float(share[at]) for name, share in found.shares.items() if name not in refused}
        st.html(shares_bars(shares, shown().experts))
        st.markdown(change_of_share(modality, found, now.way, versions[at], at))
        score = strangeness(pipe, modality, versions[at])
        if score > 1:
            st.markdown(_strange().format(score=score))
    show_curves(modality, found, strength)
    _tell(now, update)


def _strange() -> str:
    return Text.STRANGE if shown().is_posters else Text.STRANGE_OF_OTHERS


def show_controls(inputs: Mapping[str, Array], update: Callable[[], None]) -> None:
    """Show the choice of the input that is spoilt, of the way, and of the strength in per cent."""
    if st.session_state.get(keys.SPOILT) not in inputs:
        st.session_state[keys.SPOILT] = next(iter(inputs))
    for kind, first in FIRST_WAY.items():
        st.session_state.setdefault(keys.SPOILT_HOW[kind], first)
    st.session_state.setdefault(keys.SPOILT_STRENGTH, FIRST_STRENGTH)
    name = st.segmented_control(
        Text.CORRUPTED_INPUT, list(inputs), format_func=lambda name: plain(shown().names[name]),
        required=True, key=keys.SPOILT, persist_state="session", on_change=guarded(update),
    )  # fmt: skip
    modality = shown().modality(str(name))
    ways = Text.WAYS[modality.kind]
    way = str(
        st.segmented_control(
            Text.HOW, list(ways), format_func=ways.__getitem__, required=True,
            key=keys.SPOILT_HOW[modality.kind], persist_state="session", on_change=guarded(update),
        )
    )  # fmt: skip
    st.slider(
        Text.STRENGTH, 0, 100, step=10, format="%d %%", key=keys.SPOILT_STRENGTH, persist_state="session",
        on_change=guarded(update),
    )  # fmt: skip
    st.caption(Text.WAY_NOTES[modality.kind][way].format(blur=WIDEST_BLUR, quietest=QUIETEST))
    slot = slots()[modality.name]
    if slot.imagined and isinstance(slot.content, Recording):
        st.caption(Text.HEARD_AGAIN)


def show_versions(modality: Modality, pipe: Pipeline, before: Version, after: Version, strength: int) -> None:
    """Show the input as it was and as it is spoilt: a sound below one another, others side by side."""
    title, scales = modality.short_title, pipe.description.standardisation
    spoilt = Text.SPOILT.format(strength=strength)
    alts = Text.UNSPOILT_ALT.format(name=title), Text.SPOILT_ALT.format(name=title, strength=strength)
    heat = kind_of(modality).heat
    first, second = [st.container(), st.container()] if heat else st.columns(2)
    places = first, second.container(key=keys.SPOILT_AFTER)
    pairs = zip(places, (before, after), (Text.UNSPOILT, spoilt), alts, strict=True)
    for place, version, caption, alt in pairs:
        with place:
            if version.values is not None:
                picture(sample_image(modality, version.values, scales, cell=_CELL), caption, alt)
            elif version is after:
                missing_picture(Text.REFUSED, Text.REFUSED, _RATIO)
    if modality.kind == "vector" and before.values is not None and after.values is not None:
        alt = Text.VALUES_ALT.format(name=title, strength=strength)
        columns = {Text.UNSPOILT: before.values, spoilt: after.values}
        st.html(values_table(modality, columns, alt))


def change_of_share(modality: Modality, found: Series, way: str, version: Version, at: int) -> str:
    """Say in words what became of the share, as it was computed, and why if one would not expect it."""
    experts = {name: plain(title) for name, title in shown().experts.items()}
    name, title = modality.name, experts[modality.name]
    before, after = float(found.shares[name][0]), float(found.shares[name][at])
    if at == 0:
        return Text.AT_ZERO.format(name=title, before=before)
    if version.values is None:
        within_title = plain(within(modality.short_title))
        return Text.GONE.format(complaint=version.complaint, name=within_title, before=before)
    if way in _EMPTYING and at == len(STRENGTHS) - 1:
        return Text.EMPTY.format(name=title, before=before, after=after)
    if abs(after - before) < HARDLY:
        return Text.STAYS.format(name=title, before=before, after=after)
    if after > before:
        return Text.RISES.format(name=title, before=before, after=after)
    others = {
        each: (float(share[0]), float(share[at])) for each, share in found.shares.items() if each != name
    }
    most = max(others, key=lambda each: others[each][1] - others[each][0])
    return Text.FALLS.format(
        name=title, before=before, after=after, other=experts[most],
        other_before=others[most][0], other_after=others[most][1],
    )  # fmt: skip


def show_curves(modality: Modality, found: Series, strength: int) -> None:
    """Draw shares and the label's probability over all strengths."""
    label = int(found.label_probs[0].argmax())
    best = plain(shown().classes[label])
    names, lines = chart_names(shown().experts), looks(shown().names)
    experts = [*(each for each in found.shares if each != "prior"), "prior"]
    if max(map(len, names.values())) <= _SHORT:
        shares, probabilities = st.columns(2, gap="large")
    else:
        with st.container(horizontal=True, gap="large"):  # it wraps on a narrow page
            shares, probabilities = st.container(width=_CHART_WIDTH), st.container(width=_CHART_WIDTH)
    with shares:
        curves = {names[each]: found.shares[each] for each in experts}
        _chart(Text.SHARES_CHART, curves, [lines[each] for each in experts], strength, Text.SHARES_AXIS)
        share = found.shares[modality.name]
        if (share > np.minimum.accumulate(share) + HARDLY).any():
            st.caption(Text.RISES_SOMEWHERE.format(name=plain(shown().names[modality.name])))
    with probabilities:
        curves = {
            Text.TOGETHER_CURVE: found.label_probs[:, label],
            Text.ALONE_CURVE.format(name=names[modality.name]): found.alone[:, label],
        }
        title = Text.LABEL_CHART.format(label=best)
        _chart(title, curves, [lines["product"], lines[modality.name]], strength, Text.LABEL_AXIS)
    labels = found.label_probs.argmax(1)
    changed = next((place for place, each in enumerate(labels) if each != label), None)
    if changed is None:
        st.caption(Text.LABEL_STAYS.format(label=best))
    else:
        other = plain(shown().classes[labels[changed]])
        st.caption(Text.LABEL_CHANGES.format(label=best, other=other, strength=STRENGTHS[changed]))


def numbers_of(found: Series) -> list[dict[str, object]]:
    """Return a row for each strength: label, its probability, and the shares."""
    label = int(found.label_probs[0].argmax())
    classes = shown().classes
    said = found.label_probs.argmax(1).tolist()
    return [
        {
            "strength": each, "label": said[row], "label_name": classes[said[row]],
            f"probability of {classes[label]}": found.label_probs[row, label],
            f"probability of {classes[label]}, alone": found.alone[row, label],
            **{f"share of {expert}": share[row] for expert, share in found.shares.items()},
        }
        for row, each in enumerate(STRENGTHS)
    ]  # fmt: skip


def _tell(now: Spoiling, update: Callable[[], None]) -> None:
    """Tell the page what is spoilt and how, so that it can spoil it by another strength."""
    modality, content, inputs, way = now.modality, now.content, now.inputs, now.way
    sound = content.sound if isinstance(content, Recording) and len(content.sound) <= _MOST_TOLD else None
    told: dict[str, Any] = {
        "spoilt": {"key": keys.SPOILT, "name": modality.name, "among": list(inputs)},
        "how": {"key": keys.SPOILT_HOW[modality.kind], "name": way, "among": list(Text.WAYS[modality.kind])},
        "strength": {"key": keys.SPOILT_STRENGTH, "value": now.strength},
        "given": tell_once(
            {
                "inputs": {name: as_base64(value) for name, value in inputs.items()},
                "sound": None if sound is None else b64encode(sound).decode(),
            }
        ),
        "experts": shown().experts,
        "familiarity": familiarity_file(),
        "title": modality.short_title,
        "within": within(modality.short_title),
        "hardly": HARDLY, "empties": way in _EMPTYING, "cell": _CELL, "ratio": _RATIO,
        "texts": {
            "shares": Text.CORRUPT_SHARES, "spoilt": Text.SPOILT, "spoiltAlt": Text.SPOILT_ALT,
            "unspoilt": Text.UNSPOILT, "valuesAlt": Text.VALUES_ALT,
            "refused": Text.REFUSED, "missing": Common.MISSING, "atZero": Text.AT_ZERO, "gone": Text.GONE,
            "empty": Text.EMPTY, "stays": Text.STAYS, "rises": Text.RISES, "falls": Text.FALLS,
            "strange": _strange(),
        },
    }  # fmt: skip
    tell("corrupt.js", told, painter=update)


def _chart(title: str, curves: Mapping[str, Array], lines: list[Look], strength: int, axis: str) -> None:
    ends = "; ".join(
        Text.CURVE_ALT.format(name=name, first=100 * values[0], last=100 * values[-1])
        for name, values in curves.items()
    )
    st.markdown(title)
    chart = strengths_chart(STRENGTHS, curves, lines, strength, titles=(Text.STRENGTH_AXIS, axis))
    st.plotly_chart(chart, config=PLAIN, alt=Text.CURVES_ALT.format(ends=ends))
