"""The replay of a training: what the model imagined after each epoch, with its loss and accuracy.

All epochs go to the browser as one picture, in which it moves by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from mvae.checkpoint.files import read_metrics
from mvae.checkpoint.replay import Strip, read_replay
from mvae.modalities.base import MFCC_FRAMES
from mvae.tasks.digits import DIGITS, FARSI, KANNADA, SPEECH
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.training.text import Training as Text
from mvae.ui.views.pictures import INK, PAPER, VIRIDIS, blend, png_url

_COLOURS = 128  # of a palette for digits, and of another one for MFCCs
_INTERVAL = 400  # milliseconds for which playing shows an epoch
_ROWS = (KANNADA, FARSI, SPEECH)
*_TOPS, _STRIP = accumulate((modality.shape[0] for modality in _ROWS), initial=0)
"""Where the rows of a strip begin, and its height; in pixels of the picture."""
_HTML = """
<div class="replay">
  <div class="pictures"><div class="digits" aria-hidden="true"></div></div>
  <div class="beside">
    <div class="epoch"></div>
    <div class="moving"><button type="button"></button><input type="range" step="1"></div>
    <div class="chart loss">
      <div class="name"></div>
      <div class="scale"><span></span><span></span></div>
      <svg role="img" preserveAspectRatio="none"></svg>
    </div>
    <div class="chart accuracy">
      <div class="name"></div>
      <div class="scale"><span></span><span></span></div>
      <svg role="img" preserveAspectRatio="none"></svg>
      <div class="legend"></div>
    </div>
  </div>
</div>
"""


def show_replay(
    directory: Path,
    *,
    total: int | None = None,
    epoch: int | None = None,
    on_epoch: Callable[[int], None] | None = None,
) -> None:
    """Show the epochs that a checkpoint has, and those that are added while it is being trained.

    Parameters
    ----------
    directory
        Of the checkpoint.
    total
        Epochs that there will be; by default those that are there.
    epoch
        At first; by default the last. It is shown until a person or a new epoch moves on.
    on_epoch
        Called where a person stops.
    """
    strips, metrics = read_replay(directory), read_metrics(directory)
    if metrics:  # while they are being written, there may be one more
        strips = strips[: len(metrics)]
    metrics = metrics[: len(strips)]
    loss = [float(record["loss"]) for record in metrics]
    data = {
        "sheet": png_url(replay_sheet(strips)),
        "strip": _STRIP,
        "rows": [
            {
                "title": title,
                "alt": alt,
                "top": top,
                "height": modality.shape[0],
                "width": modality.shape[1],
                "smooth": modality != SPEECH,
            }
            for modality, top, (title, alt) in zip(_ROWS, _TOPS, Text.REPLAY_ROWS, strict=True)
        ],
        "paper": "rgb({}, {}, {})".format(*PAPER),
        "epochs": len(strips),
        "total": total or len(strips),
        "epoch": epoch,
        "loss": loss,
        "loss_range": [min(loss, default=0.0), max(loss, default=1.0)],
        "accuracy": mean_accuracy(metrics),
        "interval": _INTERVAL,
        "texts": Text.REPLAY_WORDS,
    }
    key = f"replay-{directory.name}"

    def moved() -> None:
        stopped_at = st.session_state[key].get("epoch")
        if on_epoch is not None and stopped_at is not None:
            on_epoch(int(stopped_at))

    _component()(key=key, data=data, default={"epoch": epoch}, on_epoch_change=guarded(moved))


def mean_accuracy(metrics: Sequence[Mapping[str, Any]]) -> dict[str, list[float]]:
    """Return accuracies, in per cent, averaged over the subsets of one, two and three modalities.

    Parameters
    ----------
    metrics
        The records of some epochs; where they have accuracies on held-out data, these are taken.

    Returns
    -------
    dict[str, list[float]]
        What is given, in words -> one value an epoch. Empty where an epoch has no accuracies.
    """
    kind = next((kind for kind in Text.ACCURACY_EXPLAINED if all(kind in each for each in metrics)), None)
    if kind is None or not metrics:
        return {}
    by_subset = [record[kind] for record in metrics]
    return {
        title: [fmean(value for key, value in each.items() if key.count("+") == more) for each in by_subset]
        for more, title in enumerate(Text.REPLAY_GIVEN)
    }


def replay_sheet(strips: Sequence[Strip]) -> Image.Image:
    """Draw strips below each other: of each ten Kannada digits, ten Farsi ones, and ten heat maps of MFCCs.

    Each row begins at the left; the lowest MFCC is at the bottom.
    """
    sheet = np.zeros((max(1, len(strips)) * _STRIP, DIGITS * MFCC_FRAMES), np.uint8)
    for number, strip in enumerate(strips):
        parts = (strip[KANNADA.name], strip[FARSI.name], strip[SPEECH.name][:, ::-1])
        for part, top, colours in zip(parts, _TOPS, (0, 0, _COLOURS), strict=True):
            row = np.concatenate(list(part), axis=1) * (_COLOURS - 1)
            place = sheet[number * _STRIP + top :][: row.shape[0], : row.shape[1]]
            place[:] = row.round().astype(np.uint8) + colours
    picture = Image.fromarray(sheet)
    picture.putpalette(blend([PAPER, INK], _COLOURS) + blend(VIRIDIS, _COLOURS))
    return picture


def _component() -> Callable[..., object]:
    component: Callable[..., object] = st.components.v2.component(
        "mvae-replay", html=_HTML, css=_file("replay.css"), js=_file("replay.js")
    )
    return component


@cache
def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
