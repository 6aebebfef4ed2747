"""Settings from the command line and from files: each declared once, typed, bounded, and explained."""

import json
import os
import re
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import pytest
from helpers import small_model

import train
from mvae.checkpoint.place import DESCRIPTION, SHIPPED
from mvae.checkpoint.store import Description, checkpoint_files
from mvae.errors import InputError
from mvae.model.model import MVAEConfig
from mvae.reading import LARGEST_JSON
from mvae.settings import Range, Setting, settings_of
from mvae.tasks.digits import MODALITIES, TASK
from mvae.training.config import CONFIGS, TrainConfig
from mvae.training.options import as_arguments, configured, read_configuration

SETTINGS = {**settings_of(TrainConfig), **settings_of(MVAEConfig)}
NUMBERS = [each for each in SETTINGS.values() if isinstance(each.allowed, Range)]


def other_value(setting: Setting) -> Any:
    """Return a value that no configuration has."""
    if setting.kind is bool:
        return not getattr(TrainConfig(), setting.name)
    if isinstance(setting.allowed, tuple):
        return next(each for each in setting.allowed if each != TrainConfig().model.encoder)
    return 37 if setting.kind is int else 0.1875


def value_of(config: TrainConfig, name: str) -> Any:
    return getattr(config if hasattr(config, name) else config.model, name)


def test_every_field_is_an_option_but_what_the_task_says() -> None:
    names = {field.name for declared in (TrainConfig, MVAEConfig) for field in fields(declared)}
    assert names - SETTINGS.keys() == {"model", "modalities", "classes"}
    assert len(SETTINGS) == len(settings_of(TrainConfig)) + len(settings_of(MVAEConfig))


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=lambda each: each.name)
def test_each_option_sets_its_field_and_nothing_else(setting: Setting) -> None:
    value = other_value(setting)
    beside: dict[str, Any] = {"extra_subsets": 0} if setting.name == "single_subsets" else {}
    chosen = train.parse(as_arguments({**beside, setting.name: value})).settings
    assert value_of(chosen, setting.name) == value
    assert type(value_of(chosen, setting.name)) is setting.kind
    assert chosen == configured(CONFIGS["conv"], {**beside, setting.name: value})
    changed = {name for name in SETTINGS if value_of(chosen, name) != value_of(CONFIGS["conv"], name)}
    assert changed == {setting.name, *beside}


def test_help_has_the_docstring_of_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        train.parse(["--help"])
    printed = " ".join(capsys.readouterr().out.split())
    for setting in SETTINGS.values():
        assert setting.description, f"{setting.name} lacks its entry in the docstring"
        # argparse breaks a line after a hyphen, too.
        assert re.sub("[ -]", "", setting.description) in re.sub("[ -]", "", printed)
    assert "only a FILE.json says modalities" in printed


def test_nothing_given_is_the_named_configuration() -> None:
    for name, config in CONFIGS.items():
        assert train.parse(["--config", name]).settings == config
    assert train.parse([]).settings == CONFIGS["conv"]


def test_every_configuration_that_we_use_is_allowed() -> None:
    for config in (TrainConfig(), *CONFIGS.values()):
        for setting in SETTINGS.values():
            value = value_of(config, setting.name)
            assert setting.check(value) == value


def outside(allowed: Range) -> list[float]:
    outer = [allowed.least - 1, allowed.most + 1]
    return [
        *outer,
        *([allowed.least] if allowed.without_least else []),
        *([allowed.most] if allowed.without_most else []),
    ]


