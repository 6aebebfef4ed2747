"""Numpy in, numpy out: what the app and a notebook call. No Streamlit, no gradients.

Conventions
-----------
Drawings are float32 (28, 28) in [0, 1], ink high. Sounds are MFCCs, float32 (13, 32) in MFCC units. Vectors
are float32 in their own units. Latents are float32 (n, Z). What is not given is None. A pipeline is never
changed after it was loaded, but for what it remembers of the last inputs: sessions may share one.

What is given is reconstructed from the posterior's mean. What is not given is *imagined*: from the mean,
too, or, with a seed, from one draw of the posterior. The mean gives an average of all that fits, which is
blurred, a draw one of the many samples that fit.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from mvae.arguments import as_count, as_list, as_seed
from mvae.arrays import Array
from mvae.checkpoint.familiarity import load_familiarity
from mvae.checkpoint.place import find_checkpoint
from mvae.checkpoint.store import load_checkpoint
from mvae.errors import InputError
from mvae.inference.completion import Completion, Decoding, as_completion
from mvae.inference.doubt import doubt
from mvae.inference.inputs import (
    MOST_COMPLETIONS,
    MOST_LATENTS,
    check_names,
    inputs_of,
    latents_of,
    subsets_of,
)
from mvae.inference.posteriors import decode_subsets, elbo_of, joined, only, parameters_of, shares_of
from mvae.modalities.kinds import kind_of
from mvae.model.gaussian import kl_from_prior
from mvae.model.model import Decoded, Gaussians, expectation, subset_mask
from mvae.model.scaling import standardised
from mvae.model.subsets import Subset, all_subsets

DECODED_AT_ONCE = 500
"""Latents decoded in one go: what lies between two layers then stays in the processor's cache."""
REMEMBERED = 256
"""Inputs whose experts are kept, 4 KiB each."""


