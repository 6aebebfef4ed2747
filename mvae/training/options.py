"""The settings of a training as people give them: options of a command line, or a file of JSON.

Nothing is written twice: every setting of `TrainConfig` and `MVAEConfig` is an option of the same name, with
the type, the bounds and the description that these classes give it (`mvae.settings`).
"""

import argparse
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, get_args

from mvae.arguments import quoted, said
from mvae.checkpoint.store import Description
from mvae.errors import InputError
from mvae.modalities.base import Modality
from mvae.model.model import MVAEConfig
from mvae.reading import read_json
from mvae.settings import Range, Scalar, Setting, settings_of
from mvae.tasks.task import Task
from mvae.training.config import CONFIGS, Precision, TrainConfig

_TRAINING, _MODEL = settings_of(TrainConfig), settings_of(MVAEConfig)
_SETTINGS = {**_TRAINING, **_MODEL}
_PRECISION = Setting("precision", str, get_args(Precision), optional=True)
_WEIGHT = Setting("weight", float, Range(0, 1_000))
_IN_A_CHECKPOINT = {field.name for field in fields(Description)} | {"format", "weights_sha256"}
_JOINT_ONLY: Mapping[str, Scalar] = {"extra_subsets": 0, "single_subsets": False}
_LONGEST_LIST = 5  # of keys that a sentence names


@dataclass(frozen=True)
class Configuration:
    """Where a training begins to be chosen.

    Attributes
    ----------
    name
        A key of `CONFIGS`, or a file's name without its ending.
    config
        All settings.
    precision
        In which a checkpoint was trained; None: whatever suits the device.
    """

    name: str
    config: TrainConfig
    precision: Precision | None = None


def read_configuration(name_or_path: str, task: Task) -> Configuration:
    """Return a named configuration for a task, or read one that a checkpoint or a person wrote.

    Parameters
    ----------
    name_or_path
        A key of `CONFIGS`, or a file of JSON: an object with ``training`` and ``model``, both as a
        checkpoint's ``checkpoint.json`` has them. What it leaves out is as the classes have it by default; of
        a whole ``checkpoint.json`` the rest is not looked at.
    task
        Which there are data of: a model may have any of its modalities, with weights of its own.

    Raises
    ------
    InputError
        If there is no such file, it is too large or no JSON, or something in it is unknown or not allowed.
    TaskError
        As `Task.apply_to`.
    """
    if name_or_path in CONFIGS:
        named = CONFIGS[name_or_path]
        return Configuration(name_or_path, replace(named, model=task.apply_to(named.model)))
    try:
        values = read_json(Path(name_or_path))
    except OSError as error:
        names = ", ".join(CONFIGS)
        msg = f"{quoted(name_or_path)} is none of {names}, and no file that can be read ({error.strerror})."
        raise InputError(msg) from error
    except ValueError as error:
        msg = f"{quoted(name_or_path)} is no file of JSON, such as a checkpoint's checkpoint.json."
        raise InputError(msg) from error
    try:
        config, precision = _from_json(values, task)
    except InputError as error:
        msg = f"In {quoted(name_or_path)}: {error}"
        raise InputError(msg) from error
    return Configuration(Path(name_or_path).stem, config, precision)


def configured(config: TrainConfig, given: Mapping[str, Scalar]) -> TrainConfig:
    """Return a configuration in which some settings, by their names, are others.

    Raises
    ------
    InputError
        If they do not go together.
    """
    model = {name: value for name, value in given.items() if name in _MODEL}
    training = {name: value for name, value in given.items() if name in _TRAINING}
    chosen = replace(config, model=replace(config.model, **model), **training)  # type: ignore[arg-type]
    if not chosen.single_subsets and (chosen.extra_subsets is None or len(chosen.model.names) == 1):
        msg = (
            "single_subsets can be false only where extra_subsets is a number and the model has two "
            "modalities or more: otherwise there is nothing to leave out, or nothing else."
        )
        raise InputError(msg)
    return chosen


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add an option for each setting; `settings_given` returns those that were given."""
    for title, declared in (("settings of the training", TrainConfig), ("settings of the model", MVAEConfig)):
        settings = settings_of(declared)
        others = [field.name for field in fields(declared) if field.name not in {*settings, "model"}]
        description = "What is not given is as --config has it"
        description += f"; only a FILE.json says {' and '.join(others)}." if others else "."
        group = parser.add_argument_group(title, description)
        for setting in settings.values():
            _add_option(group, setting)
    parser.add_argument(
        "--joint-only", action="store_true",
        help="leave the ELBOs of all subsets but the full one out: " + " ".join(as_arguments(_JOINT_ONLY)),
    )  # fmt: skip


def settings_given(options: argparse.Namespace) -> dict[str, Scalar]:
    """Return the settings that stand on the command line, by name.

    Raises
    ------
    InputError
        If ``--joint-only`` stands beside what it stands for.
    """
    given = {name: value for name, value in vars(options).items() if name in _SETTINGS}
    if not options.joint_only:
        return given
    twice = [_option(name) for name in _JOINT_ONLY if name in given]
    if twice:
        msg = f"--joint-only already says {' and '.join(twice)}; leave one of them out."
        raise InputError(msg)
    return {**given, **_JOINT_ONLY}


def as_arguments(given: Mapping[str, Scalar]) -> list[str]:
    """Write settings as the command line that `add_settings` reads."""
    arguments = []
    for name, value in given.items():
        if _SETTINGS[name].kind is bool:
            arguments.append(_option(name) if value else _option(f"no_{name}"))
        else:
            arguments += [_option(name), "none" if value is None else str(value)]
    return arguments


def reader(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """Make an argument's type of a function whose `InputError` says what is allowed."""

    def read_or_refuse(text: str) -> Any:
        try:
            return read(text)
        except InputError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return read_or_refuse