@pytest.mark.parametrize("setting", NUMBERS, ids=lambda each: each.name)
def test_a_number_that_is_not_allowed_is_one_sentence(
    setting: Setting, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert isinstance(setting.allowed, Range)
    option = as_arguments({setting.name: 1})[0]
    texts = [str(value) for value in outside(setting.allowed)]
    texts += ["nan", "inf", "-inf", "1e999", "9" * 5000, "", "x", "1,5", "0x10", "true"]
    if setting.kind is int:
        texts.append("1.5")
    if not setting.optional:
        texts.append("none")
    for text in texts:
        with pytest.raises(SystemExit) as stopped:
            train.parse([f"{option}={text}"])
        assert stopped.value.code == 2
        last = capsys.readouterr().err.splitlines()[-1]
        assert f"argument {option}: {setting.name} must be {setting.expected}, not " in last

    part = "training" if setting.name in settings_of(TrainConfig) else "model"
    values: list[Any] = [*outside(setting.allowed), float("nan"), float("inf"), 10**400, "1", [1], {}, True]
    for value in values:
        file = tmp_path / "settings.json"
        file.write_text(json.dumps({part: {setting.name: value}}))
        with pytest.raises(InputError, match=f"{setting.name} must be ") as refused:
            read_configuration(str(file), TASK)
        assert setting.expected in str(refused.value)


def test_bounds_are_what_they_say() -> None:
    share = SETTINGS["complete"]
    assert share.expected == "a number above 0 and at most 1"
    assert share.parse("1") == share.parse("1.0") == 1.0
    assert type(share.parse("1")) is float  # or a resumed run would not be the same
    assert SETTINGS["epochs"].expected == "a whole number of at least 1 and at most 100,000"
    assert SETTINGS["average"].expected == "a number of at least 0 and below 1"
    assert SETTINGS["encoder"].expected == "one of linear, conv"
    assert SETTINGS["extra_subsets"].expected.endswith(", or none")


def test_none_is_a_value_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "few.json"
    file.write_text('{"training": {"extra_subsets": 2}}')
    assert train.parse(["--config", str(file)]).settings.extra_subsets == 2
    assert train.parse(["--config", str(file), "--extra-subsets", "none"]).settings.extra_subsets is None


def test_joint_only_is_a_short_form(capsys: pytest.CaptureFixture[str]) -> None:
    short = train.parse(["--joint-only"]).settings
    assert short == train.parse(["--extra-subsets", "0", "--no-single-subsets"]).settings
    assert (short.extra_subsets, short.single_subsets) == (0, False)
    for more in (["--extra-subsets", "1"], ["--single-subsets"]):
        with pytest.raises(SystemExit):
            train.parse(["--joint-only", *more])
        assert f"--joint-only already says {more[0]}; " in capsys.readouterr().err


def test_settings_that_do_not_go_together_are_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit):
        train.parse(["--no-single-subsets"])
    assert "only where extra_subsets is a number" in capsys.readouterr().err
    alone = tmp_path / "alone.json"
    alone.write_text(json.dumps({"model": {"modalities": [{"name": "farsi"}]}}))
    assert read_configuration(str(alone), TASK).config.model.modalities == MODALITIES[:1]
    with pytest.raises(SystemExit):
        train.parse(["--config", str(alone), "--joint-only"])
    assert "two modalities or more" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["conv", "linear"])
def test_a_shipped_checkpoint_gives_its_configuration(name: str) -> None:
    options = train.parse(["--config", str(SHIPPED / name / DESCRIPTION)])
    assert options.settings == CONFIGS[name]
    assert options.config.precision == "bfloat16"
    assert options.config.name == "checkpoint"


def test_what_a_checkpoint_writes_is_read_back(tmp_path: Path) -> None:
    weighted = (replace(MODALITIES[2], weight=2.5), MODALITIES[0])
    model = MVAEConfig("linear", 5, 7, modalities=weighted, classes=TASK.classes, label_weight=0.0)
    config = TrainConfig(model, epochs=3, extra_subsets=1, complete=0.25, seed=9, holdout=True)
    training = {key: value for key, value in asdict(config).items() if key != "model"}
    description = Description(model=model, standardisation={}, training=training | {"precision": "float32"})
    (tmp_path / DESCRIPTION).write_bytes(checkpoint_files(small_model(2), description)[DESCRIPTION])
    found = read_configuration(str(tmp_path / DESCRIPTION), TASK)
    assert found.config == config
    assert found.precision == "float32"
    identity = json.dumps(asdict(found.config), sort_keys=True)
    assert identity == json.dumps(asdict(config), sort_keys=True)  # with which a run is resumed


