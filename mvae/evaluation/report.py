"""The command ``python -m mvae report``: writes measured figures into the pages that quote them.

A page says where with ``<!-- report: NAME -->`` and ``<!-- end of report -->``; what stands between them is
replaced. The figures come from the JSON that `python -m mvae evaluate` and `python -m mvae study` wrote into
``checkpoints/``, so that no figure is typed in by hand.
"""

import argparse
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from mvae.errors import ReportError
from mvae.evaluation.cli import NAMES
from mvae.files import PROJECT
from mvae.reading import read_json

ROOT = PROJECT
PAGES = ("README.md", "docs/model.md", "docs/results.md", "docs/training.md")
CHECKPOINTS = ("conv", "linear")
_BLOCK = re.compile(r"(<!-- report: (?P<name>[\w-]+) -->\n).*?(<!-- end of report -->)", re.DOTALL)
_IMAGES = ("farsi", "kannada")
Values = Mapping[str, Any]


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``report`` to the command line."""
    command = commands.add_parser(
        "report", help="write the figures that evaluate and study measured into README.md and docs/"
    )
    command.add_argument(
        "--check", action="store_true", help="write nothing; fail where a page quotes other figures"
    )
    command.set_defaults(run=_report)


def _report(arguments: argparse.Namespace) -> int:
    status = 0
    for page in PAGES:
        path = ROOT / page
        if not path.is_file():
            msg = f"{page} lies in the repository alone: run this command in a checkout of it."
            raise ReportError(msg)
        old = path.read_text(encoding="utf-8")
        new = filled(old, ROOT / "checkpoints")
        if new == old:
            print(f"{page}: as measured")
        elif arguments.check:
            print(f"{page}: quotes other figures; run: python -m mvae report")
            status = 1
        else:
            _write(path, new)
            print(f"{page}: written")
    return status


def _write(path: Path, text: str) -> None:
    from mvae.files import write_together  # noqa: PLC0415

    write_together(path.parent, {path.name: text.encode()})


def filled(page: str, checkpoints: Path) -> str:
    """Return a page with every block of figures written anew.

    Parameters
    ----------
    page
        Markdown.
    checkpoints
        The directory that holds the results.

    Raises
    ------
    ReportError
        If a block's name is unknown, or a result that it needs is missing.
    """
    blocks = _blocks(checkpoints)

    def block(match: re.Match[str]) -> str:
        make = blocks.get(match["name"])
        if make is None:
            msg = f"There is no report “{match['name']}”; known are: {', '.join(blocks)}."
            raise ReportError(msg)
        return match[1] + make() + "\n" + match[3]

    return _BLOCK.sub(block, page)


def _blocks(checkpoints: Path) -> dict[str, Callable[[], str]]:
    blocks: dict[str, Callable[[], str]] = {
        "reach": lambda: reach(
            {name: _evaluation(checkpoints / name, "test") for name in CHECKPOINTS},
            {name: _evaluation(checkpoints / name, "train") for name in CHECKPOINTS},
            _study(checkpoints, "speakers"),
        ),
        "seeds": lambda: seeds(_study(checkpoints, "seeds")),
        "runs": lambda: runs(checkpoints),
    }
    for name in CHECKPOINTS:
        for split in ("test", "train"):
            blocks[f"table-{name}-{split}"] = partial(_printed, checkpoints / name, split, ("table",))
        blocks[f"sections-{name}"] = partial(_printed, checkpoints / name, "test", NAMES[1:])
    return blocks


def _read(path: Path, remedy: str) -> dict[str, Any]:
    try:
        values: dict[str, Any] = read_json(path)
    except (OSError, ValueError) as error:
        msg = f"{path} is missing or damaged; {remedy}"
        raise ReportError(msg) from error
    return values


def _study(checkpoints: Path, name: str) -> dict[str, Any]:
    return _read(checkpoints / "studies" / f"{name}.json", f"write it anew with: python -m mvae study {name}")


def _description(checkpoint: Path) -> dict[str, Any]:
    return _read(
        checkpoint / "checkpoint.json", f"train it anew with: python train.py --config {checkpoint.name}"
    )


def _evaluation(checkpoint: Path, split: str) -> dict[str, Any]:
    """Read what was measured on a split, if it was measured on the weights that are there."""
    file = checkpoint / f"evaluation-{split}.json"
    remedy = (
        "write it anew with: "
        f"python -m mvae evaluate --checkpoint {checkpoint.name} --split {split} "
        f"--json checkpoints/{checkpoint.name}/{file.name}"
    )
    values = _read(file, remedy)
    if values.get("weights_sha256") != _description(checkpoint).get("weights_sha256"):
        msg = f"{file} was measured on other weights; {remedy}"
        raise ReportError(msg)
    return values


def _printed(checkpoint: Path, split: str, names: Iterable[str]) -> str:
    """Lay out sections of an evaluation as the command prints them."""
    from mvae.evaluation.sections import SECTIONS  # noqa: PLC0415 - it loads torch

    result = _evaluation(checkpoint, split)
    parts = [
        SECTIONS[name].format(result if name == "table" else result[name])
        for name in names
        if name == "table" or name in result
    ]
    return "\n".join(["```text", "\n\n".join(parts), "```"])


def reach(tests: Mapping[str, Values], trainings: Mapping[str, Values], speakers: Values) -> str:
    """Lay out the figures that are asked for beside those that were measured; ✗ marks what falls short."""
    from mvae.evaluation.table import POSTER_TABLE1  # noqa: PLC0415 - it loads torch

    lines = [
        f"| figure | poster (training split) | asked for | {' | '.join(f'`{name}`' for name in tests)} |",
        "|---|--:|--:|" + "--:|" * len(tests),
    ]

    def add(
        title: str, asked: str, figures: Iterable[float | None], form: str = ".2f", *, poster: str = ""
    ) -> None:
        cells = ("–" if each is None else f"{each:{form}}" + mark(each, asked) for each in figures)
        lines.append(f"| {title} | {poster} | {asked} | {' | '.join(cells)} |")

    results = list(tests.values())
    asked_for = ("99.3", "98.3", "99.6", "> 99.93", "> 99.94", "> 99.88", "99.97")
    for (subset, poster), asked in zip(POSTER_TABLE1.items(), asked_for, strict=True):
        title = _title(subset) + ", test split, accuracy %"
        add(title, asked, [_accuracy(each, subset) for each in results], poster=f"{poster['accuracy']:g}")
    above = [
        sum(_accuracy(each, subset) > poster["accuracy"] for subset, poster in POSTER_TABLE1.items())
        for each in trainings.values()
    ]
    add("Training split: rows of 7 above the poster's", "7", above, ".0f")
    shifted = [each["handwriting_shift"] for each in results]
    add("Dig-MNIST, Kannada alone, accuracy %", "88", [each["dig_mnist"]["accuracy"] for each in shifted])
    add("… of it called unlike a digit, %", "", [each["dig_mnist"]["doubted"] for each in shifted], ".1f")
    for script in _IMAGES:
        drawn = [each["strokes"][script] for each in shifted]
        title = f"{_title([script])} strokes on the canvas, accuracy %"
        add(title, "98", [each["accuracy"] for each in drawn])
        add("… of them called unlike a digit, %", "", [each["doubted"] for each in drawn], ".1f")
    title = "Speech of a speaker left out of training, a small speech-only model, mean %"
    add(title, "90", [speakers["mean"] if name == "conv" else None for name in tests], ".1f")
    for given, asked, title in ((1, "98", "one image"), (2, "99", "two inputs")):
        shown = [_coherence(each, given) for each in results]
        add(f"Coherence from {title}, mean %", asked, [sum(each) / len(each) for each in shown])
        add(f"Coherence from {title}, worst %", asked, [min(each) for each in shown])
    for sampler, title in (("aggregate_posterior", "the aggregate posterior"), ("prior", "the prior")):
        joint = [each["coherence"]["joint"][sampler]["modalities"] for each in results]
        add(f"Joint coherence, latents from {title}, %", "the best", joint, ".1f")
    for row, script in enumerate(_IMAGES):
        energy = [100 * each["sharpness"]["rows"][row]["shown"]["gradient_energy"] for each in results]
        add(f"Sharpness of imagined {_title([script])}: gradient energy, % of real", "", energy, ".0f")
    errors = [max(row["ece"] for row in each["calibration"]["rows"]) for each in results]
    add("Calibration error of the label, worst subset, %", "≤ 2", errors)
    for modality in (*_IMAGES, "speech"):
        areas = [each["out_of_domain"][modality]["auroc"] for each in results]
        add(f"AUROC of what is no {_title([modality])} digit", "0.95", areas, ".3f")
    joint = [each["likelihood"]["marginal"][-1] for each in results]
    add("log p(all three), lower bound, nats", "", [each["log_likelihood"] for each in joint], ".1f")
    add("… of its 1,000 draws effective", "", [each["effective_draws"] for each in joint], ".1f")
    return "\n".join(lines)


def mark(figure: float, asked: str) -> str:
    """Say whether a figure falls short of what is asked for: at least a number, or as its sign says."""
    if not asked or asked == "the best":
        return ""
    sign, _, number = asked.rpartition(" ")
    limit = float(number)
    reached = {"": figure >= limit, ">": figure > limit, "≤": figure <= limit}[sign]
    return "" if reached else " ✗"


def _accuracy(result: Values, subset: Iterable[str]) -> float:
    (row,) = (row for row in result["rows"] if row["inputs"] == list(subset))
    return float(row["accuracy"])


def _coherence(result: Values, given: int) -> list[float]:
    """Coherence of what is shown, %: from each image alone, or from each two inputs."""
    return [
        row["shown"]
        for row in result["coherence"]["cross_modal"]
        if len(row["inputs"]) == given and (given > 1 or row["inputs"][0] in _IMAGES)
    ]


def seeds(result: Values) -> str:
    """Lay out Table 1's accuracy over several seeds."""
    lines = [
        f"| `{result['config']}`, test split, accuracy % | "
        + " | ".join(f"seed {seed}" for seed in result["seeds"])
        + " | mean ± deviation |",
        "|---|" + "--:|" * (len(result["seeds"]) + 1),
    ]
    for row in result["rows"]:
        cells = " | ".join(f"{each:.2f}" for each in row["accuracy"])
        title = _title(row["inputs"])
        lines.append(f"| {title} | {cells} | {row['mean']:.2f} ± {row['deviation']:.2f} |")
    return "\n".join(lines)


def _title(subset: Iterable[str]) -> str:
    return " + ".join(name.capitalize() for name in subset)


def runs(checkpoints: Path) -> str:
    """Lay out how each checkpoint was trained."""
    from mvae.checkpoint.files import read_metrics  # noqa: PLC0415 - it loads torch

    lines = ["| checkpoint | epochs | seed | minutes | weights | machine |", "|---|--:|--:|--:|--:|---|"]
    for name in CHECKPOINTS:
        values = _description(checkpoints / name)
        minutes = sum(record["seconds"] for record in read_metrics(checkpoints / name)) / 60
        size = (checkpoints / name / "model.safetensors").stat().st_size / 1e6
        machine = values["machine"]
        threads = "thread" if machine["threads"] == 1 else "threads"
        cells = (
            f"`{name}`", f"{values['epochs']:g}", values["training"]["seed"], f"{minutes:.0f}",
            f"{size:.1f} MB",
            f"{machine['processor']}, {machine['threads']} {threads}, torch {machine['torch']}",
        )  # fmt: skip
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)
