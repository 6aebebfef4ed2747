"""The command ``python -m mvae report``: writes measured figures into the pages that quote them.

A page says where with ``<!-- report: NAME -->`` and ``<!-- end of report -->``; what stands between them is
replaced. The figures come from the JSON that `python -m mvae evaluate` and `python -m mvae study` wrote into
``checkpoints/``, so that no figure is typed in by hand.
"""

import argparse
import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from mvae.errors import ReportError
from mvae.evaluation.cli import NAMES

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("README.md", "docs/model.md")
CHECKPOINTS = ("conv", "linear")
_BLOCK = re.compile(r"(<!-- report: (?P<name>[\w-]+) -->\n).*?(<!-- end of report -->)", re.DOTALL)
_IMAGES = ("farsi", "kannada")
Values = Mapping[str, Any]


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``report`` to the command line."""
    command = commands.add_parser(
        "report", help="write the figures that evaluate and study measured into README.md and docs/model.md"
    )
    command.add_argument(
        "--check", action="store_true", help="write nothing; fail where a page quotes other figures"
    )
    command.set_defaults(run=_report)


def _report(arguments: argparse.Namespace) -> int:
    status = 0
    for page in PAGES:
        path = ROOT / page
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
            {name: _read(checkpoints / name / "evaluation-test.json") for name in CHECKPOINTS},
            {name: _read(checkpoints / name / "evaluation-train.json") for name in CHECKPOINTS},
            _read(checkpoints / "studies" / "speakers.json"),
        ),
        "seeds": lambda: seeds(_read(checkpoints / "studies" / "seeds.json")),
        "runs": lambda: runs(checkpoints),
    }
    for name in CHECKPOINTS:
        for split in ("test", "train"):
            file = checkpoints / name / f"evaluation-{split}.json"
            blocks[f"table-{name}-{split}"] = partial(_printed, file, ("table",))
        blocks[f"sections-{name}"] = partial(_printed, checkpoints / name / "evaluation-test.json", NAMES[1:])
    return blocks


def _read(path: Path) -> dict[str, Any]:
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        msg = f"{path} is missing or damaged; write it with python -m mvae evaluate or python -m mvae study."
        raise ReportError(msg) from error
    return values


def _printed(file: Path, names: Iterable[str]) -> str:
    """Lay out sections of an evaluation as the command prints them."""
    from mvae.evaluation.sections import SECTIONS  # noqa: PLC0415 - it loads torch

    result = _read(file)
    parts = [
        SECTIONS[name].format(result if name == "table" else result[name])
        for name in names
        if name == "table" or name in result
    ]
    return "\n".join(["```text", "\n\n".join(parts), "```"])


def reach(tests: Mapping[str, Values], trainings: Mapping[str, Values], speakers: Values) -> str:
    """Lay out the figures that are asked for beside those that were measured, as a table."""
    from mvae.evaluation.table import POSTER_TABLE1  # noqa: PLC0415 - it loads torch

    lines = [
        f"| figure | poster (training split) | asked for | {' | '.join(f'`{name}`' for name in tests)} |",
        "|---|--:|--:|" + "--:|" * len(tests),
    ]

    def add(title: str, asked: str, cells: Iterable[str], poster: str = "") -> None:
        lines.append(f"| {title} | {poster} | {asked} | {' | '.join(cells)} |")

    results = list(tests.values())
    asked_for = ("99.3", "98.3", "99.6", "> 99.93", "> 99.94", "> 99.88", "99.97")
    for (subset, poster), asked in zip(POSTER_TABLE1.items(), asked_for, strict=True):
        title = _title(subset) + ", test split, accuracy %"
        cells = [f"{_accuracy(each, subset):.2f}" for each in results]
        add(title, asked, cells, f"{poster['accuracy']:g}")
    above = [
        sum(_accuracy(each, subset) > poster["accuracy"] for subset, poster in POSTER_TABLE1.items())
        for each in trainings.values()
    ]
    add("Training split: rows above the poster's", "7 of 7", [f"{count} of 7" for count in above])
    strangers = [each["hands"]["dig_mnist"]["accuracy"] for each in results]
    add("Dig-MNIST, Kannada alone, accuracy %", "88", [f"{each:.2f}" for each in strangers])
    for script in _IMAGES:
        drawn = [each["hands"]["strokes"][script]["accuracy"] for each in results]
        add(
            f"{script.capitalize()} strokes on the canvas, accuracy %",
            "98",
            [f"{each:.2f}" for each in drawn],
        )
    left_out = [f"{speakers['mean']:.1f}" if name == "conv" else "–" for name in tests]
    add("Speech of a speaker left out of training, mean %", "90", left_out)
    for given, asked, title in ((1, "98", "one image"), (2, "99", "two inputs")):
        add(f"Coherence from {title}: mean, worst %", asked, [_coherence(each, given) for each in results])
    for sampler, title in (("aggregate_posterior", "the aggregate posterior"), ("prior", "the prior")):
        joint = [each["coherence"]["joint"][sampler]["modalities"] for each in results]
        add(f"Joint coherence, latents from {title}, %", "the best", [f"{each:.1f}" for each in joint])
    errors = [max(row["ece"] for row in each["calibration"]["rows"]) for each in results]
    add("Calibration error of the label, worst subset, %", "≤ 2", [f"{each:.2f}" for each in errors])
    for modality in (*_IMAGES, "speech"):
        areas = [each["out_of_domain"][modality]["auroc"] for each in results]
        add(f"AUROC of what is no {_title([modality])} digit", "0.95", [f"{each:.3f}" for each in areas])
    joint = [each["likelihood"]["marginal"][-1]["log_likelihood"] for each in results]
    add("log p(all three), 1,000 draws, nats", "", [f"{each:.1f}" for each in joint])
    return "\n".join(lines)


def _accuracy(result: Values, subset: Iterable[str]) -> float:
    (row,) = (row for row in result["rows"] if row["inputs"] == list(subset))
    return float(row["accuracy"])


def _coherence(result: Values, given: int) -> str:
    """Mean and worst coherence of what is shown, from one image or from two inputs."""
    shown = [
        row["shown"]
        for row in result["coherence"]["cross_modal"]
        if len(row["inputs"]) == given and (given > 1 or row["inputs"][0] in _IMAGES)
    ]
    return f"{sum(shown) / len(shown):.2f}, {min(shown):.2f}"


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
    from mvae.checkpoint import read_metrics  # noqa: PLC0415 - it loads torch

    lines = ["| checkpoint | epochs | seed | minutes | weights | machine |", "|---|--:|--:|--:|--:|---|"]
    for name in CHECKPOINTS:
        values = _read(checkpoints / name / "checkpoint.json")
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
