"""One training run's state and its step: `mvae.training.run.fit` drives it.

The order, augmentation and noise of every step come from (seed, epoch, step) alone, so a run that was
interrupted and resumed gives the same weights as one that was not.
"""

import math
import platform
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import PARAM_LIST, AveragedModel

from mvae.checkpoint.store import Description
from mvae.machine import can_compile, machine
from mvae.model.gaussian import kl_from_prior
from mvae.model.model import MVAE, subset_mask
from mvae.model.networks import ChannelDropout
from mvae.model.objective import Terms, negative_elbo, sampled_subsets
from mvae.model.subsets import all_subsets, subset_key
from mvae.training.batches import Batch, TripletData
from mvae.training.config import Precision, TrainConfig
from mvae.training.distributed import ALONE, Workers

_LARGEST_GRADIENT = 100.0
"""Norm for each subset in the loss: a guard against a wild batch, seldom reached after the start."""
_WORTH_COMPILING = 10**10
"""Weights times steps: compiling takes a quarter of a minute, and then saves a tenth to a quarter of each."""
_AVERAGE_EVERY = 8
"""Steps between two updates of the averaged weights, beside one at each epoch's end: each is a pass over all
weights. The average forgets as fast as if there were one each step."""


class Trainer:
    """The state of one training run: model, averaged weights, optimiser, and the sums of this epoch."""

    def __init__(
        self, config: TrainConfig, data: TripletData, precision: Precision, workers: Workers = ALONE
    ) -> None:
        self.config, self.data, self.precision, self.workers = config, data, precision, workers
        self.steps_per_epoch = math.ceil(data.triplets / config.batch_size)
        self.step_count = 0
        torch.manual_seed(config.seed)
        self.model = MVAE(config.model).to(data.device)
        self.compiles = self._is_worth_compiling() and can_compile()
        self.objective = workers.parallel(self.model, negative_elbo, some_unused=data.incomplete)
        self.average = AveragedModel(self.model, multi_avg_fn=self._update_average)
        self.optimiser = torch.optim.AdamW(
            self.model.parameters(), config.learning_rate, weight_decay=config.weight_decay, fused=True
        )
        self.subsets = all_subsets(config.model.names)
        self.mask = subset_mask(self.subsets, config.model.names).to(data.device)
        self.sums = self._zero_sums()

    @property
    def averaged(self) -> MVAE:
        """The model with the averaged weights."""
        return cast("MVAE", self.average.module)

    @property
    def epoch(self) -> int:
        """Number of epochs that are complete."""
        return self.step_count // self.steps_per_epoch

    @property
    def between_epochs(self) -> bool:
        """Whether the last step was the last one of an epoch."""
        return self.step_count > 0 and self.step_count % self.steps_per_epoch == 0

    @property
    def _every_subset(self) -> bool:
        """Whether each step trains every subset on every triplet, so that their sums can be compared."""
        return self.config.extra_subsets is None and not self.data.incomplete

    def train_step(self, batch: Batch) -> None:
        """Take one step of the optimiser, with this worker's rows, and add what they gave to the sums."""
        noise_seed = self.config.seed * 1_000_003 + self.step_count
        self._draw_dropout(batch, torch.Generator(self.data.device).manual_seed(noise_seed))
        generator = torch.Generator(self.data.device).manual_seed(noise_seed)
        inputs = batch.inputs
        if self.config.augment:
            inputs = self.data.augmented(batch, generator, bend=self.config.bend)
        targets = self.data.targets(batch, inputs)
        mask = self._step_mask(generator)
        shape = len(mask), batch.share.total, self.config.model.latent_size
        noise = batch.share.of(torch.randn(shape, generator=generator, device=mask.device), dim=1)
        for group in self.optimiser.param_groups:
            group["lr"] = self.config.learning_rate * self._rate()
        self.model.train()
        warmup = self.config.kl_warmup * self.steps_per_epoch
        with torch.autocast(self.data.device.type, torch.bfloat16, enabled=self.precision == "bfloat16"):
            loss, terms = self.objective(
                inputs, batch.labels, mask, noise,
                kl_weight=torch.tensor(min(1.0, (self.step_count + 1) / (warmup + 1)), device=mask.device),
                present=batch.present,
                absent_weight=self.config.absent_weight if self.config.extra_subsets is None else 0.0,
                targets=targets,
                # The last batch of an epoch is smaller: it would be compiled by itself.
                compiled=self.compiles and batch.share.total == self.config.batch_size,
            )  # fmt: skip
        self.optimiser.zero_grad()
        # The workers' gradients are averaged: so is a mean over the rows of all of them.
        (loss * (len(batch.labels) * self.workers.count / batch.share.total)).backward()
        self._clip_gradient(_LARGEST_GRADIENT * len(mask))
        self.optimiser.step()
        self.step_count += 1
        if 0 in (self.step_count % _AVERAGE_EVERY, self.step_count % self.steps_per_epoch):
            self.average.update_parameters(self.model)
        self._add(loss.detach(), terms, batch.labels)

    def record(self) -> dict[str, Any]:
        """Summarise the epoch that has just ended as one line of `metrics.jsonl`, and start the next sums."""
        count, seconds = float(self.sums["triplets"]), float(self.sums["seconds"])
        record: dict[str, Any] = {
            "epoch": self.epoch,
            "loss": round(float(self.sums["loss"]) / count, 3),
            "triplets_per_second": round(count / seconds, 1),
            "seconds": round(seconds, 2),
        }
        if self._every_subset:
            for key, digits in (("accuracy", 3), ("elbo", 2), ("kl", 2)):
                record[key] = self._by_subset(
                    self.sums[key] / count * (100 if key == "accuracy" else 1), digits
                )
        self.sums = self._zero_sums()
        if self.config.holdout:
            record["holdout_accuracy"] = self._by_subset(100 * self.holdout_accuracy(), 3)
        return record

    @torch.inference_mode()
    def holdout_accuracy(self) -> Tensor:
        """Return the averaged model's accuracy of each subset on the held-out tenth, (S,) in [0, 1]."""
        correct, count = torch.zeros(len(self.subsets)), 0
        self.average.eval()
        for batch in self.data.holdout_batches(1024):
            posterior = self.averaged.fuse(self.averaged.encode(batch.inputs), self.mask)
            label = self.averaged.label_decoder(posterior.mean)
            correct += (label.argmax(-1) == batch.labels).sum(1).cpu()
            count += len(batch.labels)
        return correct / count

    @torch.inference_mode()
    def latent_statistics(self) -> dict[str, Any]:
        """Return what 2,048 triplets say of the joint posterior, by the names of `Description`."""
        batch = next(self.data.batches(0, 2048))
        self.average.eval()
        posterior = self.averaged.fuse(self.averaged.encode(batch.inputs), self.mask[-1:])
        (mean,) = posterior.mean
        of_class = functional.one_hot(batch.labels, len(self.config.model.classes)).to(mean)  # (B, C)
        return {
            "latent_kl": kl_from_prior(*posterior).mean((0, 1)).tolist(),
            "latent_deviation": mean.std(0).tolist(),
            "latent_class_mean": (of_class.T @ mean / of_class.sum(0).clamp(min=1)[:, None]).tolist(),
        }

    def describe(self, hashes: dict[str, str]) -> Description:
        """Describe the averaged weights as they are now."""
        settings = {key: value for key, value in asdict(self.config).items() if key != "model"}
        versions = {name: version(name) for name in ("torch", "numpy", "librosa")}
        return Description(
            model=self.config.model,
            standardisation=self.data.standardisation,
            training=settings | {"precision": self.precision},
            epochs=self.step_count / self.steps_per_epoch,
            data=hashes,
            versions={"python": platform.python_version()} | versions,
            machine=machine(self.data.device.type),
            **self.latent_statistics(),
        )

    def tensors(self) -> dict[str, Tensor]:
        """Return everything that a resumed run needs, besides the configuration."""
        state: dict[str, Tensor] = {"step_count": torch.tensor(self.step_count)}
        for prefix, module in (("model", self.model), ("average", self.average)):
            state |= {f"{prefix}/{name}": tensor for name, tensor in module.state_dict().items()}
        for index, slots in self.optimiser.state_dict()["state"].items():
            state |= {f"optimiser/{index}/{slot}": tensor for slot, tensor in slots.items()}
        return state | {f"sums/{name}": tensor for name, tensor in self.sums.items()}

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Continue from what `tensors` gave.

        Raises
        ------
        KeyError, RuntimeError, ValueError
            If it belongs to another model.
        """
        for prefix, module in (("model", self.model), ("average", self.average)):
            module.load_state_dict({name: tensors[f"{prefix}/{name}"] for name in module.state_dict()})
        state = self.optimiser.state_dict()
        for key, tensor in tensors.items():
            if key.startswith("optimiser/"):  # a network that has never had a gradient has no state yet
                _, index, slot = key.split("/")
                state["state"].setdefault(int(index), {})[slot] = tensor
        self.optimiser.load_state_dict(state)
        if self.workers.first:  # they are sums over all workers
            self.sums = {name: tensors[f"sums/{name}"].to(self.data.device) for name in self.sums}
        self.step_count = int(tensors["step_count"])

    def _is_worth_compiling(self) -> bool:
        """Whether this run is so long that compiling pays, and always does the same."""
        weights = sum(each.numel() for each in self.model.parameters())
        steps = self.config.epochs * self.steps_per_epoch
        on_cpu = self.data.device.type == "cpu"
        return on_cpu and not self.data.incomplete and weights * steps >= _WORTH_COMPILING

    def _clip_gradient(self, largest: float) -> None:
        """Shorten a gradient of a greater norm; most are shorter, and a pass over all of it is saved."""
        parameters = list(self.model.parameters())
        flat = [each.grad.flatten() for each in parameters if each.grad is not None]
        norm = torch.stack([torch.dot(each, each) for each in flat]).sum().sqrt()
        if norm > largest:
            nn.utils.clip_grads_with_norm_(parameters, largest, norm)

    def _update_average(self, average: PARAM_LIST, current: PARAM_LIST, _count: Tensor | int) -> None:
        """Move the average towards the current weights, fast at first: it must forget its random start."""
        last = max((self.step_count - 1) // every * every for every in (_AVERAGE_EVERY, self.steps_per_epoch))
        decay = min(self.config.average, (1 + self.step_count) / (10 + self.step_count))
        torch._foreach_lerp_(average, current, 1 - decay ** (self.step_count - last))

    def _rate(self) -> float:
        """Linear warm-up over one epoch, then a cosine to zero; a factor of the learning rate."""
        total = self.config.epochs * self.steps_per_epoch
        warmup = min(self.steps_per_epoch, max(1, total // 10))
        if self.step_count < warmup:
            return (self.step_count + 1) / warmup
        return 0.5 * (1 + math.cos(math.pi * (self.step_count - warmup) / max(1, total - warmup)))

    def _step_mask(self, generator: torch.Generator) -> Tensor:
        if self.config.extra_subsets is None:
            return self.mask
        on_cpu = torch.Generator().manual_seed(generator.initial_seed())
        names = self.config.model.names
        subsets = sampled_subsets(names, self.config.extra_subsets, on_cpu)
        kept = [subset for subset in subsets if self.config.single_subsets or len(subset) > 1]
        return subset_mask(kept, names).to(self.mask)

    def _draw_dropout(self, batch: Batch, generator: torch.Generator) -> None:
        """Draw for every encoder, also one that this worker's rows leave out: the draws must stay in step."""
        for index, encoder in enumerate(self.model.encoders.values()):
            for layer in encoder.modules():
                if isinstance(layer, ChannelDropout):
                    whole = layer.draw(batch.share.total, self.data.device, generator)
                    factors = batch.share.of(whole)
                    layer.factors = factors if batch.present is None else factors[batch.present[:, index]]

    def _zero_sums(self) -> dict[str, Tensor]:
        device, count = self.data.device, len(self.subsets)
        sums = {key: torch.zeros(count, device=device) for key in ("accuracy", "elbo", "kl")}
        return sums | {key: torch.zeros((), device=device) for key in ("triplets", "loss", "seconds")}

    def _add(self, loss: Tensor, terms: Terms, labels: Tensor) -> None:
        if not len(labels):  # a mean over nothing is not a number
            return
        self.sums["triplets"] += len(labels)
        self.sums["loss"] += loss * len(labels)
        if self._every_subset:
            self.sums["accuracy"] += (terms.label_logits.argmax(-1) == labels).sum(1)
            kl = terms.kl.detach().sum(1)
            self.sums["kl"] += kl
            fitted = torch.stack(list(terms.log_likelihood.values())).detach()  # (M, S, B)
            self.sums["elbo"] += fitted.sum((0, 2)) - kl

    def _by_subset(self, values: Tensor, digits: int) -> dict[str, float]:
        return {
            subset_key(subset): round(float(value), digits)
            for subset, value in zip(self.subsets, values, strict=True)
        }
