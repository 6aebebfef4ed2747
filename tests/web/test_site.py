"""What `python -m mvae site` writes: all that its pages need, whole or not at all; else a sentence."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from helpers import held_by_another_process, write_small_checkpoint

import mvae.__main__ as commands
from mvae.checkpoint import place
from mvae.checkpoint.latent_map import load_map
from mvae.checkpoint.place import MANIFEST
from mvae.errors import CheckpointError
from mvae.files import atomic_path
from mvae.inference.latent import active_dimensions
from mvae.inference.pipeline import Pipeline
from mvae.ui.site import of_app
from mvae.web.site import folder, single
from mvae.web.site.content import Content, sha256, site_content
from mvae.web.site.folder import INDEX, WORKER, SiteError, write_folder
from mvae.web.site.single import write_single


@pytest.fixture(scope="module")
def content() -> Content:
    return site_content("conv", of_app)


def of_worker(out: Path) -> dict[str, Any]:
    """What the service worker says of the site."""
    first, _ = (out / WORKER).read_text().split("\n", 1)
    return json.loads(first.removeprefix("const SITE = ").removesuffix(";"))


def content_of(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_the_service_worker_lists_every_file_with_its_hash(tmp_path: Path, content: Content) -> None:
    size = write_folder(tmp_path / "site", content)
    found = content_of(tmp_path / "site")
    assert size == sum(map(len, found.values())) <= 14_000_000
    listed = of_worker(tmp_path / "site")["files"]
    assert listed == {name: sha256(each) for name, each in found.items() if name != WORKER}
    name = of_worker(tmp_path / "site")["name"]
    assert {path.split("/")[0] for path in found} == {INDEX, WORKER, name}
    for kind in ("engine/engine.js", "engine/vendor/LICENSE", "views/views.js", "model/model.safetensors"):
        assert f"{name}/{kind}" in found


def test_no_file_names_an_address_elsewhere(content: Content) -> None:
    for name, each in content.files.items():
        if name.endswith((".js", ".css", ".html")) and "vendor" not in name:
            text = each.decode().replace("http://www.w3.org/2000/svg", "")
            assert "http://" not in text, name
            assert "src=" not in text, name


def test_another_site_takes_the_place_of_the_first(tmp_path: Path) -> None:
    out = tmp_path / "site"
    for name in ("conv", "linear"):
        assert commands.main(["site", "--checkpoint", name, "--out", str(out)]) == 0
    (files,) = out.glob("files-*")
    assert of_worker(out)["name"] == files.name
    assert json.loads((files / "site.json").read_text())["checkpoint"] == "linear"
    assert sorted(path.name for path in out.iterdir()) == sorted([files.name, INDEX, WORKER])


def test_an_end_in_the_middle_leaves_the_old_site_whole(
    tmp_path: Path, content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, file = tmp_path / "site", tmp_path / "one.html"
    write_folder(out, content)
    write_single(file, content)
    before = content_of(tmp_path)
    other = Content("Another", content.manifest, {**content.files, "site.json": b"{}"})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder.os, "fsync", full)
    for write, where in ((write_folder, out), (write_single, file)):
        with pytest.raises(SiteError, match=r"Could not write .*No space left on device"):
            write(where, other)
    assert content_of(tmp_path) == before
    assert folder.atomic_path is single.atomic_path is atomic_path


def test_what_cannot_be_written_is_said_in_a_sentence(
    tmp_path: Path, content: Content, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.main(["site", "--checkpoint", "none", "--out", str(tmp_path / "site")]) == 1
    assert capsys.readouterr().err.startswith("There is no checkpoint “none”")
    assert not (tmp_path / "site").exists()
    with pytest.raises(SystemExit, match="2"):
        commands.main(["site"])
    assert "--out DIR, --single FILE.html, or both" in capsys.readouterr().err

    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(SiteError, match="holds other files"):
        write_folder(tmp_path, content)
    with pytest.raises(SiteError, match="Could not write"):
        write_folder(tmp_path / "thesis.txt", content)
    with pytest.raises(SiteError, match="Could not write"):
        write_single(tmp_path / "thesis.txt" / "one.html", content)
    with held_by_another_process(tmp_path / "held"), pytest.raises(SiteError, match="Another process is wri"):
        write_folder(tmp_path / "held", content)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_what_a_browser_needs_is_exported_first(tmp_path: Path) -> None:
    write_small_checkpoint(tmp_path)
    found = site_content(tmp_path, of_app)
    assert (tmp_path / MANIFEST).is_file()
    assert {f"model/{each['file']}" for each in found.manifest["networks"]} < found.files.keys()


def test_the_sliders_and_the_map_are_those_of_the_app(content: Content, tmp_path: Path) -> None:
    about = json.loads(content.files["site.json"])
    pipe, conv = Pipeline("conv"), place.find_checkpoint("conv")
    assert about["ranking"] == active_dimensions(pipe, conv).tolist()
    assert content.files[f"model/{about['map']['file']}"] == (conv / about["map"]["file"]).read_bytes()
    assert len(about["map"]["points"]) == 3 * len(load_map(conv).labels)
    write_small_checkpoint(tmp_path)
    assert json.loads(site_content(tmp_path, of_app).files["site.json"])["map"] is None


def test_a_damaged_graph_is_refused(tmp_path: Path) -> None:
    shutil.copytree(place.SHIPPED / "conv", tmp_path / "conv")
    (tmp_path / "conv" / "decoder-label.onnx").write_bytes(b"")
    with pytest.raises(CheckpointError, match=r"damaged: python -m mvae export --checkpoint"):
        site_content(tmp_path / "conv", of_app)


def test_each_model_has_the_lessons_that_fit_it(content: Content, checkpoints: dict[str, Path]) -> None:
    def steps(files: Content) -> dict[str, int]:
        lessons = json.loads(files.files["site.json"])["lessons"]
        return {each["name"]: len(each["steps"]) for each in lessons}

    linear, wine = (site_content(checkpoints[name], of_app) for name in ("linear", "wine"))
    # What needs the pages Experts and Training is the app's alone; the long walk is the linear model's.
    of_conv = {"missing": 4, "hints": 4, "trust": 1, "conflict": 3, "between": 2, "evidence": 2}
    assert steps(content) == of_conv
    assert steps(linear) == {**of_conv, "between": 4}
    assert steps(wine) == {}


def test_the_one_file_asks_for_nothing_and_allows_no_other_script(content: Content) -> None:
    page = single.single_page(content)
    start = page[: page.index("<style>")]
    assert "default-src &#x27;none&#x27;" in start
    assert "connect-src" not in start
    assert "unsafe-inline&#x27;; script" not in start
    # What the modules import is found by name in the file itself.
    imports = json.loads(page.split('<script type="importmap">')[1].split("</script>")[0])["imports"]
    assert {"page/main.js", "engine/engine.js", "engine/vendor/ort.wasm.bundle.min.mjs"} < imports.keys()
    assert "page/service_worker.js" not in imports
    licences = page.split('id="licences">')[1].split("</script>")[0]
    assert "Copyright (c) Microsoft Corporation" in licences
    assert "SIL OPEN FONT LICENSE" in licences.upper()
