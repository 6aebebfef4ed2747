"""The package as a wheel: built from an archive of the sources, used where the repository is out of reach."""

import email
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from helpers import wait_until

import mvae.__main__ as commands
import train
from benchmarks.serving import group_that_ends_with_us
from mvae import extras

ROOT = Path(__file__).resolve().parent.parent
SOURCES = (
    "app.py", "train.py", "setup.py", "pyproject.toml", "README.md", "LICENSE", "NOTICE",
    "mvae", "pages", "lessons", "static", "checkpoints", ".streamlit",
)  # fmt: skip
NOT_FOR_OTHERS = (
    "tests/test_own.py", "checkpoints/own/checkpoint.json", "checkpoints/conv/resume.safetensors",
    "checkpoints/conv/.lock", "build/lib/mvae/_app/checkpoints/conv/old.json", "pages/notes.txt",
    "data/fsdd/0_jackson_0.wav",
)  # fmt: skip
LARGEST = 25e6  # bytes
USE = """
import json
from pathlib import Path
import mvae
from mvae.files import PROJECT
from mvae.modalities.strokes import render, template
from mvae.ui.how_it_works.sources import source_of
from streamlit.testing.v1 import AppTest

out = mvae.load_pretrained()(farsi=render(template("farsi", 7)))
linear = len(mvae.load_pretrained("linear").description.latent_kl)
complaints = []
description = PROJECT / "checkpoints" / "linear" / "checkpoint.json"
description.rename("kept")
try:
    for name in ("linear", "mine"):
        try:
            mvae.load_pretrained(name)
        except mvae.MVAEError as error:
            complaints.append(str(error))
    app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=60).run()
finally:
    Path("kept").rename(description)
print(json.dumps({
    "file": mvae.__file__, "label": out.label, "shape": out.kannada.shape,
    "linear": linear, "complaints": complaints,
    "source": source_of("mvae.model.gaussian:reparameterise")[0],
    "exceptions": len(app.exception), "title": [each.value for each in app.title],
}))
"""


