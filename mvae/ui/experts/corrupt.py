"""The tab "Corrupt an input": one input is spoilt little by little, and the shares say who takes over."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from mvae.arrays import Array
from mvae.errors import InputError
from mvae.inference.pipeline import Pipeline
from mvae.inference.series import Series, series
from mvae.modalities.corruption import QUIETEST, WIDEST_BLUR
from mvae.modalities.kinds import kind_of
from mvae.modalities.sound import mfcc, read_recording
from mvae.modalities.wav_file import wav
from mvae.tasks.digits import SPEECH
from mvae.ui.experts.charts import strengths_chart
from mvae.ui.experts.text import Experts as Text
from mvae.ui.frame.download import File, download_numbers
from mvae.ui.state import slots as session
from mvae.ui.state.fields import Field, one_of, widget_field
from mvae.ui.text import Download
from mvae.ui.views.bars import shares_bars
from mvae.ui.views.charts import PLAIN
from mvae.ui.views.look import missing_picture, picture
from mvae.ui.views.pictures import digit_image, mfcc_image

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

SPOILT, STRENGTH = "experts-spoilt", "experts-strength"
KINDS = {"image": Text.IMAGE_KINDS, "sound": Text.SOUND_KINDS}
FIRST_KIND = {"image": "cover", "sound": "cut"}  # half the noise is refused: nothing to see at first
STRENGTHS = tuple(range(0, 101, 10))  # per cent
FIRST_STRENGTH = 50
TOP_HEIGHT = 300  # pixels: what is said of the shares may be longer or shorter
HARDLY = 0.005
"""A change of a share that is too small to speak of."""


def kind_key(medium: str) -> str:
    """Return where the kind of corruption of images, or of sounds, lies in the session."""
    return f"experts-{medium}-kind"


FIELDS: tuple[Field, ...] = (
    widget_field("spoilt", SPOILT, "farsi", one_of(("farsi", "kannada", "speech"))),
    *(
        widget_field(f"{medium}-spoilt", kind_key(medium), FIRST_KIND[medium], one_of(kinds))
        for medium, kinds in KINDS.items()
    ),
    widget_field(
        "strength",
        STRENGTH,
        FIRST_STRENGTH,
        lambda text: int(one_of([str(each) for each in STRENGTHS])(text)),
    ),
)


@dataclass(frozen=True)
class Version:
    """An input spoilt by some strength.

    Attributes
    ----------
    values
        What the model is given; None where the sound was refused.
    complaint
        Why the sound was refused.
    """

    values: Array | None
    complaint: str = ""


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
    if st.session_state.get(SPOILT) not in inputs:
        st.session_state[SPOILT] = next(iter(inputs))
    for medium, first in FIRST_KIND.items():
        st.session_state.setdefault(kind_key(medium), first)
    st.session_state.setdefault(STRENGTH, FIRST_STRENGTH)

    st.caption(Text.CORRUPT_LEAD)
    with st.container(horizontal=True):  # it wraps on a narrow page
        controls = st.container(width=300)
        pictures = st.container(width=440, height=TOP_HEIGHT, border=False)
        answer = st.container(width=584, height=TOP_HEIGHT, border=False)
    with controls:
        name = str(
            st.segmented_control(
                Text.CORRUPTED_INPUT, list(inputs), format_func=Text.NAMES.__getitem__, required=True,
                key=SPOILT, persist_state="session",
            )
        )  # fmt: skip
        medium = "sound" if name == SPEECH.name else "image"
        kind = str(
            st.segmented_control(
                Text.HOW, list(KINDS[medium]), format_func=KINDS[medium].__getitem__, required=True,
                key=kind_key(medium), persist_state="session",
            )
        )  # fmt: skip
        strength = st.slider(
            Text.STRENGTH, 0, 100, step=10, format="%d %%", key=STRENGTH, persist_state="session"
        )
        st.caption(Text.KIND_NOTES[f"{medium}-{kind}"].format(blur=WIDEST_BLUR, quietest=QUIETEST))
        if session.slots()[name].imagined:
            st.caption(Text.HEARD_AGAIN)
    content = session.slots()[name].content
    if isinstance(content, session.Recording):
        versions = spoilt_sounds(content.sound, kind)
    else:
        spoil = kind_of(pipe.description.model.modality(name)).corruptions()[kind]
        versions = [Version(spoil(inputs[name], each / 100)) for each in STRENGTHS]
    found = series(pipe, inputs, name, [version.values for version in versions])
    at = STRENGTHS.index(strength)
    files = []
    with pictures:
        show_pictures(name, pipe, versions[0], versions[at], strength)
        if isinstance(content, session.Recording):
            file = spoilt_file(content.sound, kind, strength)
            st.audio(file, alt=Text.SOUND_ALT.format(strength=strength))
            files = [File(Download.SOUND, "spoilt.wav", "audio/wav", lambda: file)]
    with answer:
        st.markdown(Text.CORRUPT_SHARES.format(strength=strength))
        refused = {name} if versions[at].values is None else set()
        st.html(
            shares_bars(
                {each: float(share[at]) for each, share in found.shares.items() if each not in refused}
            )
        )
        st.markdown(said_of_share(name, found, versions[at], at))
        score = strangeness(pipe, name, versions[at])
        if score > 1:
            st.markdown(Text.STRANGE.format(score=score))
    show_curves(name, found, strength)
    label = int(found.label_probs[0].argmax())
    table = [
        {
            "strength": each, "label": int(found.label_probs[row].argmax()),
            f"probability of {label}": found.label_probs[row, label],
            f"probability of {label}, alone": found.alone[row, label],
            **{f"share of {expert}": share[row] for expert, share in found.shares.items()},
        }
        for row, each in enumerate(STRENGTHS)
    ]  # fmt: skip
    download_numbers(downloads, "spoilt", table, {"spoilt": name, "how": kind}, more=files)


@st.cache_resource(show_spinner=False, max_entries=32)
def spoilt_sounds(sound: bytes, kind: str) -> list[Version]:
    """Spoil a recording by all strengths, before its MFCCs; sessions share the result, nobody changes it."""
    waveform, rate = read_recording(sound)
    spoil = kind_of(SPEECH).corruptions()[kind]
    versions = []
    for strength in STRENGTHS:
        try:
            versions.append(Version(mfcc(spoil(waveform, strength / 100), rate)))
        except InputError as error:
            versions.append(Version(None, str(error)))
    return versions


def spoilt_file(sound: bytes, kind: str, strength: int) -> bytes:
    """Return the wav file of a recording spoilt by a strength, in per cent.

    No cache holds it: a recording may take megabytes, and there are eleven strengths.
    """
    waveform, rate = read_recording(sound)
    return wav(kind_of(SPEECH).corruptions()[kind](waveform, strength / 100), rate)


def show_pictures(name: str, pipe: Pipeline, before: Version, after: Version, strength: int) -> None:
    """Show the input as it was and as it is spoilt."""
    title = Text.NAMES[name]
    spoilt = Text.SPOILT.format(strength=strength)
    if name == SPEECH.name:
        standardisation = pipe.description.standardisation[name]
        if before.values is not None:
            heat_map = mfcc_image(before.values, standardisation, cell=(10, 4))
            picture(heat_map, Text.UNSPOILT, Text.UNSPOILT_ALT.format(name=title))
        if after.values is None:
            missing_picture(Text.REFUSED, Text.REFUSED, 32 / 5.2)
        else:
            heat_map = mfcc_image(after.values, standardisation, cell=(10, 4))
            picture(heat_map, spoilt, Text.SPOILT_ALT.format(name=title, strength=strength))
        return
    alts = Text.UNSPOILT_ALT.format(name=title), Text.SPOILT_ALT.format(name=title, strength=strength)
    for column, version, caption, alt in zip(
        st.columns(2), (before, after), (Text.UNSPOILT, spoilt), alts, strict=True
    ):
        if version.values is not None:
            with column:
                picture(digit_image(version.values), caption, alt)


def said_of_share(name: str, found: Series, version: Version, at: int) -> str:
    """Say in words what became of the share, as it was computed."""
    before, after = float(found.shares[name][0]), float(found.shares[name][at])
    title = Text.NAMES[name]
    if at == 0:
        return Text.AT_ZERO.format(name=title, before=before)
    if version.values is None:
        return Text.GONE.format(complaint=version.complaint, before=before)
    if abs(after - before) < HARDLY:
        return Text.STAYS.format(name=title, before=before, after=after)
    if after > before:
        return Text.RISES.format(name=title, before=before, after=after)
    others = {
        each: (float(share[0]), float(share[at])) for each, share in found.shares.items() if each != name
    }
    most = max(others, key=lambda each: others[each][1] - others[each][0])
    return Text.FALLS.format(
        name=title, before=before, after=after, other=Text.NAMES[most],
        other_before=others[most][0], other_after=others[most][1],
    )  # fmt: skip


def strangeness(pipe: Pipeline, name: str, version: Version) -> float:
    """Return how unlike a digit the spoilt input is: above 1, the page Draw & speak warns."""
    if version.values is None:
        return 0.0
    (out,) = pipe.complete({name: version.values}, [(name,)])
    return pipe.unfamiliarity(out).get(name, 0.0)


def show_curves(name: str, found: Series, strength: int) -> None:
    """Draw shares and the label's probability over all strengths."""
    label = int(found.label_probs[0].argmax())
    modalities = {each: share for each, share in found.shares.items() if each != "prior"}
    shares = {
        Text.NAMES[each]: share for each, share in {**modalities, "prior": found.shares["prior"]}.items()
    }
    probabilities = {
        Text.TOGETHER_CURVE: found.label_probs[:, label],
        Text.ALONE_CURVE.format(name=Text.NAMES[name]): found.alone[:, label],
    }
    said = found.label_probs.argmax(1)
    changed = next((place for place, digit in enumerate(said) if digit != label), None)
    for column, head, curves, looks, axis in zip(
        st.columns(2, gap="large"), (Text.SHARES_CHART, Text.LABEL_CHART.format(label=label)),
        (shares, probabilities), ((*modalities, "prior"), ("product", name)),
        (Text.SHARES_AXIS, Text.LABEL_AXIS), strict=True,
    ):  # fmt: skip
        ends = "; ".join(
            Text.CURVE_ALT.format(name=each, first=100 * values[0], last=100 * values[-1])
            for each, values in curves.items()
        )
        with column:
            st.markdown(head)
            chart = strengths_chart(STRENGTHS, curves, looks, strength, titles=(Text.STRENGTH_AXIS, axis))
            st.plotly_chart(chart, config=PLAIN, alt=Text.CURVES_ALT.format(ends=ends))
    if changed is None:
        st.caption(Text.LABEL_STAYS.format(label=label))
    else:
        st.caption(
            Text.LABEL_CHANGES.format(label=label, other=int(said[changed]), strength=STRENGTHS[changed])
        )
