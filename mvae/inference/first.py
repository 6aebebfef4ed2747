"""What a model makes of the example with which the app begins, kept beside its weights.

The first screen shows it at once, and the server has not to load torch for that, which takes seconds. It is
the same as `Pipeline.complete` gives, for these inputs, this seed and these weights, and for nothing else.
Nothing here loads torch before it is written.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import safetensors
from safetensors.numpy import save

from mvae.arrays import Array
from mvae.checkpoint.place import (
    FIRST,
    LARGEST_WEIGHTS,
    WEIGHTS,
    WEIGHTS_HASH,
    find_checkpoint,
    fits_weights,
    read_file,
    weights_hash,
)
from mvae.errors import CheckpointError
from mvae.inference.completion import Completion
from mvae.modalities.base import Modality
from mvae.modalities.drawing import normalise_ink
from mvae.modalities.stroke_text import as_linked
from mvae.modalities.strokes import render, template
from mvae.model.scaling import Standardisation
from mvae.tasks.digits import first_label, has_templates

SEED = 0
_ABOUT = "about"
_UNREADABLE = (
    CheckpointError, OSError, ValueError, KeyError, TypeError, AttributeError, safetensors.SafetensorError,
)  # fmt: skip


@dataclass(frozen=True)
class First:
    """The completion of the first example, and what is needed to show it.

    Attributes
    ----------
    out
        As `Pipeline.complete` gives it.
    unfamiliarity
        As `Pipeline.unfamiliarity` gives it.
    standardisation
        Of each modality with a Gaussian likelihood, by name.
    """

    out: Completion
    unfamiliarity: Mapping[str, float]
    standardisation: Mapping[str, Standardisation]

    def answers(self, inputs: Mapping[str, Array], seed: int | None) -> bool:
        """Whether it is what the model makes of all these inputs together, with this seed."""
        return (
            seed == self.out.seed
            and inputs.keys() == self.out.inputs.keys()
            and all(np.array_equal(inputs[name], value) for name, value in self.out.inputs.items())
        )


def first_inputs(modalities: Sequence[Modality], classes: tuple[str, ...]) -> dict[str, Array]:
    """Return what the app gives a model at first: the first modality, drawn from its template."""
    first = modalities[0]
    if not has_templates(first, classes):
        return {}
    strokes, _ = as_linked(template(first.name, first_label(classes)))
    ink = normalise_ink(render(strokes))
    return {} if ink is None else {first.name: ink}


def write_first(name_or_path: str | Path) -> None:
    """Write what a checkpoint's model makes of the first example; nothing where there is no template for it.

    Parameters
    ----------
    name_or_path
        As `mvae.checkpoint.place.find_checkpoint` takes it.

    Raises
    ------
    CheckpointError
        If the checkpoint is missing or damaged, its directory cannot be written, or a training writes
        into it.
    """
    from mvae.checkpoint.files import write_atomically, writing_alone  # noqa: PLC0415 - they load torch
    from mvae.inference.pipeline import Pipeline  # noqa: PLC0415 - as above

    directory = find_checkpoint(name_or_path)
    with writing_alone(directory):
        pipe = Pipeline(directory)
        inputs = first_inputs(pipe.model.config.modalities, pipe.classes)
        if not inputs:
            return
        (out,) = pipe.complete(inputs, [tuple(inputs)], seed=SEED)
        arrays = {
            "label_probs": out.label_probs, "mean": out.mean, "variance": out.variance,
            **{f"output/{name}": value for name, value in out.outputs.items()},
            **{f"input/{name}": value for name, value in out.inputs.items()},
            **{f"expert/{name}/mean": mean for name, (mean, _) in out.experts.items()},
            **{f"expert/{name}/variance": variance for name, (_, variance) in out.experts.items()},
        }  # fmt: skip
        about = {
            "given": out.given,
            "label": out.label,
            "expert_shares": out.expert_shares,
            "kl": out.kl,
            "seed": out.seed,
            "unfamiliarity": pipe.unfamiliarity(out),
            "standardisation": {
                name: {"mean": each.mean.tolist(), "deviation": each.deviation.tolist()}
                for name, each in pipe.description.standardisation.items()
            },
        }
        said = {WEIGHTS_HASH: weights_hash(directory), _ABOUT: json.dumps(about)}
        content = save({name: np.ascontiguousarray(each) for name, each in arrays.items()}, said)
        write_atomically(directory, {FIRST: content})


def load_first(name_or_path: str | Path, modalities: Iterable[Modality]) -> First | None:
    """Read what `write_first` wrote; None where it is missing, damaged, or not of the weights that are there.

    Parameters
    ----------
    name_or_path
        As `mvae.checkpoint.place.find_checkpoint` takes it.
    modalities
        Of the model.
    """
    try:
        directory = find_checkpoint(name_or_path)
        if not fits_weights(directory, FIRST) or not _are_whole(directory):
            return None
        return _read(directory / FIRST, tuple(modalities))
    except _UNREADABLE:
        return None


def _are_whole(directory: Path) -> bool:
    """Whether the weights are those that the checkpoint describes: else a page must say that they are not."""
    weights = read_file(directory / WEIGHTS, LARGEST_WEIGHTS)
    return hashlib.sha256(weights).hexdigest() == weights_hash(directory)


def _read(path: Path, modalities: tuple[Modality, ...]) -> First:
    with safetensors.safe_open(path, framework="numpy") as file:
        arrays: dict[str, Array] = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        about = json.loads(file.metadata()[_ABOUT])
    given = tuple(about["given"])
    shapes = {modality.name: modality.shape for modality in modalities}
    out = Completion(
        given=given,
        label=about["label"],
        label_probs=arrays["label_probs"],
        outputs={name: arrays[f"output/{name}"].reshape(shape) for name, shape in shapes.items()},
        mean=arrays["mean"],
        variance=arrays["variance"],
        expert_shares=about["expert_shares"],
        experts={name: (arrays[f"expert/{name}/mean"], arrays[f"expert/{name}/variance"]) for name in given},
        inputs={name: arrays[f"input/{name}"].reshape(shapes[name]) for name in given},
        kl=about["kl"],
        seed=about["seed"],
        modalities=modalities,
    )
    standardisation = {
        name: Standardisation(
            np.array(each["mean"], np.float32),
            np.array(each["deviation"], np.float32),
            sequence=len(shapes[name]) > 1,
        )
        for name, each in about["standardisation"].items()
    }
    return First(out, about["unfamiliarity"], standardisation)
