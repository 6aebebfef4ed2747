"""The tab "Corrupt an input": one input is spoilt little by little, and the shares say who takes over."""

from base64 import b64encode
from collections.abc import Mapping
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
from mvae.ui.frame.download import File, download_numbers
from mvae.ui.frame.live import as_base64, tell
from mvae.ui.glossary.links import linked
from mvae.ui.state.contents import Content, Recording
from mvae.ui.state.fields import Field, one_of, widget_field
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


def show(pipe: Pipeline, inputs: Mapping[str, Array], downloads: "DeltaGenerator") -> None:
    """Show what is spoilt and how, the shares, and both over all strengths.

    Parameters
    ----------
    pipe
        The model.
    inputs
        Of all modalities that have one; all are given.
    downloads
        Where the downloads are shown.
    """
    sounds = shown().of_kind("sound")
    as_sound = Text.AS_SOUND.format(name=plain(within(sounds[0].short_title))) if sounds else ""
    st.caption(linked(Text.CORRUPT_LEAD.format(as_sound=as_sound)))
    with st.container(horizontal=True):  # it wraps on a narrow page
        with st.container(width=300):
            modality, way, strength = show_controls(inputs)
        rows = min(modality.size, MOST_VALUES + 1) + 1 if modality.kind == "vector" else 0
        pictures = st.container(
            width=440, height=_TOP_HEIGHT + _VALUE_HEIGHT * rows, border=False, key=keys.SPOILT_PICTURES
        )
        further = max(0, len(shown().modalities) - 3)
        answer = st.container(
            width=584, height=_TOP_HEIGHT + _BAR_HEIGHT * further, border=False, key=keys.SPOILT_ANSWER
        )
    content = slots()[modality.name].content
    versions = spoilt_versions(modality, content, inputs[modality.name], way)
    found = series(pipe, inputs, modality.name, [version.values for version in versions])
    at = STRENGTHS.index(strength)
    files = []
    with pictures:
        show_versions(modality, pipe, versions[0], versions[at], strength)
        if isinstance(content, Recording):
            file = spoilt_file(content.sound, way, strength)
            st.audio(file, alt=Text.SOUND_ALT.format(strength=strength))
            files = [File(Download.SOUND, "spoilt.wav", "audio/wav", lambda: file)]
    with answer:
        st.markdown(Text.CORRUPT_SHARES.format(strength=strength))
        refused = {modality.name} if versions[at].values is None else set()
        shares = {name: float(share[at]) for name, share in found.shares.items() if name not in refused}
        st.html(shares_bars(shares, shown().experts))
        st.markdown(change_of_share(modality, found, way, versions[at], at))
        score = strangeness(pipe, modality, versions[at])
        if score > 1:
            text = Text.STRANGE if shown().is_posters else Text.STRANGE_OF_OTHERS
            st.markdown(text.format(score=score))
    show_curves(modality, found, strength)
    details = {"spoilt": modality.name, "how": way}
    download_numbers(downloads, "spoilt", numbers_of(found), details, more=files)
    _tell(inputs, modality, content, way, strength)


def show_controls(inputs: Mapping[str, Array]) -> tuple[Modality, str, int]:
    """Show the choice of the input that is spoilt, of the way, and of the strength in per cent."""
    if st.session_state.get(keys.SPOILT) not in inputs:
        st.session_state[keys.SPOILT] = next(iter(inputs))
    for kind, first in FIRST_WAY.items():
        st.session_state.setdefault(keys.SPOILT_HOW[kind], first)
    st.session_state.setdefault(keys.SPOILT_STRENGTH, FIRST_STRENGTH)
    name = st.segmented_control(
        Text.CORRUPTED_INPUT, list(inputs), format_func=lambda name: plain(shown().names[name]),
        required=True, key=keys.SPOILT, persist_state="session",
    )  # fmt: skip
    modality = shown().modality(str(name))
    ways = Text.WAYS[modality.kind]
    way = str(
        st.segmented_control(
            Text.HOW, list(ways), format_func=ways.__getitem__, required=True,
            key=keys.SPOILT_HOW[modality.kind], persist_state="session",
        )
    )  # fmt: skip
    strength = st.slider(
        Text.STRENGTH, 0, 100, step=10, format="%d %%", key=keys.SPOILT_STRENGTH, persist_state="session"
    )
    st.caption(Text.WAY_NOTES[modality.kind][way].format(blur=WIDEST_BLUR, quietest=QUIETEST))
    slot = slots()[modality.name]
    if slot.imagined and isinstance(slot.content, Recording):
        st.caption(Text.HEARD_AGAIN)
    return modality, way, strength


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


def _tell(
    inputs: Mapping[str, Array], modality: Modality, content: Content | None, way: str, strength: int
) -> None:
    """Tell the page what is spoilt and how, so that it can spoil it by another strength."""
    sound = content.sound if isinstance(content, Recording) and len(content.sound) <= _MOST_TOLD else None
    told: dict[str, Any] = {
        "spoilt": {"key": keys.SPOILT, "name": modality.name, "among": list(inputs)},
        "how": {"key": keys.SPOILT_HOW[modality.kind], "name": way, "among": list(Text.WAYS[modality.kind])},
        "strength": {"key": keys.SPOILT_STRENGTH, "value": strength},
        "given": tell_once(
            {
                "inputs": {name: as_base64(value) for name, value in inputs.items()},
                "sound": None if sound is None else b64encode(sound).decode(),
            }
        ),
        "experts": shown().experts,
        "title": modality.short_title,
        "within": within(modality.short_title),
        "hardly": HARDLY, "empties": way in _EMPTYING, "cell": _CELL, "ratio": _RATIO,
        "texts": {
            "shares": Text.CORRUPT_SHARES, "spoilt": Text.SPOILT, "spoiltAlt": Text.SPOILT_ALT,
            "unspoilt": Text.UNSPOILT, "valuesAlt": Text.VALUES_ALT,
            "refused": Text.REFUSED, "missing": Common.MISSING, "atZero": Text.AT_ZERO, "gone": Text.GONE,
            "empty": Text.EMPTY, "stays": Text.STAYS, "rises": Text.RISES, "falls": Text.FALLS,
        },
    }  # fmt: skip
    tell("corrupt.js", told)


def _chart(title: str, curves: Mapping[str, Array], lines: list[Look], strength: int, axis: str) -> None:
    ends = "; ".join(
        Text.CURVE_ALT.format(name=name, first=100 * values[0], last=100 * values[-1])
        for name, values in curves.items()
    )
    st.markdown(title)
    chart = strengths_chart(STRENGTHS, curves, lines, strength, titles=(Text.STRENGTH_AXIS, axis))
    st.plotly_chart(chart, config=PLAIN, alt=Text.CURVES_ALT.format(ends=ends))
