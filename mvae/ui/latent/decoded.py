"""What the decoders make of one latent: a picture of each modality, the label, and a sound when asked for."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mvae.arrays import Array
from mvae.checkpoint.store import Description
from mvae.inference.completion import Decoding
from mvae.modalities.base import KindName, Modality
from mvae.modalities.kinds import kind_of
from mvae.ui import keys
from mvae.ui.frame import player
from mvae.ui.frame.download import Audible, Row
from mvae.ui.latent.text import words
from mvae.ui.state.task import shown
from mvae.ui.views.bars import label_bars
from mvae.ui.views.look import picture, plain
from mvae.ui.views.samples import sample_image
from mvae.ui.views.values import values_table

_WIDTHS: Mapping[KindName, float] = {"drawing": 1.0, "sound": 1.9, "vector": 1.3}  # of pictures
_ROW_WIDTH = 3.9  # what there is room for side by side


def class_names(labels: Iterable[int]) -> list[str]:
    """Return the names of these labels."""
    return [shown().classes[int(label)] for label in labels]


def explain_short_names(short: Sequence[str]) -> None:
    """Say what stands for which class in a picture, where it is not the class's name."""
    pairs = [(each, name) for each, name in zip(short, shown().classes, strict=True) if each != name]
    if pairs:
        names = ", ".join(words().SHORT_NAME.format(short=each, name=plain(name)) for each, name in pairs)
        st.caption(words().SHORTENED.format(names=names))


def show_decoded(out: Decoding, description: Description) -> bool:
    """Show the first latent that was decoded, and return whether it is heard."""
    (label,) = class_names(out.label[:1])
    for row in _rows():
        widths = [_width(modality) for modality in row]
        left = _ROW_WIDTH - sum(widths)
        for modality, column in zip(
            row, st.columns([*widths, left] if left > 0.01 else widths), strict=False
        ):
            with column, st.container(key=f"{keys.DECODED}{modality.name}"):
                _show_sample(modality, out[modality.name][0], label, description)
    name, plays = plain(label), False
    if is_audible():
        said, heard = st.columns([1, 3], vertical_alignment="center")
        with said:
            _show_label(name)
        with heard:
            plays = listen(partial(out.audio, 0), words().HEARD)
    else:
        _show_label(name)
    with st.container(key=keys.BARS_DECODED):
        st.html(label_bars(out.label_probs[0], shown().classes))
    return plays


def _show_label(name: str) -> None:
    with st.container(key=keys.LABEL_DECODED):
        st.markdown(words().LABEL.format(label=name))


def listen(audio: Callable[[str], tuple[NDArray[np.float32], int]], description: str) -> bool:
    """Show the button that makes one latent's sound heard, and which, if there are several; none: nothing.

    `audio` makes that of the modality of a name, as `player.player` takes it. Returns whether it is heard.
    """
    sounds = _sounds()
    if len(sounds) > 1:
        chosen = st.segmented_control(
            words().LISTEN_TO, sounds, format_func=lambda name: plain(shown().names[name]),
            default=sounds[0], required=True, key=keys.LATENT_SOUND, persist_state="session",
        )  # fmt: skip
        return player.player(partial(audio, chosen), description)
    return bool(sounds) and player.player(partial(audio, sounds[0]), description)


def audible(out: Decoding, index: int = 0) -> Audible | None:
    """Return what makes one latent's first sound, for the downloads; None if nothing is to be heard."""
    return partial(out.audio, index) if is_audible() else None


def is_audible() -> bool:
    """Say whether something of a latent can be heard."""
    return bool(_sounds())


def _sounds() -> list[str]:
    """Return the names of the modalities that can be heard."""
    return [modality.name for modality in shown().modalities if kind_of(modality).audible]


def _rows() -> Iterator[list[Modality]]:
    """Return the modalities in rows: as many in each as there is room for."""
    row: list[Modality] = []
    for modality in shown().modalities:
        if row and sum(map(_width, [*row, modality])) > _ROW_WIDTH + 0.01:
            yield row
            row = []
        row.append(modality)
    yield row


def _width(modality: Modality) -> float:
    return _WIDTHS[modality.kind]


def _show_sample(modality: Modality, sample: Array, label: str, description: Description) -> None:
    """Show a decoded sample: its picture, and a vector's numbers."""
    name = modality.short_title
    image = sample_image(modality, sample, description.standardisation)
    caption = words().SOUND if modality.kind == "sound" else "{name}"
    picture(image, caption.format(name=plain(name)), sample_alt(modality).format(name=name, label=label))
    if modality.kind == "vector":
        st.html(values_table(modality, {words().DECODED: sample}, name))


def sample_alt(modality: Modality) -> str:
    """Return words for people who cannot see a decoded sample's picture, with places for name and label."""
    alts = {"drawing": words().DRAWING_ALT, "sound": words().SOUND_ALT, "vector": words().VECTOR_ALT}
    return alts[modality.kind]


def numbers_of(
    z: Array, out: Decoding, where: Mapping[str, Sequence[object]]
) -> tuple[list[Row], dict[str, object]]:
    """Return table and details, as of `mvae.ui.frame.download.Numbers`, of decoded latents.

    Parameters
    ----------
    z, out
        The latents (n, Z), and what is made of them.
    where
        What tells the latents apart, each with n values: the table's first columns.
    """
    classes = shown().classes
    table: list[Row] = [
        {
            **{column: values[row] for column, values in where.items()},
            "label": label,
            **({} if shown().is_posters else {"class": classes[label]}),
            **{
                f"probability of {name}": share
                for name, share in zip(classes, out.label_probs[row], strict=True)
            },
        }
        for row, label in enumerate(out.label.tolist())
    ]
    outputs = {
        f"{modality.name}_mfcc" if modality.kind == "sound" else modality.name: out[modality.name]
        for modality in shown().modalities
    }
    return table, {"latents": z, "outputs": outputs}
