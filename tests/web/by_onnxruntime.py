"""The model as its exported files alone describe it: NumPy and onnxruntime, nothing of this package."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

Numbers = NDArray[np.float32]


class OnnxModel:
    """Completes one sample of each given modality, as the engine does in a browser."""

    def __init__(self, directory: Path) -> None:
        self.manifest = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
        self.modalities = {each["name"]: each for each in self.manifest["modalities"]}
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # at these sizes threads only wait for each other
        self._sessions = {
            (each["role"], each["of"]): onnxruntime.InferenceSession(directory / each["file"], options)
            for each in self.manifest["networks"]
        }

    def complete(self, inputs: dict[str, Numbers], given: tuple[str, ...], noise: Numbers | None) -> Numbers:
        """Outputs in the order of the modalities, probabilities, mean, variance and KL in one vector."""
        experts = [self.encode(name, self._standardised(name, inputs[name])) for name in given]
        precision, mean = self._product([(np.ones(1, np.float32), np.zeros(1, np.float32)), *experts])
        drawn = mean
        if noise is not None:
            first, *others = noise.reshape(-1, self.manifest["latent_size"])
            drawn = mean + first / np.sqrt(precision)
            for each in others:
                again = [
                    self.encode(name, self._expectation(name, self._run("decoder", name, drawn)))
                    for name in self.modalities
                    if name not in given
                ]
                sharper, middle = self._product([(precision, mean), *again])
                drawn = middle + each / np.sqrt(sharper)
        outputs = [self.decode(name, mean if name in given else drawn) for name in self.modalities]
        logits = self._run("decoder", "label", mean)
        odds = np.exp(logits - logits.max())
        kl = 0.5 * (mean**2 + 1 / precision - 1 + np.log(precision)).sum()
        return np.concatenate(
            [*(each.ravel() for each in outputs), odds / odds.sum(), mean, 1 / precision, [kl]]
        )

    def encode(self, name: str, values: Numbers) -> tuple[Numbers, Numbers]:
        mean, log_variance = self._sessions["encoder", name].run(None, {"x": values[None]})
        return np.exp(-log_variance[0]), mean[0]

    def decode(self, name: str, z: Numbers) -> Numbers:
        values = self._expectation(name, self._run("decoder", name, z))
        if self.modalities[name]["standardisation"]:
            mean, deviation = self._columns(name)
            return values * deviation + mean
        return values

    def _run(self, role: str, name: str, values: Numbers) -> Numbers:
        return self._sessions[role, name].run(None, {"z": values[None]})[0][0]

    def _expectation(self, name: str, values: Numbers) -> Numbers:
        return 1 / (1 + np.exp(-values)) if self.modalities[name]["likelihood"] == "bernoulli" else values

    def _standardised(self, name: str, values: Numbers) -> Numbers:
        if self.modalities[name]["standardisation"] is None:
            return values
        mean, deviation = self._columns(name)
        return (values - mean) / deviation

    def _columns(self, name: str) -> tuple[Numbers, Numbers]:
        modality = self.modalities[name]
        shape = (-1, *[1] * (len(modality["shape"]) - 1))
        found = modality["standardisation"]
        return tuple(np.array(found[key], np.float32).reshape(shape) for key in ("mean", "deviation"))

    @staticmethod
    def _product(factors: list[tuple[Numbers, Numbers]]) -> tuple[Numbers, Numbers]:
        precision = sum(precision for precision, _ in factors)
        return precision, sum(precision * mean for precision, mean in factors) / precision
