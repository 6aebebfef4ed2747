"""The outputs of Draw & speak: pictures of what was given and of what the model makes of it, and remarks."""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from mvae.modalities.base import Modality
from mvae.tasks.digits import MODALITIES, SPEECH
from mvae.ui.draw.text import DrawAndSpeak as Text
from mvae.ui.frame import player
from mvae.ui.state import sampling
from mvae.ui.state.slots import slots
from mvae.ui.views.look import missing_picture, picture

if TYPE_CHECKING:  # they import torch, for which the canvases do not wait
    from PIL.Image import Image

    from mvae.arrays import Array
    from mvae.inference.completion import Completion
    from mvae.inference.pipeline import Pipeline


def output_head(modality: Modality, given: Collection[str]) -> None:
    """Show of which modality an output is, and whether it was given."""
    badge = Text.BADGE_MISSING
    if modality.name in given:
        badge = Text.BADGE_GIVEN
    elif given:
        badge = Text.BADGE_IMAGINED
    st.markdown(f"**{modality.title}** {badge}")


def output(modality: Modality, out: "Completion", pipe: "Pipeline", *, doubtful: bool) -> None:
    """Show what the model was given of one modality, whether it is doubtful, and what it makes of it."""
    from mvae.ui.views.pictures import digit_image, mfcc_image  # noqa: PLC0415 - not before the first paint

    given = modality.name in out.given
    verb = Text.RECONSTRUCTED if given else Text.IMAGINED.format(kind=sampling.kind())
    draw: Callable[[Array], Image] = digit_image
    values: Array = out.mfcc if modality == SPEECH else getattr(out, modality.name)
    if modality == SPEECH:
        standardisation = pipe.description.standardisation[SPEECH.name]
        draw = partial(mfcc_image, standardisation=standardisation, cell=(10, 5))
    result = draw(values)
    with st.container(key=f"pictures-{modality.name}", gap="xsmall"):
        if given:
            alt = Text.GIVEN_ALT.format(title=modality.title, label=out.label)
            picture(draw(out.inputs[modality.name]), Text.GIVEN_CAPTION, alt)
        else:
            ratio = result.width / result.height
            missing_picture(Text.NOT_GIVEN_ALT.format(title=modality.title), Text.NOT_GIVEN, ratio)
        picture(result, verb, Text.OUTPUT_ALT.format(title=modality.title, verb=verb, label=out.label))
    # A remark fits into the room that is left, so that nothing moves.
    if doubtful or modality == SPEECH:
        with st.container(key=f"remark-{modality.name}", horizontal=True, vertical_alignment="center"):
            if modality == SPEECH:
                player.player(out.audio, Text.LISTEN)
            if doubtful:
                sentence = Text.UNLIKE_SPEECH if modality == SPEECH else Text.UNLIKE_DRAWING
                st.markdown(sentence.format(title=modality.title))


def ways(modality: Modality, outs: "Sequence[Completion]", pipe: "Pipeline", columns: int) -> None:
    """Show one modality imagined from several draws, or that there is nothing to imagine."""
    from mvae.ui.views.pictures import digit_image, mfcc_image, mosaic  # noqa: PLC0415 - not before the first paint

    if modality.name in outs[0].given:
        st.caption(Text.WAYS_GIVEN)
        return
    if modality == SPEECH:
        standardisation = pipe.description.standardisation[SPEECH.name]
        tiles = [mfcc_image(out.mfcc, standardisation, cell=(5, 5)) for out in outs]
    else:
        tiles = [digit_image(getattr(out, modality.name), scale=3) for out in outs]
    caption = f"{modality.title}: {Text.WAYS_CAPTION}"
    labels = ", ".join(str(out.label) for out in outs)
    alt = Text.WAYS_ALT.format(title=modality.title, labels=labels)
    picture(mosaic(tiles, columns), caption, alt)


def unfamiliar(out: "Completion", pipe: "Pipeline") -> list[Modality]:
    """Return the given modalities whose input is unlike a digit; what the model itself said is not judged."""
    scores = pipe.unfamiliarity(out)
    return [
        modality
        for modality in MODALITIES
        if scores.get(modality.name, 0.0) > 1 and not slots()[modality.name].imagined
    ]
