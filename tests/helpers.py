"""Small collections, models, checkpoints and sounds that the tests share."""

import asyncio
import re
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mvae.checkpoint.files import write_atomically
from mvae.checkpoint.place import DESCRIPTION
from mvae.checkpoint.replay import replay_file
from mvae.checkpoint.store import Description, checkpoint_files
from mvae.data.collections import Collection
from mvae.modalities.base import Modality
from mvae.model.model import MVAE, MVAEConfig
from mvae.model.scaling import Standardisation
from mvae.tasks.digits import MODALITIES, TASK, drawings_to_copy

torch.set_num_threads(1)  # at these sizes threads only wait for each other


def run_async(
    coroutine: Coroutine[Any, Any, Any], loop: Callable[[], asyncio.AbstractEventLoop] | None = None
) -> Any:
    """Run it in a thread of its own: in the main one Playwright may keep an event loop running."""

    def run() -> Any:
        with asyncio.Runner(loop_factory=loop) as runner:
            return runner.run(coroutine)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run).result()


_LOOKS: Any = (("bernoulli", "drawing"), ("gaussian", "sound"))


def read(markdown: str) -> str:
    """Return what a person reads of a text whose words lead to the glossary."""
    return re.sub(r"\[([^]]*)\]\(#word-\w+\)", r"\1", markdown)


def modalities(count: int, shape: tuple[int, int] = (2, 3)) -> tuple[Modality, ...]:
    """Small ones, in turns with a Bernoulli and with a Gaussian likelihood, each with its own weight."""
    return tuple(
        Modality(f"m{index}", f"M{index}", shape, *_LOOKS[index % 2], weight=1.0 + index / 4)
        for index in range(count)
    )


def small_model(count: int = 3, *, dtype: torch.dtype = torch.float64, seed: int = 0) -> MVAE:
    torch.manual_seed(seed)
    config = MVAEConfig(
        "linear", latent_size=3, hidden_size=8,
        modalities=modalities(count), classes=TASK.classes, label_weight=2.5,
    )  # fmt: skip
    return MVAE(config).to(dtype).eval()


def small_batch(model: MVAE, size: int = 4, seed: int = 1) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    """Inputs of every modality in the model's precision, and labels."""
    generator = torch.Generator().manual_seed(seed)
    dtype = next(model.parameters()).dtype
    inputs = {
        modality.name: torch.rand(size, *modality.shape, generator=generator, dtype=dtype)
        for modality in model.config.modalities
    }
    return inputs, torch.randint(10, (size,), generator=generator)


def synthetic_collections(per_class: int = 12, seed: int = 0) -> dict[str, Collection]:
    """Collections of the real shapes and types; each sample is its class's pattern and noise."""
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(10), per_class)
    collections = {}
    for modality in MODALITIES:
        # Patterns of 4x4 blocks, so that a convolution sees them too.
        coarse = rng.random((10, *(side // 4 + 1 for side in modality.shape))) > 0.5
        patterns = coarse.repeat(4, axis=1).repeat(4, axis=2)[:, : modality.shape[0], : modality.shape[1]]
        noise = rng.random((len(labels), *modality.shape))
        order = rng.permutation(len(labels))
        values = (0.8 * patterns[labels] + 0.2 * noise)[order]
        stored = (values * 255).astype(np.uint8) if modality.likelihood == "bernoulli" else None
        collections[modality.name] = Collection(
            (40 * values - 10).astype(np.float16) if stored is None else stored,
            labels[order],
            np.full(len(labels), ""),
        )
    return collections


def write_small_checkpoint(directory: Path, *, encoder: str = "linear", seed: int = 0) -> MVAE:
    """Write a checkpoint of the three real modalities with random weights, and return its model."""
    torch.manual_seed(seed)
    config = TASK.model(encoder, latent_size=8, hidden_size=16)  # type: ignore[arg-type]
    model = MVAE(config).half().float().eval()  # as the float16 of the file
    rng = np.random.default_rng(seed)
    statistics = Standardisation(
        rng.normal(0, 20, 13).astype(np.float32), rng.uniform(5, 20, 13).astype(np.float32)
    )
    description = Description(
        config,
        {"speech": statistics},
        training={"seed": 3},
        epochs=1.5,
        data={"farsi/x": "00"},
        versions={"torch": "2"},
        latent_kl=[0.5, 0.0, 2.0, 0.1, 0.02, 0.001, 3.0, 0.2],
        latent_deviation=[1.0] * 8,
    )
    write_atomically(directory, checkpoint_files(model, description))
    return model


def add_strip(directory: Path, epoch: int, model: MVAE) -> None:
    """Add what a model imagines after an epoch to a checkpoint's replay, as training does."""
    examples = {name: torch.from_numpy(values) for name, values in drawings_to_copy().items()}
    description = Description(model.config, {"speech": Standardisation(*np.ones((2, 13), np.float32))})
    first = {} if (directory / DESCRIPTION).exists() else checkpoint_files(model, description)
    write_atomically(directory, first | replay_file(directory, epoch, model, examples))


_HOLD = """
import sys
from pathlib import Path
from mvae.files import exclusive
with exclusive(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held_by_another_process(directory: Path) -> Iterator["subprocess.Popen[str]"]:
    """Let another process have a directory for itself, as a training has it."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(directory)],
        cwd=Path(__file__).parent.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    try:
        yield process
    finally:
        process.communicate()


def spoken(
    rate: int = 8000, *, seconds: float = 0.45, silence: float = 0.2, pitch: float = 120.0
) -> NDArray[np.float32]:
    """Something like a voice: harmonics of a pitch under a formant that glides, between two silences."""
    time = np.arange(round((seconds + 2 * silence) * rate)) / rate
    position = np.clip((time - silence) / seconds, 0.0, 1.0)
    partials = pitch * np.arange(1, 25)[:, None]
    formant = 400 + 1400 * position
    strength = np.exp(-(((partials - formant) / 400) ** 2))
    waveform = 0.1 * np.sin(np.pi * position) * (strength * np.sin(2 * np.pi * partials * time)).sum(axis=0)
    return waveform.astype(np.float32)


def wait_until(true: Callable[[], bool]) -> None:
    """Wait as long as the test may take: what gives way to all else has no time of its own."""
    while not true():
        time.sleep(0.01)


def kernel_state(pid: int) -> str:
    """Return the letter of proc(5): T where it is stopped, Z where it has ended, X where it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "X"


def alive(pid: int) -> bool:
    return kernel_state(pid) not in "ZX"