def test_options_change_what_a_file_says(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text('{"training": {"epochs": 3, "learning_rate": 1}, "model": {"latent_size": 5}}')
    options = train.parse(["--config", str(file), "--epochs", "4"])
    assert options.config.name == "mine"
    model = replace(TrainConfig().model, latent_size=5)
    assert options.settings == TrainConfig(model, epochs=4, learning_rate=1.0)
    assert type(options.settings.learning_rate) is float


MODALITY = {"name": "farsi", "shape": [28, 28], "likelihood": "bernoulli"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "no file of JSON"),
        (b"\xff\xfe", "no file of JSON"),
        ("[" * 100_000, "no file of JSON"),
        ("3", "the file must be an object of names and values, not 3"),
        ("{}", "neither training nor model is there"),
        ('{"training": {"epoch": 3}}', "training has no setting “epoch”; there are absent_weight, augment"),
        ('{"trainings": {}}', "the file has no setting “trainings”; there are data, epochs, format"),
        (
            '{"model": {"latent": 3, "\\u0000": 1}}',
            "model has no setting “.x00”, “latent”; there are",
        ),
        (json.dumps({"training": {f"k{n:02}": 0 for n in range(30)}}), "“k04” and 25 more; there are"),
        (
            '{"model": {"classes": ["cat", "dog"]}}',
            "classes must be those of the data: 0, 1, 2",
        ),
        ('{"training": []}', "training must be an object of names and values, not list"),
        ('{"training": {"augment": 1}}', "augment must be true or false, not 1"),
        ('{"training": {"precision": "float64"}}', "precision must be one of float32, bfloat16, or none"),
        ('{"training": {"epochs": null}}', "epochs must be a whole number"),
        ('{"model": {"encoder": null}}', "encoder must be one of linear, conv, not None"),
        ('{"model": {"encoder": ["conv"]}}', "encoder must be one of linear, conv, not list"),
        ('{"model": {"modalities": "farsi"}}', "modalities must be a list of some of farsi, kannada, speech"),
        ('{"model": {"modalities": []}}', "modalities must be a list of some of farsi, kannada, speech"),
        ({"modalities": [MODALITY, MODALITY]}, "each of farsi, kannada, speech once at the most"),
        ({"modalities": ["farsi"]}, "a modality must be an object of names and values, not “farsi”"),
        ({"modalities": [{"name": "tamil"}]}, "name must be one of farsi, kannada, speech, not “tamil”"),
        ({"modalities": [{"name": ["farsi"]}]}, "name must be one of farsi, kannada, speech, not list"),
        ({"modalities": [MODALITY | {"shape": [8, 8]}]}, r"the shape of farsi must be \[28, 28\]"),
        ({"modalities": [MODALITY | {"likelihood": "gaussian"}]}, "the likelihood of farsi must be"),
        ({"modalities": [MODALITY | {"weight": -1}]}, "weight must be a number of at least 0"),
        ({"modalities": [MODALITY | {"size": 3}]}, "a modality has no setting “size”"),
    ],
)
def test_a_file_that_is_wrong_is_one_sentence(
    content: Any, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.json"
    if isinstance(content, dict):
        content = json.dumps({"model": content})
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError, match=sentence) as refused:
        read_configuration(str(file), TASK)
    assert "\n" not in str(refused.value)
    with pytest.raises(SystemExit) as stopped:
        train.parse(["--config", str(file)])
    assert stopped.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1].endswith(f"argument --config: {refused.value}")


def test_what_is_no_file_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    large, pipe = tmp_path / "large.json", tmp_path / "pipe.json"
    large.write_text(" " * (LARGEST_JSON + 1))
    os.mkfifo(pipe)
    paths = [tmp_path, tmp_path / "no.json", large, pipe, "", "a\0b", "x" * 5000]
    for path in map(str, paths):
        with pytest.raises(InputError, match="is none of conv, linear, small, and no file that can be read"):
            read_configuration(path, TASK)
    with pytest.raises(SystemExit):
        train.parse(["--config", "nonsense"])
    assert "argument --config: “nonsense” is none of conv, linear, small, " in capsys.readouterr().err


def test_other_dataclasses_are_read_in_the_same_way() -> None:
    from dataclasses import dataclass  # noqa: PLC0415

    @dataclass
    class Kettle:
        """It boils.

        Attributes
        ----------
        volume, weight : float
            Of all of it,
            in ``SI`` units.
        colour
            50 % of them are red.

        Notes
        -----
        loud
            No setting's text.
        """

        volume: Annotated[float, Range(0, 2)] = 1.0
        weight: Annotated[float, Range(0, 2)] | None = None
        colour: Literal["red", "blue"] | None = "red"
        loud: bool = False
        handles: tuple[str, ...] = ()

    found = settings_of(Kettle)
    assert list(found) == ["volume", "weight", "colour", "loud"]
    assert found["volume"].description == found["weight"].description == "Of all of it, in SI units."
    assert [each.optional for each in found.values()] == [False, True, True, False]
    assert found["loud"].description == ""
    assert found["colour"].parse("None") is None
    assert found["weight"].expected == "a number of at least 0 and at most 2, or none"
    assert get_args(Literal["red", "blue"]) == found["colour"].allowed
