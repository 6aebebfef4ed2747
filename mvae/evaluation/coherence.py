"""Coherence: whether what the model imagines shows the class that it should.

Conventions
-----------
All figures are in per cent. The judges are the independent classifiers of `mvae.evaluation.classifiers`.

- *Cross-modal coherence* (Shi et al. 2019, https://arxiv.org/abs/1911.03393): from each subset, each absent
  modality is imagined; the share of triplets for which its judge reads their class. *Shown* is what the app
  shows, drawn as `mvae.model.imagination` says; beside it, what one draw of the posterior and what its mean
  gives.
- *Joint coherence* (the same paper): latents are drawn without any input; the share for which all judges read
  the same class, and the share for which that is also the model's label. Two samplers: the prior N(0, I), and
  the *aggregate posterior* (Tomczak & Welling 2018, https://arxiv.org/abs/1705.07120), which says where the
  training data really lie: a Gaussian for each class with the moments of its triplets' joint posteriors.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from mvae.data.collections import Collection
from mvae.evaluation.classifiers import Classifier, accuracy
from mvae.evaluation.encoded import AT_ONCE, Encoded, draw, imagined, in_batches
from mvae.model.model import MVAE
from mvae.model.scaling import Standardisation
from mvae.model.subsets import all_subsets

PER_CLASS = 1000
"""Triplets of each class from which is imagined, and to whose posteriors the second sampler is fitted."""
SAMPLES = 10_000
"""Latents drawn from each sampler."""
_WAYS = {"shown": "shown %", "by_sample": "by one draw %", "by_mean": "by the mean %"}


class Judges:
    """Reads classes in what a model decodes.

    Parameters
    ----------
    classifiers
        By modality.
    standardisation
        The model's: what it decodes is brought back to the units that the classifiers take.
    """

    def __init__(
        self, classifiers: Mapping[str, Classifier], standardisation: Mapping[str, Standardisation]
    ) -> None:
        self.classifiers, self._standardisation = classifiers, standardisation

    def read(self, model: MVAE, name: str, z: Tensor) -> Tensor:
        """Return the class that is seen in a modality decoded from latents (…, Z): (…)."""
        decoded = imagined(model, name, z)
        if name in self._standardisation:
            decoded = torch.from_numpy(self._standardisation[name].undo(decoded.numpy()))
        return self.classifiers[name].read(decoded)


def measure(
    encoded: Encoded,
    training: Encoded,
    judges: Judges,
    real: Mapping[str, Collection],
    *,
    per_class: int = PER_CLASS,
    samples: int = SAMPLES,
) -> dict[str, Any]:
    """Measure cross-modal coherence on a split, and joint coherence under both samplers.

    Parameters
    ----------
    encoded
        The split that is measured.
    training
        Training data, to whose joint posteriors the second sampler is fitted.
    judges
        The independent classifiers.
    real
        The split that is measured, to say how well the judges themselves read it.
    per_class, samples
        Triplets of each class, and latents drawn from each sampler.

    Returns
    -------
    dict[str, Any]
        ``judges``: their own accuracy by modality; ``triplets``; ``cross_modal``, see `cross_modal`;
        ``samples``; ``joint``: for ``prior`` and ``aggregate_posterior`` what `agreement` gives.
    """
    generator = torch.Generator().manual_seed(0)
    latents = {
        "prior": torch.randn(samples, encoded.model.config.latent_size, generator=generator),
        "aggregate_posterior": draw_aggregate(
            *aggregate_posterior(training, per_class=per_class), samples, generator
        ),
    }
    return {
        "judges": {name: round(accuracy(each, real[name]), 2) for name, each in judges.classifiers.items()},
        "triplets": len(encoded.triplets(per_class)),
        "cross_modal": cross_modal(encoded, judges, per_class=per_class),
        "samples": samples,
        "joint": {name: agreement(encoded.model, judges, z) for name, z in latents.items()},
    }


@torch.inference_mode()
def cross_modal(encoded: Encoded, judges: Judges, *, per_class: int = PER_CLASS) -> list[dict[str, Any]]:
    """Measure every pair of a subset and a modality that it lacks.

    Returns
    -------
    list[dict[str, Any]]
        ``inputs``, ``imagined``, and of each pair ``shown``, ``by_sample`` and ``by_mean``.
    """
    names = encoded.model.config.names
    triplets = encoded.triplets(per_class)
    generator = torch.Generator().manual_seed(0)
    rows = []
    for subset in all_subsets(names)[:-1]:
        absent = [name for name in names if name not in subset]
        right = torch.zeros(len(absent), len(_WAYS), dtype=torch.int64)
        for part in in_batches(triplets, f"imagining from {' + '.join(subset)}"):
            posterior = encoded.posterior(part, [subset])
            shown = encoded.imagining(part, subset, generator).unsqueeze(0)
            z = torch.cat([shown, draw(posterior, generator), posterior.mean])  # (3, B, Z)
            for row, name in enumerate(absent):
                right[row] += (judges.read(encoded.model, name, z) == encoded.classes(part)).sum(1)
        for name, shares in zip(absent, (100 * right / len(triplets)).tolist(), strict=True):
            figures = dict(zip(_WAYS, (round(share, 2) for share in shares), strict=True))
            rows.append({"inputs": list(subset), "imagined": name} | figures)
    return rows


@torch.inference_mode()
def agreement(model: MVAE, judges: Judges, z: Tensor) -> dict[str, float]:
    """Measure joint coherence of latents (n, Z).

    Returns
    -------
    dict[str, float]
        ``modalities``: all of them show the same class; ``with_label``: and the model's label is that one.
    """
    same, with_label = 0, 0
    for part in torch.split(z, AT_ONCE):
        read = torch.stack([judges.read(model, name, part) for name in model.config.names])  # (M, B)
        agree = (read == read[0]).all(0)
        same += int(agree.sum())
        with_label += int((agree & (model.label_decoder(part).argmax(-1) == read[0])).sum())
    return {
        "modalities": round(100 * same / len(z), 2),
        "with_label": round(100 * with_label / len(z), 2),
    }


@torch.inference_mode()
def aggregate_posterior(training: Encoded, *, per_class: int = PER_CLASS) -> tuple[Tensor, Tensor]:
    """Fit one Gaussian a class to the joint posteriors of training triplets.

    Returns
    -------
    tuple[Tensor, Tensor]
        Means (C, Z) and covariances (C, Z, Z): those of the mixture of a class's posteriors, by the law of
        total covariance.
    """
    triplets = training.triplets(per_class)
    everything = [training.model.config.names]
    means, covariances = [], []
    classes = training.classes(triplets)
    for each in torch.unique(classes):
        posterior = training.posterior(triplets[classes == each], everything)
        mean = posterior.mean.squeeze(0)
        within = posterior.log_variance.exp().squeeze(0).mean(0).diag()
        means.append(mean.mean(0))
        covariances.append(torch.cov(mean.T, correction=0) + within)
    return torch.stack(means), torch.stack(covariances)


def draw_aggregate(means: Tensor, covariances: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """Draw `count` latents, (count, Z), from the mixture in which each of the Gaussians is equally likely."""
    which = torch.randint(len(means), (count,), generator=generator)
    noise = torch.randn(count, means.shape[1], 1, generator=generator)
    spread: Tensor = torch.linalg.cholesky(covariances)[which] @ noise
    return means[which] + spread.squeeze(-1)


def format(result: Mapping[str, Any]) -> str:  # noqa: A001 - every section has a `measure` and a `format`
    """Lay out what `measure` returned, as text."""
    own = ", ".join(f"{name} {share:.2f} %" for name, share in result["judges"].items())
    lines = [
        f"Independent classifiers' own accuracy on real data of the split: {own}",
        f"Coherence, {result['triplets']:,} triplets: right class seen in what is imagined",
        f"{'inputs':<28}{'imagined':<12}" + "".join(f"{title:>16}" for title in _WAYS.values()),
    ]
    lines += [
        f"{' + '.join(row['inputs']):<28}{row['imagined']:<12}"
        + "".join(f"{row[way]:>16.2f}" for way in _WAYS)
        for row in result["cross_modal"]
    ]
    samplers = {"prior": "the prior N(0, I)", "aggregate_posterior": "the aggregate posterior"}
    lines += [
        f"Joint, {result['samples']:,} samples of {samplers[name]}: all outputs show one class in "
        f"{figures['modalities']:.2f} %, and the label is it in {figures['with_label']:.2f} %"
        for name, figures in result["joint"].items()
    ]
    return "\n".join(lines)
