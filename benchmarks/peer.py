"""Our model against MultiVae 1.0.3's MVAE, trained side by side: python -m benchmarks.peer.

All models have the same encoders and decoders, and take each step on the same augmented triplets, with the
same learning rate and the same weight of the KL divergence:

- MultiVae's MVAE: all seven subsets, each reconstructing what it is given; no label, float32;
- ours with that very objective: no label, seven subsets, each reconstructing what it is given;
- ours as it is: with the label, and every subset reconstructing everything.

A model without a label is asked for its digit through its pictures and sounds: the independent classifiers of
`mvae.evaluation.classifiers` read what each model decodes from every subset, in every modality, given or not,
for all models alike. What remains different: our weights are averaged, and our matrix products in bfloat16
where the processor has it. MultiVae is optional; `benchmarks.baselines` says how to install it.
"""

import argparse
import math
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from tqdm import tqdm

from benchmarks.baselines import MultiVaeTrainer
from mvae.checkpoint.place import SHIPPED
from mvae.data.collections import data_hashes, load_split
from mvae.data.location import data_directory
from mvae.evaluation.classifiers import load_classifiers
from mvae.evaluation.coherence import Judges
from mvae.evaluation.encoded import Encoded, draw, in_batches
from mvae.model.gaussian import kl_from_prior
from mvae.model.model import MVAE
from mvae.model.objective import elbo_terms
from mvae.model.subsets import all_subsets, subset_key
from mvae.studies.record import save_study
from mvae.studies.runs import TRIPLETS, small_config
from mvae.tasks.digits import TASK
from mvae.training.batches import Batch, TripletData
from mvae.training.config import TrainConfig, choose_precision
from mvae.training.trainer import Trainer


