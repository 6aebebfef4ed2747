"""Which task the app shows: classes, modalities, and the checkpoints to choose from.

It is the poster's, with the shipped checkpoints, unless the server was started for another checkpoint. It is
one for the whole server and all its sessions; the model that a session trains by itself is of the poster's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mvae.modalities.base import KindName, Modality
from mvae.tasks.digits import MODALITIES, TASK, first_label, has_recordings, has_templates
from mvae.ui.text import Common


@dataclass(frozen=True)
class Shown:
    """What the pages are about.

    Attributes
    ----------
    checkpoints
        Name of each checkpoint, or its directory, the default first -> what a person reads.
    classes
        What the labels 0, 1, … mean.
    modalities
        In the order in which they are shown.
    """

    checkpoints: Mapping[str, str]
    classes: tuple[str, ...]
    modalities: tuple[Modality, ...]

    @property
    def is_posters(self) -> bool:
        """Whether it is the poster's: the lessons, the studies and the published figures are about that."""
        return (self.modalities, self.classes) == (MODALITIES, TASK.classes)

    @property
    def names(self) -> dict[str, str]:
        """Name of each modality -> what a person reads, short."""
        return {modality.name: modality.short_title for modality in self.modalities}

    @property
    def experts(self) -> dict[str, str]:
        """The prior and each modality's expert, by name -> what a person reads."""
        return {"prior": Common.PRIOR, **self.names}

    @property
    def first_label(self) -> int:
        """The class that is given before the first click."""
        return first_label(self.classes)

    def modality(self, name: str) -> Modality:
        """Return the modality of a name; raises KeyError if there is none."""
        return {modality.name: modality for modality in self.modalities}[name]

    def of_kind(self, kind: KindName) -> list[Modality]:
        """Return the modalities of a kind."""
        return [modality for modality in self.modalities if modality.kind == kind]

    def listed(self, names: Iterable[str]) -> str:
        """Return what a person reads for these modalities."""
        return " + ".join(self.names[name] for name in names)

    def has_templates(self, modality: Modality) -> bool:
        """Whether there are strokes to copy and to trace for each class of a modality."""
        return has_templates(modality, self.classes)

    def has_recordings(self, modality: Modality) -> bool:
        """Whether there is a person's recording of each class of a modality."""
        return has_recordings(modality, self.classes)


POSTERS = Shown(Common.CHECKPOINTS, TASK.classes, MODALITIES)
"""The poster's task, with the shipped checkpoints."""


class _Server:
    """What this server shows."""

    shown = POSTERS


def shown() -> Shown:
    """Return what the app shows."""
    return _Server.shown


def show(what: Shown) -> None:
    """Let the app show another task; before anybody opens a page."""
    _Server.shown = what


def show_checkpoint(directory: Path) -> None:
    """Let the app show a checkpoint, alone, and its task.

    Raises
    ------
    CheckpointError
        If it is missing or damaged.
    """
    from mvae.checkpoint.place import find_checkpoint  # noqa: PLC0415 - imports torch, in seconds
    from mvae.checkpoint.store import load_description  # noqa: PLC0415 - imports torch, in seconds

    found = find_checkpoint(directory).resolve()
    model = load_description(found).model
    show(Shown({str(found): found.name}, model.classes, model.modalities))
