"""Training: `fit` runs the loop, shows progress, and saves after every epoch so that nothing is lost.

The order, augmentation and noise of every step come from (seed, epoch, step) alone, so a run that was
interrupted and resumed gives the same weights as one that was not.
"""

import json
import math
import platform
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, cast

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from tqdm import tqdm

from mvae.batches import Batch, TripletData
from mvae.checkpoint import (
    DESCRIPTION,
    METRICS,
    Description,
    load_tensors,
    read_metrics,
    save_checkpoint,
    save_tensors,
    write_atomically,
)
from mvae.data.collections import Collection
from mvae.errors import CheckpointError
from mvae.gaussian import kl_from_prior
from mvae.model import MVAE, MVAEConfig, Subset, all_subsets, subset_mask
from mvae.objective import Terms, negative_elbo, sampled_subsets

RESUME = "resume.safetensors"
Precision = Literal["float32", "bfloat16"]


@dataclass(frozen=True)
class TrainConfig:
    """How a model is trained.

    Attributes
    ----------
    epochs, batch_size
        One epoch shows every Farsi and every Kannada image once; `batch_size` counts triplets.
    learning_rate, weight_decay
        Of AdamW; the rate warms up over one epoch and decays to zero along a cosine.
    kl_warmup
        Epochs over which the weight of the KL divergence grows from 0 to 1.
    average
        Decay of the exponential moving average of the weights, which is what is evaluated and shipped.
    extra_subsets
        None: all 2^N - 1 subsets each step, reconstructing everything (poster). A number k: the paper's
        joint, single and k random subsets, reconstructing only what is given.
    holdout
        Keep the last tenth of every class of the training data aside and report on it, for choosing settings.
    """

    model: MVAEConfig = field(default_factory=MVAEConfig)
    epochs: int = 40
    batch_size: int = 256
    learning_rate: float = 1.5e-3
    weight_decay: float = 0.02
    kl_warmup: float = 4.0
    average: float = 0.998
    augment: bool = True
    extra_subsets: int | None = None
    seed: int = 0
    holdout: bool = False


CONFIGS = {
    "conv": TrainConfig(MVAEConfig("conv", latent_size=64), epochs=24),
    "linear": TrainConfig(MVAEConfig("linear", latent_size=256), epochs=24),
}


def choose_precision(device: torch.device) -> Precision:
    """Return bfloat16 where the device multiplies matrices in it natively, else float32."""
    if device.type == "cuda":
        native = torch.cuda.get_device_capability(device) >= (8, 0)
    else:
        capabilities = torch.cpu.get_capabilities()
        native = bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))
    return "bfloat16" if native else "float32"


