"""A button that makes a sound and plays it."""

import time
from collections.abc import Callable

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mvae.modalities.wav_file import wav
from mvae.ui import keys
from mvae.ui.runtime.warmup import warm_up
from mvae.ui.text import Common as Text


def player(audible: Callable[[], tuple[NDArray[np.float32], int]], description: str, name: str = "") -> bool:
    """Show a button that makes a sound and plays it; most sounds are never asked for, and each takes a while.

    Parameters
    ----------
    audible
        Makes the waveform, in [-1, 1], and says its rate in hertz.
    description
        For people who cannot see the player.
    name
        Tells the players of a page apart.

    Returns
    -------
    bool
        Whether the sound is there, and plays.
    """
    place = st.empty()
    if not place.button(Text.LISTEN, icon=":material/volume_up:", key=keys.LISTEN + name, help=description):
        return False
    warm_up.finish_soon()
    while warm_up.goes_on:
        # A call to Streamlit is where a newer run may take over from this one.
        place.caption(Text.VOICE_COMES)
        time.sleep(0.1)
    place.audio(wav(*audible()), autoplay=True, alt=description)
    return True
