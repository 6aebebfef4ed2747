"""The replay of a training: what the model imagined after each epoch, with its loss and accuracy.

All epochs go to the browser as one picture, in which it moves by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from itertools import accumulate
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

import numpy as np
import streamlit as st
from PIL import Image

from mvae.arrays import Array
from mvae.checkpoint.files import read_metrics
from mvae.checkpoint.replay import Strip, read_replay
from mvae.modalities.base import Modality
from mvae.modalities.kinds import FURTHEST_SHOWN, kind_of
from mvae.ui.keys import REPLAY, REPLAY_EPOCH
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.state.fields import whole_number, widget_field
from mvae.ui.state.task import shown
from mvae.ui.training.commands import train_command
from mvae.ui.training.text import Training as Text
from mvae.ui.training.text import given
from mvae.ui.views.colours import NOBODY
from mvae.ui.views.look import plain
from mvae.ui.views.pictures import INK, PAPER, VIRIDIS, blend, png_url

_LAST_EPOCH = 10_000
FIELDS = (widget_field("epoch", REPLAY_EPOCH, None, partial(whole_number, low=1, high=_LAST_EPOCH)),)
"""Of a lesson link: the epoch at which the replay stands."""
_COLOURS = 128  # of a palette for ink, and of another one for heat maps
_INTERVAL = 400  # milliseconds for which playing shows an epoch
_HTML = """
<div class="replay">
  <div class="pictures"><div class="classes" aria-hidden="true"></div></div>
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


class Row(NamedTuple):
    """What of a strip is one modality's.

    Attributes
    ----------
    modality
        What it shows.
    top, height, width
        Where it begins in the strip, and the size of its pictures; in pixels.
    """

    modality: Modality
    top: int
    height: int
    width: int


def show_kept_replay(directory: Path, *, own: bool) -> None:
    """Show the replay that a checkpoint has kept, or say that there is none; `own`: the session's own."""

    def stopped(epoch: int) -> None:
        st.session_state[REPLAY_EPOCH] = epoch

    if read_replay(directory):
        st.caption(Text.REPLAY_EXPLAINED if shown().is_posters else Text.REPLAY_OF_OTHERS_EXPLAINED)
        show_replay(directory, epoch=st.session_state.get(REPLAY_EPOCH), on_epoch=stopped)
        return
    missing = Text.NO_REPLAY_OWN if own else Text.NO_REPLAY
    st.info(missing.format(name=plain(directory.name), command=train_command(directory)))


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
    rows = strip_rows()
    accuracy = Text.REPLAY_WORDS["accuracy"] if shown().is_posters else Text.CLASSES_READ
    data = {
        "sheet": png_url(replay_sheet(strips, rows, len(shown().classes))),
        "strip": _height(rows),
        "rows": [
            {"top": row.top, "height": row.height, "width": row.width}
            | {"smooth": not kind_of(row.modality).heat}
            | dict(zip(("title", "alt"), _words(row.modality), strict=True))
            for row in rows
        ],
        "classes": shown().classes,
        "paper": "rgb({}, {}, {})".format(*PAPER),
        "epochs": len(strips),
        "total": total or len(strips),
        "epoch": epoch,
        "loss": loss,
        "loss_range": [min(loss, default=0.0), max(loss, default=1.0)],
        "accuracy": mean_accuracy(metrics, len(rows)),
        "colours": NOBODY,
        "interval": _INTERVAL,
        "texts": Text.REPLAY_WORDS | {"accuracy": accuracy},
    }
    key = f"{REPLAY}{directory.name}"

    def moved() -> None:
        stopped_at = st.session_state[key].get("epoch")
        if on_epoch is not None and stopped_at is not None:
            on_epoch(int(stopped_at))

    _component()(key=key, data=data, default={"epoch": epoch}, on_epoch_change=guarded(moved))


def mean_accuracy(metrics: Sequence[Mapping[str, Any]], modalities: int) -> dict[str, list[float]]:
    """Return accuracies, in per cent, averaged over the subsets of one modality, of two, … of all.

    Parameters
    ----------
    metrics
        The records of some epochs; where they have accuracies on held-out data, these are taken.
    modalities
        How many there are.

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
        given(count, modalities): [
            fmean(value for key, value in each.items() if key.count("+") == count - 1) for each in by_subset
        ]
        for count in range(1, modalities + 1)
    }


def strip_rows() -> list[Row]:
    """Return the rows of a strip: of the poster's task in the order of its texts."""
    order = Text.REPLAY_ROWS if shown().is_posters else shown().names
    modalities = [shown().modality(name) for name in order]
    sizes = [_pictures(each, np.zeros((1, *each.shape), np.float32)).shape[1:] for each in modalities]
    tops = accumulate((height for height, _ in sizes), initial=0)
    return [Row(each, top, *size) for each, top, size in zip(modalities, tops, sizes, strict=False)]


def replay_sheet(strips: Sequence[Strip], rows: Sequence[Row], classes: int) -> Image.Image:
    """Draw strips below each other: of each a row for every modality, with a picture of each class.

    Parameters
    ----------
    strips
        As `read_replay` returns them.
    rows
        As `strip_rows` returns them; each begins at the left.
    classes
        C.
    """
    height = _height(rows)
    sheet = np.zeros((max(1, len(strips)) * height, classes * max(row.width for row in rows)), np.uint8)
    for number, strip in enumerate(strips):
        for row in rows:
            seen = np.concatenate(list(_pictures(row.modality, strip[row.modality.name])), axis=1)
            place = sheet[number * height + row.top :][: row.height, : seen.shape[1]]
            first = _COLOURS if kind_of(row.modality).heat else 0
            place[:] = (seen * (_COLOURS - 1)).round().astype(np.uint8) + first
    picture = Image.fromarray(sheet)
    picture.putpalette(blend([PAPER, INK], _COLOURS) + blend(VIRIDIS, _COLOURS))
    return picture


def _height(rows: Sequence[Row]) -> int:
    return rows[-1].top + rows[-1].height


def _pictures(modality: Modality, samples: Array) -> Array:
    """Return what is seen of samples in [0, 1]: (C, *shape) -> (C, H, W); 0.5 is the mean of real values."""
    real = modality.likelihood == "gaussian"
    return kind_of(modality).pictures(modality, (samples - 0.5) * 2 * FURTHEST_SHOWN if real else samples)


def _words(modality: Modality) -> tuple[str, str]:
    """Return what stands above a modality's row, and what is on it for people who cannot see it."""
    if shown().is_posters:
        return Text.REPLAY_ROWS[modality.name]
    classes = ", ".join(shown().classes)
    return (
        Text.REPLAY_ROW.format(title=modality.title),
        Text.REPLAY_ROW_ALT.format(title=modality.title, classes=classes),
    )


def _component() -> Callable[..., object]:
    component: Callable[..., object] = st.components.v2.component(
        "mvae-replay", html=_HTML, css=_file("replay.css"), js=_file("replay.js")
    )
    return component


@cache
def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