class Trainer:
    """The state of one training run: model, averaged weights, optimiser, and the sums of this epoch."""

    def __init__(self, config: TrainConfig, data: TripletData, precision: Precision) -> None:
        self.config, self.data, self.precision = config, data, precision
        self.steps_per_epoch = math.ceil(data.triplets / config.batch_size)
        self.step_count = 0
        torch.manual_seed(config.seed)
        self.model = MVAE(config.model).to(data.device)
        decay = get_ema_multi_avg_fn(config.average)  # type: ignore[no-untyped-call]
        self.average = AveragedModel(self.model, multi_avg_fn=decay)
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

    def train_step(self, batch: Batch) -> None:
        """Take one step of the optimiser and add what it saw to the epoch's sums."""
        noise_seed = self.config.seed * 1_000_003 + self.step_count
        torch.manual_seed(noise_seed)  # dropout draws from the global generator
        generator = torch.Generator(self.data.device).manual_seed(noise_seed)
        inputs = self.data.augmented(batch, generator) if self.config.augment else batch.inputs
        mask = self._step_mask(generator)
        shape = len(mask), len(batch.labels), self.config.model.latent_size
        noise = torch.randn(shape, generator=generator, device=mask.device)
        for group in self.optimiser.param_groups:
            group["lr"] = self.config.learning_rate * self._rate()
        self.model.train()
        warmup = self.config.kl_warmup * self.steps_per_epoch
        with torch.autocast(self.data.device.type, torch.bfloat16, enabled=self.precision == "bfloat16"):
            loss, terms = negative_elbo(
                self.model, inputs, batch.labels, mask, noise,
                kl_weight=min(1.0, (self.step_count + 1) / (warmup + 1)),
                present=batch.present,
                reconstruct_absent=self.config.extra_subsets is None,
            )  # fmt: skip
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.model.parameters(), 100.0 * len(mask))
        self.optimiser.step()
        self.average.update_parameters(self.model)
        self.step_count += 1
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
        if self.config.extra_subsets is None:
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
    def latent_statistics(self) -> tuple[list[float], list[float]]:
        """Return each dimension's KL divergence (nats) and deviation of the mean, over 2,048 triplets."""
        batch = next(self.data.batches(0, 2048))
        self.average.eval()
        posterior = self.averaged.fuse(self.averaged.encode(batch.inputs), self.mask[-1:])
        return kl_from_prior(*posterior).mean((0, 1)).tolist(), posterior.mean.std((0, 1)).tolist()

    def describe(self, hashes: dict[str, str]) -> Description:
        """Describe the averaged weights as they are now."""
        kl, deviation = self.latent_statistics()
        settings = {key: value for key, value in asdict(self.config).items() if key != "model"}
        versions = {name: version(name) for name in ("torch", "numpy", "librosa")}
        return Description(
            model=self.config.model,
            standardisation=self.data.standardisation,
            training=settings | {"precision": self.precision},
            epochs=self.step_count / self.steps_per_epoch,
            data=hashes,
            versions={"python": platform.python_version()} | versions,
            latent_kl=kl,
            latent_deviation=deviation,
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
        self.sums = {name: tensors[f"sums/{name}"].to(self.data.device) for name in self.sums}
        self.step_count = int(tensors["step_count"])

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
        return subset_mask(sampled_subsets(names, self.config.extra_subsets, on_cpu), names).to(self.mask)

    def _zero_sums(self) -> dict[str, Tensor]:
        device, count = self.data.device, len(self.subsets)
        sums = {key: torch.zeros(count, device=device) for key in ("accuracy", "elbo", "kl")}
        return sums | {key: torch.zeros((), device=device) for key in ("triplets", "loss", "seconds")}

    def _add(self, loss: Tensor, terms: Terms, labels: Tensor) -> None:
        self.sums["triplets"] += len(labels)
        self.sums["loss"] += loss * len(labels)
        if self.config.extra_subsets is None:
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


def subset_key(subset: Subset) -> str:
    """Return a subset's name in JSON: its modalities joined by "+"."""
    return "+".join(subset)


def fit(
    config: TrainConfig,
    collections: Mapping[str, Collection],
    out: Path,
    *,
    resume: bool = False,
    device: torch.device | str = "cpu",
    precision: Precision | None = None,
    data_hashes: Mapping[str, str] | None = None,
    show_progress: bool = True,
) -> bool:
    """Train a model and write its checkpoint to `out` after every epoch.

    Ctrl-C finishes the current step, saves, and returns; a second Ctrl-C stops at once.

    Returns
    -------
    bool
        Whether training is complete; False where it was interrupted.

    Raises
    ------
    CheckpointError
        If `out` cannot be written, already holds a checkpoint and `resume` is False, or holds a run of
        another configuration or other data and `resume` is True.
    """
    device = torch.device(device)
    data = TripletData(
        collections, config.model.modalities, seed=config.seed, holdout=config.holdout, device=device
    )
    trainer = Trainer(config, data, precision or choose_precision(device))
    hashes = dict(data_hashes or {})
    identity = json.dumps({"config": asdict(config), "data": hashes}, sort_keys=True)
    metrics = _resume(trainer, out, identity) if resume else _start(out)
    _save_metrics(out, metrics)  # an unwritable directory is found now, not after the first epoch
    if resume:  # the last run may have been stopped, or the disk full, before its checkpoint was written
        save_checkpoint(out, trainer.averaged, trainer.describe(hashes))
    with _interruption() as interrupted:
        while trainer.epoch < config.epochs and not interrupted:
            _train_epoch(trainer, interrupted, show_progress=show_progress)
            if trainer.step_count % trainer.steps_per_epoch == 0:
                metrics.append(trainer.record())
                if show_progress:
                    _print_epoch(metrics, config.epochs)
            # First the metrics: an epoch too many is cut when a run is resumed, one too few would be lost.
            _save_metrics(out, metrics)
            save_tensors(out, RESUME, trainer.tensors(), {"identity": identity})
            save_checkpoint(out, trainer.averaged, trainer.describe(hashes))
    return trainer.epoch == config.epochs


def _start(out: Path) -> list[dict[str, Any]]:
    """Make sure that nothing would be overwritten; the metrics of a new run are empty."""
    if (out / DESCRIPTION).exists() or (out / RESUME).exists():
        msg = f"{out} already holds a checkpoint; add --resume to go on with it, or choose another --out."
        raise CheckpointError(msg)
    return []


def _resume(trainer: Trainer, out: Path, identity: str) -> list[dict[str, Any]]:
    """Put a trainer where the last run stopped, and return the metrics of the epochs that are complete."""
    tensors, metadata = load_tensors(out / RESUME)
    if metadata.get("identity") != identity:
        msg = (
            f"{out / RESUME} belongs to other settings or other data; "
            "give the same options as before, or another --out."
        )
        raise CheckpointError(msg)
    try:
        trainer.restore(tensors)
    except (KeyError, RuntimeError, ValueError) as error:
        msg = f"{out / RESUME} was written by another version of this program; train anew into another --out."
        raise CheckpointError(msg) from error
    return read_metrics(out)[: trainer.epoch]


def _save_metrics(out: Path, metrics: list[dict[str, Any]]) -> None:
    write_atomically(out, {METRICS: "".join(json.dumps(record) + "\n" for record in metrics).encode()})


def _train_epoch(trainer: Trainer, interrupted: list[int], *, show_progress: bool) -> None:
    """Train to the end of the current epoch, or to the end of the step in which Ctrl-C comes."""
    size = trainer.config.batch_size
    epoch, first = divmod(trainer.step_count, trainer.steps_per_epoch)
    with tqdm(
        trainer.data.batches(epoch, size, skip=first),
        f"epoch {epoch + 1}/{trainer.config.epochs}", trainer.steps_per_epoch, initial=first,
        unit_scale=size, unit=" triplets", disable=not show_progress, leave=False, dynamic_ncols=True,
    ) as bar:  # fmt: skip
        started = time.perf_counter()
        for batch in bar:
            trainer.train_step(batch)
            if interrupted:
                break
            if trainer.step_count % 20 == 0:
                bar.set_postfix(loss=f"{float(trainer.sums['loss'] / trainer.sums['triplets']):.1f}")
        trainer.sums["seconds"] += time.perf_counter() - started


def _print_epoch(metrics: list[dict[str, Any]], epochs: int) -> None:
    """Print one line: epoch, loss, accuracy of the subsets, triplets/s, time left."""
    last = metrics[-1]
    seconds_left = (epochs - last["epoch"]) * sum(record["seconds"] for record in metrics) / len(metrics)
    accuracy = last.get("holdout_accuracy", last.get("accuracy", {}))
    parts = [f"{'+'.join(name[0] for name in key.split('+'))} {value:.2f}" for key, value in accuracy.items()]
    tqdm.write(
        f"epoch {last['epoch']:>3}/{epochs}  loss {last['loss']:.1f}  "
        f"{'held-out' if 'holdout_accuracy' in last else 'training'} accuracy %  {'  '.join(parts)}  "
        f"{last['triplets_per_second']:,.0f} triplets/s  {seconds_left / 60:.1f} min left",
        file=sys.stdout,
    )


@contextmanager
def _interruption() -> Iterator[list[int]]:
    """Give a list that the first Ctrl-C fills, so that no step is cut in half; the second stops at once."""
    caught: list[int] = []

    def note(number: int, _frame: object) -> None:
        caught.append(number)
        signal.signal(signal.SIGINT, previous)

    try:
        previous = signal.signal(signal.SIGINT, note)
    except ValueError:  # not in the main thread: whoever runs it there stops it in another way
        yield caught
        return
    try:
        yield caught
    finally:
        signal.signal(signal.SIGINT, previous)
