"""What the decoders make of one latent: three pictures, the label, and the sound when it is asked for."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from mvae.arrays import Array
from mvae.checkpoint.store import Description
from mvae.inference.completion import Decoding
from mvae.ui.frame import player
from mvae.ui.frame.download import Audible, Row, download_numbers
from mvae.ui.latent.text import LatentSpace as Text
from mvae.ui.views.bars import label_bars
from mvae.ui.views.look import picture
from mvae.ui.views.pictures import digit_image, mfcc_image

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


def show_decoded(out: Decoding, description: Description) -> None:
    """Show the first latent that was decoded."""
    digit = int(out.label[0])
    farsi, kannada, spoken = st.columns([1, 1, 1.9])
    for column, name, values in ((farsi, Text.FARSI, out.farsi[0]), (kannada, Text.KANNADA, out.kannada[0])):
        with column:
            picture(digit_image(values), name, Text.DIGIT_ALT.format(script=name, digit=digit))
    with spoken:
        heat_map = mfcc_image(out.mfcc[0], description.standardisation["speech"], cell=(10, 13))
        picture(heat_map, Text.SPEECH, Text.SPEECH_ALT)
    label, listen = st.columns([1, 3], vertical_alignment="center")
    label.markdown(Text.LABEL.format(digit=digit))
    with listen:
        player.player(out.audio, Text.HEARD)
    st.html(label_bars(out.label_probs[0]))


def download_decoded(
    place: "DeltaGenerator",
    name: str,
    z: Array,
    out: Decoding,
    where: Mapping[str, Sequence[object]],
    *,
    audible: Audible | None = None,
) -> None:
    """Show the downloads of latents (n, Z) and of what they decode to.

    Parameters
    ----------
    place, name, audible
        As `download_numbers`.
    z, out, where
        As `numbers_of`.
    """
    download_numbers(place, name, *numbers_of(z, out, where), audible=audible)


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
    table: list[Row] = [
        {
            **{column: values[row] for column, values in where.items()},
            "label": label,
            **{f"probability of {digit}": share for digit, share in enumerate(out.label_probs[row])},
        }
        for row, label in enumerate(out.label.tolist())
    ]
    outputs = {"farsi": out.farsi, "kannada": out.kannada, "speech_mfcc": out.mfcc}
    return table, {"latents": z, "outputs": outputs}