def main() -> None:
    """Train all three, measure them on the test split, and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--triplets", type=int, default=TRIPLETS, help="that each model sees")
    parser.add_argument("--per-class", type=int, default=1000, help="test triplets of each digit")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=SHIPPED / "studies" / "peer.json")
    options = parser.parse_args()
    started = time.perf_counter()
    directory = data_directory()
    training, test = load_split("train", directory), load_split("test", directory)
    config = small_config(options.seed)
    data = TripletData(training, config.model.modalities, seed=options.seed)
    epochs = math.ceil(options.triplets / data.triplets)
    config = replace(config, epochs=epochs, kl_warmup=epochs / 2)
    models, seconds = train(config, data)
    classifiers = load_classifiers(training, TASK)
    results = []
    for name, model in models.items():
        encoded = Encoded.of(model, data.standardisation, test)
        judges = Judges(classifiers, data.standardisation)
        found = {"name": name, "seconds": round(seconds[name], 1)}
        results.append(found | measure(encoded, judges, options.per_class))
        print(name, results[-1])
    found = {
        "training": asdict(config),
        "triplets": epochs * data.triplets,
        "test_triplets": 10 * options.per_class,
        "parameters": sum(weight.numel() for weight in models["multivae"].parameters()),
        "precision": {"multivae": "float32", "ours": choose_precision(data.device)},
        "models": results,
    }
    save_study(
        options.out, "peer", found, seed=options.seed, data=data_hashes(directory),
        seconds=time.perf_counter() - started,
    )  # fmt: skip


def train(config: TrainConfig, data: TripletData) -> tuple[dict[str, MVAE], dict[str, float]]:
    """Train the three models step by step beside each other; return them, and the seconds that each took."""
    precision = choose_precision(data.device)
    pairs = 2 ** len(config.model.modalities) - 2 - len(config.model.modalities)
    unlabelled = replace(
        config, augment=False, extra_subsets=pairs, model=replace(config.model, label_weight=0.0)
    )
    peer = MultiVaeTrainer(config, data.device)
    ours = {
        "ours-unlabelled": Trainer(unlabelled, data, precision),
        "ours": Trainer(replace(config, augment=False), data, precision),
    }
    seconds = dict.fromkeys(("multivae", *ours), 0.0)
    with tqdm(total=config.epochs * data.triplets, unit=" triplets", unit_scale=True) as bar:
        for epoch in range(config.epochs):
            for batch in data.batches(epoch, config.batch_size):
                step = ours["ours"].step_count
                # Not the seeds of our trainers' noise, which begin at the seed times a million and three.
                generator = torch.Generator(data.device).manual_seed(2**40 + config.seed * 1_000_003 + step)
                same = batch._replace(inputs=data.augmented(batch, generator))
                for name, trainer in ours.items():
                    seconds[name] += timed(trainer, same)
                # It has a constant rate and no warm-up of its own by the step: it gets ours.
                for group in peer.optimiser.param_groups:
                    group["lr"] = ours["ours"].optimiser.param_groups[0]["lr"]
                warmup = config.kl_warmup * ours["ours"].steps_per_epoch
                peer.model.beta = min(1.0, (step + 1) / (warmup + 1))
                seconds["multivae"] += timed(peer, same)
                bar.update(len(batch.labels))
    models = {"multivae": as_ours(peer)} | {name: trainer.averaged for name, trainer in ours.items()}
    return {name: model.cpu().float().eval() for name, model in models.items()}, seconds


def timed(trainer: Trainer | MultiVaeTrainer, batch: Batch) -> float:
    """Take a step, and return how many seconds it took."""
    started = time.perf_counter()
    trainer.train_step(batch)
    return time.perf_counter() - started


def as_ours(peer: MultiVaeTrainer) -> MVAE:
    """Put MultiVae's trained networks into our model; its product of experts is the same as ours.

    The decoder of the label, which MultiVae lacks, stays untrained.
    """
    model = MVAE(peer.config.model)
    networks: Any = peer.model
    for name in model.config.names:
        model.encoders[name] = networks.encoders[name].encoder
        model.decoders[name] = networks.decoders[name].decoder
    return model


@torch.inference_mode()
def measure(encoded: Encoded, judges: Judges, per_class: int) -> dict[str, Any]:
    """Measure every subset of a model.

    Returns
    -------
    dict[str, Any]
        ``read``: for each subset, in per cent and by modality, how often the classifier reads the right digit
        in what is decoded from one sample of the posterior. ``negative_elbo``: of all modalities from each
        subset's posterior, in nats, without the label.
    """
    model = encoded.model
    names, subsets = model.config.names, all_subsets(model.config.names)
    triplets = encoded.triplets(per_class)
    generator = torch.Generator().manual_seed(0)
    right = torch.zeros(len(subsets), len(names), dtype=torch.int64)
    total = torch.zeros(len(subsets), dtype=torch.float64)
    for part in in_batches(triplets, "measuring"):
        digits, posterior = encoded.classes(part), encoded.posterior(part, subsets)
        z = draw(posterior, generator)  # (S, B, Z)
        for column, name in enumerate(names):
            right[:, column] += (judges.read(model, name, z) == digits).sum(1)
        kl = kl_from_prior(*posterior).sum(-1)
        terms = elbo_terms(model, model.decode(z), encoded.inputs(part), digits, kl)
        total += (kl - sum_of(terms.log_likelihood)).sum(1).double()
    rows = (100 * right / len(triplets)).tolist()
    elbos = (total / len(triplets)).tolist()
    keys = [subset_key(subset) for subset in subsets]
    return {
        "read": {
            key: {name: round(value, 2) for name, value in zip(names, row, strict=True)}
            for key, row in zip(keys, rows, strict=True)
        },
        "negative_elbo": {key: round(elbo, 2) for key, elbo in zip(keys, elbos, strict=True)},
    }


def sum_of(terms: Mapping[str, Tensor]) -> Tensor:
    """Add up what the modalities give."""
    return torch.stack(list(terms.values())).sum(0)


if __name__ == "__main__":
    main()
