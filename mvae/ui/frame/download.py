"""What can be taken home: the pictures on the page, the sound, the result's numbers, and a handout."""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mvae.lessons.files import Lesson
from mvae.modalities.wav_file import wav
from mvae.ui import keys
from mvae.ui.frame.link import taught
from mvae.ui.lessons import progress
from mvae.ui.state.models import checkpoints, chosen_checkpoint
from mvae.ui.state.task import shown
from mvae.ui.text import Download
from mvae.ui.views.papers import PAPERS, Predicted

if TYPE_CHECKING:  # they import torch, for which the first paint does not wait
    from streamlit.delta_generator import DeltaGenerator

    from mvae.inference.completion import Completion
    from mvae.inference.pipeline import Pipeline

Row = Mapping[str, object]
Audible = Callable[[], tuple[NDArray[np.float32], int]]


class File(NamedTuple):
    """A file that can be downloaded: what its button says, its name, its media type, and what makes it.

    `which` tells files of one kind apart.
    """

    label: str
    name: str
    kind: str
    make: Callable[[], bytes]
    which: str = ""


def download_menu() -> "DeltaGenerator":
    """Show the button under which downloads are, with the page's pictures; return the place for more."""
    menu = st.popover(Download.BUTTON, icon=":material/download:", key=keys.DOWNLOAD)
    place = menu.container(gap="xsmall")
    with menu:
        opened = progress.place(taught()[0])
        words = {
            "title": Download.PICTURES, "save": Download.SAVE_PICTURE, "chart": Download.CHART,
            "lesson": opened.lesson.name if opened else "",
        }  # fmt: skip
        _pictures()(key=keys.DOWNLOAD_PICTURES, data=words)
    return place


@dataclass(frozen=True)
class Numbers:
    """A result, of which files are made when they are asked for.

    Attributes
    ----------
    table
        Rows of column -> value, all with the same columns: the CSV.
    details
        What the JSON has beside the table and the model's name; numbers of NumPy are allowed.
    audible
        Makes the waveform of the WAV, in [-1, 1], and says its rate in hertz; None: there is no sound.
    model
        Its name.
    """

    table: Sequence[Row]
    details: Mapping[str, object]
    audible: Audible | None
    model: str

    @classmethod
    def of(
        cls, table: Sequence[Row], details: Mapping[str, object] | None, audible: Audible | None = None
    ) -> "Numbers":
        """Return a result of the chosen model."""
        return cls(table, details or {}, audible, checkpoints()[chosen_checkpoint()])

    def json(self) -> bytes:
        """Write all of it."""
        return as_json({"model": self.model, **self.details, "table": self.table})

    def csv(self) -> bytes:
        """Write the table."""
        return as_csv(self.table)

    def wav(self) -> bytes:
        """Write the sound; there must be one."""
        assert self.audible is not None  # noqa: S101 - for the type checker
        return wav(*self.audible())


def download_numbers(
    place: "DeltaGenerator",
    name: str,
    table: Sequence[Row],
    details: Mapping[str, object] | None = None,
    *,
    audible: Audible | None = None,
    more: Sequence[File] = (),
) -> None:
    """Show the downloads of a page's result; each file is made when it is asked for.

    Parameters
    ----------
    place
        Where, as `download_menu` returned it.
    name
        Of the files, without their endings.
    table, details, audible
        As in `Numbers`.
    more
        Further files, which come first.
    """
    result = Numbers.of(table, details, audible)
    # A fragment takes all that it writes straight into a place from outside for one and the same button.
    with place, st.container(gap="xsmall"):
        download_latest(name, lambda: result, audible=audible is not None, more=more)


def download_latest(
    name: str, latest: Callable[[], Numbers], *, audible: bool, more: Sequence[File] = ()
) -> None:
    """Show the downloads of what will be the latest result when they are asked for.

    Parameters
    ----------
    name, more
        As `download_numbers`.
    latest
        Returns it.
    audible
        Whether there will be a sound.
    """
    files = [
        *more,
        *[File(Download.SOUND, f"{name}.wav", "audio/wav", lambda: latest().wav())] * audible,
        File(Download.RESULT_JSON, f"{name}.json", "application/json", lambda: latest().json()),
        File(Download.RESULT_CSV, f"{name}.csv", "text/csv", lambda: latest().csv()),
    ]
    for file in files:
        st.download_button(
            file.label, file.make, file.name, file.kind, on_click="ignore", width="stretch",
            key=keys.DOWNLOAD_FILE + (file.which or file.name.rpartition(".")[2]),
        )  # fmt: skip


