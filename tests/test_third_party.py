"""What others made: the lock pins all of it with hashes, NOTICE and the bill of materials name it."""

import json
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from mvae.extras import MODULES

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import advisories  # noqa: E402
import third_party  # noqa: E402


def pins(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    wanted = [Requirement(line.split("#")[0]) for line in lines if re.match(r"\w", line)]
    return {canonicalize_name(each.name): str(each.specifier).removeprefix("==") for each in wanted}


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_the_lock_has_the_versions_of_the_requirements(name: str) -> None:
    locked = third_party.locked(ROOT / f"{name}.lock")
    asked = {key: value for key, value in pins(f"{name}.txt").items() if key in locked}
    assert asked.items() <= locked.items()
    assert len(asked) >= len(pins(f"{name}.txt")) - 1  # but for what another system needs
    assert locked.items() <= third_party.locked().items()


def ranges() -> dict[str, dict[str, Requirement]]:
    """What pyproject.toml says that the package works with: by extra, and under "" what it always needs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"": project["dependencies"], **project["optional-dependencies"]}
    parsed = {extra: [Requirement(text) for text in texts] for extra, texts in groups.items()}
    return {
        extra: {canonicalize_name(each.name): each for each in group if each.name != project["name"]}
        for extra, group in parsed.items()
    }


@pytest.mark.parametrize(
    ("name", "groups"), [("requirements", ("", "app", "train")), ("requirements-dev", ("dev",))]
)
def test_the_tested_versions_lie_in_the_ranges(name: str, groups: tuple[str, ...]) -> None:
    stated = {package: each for extra in groups for package, each in ranges()[extra].items()}
    tested = pins(f"{name}.txt")
    assert stated.keys() == tested.keys()
    assert [package for package, each in stated.items() if tested[package] not in each.specifier] == []
    assert [package for package, each in stated.items() if "<" not in str(each.specifier)] == []


@pytest.mark.parametrize("extra", MODULES)
def test_a_command_asks_for_what_its_extra_brings(extra: str) -> None:
    homes = metadata.packages_distributions()
    asked = {canonicalize_name(home) for module in MODULES[extra] for home in homes[module]}
    assert asked == ranges()[extra].keys()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_has_hashes(name: str) -> None:
    entries = re.split(r"\n(?=[\w.-]+==)", (ROOT / name).read_text(encoding="utf-8"))[1:]
    assert len(entries) > 50
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_lock_holds_all_that_the_installed_packages_require() -> None:
    locked, missing = third_party.locked(), set()
    for name in locked:
        for text in metadata.requires(name) or ():
            each = Requirement(text)
            if each.marker is None or each.marker.evaluate({"extra": ""}):
                missing.add(canonicalize_name(each.name))
    assert missing - locked.keys() - {"pip"} == set()


def test_notice_and_bill_are_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert third_party.main(["--check"]) == 0, capsys.readouterr().err


def test_the_bill_is_cyclonedx_and_names_every_part_with_its_licence() -> None:
    bill = json.loads(third_party.BILL.read_text(encoding="utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    names = {component["name"] for component in bill["components"]}
    assert names >= {*third_party.locked(), "libsndfile", "axe-core", "OpenBLAS"}
    assert [each["name"] for each in bill["components"] if not each["licenses"]] == []


def test_a_forgotten_notice_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NOTICE", "BILL"):
        monkeypatch.setattr(third_party, name, tmp_path / name)
    assert third_party.main(["--check"]) == 1
    assert third_party.main([]) == 0
    assert third_party.main(["--check"]) == 0


def test_nothing_that_is_installed_has_a_known_weakness_that_matters() -> None:
    assert advisories.main(["--offline"]) == 0


@pytest.mark.parametrize(
    ("package", "version"), [("pillow", "12.2.0"), ("libsndfile", "1.0.30"), ("torch", "2.5.1")]
)
def test_an_old_version_is_reported(package: str, version: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, known = advisories.read()
    assert advisories.report(known, advisories.installed() | {package: version}) > 0
    assert f"{package} {version}" in capsys.readouterr().out


def test_each_advisory_is_about_something_that_is_installed() -> None:
    _, known = advisories.read()
    assert {each.package for each in known} <= {
        part.name for part in (*third_party.packages(), *third_party.inside_packages())
    }


def network_says(
    monkeypatch: pytest.MonkeyPatch, *, stdout: str = "", stderr: str = "", status: int = 1
) -> None:
    class Done:
        returncode = status

    Done.stdout, Done.stderr = stdout, stderr
    monkeypatch.setattr(advisories.subprocess, "run", lambda *_args, **_options: Done)


def test_without_a_network_the_list_decides(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    network_says(monkeypatch, stderr="requests.exceptions.ConnectionError: …")
    assert advisories.main([]) == 0
    assert "cannot be reached" in capsys.readouterr().out


def test_what_the_network_knows_counts_unless_it_is_known_as_harmless(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = {"id": "PYSEC-1", "aliases": ["CVE-2025-1684"], "fix_versions": []}
    package = {"name": "streamlit", "version": "1.67.0", "vulns": [found]}
    network_says(monkeypatch, stdout=json.dumps({"dependencies": [package]}))
    assert advisories.main([]) == 0
    found["aliases"] = ["CVE-2099-1"]
    network_says(monkeypatch, stdout=json.dumps({"dependencies": [package]}))
    assert advisories.main([]) == 1
