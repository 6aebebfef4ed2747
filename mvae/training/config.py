"""How a model is trained: the settings, and those of the shipped models."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

import torch

from mvae.model.model import MVAEConfig
from mvae.settings import Range
from mvae.tasks.digits import TASK

Precision = Literal["float32", "bfloat16"]


@dataclass(frozen=True)
class TrainConfig:
    """How a model is trained.

    Attributes
    ----------
    model
        Of which form it is.
    epochs
        How often every sample is shown, but for those of scarce modalities.
    batch_size
        Triplets of a step, of all workers together.
    learning_rate
        Of AdamW, at its highest: it warms up over one epoch and decays to zero along a cosine.
    weight_decay
        Of AdamW.
    kl_warmup
        Epochs over which the weight of the KL divergence grows from 0 to 1.
    average
        Decay of the exponential moving average of the weights, which is what is evaluated and shipped.
    augment
        Change drawings and sounds a little at random each time they are shown.
    bend
        How strongly images are bent at random; see `mvae.modalities.augmentation.augment_images`.
    absent_weight
        Factor of the log-likelihood of those modalities that a subset lacks; see `negative_elbo`.
    extra_subsets
        None: all 2^N - 1 subsets each step (poster). A number k: the paper's joint, single and k random
        subsets, reconstructing only what is given.
    single_subsets
        False: leave the single ones out of those, which shows what they are for.
    complete
        Share of the samples that are complete examples; see `TripletData`.
    seed
        Of the first weights, the order of the triplets and every draw of noise and augmentation.
    holdout
        Keep the last tenth of every class of the training data aside and report on it, for choosing settings.
    """

    model: MVAEConfig = field(default_factory=TASK.model)
    epochs: Annotated[int, Range(1, 100_000)] = 40
    batch_size: Annotated[int, Range(1, 2**20)] = 256
    learning_rate: Annotated[float, Range(0, 1, without_least=True)] = 1.5e-3
    weight_decay: Annotated[float, Range(0, 1)] = 0.02
    kl_warmup: Annotated[float, Range(0, 100_000)] = 4.0
    average: Annotated[float, Range(0, 1, without_most=True)] = 0.998
    augment: bool = True
    bend: Annotated[float, Range(0, 1)] = 0.0
    absent_weight: Annotated[float, Range(0, 1_000)] = 1.0
    extra_subsets: Annotated[int, Range(0, 2**16)] | None = None
    single_subsets: bool = True
    complete: Annotated[float, Range(0, 1, without_least=True)] = 1.0
    seed: Annotated[int, Range(0, 2**32 - 1)] = 0
    holdout: bool = False


CONFIGS = {
    "conv": TrainConfig(TASK.model("conv", latent_size=64), epochs=24, bend=0.06),
    "linear": TrainConfig(TASK.model("linear", latent_size=256, hidden_size=576), epochs=40),
    "small": TrainConfig(
        TASK.model("linear", latent_size=20, hidden_size=256), epochs=10, batch_size=128, average=0.99
    ),
}
"""The shipped models, and one that learns while you wait."""


def choose_precision(device: torch.device) -> Precision:
    """Return bfloat16 where the device multiplies matrices in it natively, else float32."""
    if device.type == "cuda":
        native = torch.cuda.get_device_capability(device) >= (8, 0)
    else:
        capabilities = torch.cpu.get_capabilities()
        native = bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))
    return "bfloat16" if native else "float32"
