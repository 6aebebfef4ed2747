"""Writing what a browser needs beside a checkpoint's weights.

- ``encoder-NAME.onnx``, ``decoder-NAME.onnx``, ``decoder-label.onnx``: each network as a graph by itself, as
  `mvae.web.graph` writes it; its weights stay in ``model.safetensors``, beside which it must lie for any
  onnxruntime to open it. They compute what the networks of `mvae.model` do, and nothing else: an encoder
  takes ``x`` (n, *shape), standardised where its likelihood is Gaussian, and gives ``mean`` and
  ``log_variance`` (n, Z); a decoder takes ``z`` (n, Z) and gives ``parameters`` (n, *shape): logits
  (Bernoulli), or means of standardised values (Gaussian); the label's gives logits (n, C).
- ``manifest.json``: what else is needed to complete any subset: modalities, classes, sizes, standardisation,
  names, shapes and hashes of the files.

A checkpoint keeps its weights as float16 alone. So nothing is rounded here: what is computed from these files
differs from PyTorch by the order in which float32 numbers are added, and by nothing else.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from mvae.checkpoint.files import write_atomically, writing_alone
from mvae.checkpoint.place import LARGEST_WEIGHTS, MANIFEST, WEIGHTS, find_checkpoint
from mvae.checkpoint.store import Description, load_checkpoint
from mvae.files import read_current
from mvae.modalities.base import Modality
from mvae.model.imagination import ROUNDS
from mvae.model.model import MVAE, MVAEConfig
from mvae.model.networks import Decoder, Encoder
from mvae.reading import read_regular_file
from mvae.web.manifest import FORMAT

LABEL = "label"

Shape = tuple[int, ...]


def write_export(name_or_path: str | Path) -> None:
    """Write a checkpoint's manifest and graphs, all or none; takes a tenth of a second.

    Parameters
    ----------
    name_or_path
        As `mvae.checkpoint.place.find_checkpoint` takes it.

    Raises
    ------
    CheckpointError
        If the checkpoint is missing or damaged, has a network of an unknown form, its directory cannot be
        written, or a training writes into it.
    """
    directory = find_checkpoint(name_or_path)
    with writing_alone(directory):
        model, description = load_checkpoint(directory)
        weights = read_current(directory / WEIGHTS, partial(read_regular_file, most=LARGEST_WEIGHTS))
        write_atomically(directory, export_files(model, description, weights))


def export_files(model: MVAE, description: Description, weights: bytes) -> dict[str, bytes]:
    """Return the manifest and the graphs, by the names of their files.

    Parameters
    ----------
    model, description
        As `load_checkpoint` gives them.
    weights
        The content of the file from which the model was loaded.

    Raises
    ------
    CheckpointError
        If a network is of a form that cannot be written.
    """
    # The app, which only reads manifests, has no onnx.
    from mvae.web.graph import WeightsFile, graph_of  # noqa: PLC0415

    networks = list(_networks(model.config))
    file = WeightsFile.of(WEIGHTS, weights)
    graphs = {}
    for network in networks:
        module = model.get_submodule(network.name)
        assert isinstance(module, Encoder | Decoder)  # noqa: S101 - so it was built
        graphs[network.file] = graph_of(module, network.name, file, network.input, network.outputs)
    manifest = {
        "format": FORMAT,
        "weights": _file(WEIGHTS, weights),
        "latent_size": model.config.latent_size,
        "rounds": ROUNDS,
        "classes": model.config.classes,
        "modalities": [_modality(each, description) for each in model.config.modalities],
        "networks": [
            {
                "role": network.role,
                "of": network.of,
                "inputs": dict([network.input]),
                "outputs": network.outputs,
                **_file(network.file, graphs[network.file]),
            }
            for network in networks
        ],
    }
    return {MANIFEST: (json.dumps(manifest, ensure_ascii=False) + "\n").encode(), **graphs}


def _file(name: str, content: bytes) -> dict[str, Any]:
    """Return what the manifest says of a file."""
    return {"file": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


@dataclass(frozen=True)
class _Network:
    """An encoder or a decoder, of a modality or of the label.

    Attributes
    ----------
    role
        ``"encoder"`` or ``"decoder"``.
    of
        Name of the modality, or ``"label"``, as no modality can be called.
    name
        Under which it is found in the model, and its weights are saved.
    input, outputs
        Their names, and the shapes of one sample.
    """

    role: str
    of: str
    name: str
    input: tuple[str, Shape]
    outputs: dict[str, Shape]

    @property
    def file(self) -> str:
        return f"{self.role}-{self.of}.onnx"


def _networks(config: MVAEConfig) -> Iterator[_Network]:
    latent: Shape = (config.latent_size,)
    for modality in config.modalities:
        name, shape = modality.name, modality.shape
        outputs = {"mean": latent, "log_variance": latent}
        yield _Network("encoder", name, f"encoders.{name}", ("x", shape), outputs)
        yield _Network("decoder", name, f"decoders.{name}", ("z", latent), {"parameters": shape})
    labels: dict[str, Shape] = {"parameters": (len(config.classes),)}
    yield _Network("decoder", LABEL, "label_decoder", ("z", latent), labels)


def _modality(modality: Modality, description: Description) -> dict[str, Any]:
    """Return what the manifest says of a modality; each coefficient's mean goes for an equal share of it."""
    found = description.standardisation.get(modality.name)
    return {
        "name": modality.name,
        "title": modality.title,
        "short": modality.short_title,
        "kind": modality.kind,
        "shape": modality.shape,
        "likelihood": modality.likelihood,
        "value_names": modality.value_names,
        "standardisation": None
        if found is None
        else {"mean": found.mean.tolist(), "deviation": found.deviation.tolist()},
    }