class Pipeline:
    """A trained model behind arrays.

    It can be copied and pickled: weights and all, but for what it remembers of the last inputs.
    """

    def __init__(self, checkpoint: str | Path) -> None:
        self.model, self.description = load_checkpoint(checkpoint)
        # Convolutions of a single picture take half as long so, and give the same up to rounding.
        self.model.to(memory_format=torch.channels_last)  # type: ignore[call-overload] # not in PyTorch's stub
        self.familiarity = load_familiarity(find_checkpoint(checkpoint))
        self._remember()

    def __getstate__(self) -> dict[str, Any]:
        return {name: vars(self)[name] for name in ("model", "description", "familiarity")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._remember()

    def _remember(self) -> None:
        """Begin to remember inputs: of several a person changes one at a time."""
        self._expert = lru_cache(REMEMBERED)(self._encode)
        self._unfamiliarity = lru_cache(REMEMBERED)(self._judge)

    @property
    def latent_size(self) -> int:
        """Number of latent dimensions Z."""
        return self.model.config.latent_size

    @property
    def classes(self) -> tuple[str, ...]:
        """What the labels 0, 1, … mean."""
        return self.model.config.classes

    def __call__(self, **inputs: object) -> Completion:
        """Complete any subset of the modalities.

        Parameters
        ----------
        **inputs
            By the modalities' names, such as ``farsi=``, ``speech=``; None for what is missing. Of which
            form, the modality's kind says (`mvae.modalities.kinds`):

            - a drawing: an array, a tensor, a picture of Pillow, or nested lists, as
              `mvae.modalities.drawing.prepare_drawing` takes them; or the path or the bytes of its file;
            - a sound: a waveform and its rate, as `mvae.modalities.sound.mfcc` takes them; (13, 32) MFCCs; or
              the path or the bytes of its file;
            - a vector: its values.

        Raises
        ------
        InputError
            If nothing is given, a drawing is blank, nothing can be heard, or what is given is none of these.
        """
        prepared = self.prepare(**inputs)
        return self.complete(prepared, [tuple(prepared)] if prepared else None)[0]

    def prepare(self, **inputs: object) -> dict[str, Array]:
        """Preprocess what is given; parameters and errors as `__call__`."""
        check_names(inputs, self.model.config.names)
        return {
            modality.name: kind_of(modality).prepare(modality, inputs[modality.name])
            for modality in self.model.config.modalities
            if inputs.get(modality.name) is not None
        }

    def complete(
        self, inputs: Mapping[str, Array], subsets: Iterable[Subset] | None = None, *, seed: int | None = None
    ) -> list[Completion]:
        """Fuse and decode several subsets of the same inputs in one batch.

        Parameters
        ----------
        inputs
            What `prepare` gave, within ±1,000,000. Only what a subset names is encoded, and that once.
        subsets
            Names of the inputs to fuse, at least one for each completion, and
            `mvae.inference.inputs.MOST_COMPLETIONS` at the most; None for all non-empty subsets of the
            inputs.
        seed
            Decode the modalities that a subset lacks from a draw (see `mvae.model.imagination`): the same
            seed gives the same draw, and all subsets share its noise. What is given, and the label, are
            decoded from the posterior's mean all the same. None: everything is.

        Raises
        ------
        InputError
            If there are no inputs, or something is given that is none of these.
        """
        inputs, names = self.as_inputs(inputs), self.model.config.names
        if subsets is None:
            subsets = all_subsets(self.model.given(inputs))
        else:
            subsets = subsets_of(subsets, inputs, names)
        return self._complete(inputs, subsets, [None if seed is None else as_seed(seed)] * len(subsets))

    def imagine(self, inputs: Mapping[str, Array], seeds: Iterable[int]) -> list[Completion]:
        """Complete the same inputs, all of them together, from several draws in one batch.

        Parameters and errors are those of `complete`, but for the seeds: one for each completion.
        """
        inputs = self.as_inputs(inputs)
        draws = [as_seed(seed) for seed in as_list(seeds, "Seeds", MOST_COMPLETIONS)]
        return self._complete(inputs, [self.model.given(inputs)] * len(draws), draws)

    @torch.inference_mode()
    def _complete(
        self, inputs: Mapping[str, Array], subsets: Sequence[Subset], seeds: Sequence[int | None]
    ) -> list[Completion]:
        """Fuse and decode subsets of the inputs, each with its own seed; all have one, or none has."""
        if not subsets:
            return []
        names = self.model.given(set().union(*subsets))
        experts = joined([self._expert(name, inputs[name].tobytes()) for name in names])  # (M, 1, Z)
        posterior = self.model.fuse(experts, subset_mask(subsets, names))  # (S, 1, Z)
        kl = kl_from_prior(*posterior).sum(-1).squeeze(1).tolist()  # (S,)
        if not all(map(math.isfinite, kl)):
            msg = (
                "The model has no finite answer to these inputs; they are unlike its training data, or it is "
                "damaged."
            )
            raise InputError(msg)
        decoding = self._decoding(decode_subsets(self.model, only(posterior), subsets, seeds))
        labels = decoding.label
        means, variances = parameters_of(posterior)
        parameters = dict(zip(names, zip(*parameters_of(experts), strict=True), strict=True))
        return [
            Completion(
                given=subset,
                label=int(labels[row]),
                label_probs=decoding.label_probs[row],
                outputs={name: values[row] for name, values in decoding.outputs.items()},
                mean=means[row],
                variance=variances[row],
                expert_shares=shares_of(experts, names, subset),
                experts={name: parameters[name] for name in subset},
                inputs={name: inputs[name] for name in subset},
                kl=kl[row],
                seed=seed,
                modalities=self.model.config.modalities,
            )
            for row, (subset, seed) in enumerate(zip(subsets, seeds, strict=True))
        ]

    def elbo(self, inputs: Mapping[str, Array], completions: Iterable[Completion]) -> list[float]:
        """Say how well each completion explains the inputs, those that it was not given among them.

        Parameters
        ----------
        inputs
            What `prepare` gave.
        completions
            Completions of these inputs.

        Returns
        -------
        list[float]
            Evidence lower bound of all the inputs, in nats, from each completion's posterior: higher is
            better. It is averaged over `mvae.inference.posteriors.ELBO_DRAWS` draws, and takes as long as
            decoding them.

        Raises
        ------
        InputError
            If these are no inputs, or no completions of this model.
        """
        inputs = self.as_inputs(inputs)
        completions = [
            as_completion(each, self.latent_size)
            for each in as_list(completions, "Completions", MOST_COMPLETIONS)
        ]
        if not completions:
            return []
        targets = {name: self._tensor(name, value) for name, value in inputs.items()}
        return elbo_of(self.model, targets, completions)

    def unfamiliarity(self, completion: Completion) -> dict[str, float]:
        """Say how unlike the training data each given input is.

        Parameters
        ----------
        completion
            Of any inputs; each is judged by itself.

        Returns
        -------
        dict[str, float]
            Name of each given modality -> its score (see `mvae.checkpoint.familiarity`, and for sounds
            `mvae.inference.doubt`): above 1 it is unlike them. Empty
            where the checkpoint has no `familiarity.safetensors`.

        Raises
        ------
        InputError
            If this is no completion of this model.
        """
        completion = as_completion(completion, self.latent_size)
        inputs = self.as_inputs(completion.inputs)
        return {
            name: self._unfamiliarity(name, inputs[name].tobytes())
            for name in completion.given
            if name in self.familiarity
        }

    @torch.inference_mode()
    def decode(self, z: object) -> Decoding:
        """Decode latents.

        Parameters
        ----------
        z
            (n, Z), an array, a tensor or nested lists: within ±`mvae.inference.inputs.FARTHEST_LATENT`, and n
            up to `mvae.inference.inputs.MOST_LATENTS`.

        Raises
        ------
        InputError
            If `z` has another shape, holds numbers that are not finite or too large, or is too long.
        """
        chunks = torch.split(torch.from_numpy(self.as_latents(z)), DECODED_AT_ONCE)
        parts = [self._decoding(self.model.decode(chunk)) for chunk in chunks]
        return Decoding(
            {name: np.concatenate([part.outputs[name] for part in parts]) for name in parts[0].outputs},
            np.concatenate([part.label_probs for part in parts]),
            self.model.config.modalities,
        )

    def sample(self, n: int, *, posterior: Completion | None = None, seed: int = 0) -> Decoding:
        """Draw n latents from the prior, or from a completion's posterior, and decode them.

        The same seed gives the same draws.

        Parameters
        ----------
        n
            0 to `mvae.inference.inputs.MOST_LATENTS`.
        posterior
            A completion of this model.
        seed
            From 0 to 2⁶⁴ - 1.

        Raises
        ------
        InputError
            If a number is out of bounds, or this is no completion of this model.
        """
        count = as_count(n, "The number of samples", 0, MOST_LATENTS)
        noise = np.random.default_rng(as_seed(seed)).standard_normal((count, self.latent_size), np.float32)
        if posterior is not None:
            posterior = as_completion(posterior, self.latent_size)
            return self.decode(posterior.mean + np.sqrt(posterior.variance) * noise)
        return self.decode(noise)

    def as_latents(self, z: object) -> Array:
        """Return latents (n, Z) as float32; parameters and errors as `decode`."""
        return latents_of(z, self.latent_size)

    def as_inputs(self, inputs: object) -> dict[str, Array]:
        """Return what `prepare` gave as float32, once it was found to be that; errors as `complete`."""
        config = self.model.config
        return inputs_of(inputs, config.names, {each.name: each.shape for each in config.modalities})

    def _encode(self, name: str, content: bytes) -> Gaussians:
        """Encode one input, given as the bytes of its array: one expert, (1, 1, Z)."""
        return self.model.encode({name: self._tensor(name, self._array(name, content))})

    @torch.inference_mode()
    def _judge(self, name: str, content: bytes) -> float:
        """Score one input by itself, given as the bytes of its array."""
        value = self._array(name, content)
        score, reading = self._read(name, value, self._expert(name, content))
        others = []
        for again in kind_of(self.model.config.modality(name)).other_readings(value):
            familiar, other = self._read(name, again, self._encode(name, again.tobytes()))
            others.append((familiar, int(other.argmax())))
        return doubt(score, reading, others) if others else score

    def _read(self, name: str, value: Array, expert: Gaussians) -> tuple[float, Array]:
        """Return how unfamiliar an input is to the model, and its label's probabilities, (C,)."""
        mean = self.model.fuse(expert, torch.ones(1, 1)).mean[0]  # with the prior alone
        modality = self.model.config.modality(name)
        score = self.familiarity[name].score(self.model, modality, self._tensor(name, value), mean)
        return float(score[0]), self.model.label_decoder(mean).softmax(-1)[0].numpy()

    def _array(self, name: str, content: bytes) -> Array:
        return np.frombuffer(bytearray(content), np.float32).reshape(self.model.config.modality(name).shape)

    def _tensor(self, name: str, value: Array) -> Tensor:
        return standardised(self.description.standardisation, name, value).unsqueeze(0)

    def _decoding(self, decoded: Decoded) -> Decoding:
        outputs, standardisation = {}, self.description.standardisation
        for modality in self.model.config.modalities:
            name = modality.name
            values = expectation(modality, decoded.modalities[name]).numpy()
            outputs[name] = standardisation[name].undo(values) if name in standardisation else values
        return Decoding(outputs, decoded.label.softmax(-1).numpy(), self.model.config.modalities)


def load_pretrained(name_or_path: str | Path = "conv") -> Pipeline:
    """Load a shipped checkpoint ("conv" or "linear") or one that `train.py` wrote.

    Raises
    ------
    CheckpointError
        If it is missing or damaged, with a sentence that says what to run.
    """
    return Pipeline(name_or_path)