def _add_option(group: "argparse._ArgumentGroup", setting: Setting) -> None:
    text = setting.description.replace("%", "%%")
    if setting.kind is bool:
        group.add_argument(
            _option(setting.name), action=argparse.BooleanOptionalAction, default=argparse.SUPPRESS, help=text
        )
        return
    group.add_argument(
        _option(setting.name), type=reader(setting.parse), metavar=_metavar(setting),
        default=argparse.SUPPRESS, help=text,
    )  # fmt: skip


def _metavar(setting: Setting) -> str:
    if isinstance(setting.allowed, tuple):
        return f"{{{','.join(setting.allowed)}}}"
    kind = "N" if setting.kind is int else "X"
    return f"{kind}|none" if setting.optional else kind


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _from_json(values: object, task: Task) -> tuple[TrainConfig, Precision | None]:
    parts = _known(values, "the file", _IN_A_CHECKPOINT)
    if not parts.keys() & {"training", "model"}:
        msg = "neither training nor model is there."
        raise InputError(msg)
    training = _known(parts.get("training", {}), "training", [*_TRAINING, _PRECISION.name])
    model = _known(parts.get("model", {}), "model", [field.name for field in fields(MVAEConfig)])
    precision: Any = _PRECISION.check(training.get(_PRECISION.name))
    config = TrainConfig(task.model())
    if "modalities" in model:
        chosen = _modalities(model["modalities"], task.modalities)
        config = replace(config, model=replace(config.model, modalities=chosen))
    classes = list(config.model.classes)
    if model.get("classes", classes) != classes:
        msg = f"classes must be those of the data: {', '.join(classes)}."
        raise InputError(msg)
    given = {**training, **model}
    return configured(
        config, {name: each.check(given[name]) for name, each in _SETTINGS.items() if name in given}
    ), precision


def _known(values: object, what: str, known: Iterable[str]) -> dict[str, Any]:
    """Return an object of JSON that has no other keys than these."""
    if not isinstance(values, dict):
        msg = f"{what} must be an object of names and values, not {said(values)}."
        raise InputError(msg)
    unknown = sorted(values.keys() - set(known))
    if unknown:
        named = ", ".join(quoted(name) for name in unknown[:_LONGEST_LIST])
        more = f" and {len(unknown) - _LONGEST_LIST:,} more" if len(unknown) > _LONGEST_LIST else ""
        msg = f"{what} has no setting {named}{more}; there are {', '.join(sorted(known))}."
        raise InputError(msg)
    return values


def _modalities(values: object, known: Sequence[Modality]) -> tuple[Modality, ...]:
    """Return those modalities, with the weights that they are given; all else is as their data is."""
    names = ", ".join(modality.name for modality in known)
    if not isinstance(values, list) or not 0 < len(values) <= len(known):
        msg = f"modalities must be a list of some of {names}, as a checkpoint has it."
        raise InputError(msg)
    found = [_modality(value, {modality.name: modality for modality in known}) for value in values]
    if len({modality.name for modality in found}) < len(found):
        msg = f"modalities must hold each of {names} once at the most."
        raise InputError(msg)
    return tuple(found)


def _modality(value: object, known: Mapping[str, Modality]) -> Modality:
    given = _known(value, "a modality", [field.name for field in fields(Modality)])
    name = given.get("name")
    if not isinstance(name, str) or name not in known:
        msg = f"a modality's name must be one of {', '.join(known)}, not {said(name)}."
        raise InputError(msg)
    expected = json.loads(json.dumps(asdict(known[name])))
    for key in given.keys() - {"title", "short", "value_names", _WEIGHT.name}:
        if given[key] != expected[key]:
            msg = f"the {key} of {name} must be {json.dumps(expected[key])}, as that of its data is."
            raise InputError(msg)
    weight: Any = _WEIGHT.check(given.get(_WEIGHT.name, known[name].weight))
    return replace(known[name], weight=weight)
