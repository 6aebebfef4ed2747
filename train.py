"""Train a multimodal variational autoencoder on HODA, Kannada-MNIST and FSDD.

    python -m mvae data download                  # once; or set MVAE_DATA
    python train.py                               # conv, into runs/conv
    python train.py --config linear --epochs 60   # fully connected, latent size 256, as the poster
    python train.py --resume                      # go on after Ctrl-C

Ctrl-C saves and stops.
"""

import argparse
import logging
import shlex
import sys
from dataclasses import replace
from pathlib import Path

import torch

from mvae.data.collections import data_hashes, load_split
from mvae.data.location import data_directory
from mvae.errors import MVAEError
from mvae.trainer import CONFIGS, choose_precision
from mvae.training import fit


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    options = parse(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    chosen = {"epochs": options.epochs, "batch_size": options.batch_size}
    config = replace(
        CONFIGS[options.config],
        seed=options.seed,
        holdout=options.holdout,
        **{name: value for name, value in chosen.items() if value is not None},
    )
    out = options.out or Path("runs") / options.config
    precision = options.precision or choose_precision(torch.device(options.device))
    try:
        directory = data_directory(options.data_dir)
        hashes = data_hashes(directory)
        collections = load_split("train", directory)
        how = f"{config.epochs} epochs in {precision} on {options.device}"
        print(f"Training {options.config} for {how}, into {out}.")
        complete = fit(
            config,
            collections,
            out,
            resume=options.resume,
            device=options.device,
            precision=precision,
            data_hashes=hashes,
        )
    except MVAEError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped at once; what was saved before is kept.", file=sys.stderr)
        return 130
    if complete:
        print(f"Done: {out}. Measure it with: python -m mvae evaluate --checkpoint {shlex.quote(str(out))}")
        return 0
    given = [each for each in (sys.argv[1:] if arguments is None else arguments) if each != "--resume"]
    print(f"Saved. Go on with: python train.py {shlex.join([*given, '--resume'])}")
    return 130


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--config", choices=sorted(CONFIGS), default="conv")
    parser.add_argument("--epochs", type=_positive, help="how often every image is shown")
    parser.add_argument("--batch-size", type=_positive, help="triplets a step")
    parser.add_argument("--seed", type=_seed, default=0)
    parser.add_argument(
        "--data-dir", type=Path, help="where the data is; else $MVAE_DATA, else the user's cache directory"
    )
    parser.add_argument("--out", type=Path, help="where the checkpoint goes (default: runs/CONFIG)")
    parser.add_argument("--resume", action="store_true", help="go on with the run in --out")
    parser.add_argument(
        "--device", choices=("cpu", "cuda"), default="cuda" if torch.cuda.is_available() else "cpu"
    )
    parser.add_argument(
        "--precision", choices=("float32", "bfloat16"), help="default: bfloat16 where the device has it"
    )
    parser.add_argument(
        "--holdout", action="store_true", help="keep a tenth of the training data aside and report on it"
    )
    options = parser.parse_args(arguments)
    if options.device == "cuda" and not torch.cuda.is_available():
        parser.error("--device cuda: PyTorch finds no CUDA device here; leave --device out")
    return options


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        msg = f"{number} is not at least 1"
        raise argparse.ArgumentTypeError(msg)
    return number


def _seed(text: str) -> int:
    number = int(text)
    if not 0 <= number < 2**32:
        msg = f"{number} is not between 0 and 2^32 - 1"
        raise argparse.ArgumentTypeError(msg)
    return number


if __name__ == "__main__":
    sys.exit(main())