@dataclass(frozen=True)
class Installed:
    """A wheel, the folder into which it was installed, and an empty one to work in."""

    wheel: Path
    folder: Path
    elsewhere: Path

    @property
    def environment(self) -> dict[str, str]:
        """In which Python finds it, and finds no data."""
        return {name: value for name, value in os.environ.items() if name != "MVAE_DATA"} | {
            "PYTHONPATH": str(self.folder)
        }

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run Python where the repository is neither the working directory nor on the path."""
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=self.elsewhere, env=self.environment, check=False, capture_output=True, text=True
        )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Build an archive of the sources, from that a wheel, and install it without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    sources = folder / "sources"
    sources.mkdir()
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, sources / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, sources / name)
    for name in NOT_FOR_OTHERS:
        (sources / name).parent.mkdir(parents=True, exist_ok=True)
        (sources / name).touch()
    build = f"from setuptools import build_meta; build_meta.build_sdist({str(folder)!r})"
    subprocess.run([sys.executable, "-c", build], cwd=sources, check=True, capture_output=True)
    (archive,) = folder.glob("*.tar.gz")
    pip = [sys.executable, "-m", "pip", "--no-input", "--disable-pip-version-check", "--quiet"]
    here = ["--no-deps", "--no-index"]
    build_wheel = [*pip, "wheel", *here, "--no-build-isolation", "--wheel-dir", str(folder), str(archive)]
    subprocess.run(build_wheel, cwd=folder, check=True)
    (wheel,) = folder.glob("*.whl")
    target = folder / "installed"
    install = [*pip, "install", *here, "--no-compile", "--target", str(target), str(wheel)]
    subprocess.run(install, cwd=folder, check=True)
    (folder / "elsewhere").mkdir()
    return Installed(wheel, target, folder / "elsewhere")


def test_the_wheel_holds_the_package_and_the_app_and_nothing_else(installed: Installed) -> None:
    names = {name for name in zipfile.ZipFile(installed.wheel).namelist() if ".dist-info/" not in name}
    app = {name for name in names if name.startswith("mvae/_app/")}
    assert names - app == {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "mvae").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert app == {
        f"mvae/_app/{file.relative_to(ROOT).as_posix()}"
        for place in (
            "app.py",
            "train.py",
            "pages/*.py",
            "lessons/*.md",
            "static/*/*",
            "checkpoints/*/*",
            ".streamlit/*",
        )
        for file in ROOT.glob(place)
        if file.name != "resume.safetensors" and not file.name.startswith(".")
    }
    assert installed.wheel.stat().st_size < LARGEST


def test_the_wheel_says_what_it_needs_and_brings_the_licences(installed: Installed) -> None:
    with zipfile.ZipFile(installed.wheel) as wheel:
        (metadata,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        about = email.message_from_bytes(wheel.read(metadata))
    assert set(about.get_all("Provides-Extra")) == {"app", "train", "dev"}
    plain = {re.split(r"\W", each)[0] for each in about.get_all("Requires-Dist") if "extra ==" not in each}
    assert {"torch", "numpy", "streamlit", "plotly"} <= plain
    assert not {"pooch", "pytest"} & plain
    fonts = {f"static/fonts/{file.name}" for file in ROOT.glob("static/fonts/LICENSE-*")}
    assert set(about.get_all("License-File")) == {"LICENSE", "NOTICE", *fonts}
    assert (installed.folder / "mvae" / "py.typed").is_file()


def test_it_completes_a_drawing_and_shows_the_first_page_also_without_the_other_model(
    installed: Installed,
) -> None:
    run = installed.run("-c", USE)
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert Path(found.pop("file")).is_relative_to(installed.folder)
    restore, train_one = found.pop("complaints")
    assert restore.endswith("Restore it by installing mvae-demo again")
    assert train_one.endswith("Train one with: python -m mvae train --config conv --out mine")
    assert found == {
        "label": 7, "shape": [28, 28], "linear": 256, "source": "mvae/model/gaussian.py",
        "exceptions": 0, "title": ["Draw & speak"],
    }  # fmt: skip


def test_its_commands(installed: Installed) -> None:
    run = installed.run("-m", "mvae", "--help")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("usage: ")
    run = installed.run("-m", "mvae", "report")
    assert (run.returncode, run.stderr.count("\n")) == (1, 1)
    run = installed.run("-m", "mvae", "train", "--epochs", "1", "--data-dir", "nothing")
    assert (run.returncode, run.stderr.count("\n")) == (1, 1)
    assert str(installed.elsewhere / "nothing") in run.stderr


def test_the_app_starts_by_its_command(installed: Installed) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, str(installed.folder / "bin" / "mvae-demo"), "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1"]

    def get(path: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=10) as answer:
            return answer.read()

    def healthy() -> bool:
        assert process.poll() is None, "it has ended"
        try:
            return get("_stcore/health") == b"ok"
        except (urllib.error.URLError, OSError):
            return False

    with group_that_ends_with_us() as group:
        process = subprocess.Popen(
            command, cwd=installed.elsewhere, env=installed.environment, process_group=group,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        wait_until(healthy)
        assert b"<html" in get("")
        # Streamlit serves it where the app's own settings say so, and from the folder that has the app.
        font = "static/fonts/farsi-digits.woff"
        assert get(f"app/{font}") == (ROOT / font).read_bytes()
        process.terminate()
        process.wait(10)


def test_what_an_extra_would_bring_is_asked_for_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setitem(extras.MODULES, "train", ("not_there_either",))
    remedy = "Install what is missing with: pip install -r requirements.txt"
    sentence = f"Not installed here, but needed: {{}}. {remedy}\n"
    assert train.main(["--out", str(tmp_path / "own")]) == 1
    assert capsys.readouterr().err == sentence.format("not_there_either")
    assert commands.main(["data", "check"]) == 1
    assert capsys.readouterr().err == sentence.format("not_there_either")
