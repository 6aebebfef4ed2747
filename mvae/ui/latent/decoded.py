"""What the decoders make of one latent: three pictures, the label, and the sound when it is asked for."""

import streamlit as st

from mvae.checkpoint import Description
from mvae.completion import Decoding
from mvae.ui import speech
from mvae.ui.bars import label_bars
from mvae.ui.pictures import digit_image, mfcc_image
from mvae.ui.text import LatentSpace as Text
from mvae.ui.theme import picture


def show_decoded(out: Decoding, description: Description) -> None:
    """Show the first latent that was decoded."""
    digit = int(out.label[0])
    farsi, kannada, spoken = st.columns([1, 1, 1.9])
    for column, name, values in ((farsi, Text.FARSI, out.farsi[0]), (kannada, Text.KANNADA, out.kannada[0])):
        with column:
            picture(digit_image(values, scale=8), name, Text.DIGIT_ALT.format(script=name, digit=digit))
    with spoken:
        heat_map = mfcc_image(out.mfcc[0], description.standardisation["speech"], cell=(16, 21))
        picture(heat_map, Text.SPEECH, Text.SPEECH_ALT)
    label, listen = st.columns([1, 3], vertical_alignment="center")
    label.markdown(Text.LABEL.format(digit=digit))
    with listen:
        speech.player(out.audio, Text.HEARD)
    st.html(label_bars(out.label_probs[0]))