def handout_files(latest: "Callable[[], tuple[Completion, Pipeline]]") -> list[File]:
    """Return the page to print of what will be the latest completion and its model, on each paper.

    It begins with the question of the open lesson's step, and ends with what was predicted in all lessons.
    """
    model, (lessons, _), given = checkpoints()[chosen_checkpoint()], taught(), progress.answers()
    opened = progress.place(lessons)
    question = opened.step.question if opened else ""

    def make(paper: str) -> bytes:
        from mvae.ui.views.handout import handout  # noqa: PLC0415 - imports torch, and what makes PDFs

        out, pipe = latest()
        return handout(
            out, pipe.description, model, paper, question=question, predicted=predicted(lessons, given)
        )

    return [
        File(
            Download.HANDOUT.format(paper=paper),
            f"handout-{_of_lesson(opened)}{paper.lower()}.pdf",
            "application/pdf",
            partial(make, paper),
            paper.lower(),
        )
        for paper in PAPERS
    ]


def _of_lesson(opened: progress.Place | None) -> str:
    return f"{opened.lesson.name}-{opened.number}-" if opened else ""


def predicted(lessons: Sequence[Lesson], given: Mapping[str, Mapping[int, int]]) -> list[Predicted]:
    """Return what was predicted in the lessons, in their order, as `progress.answers` holds it."""
    return [
        Predicted(
            lesson.title, step.question, step.choices[choice].text, choice == step.right,
            step.choices[step.right].text,
        )
        for lesson in lessons
        for number, choice in sorted(given.get(lesson.name, {}).items())
        for step in [lesson.steps[number - 1]]
        if step.right is not None
    ]  # fmt: skip


def numbers(out: "Completion") -> dict[str, object]:
    """Return all numbers of a completion: what was given, what came out, and how sure the model is."""
    return {
        "given": out.given,
        "label": out.label,
        "label_name": shown().classes[out.label],
        "label_probabilities": out.label_probs,
        "expert_shares": out.expert_shares,
        "kl_nats": out.kl,
        "seed": out.seed,
        "inputs": out.inputs,
        "outputs": {
            f"{modality.name}_mfcc" if modality.kind == "sound" else modality.name: out[modality.name]
            for modality in out.modalities
        },
        "posterior": {"mean": out.mean, "variance": out.variance},
    }


def summary(out: "Completion") -> list[Row]:
    """Return the label's probabilities, the experts' shares and the KL divergence, a row each."""
    rows: list[tuple[str, object, object]] = [
        *(("given", name, 1) for name in out.given),
        *zip(repeat("label probability"), shown().classes, out.label_probs),
        *(("expert's share", name, share) for name, share in out.expert_shares.items()),
        ("KL divergence, nats", "", out.kl),
    ]
    return [dict(zip(("quantity", "name", "value"), row, strict=True)) for row in rows]


def as_json(result: Mapping[str, object]) -> bytes:
    """Write a result as JSON, the numbers of its arrays with five decimals."""
    return json.dumps(result, indent=1, default=_rounded).encode()


def as_csv(table: Sequence[Row]) -> bytes:
    """Write rows of the same columns as CSV, numbers with six digits that count."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(table[0])
    writer.writerows([_written(value) for value in row.values()] for row in table)
    return file.getvalue().encode()


def _written(value: object) -> object:
    whole_or_text = isinstance(value, int | str)
    return value if whole_or_text or value is None else f"{value:.6g}"


def _rounded(values: Any) -> Any:
    """Turn an array, or a number of NumPy, into what JSON knows."""
    return values.tolist() if values.dtype.kind == "i" else values.astype(float).round(5).tolist()


def _pictures() -> Callable[..., object]:
    """Return the list of the page's pictures: they are there already, and not sent once more."""
    component: Callable[..., object] = st.components.v2.component(
        "mvae-pictures", html="<p></p><ul></ul>", css=_file("download.css"), js=_file("download.js")
    )
    return component


@cache
def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
