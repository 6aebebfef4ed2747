"""Write what is not ours, and under which licence: `NOTICE` for people, `sbom.cdx.json` for programs.

    python tools/third_party.py            # writes both, from requirements-dev.lock and what is installed
    python tools/third_party.py --check    # says whether they are up to date

The bill of materials is CycloneDX 1.6. Run it where exactly that lock is installed.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.markers import Marker
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements-dev.lock"
NOTICE = ROOT / "NOTICE"
BILL = ROOT / "sbom.cdx.json"
_PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^ ;\\]+)(?: ; (?P<marker>[^\\]+?))? *\\?$")
_WIDTH = 100
_IN_RUNTIMES = "Apache-2.0, MPL-2.0, BSD-3-Clause, MIT; see its ThirdPartyNotices.txt"


@dataclass(frozen=True)
class Part:
    """Something by others that this project brings or installs.

    Attributes
    ----------
    name, version, licence
        The licence as its authors name it, or its SPDX expression.
    where
        A page about it, or the package or folder in which it lies.
    package
        Whether it is a package of the lock, rather than a part of one or of this repository.
    """

    name: str
    version: str
    licence: str
    where: str
    package: bool = False


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="write nothing, say whether both are up to date")
    options = parser.parse_args(arguments)
    parts = [*packages(), *inside_packages(), *in_this_repository()]
    texts = {NOTICE: notice(parts), BILL: bill(parts)}
    stale = [
        path.name for path, text in texts.items() if not path.exists() or path.read_text("utf-8") != text
    ]
    if options.check:
        if stale:
            print(f"Out of date: {', '.join(stale)}. Run: python tools/third_party.py", file=sys.stderr)
        return int(bool(stale))
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    print(f"{len(parts)} parts; changed: {', '.join(stale) or 'nothing'}")
    return 0


def locked(lock: Path = LOCK) -> dict[str, str]:
    """Return name -> version of the packages that the lock asks for on this machine."""
    pins = (_PIN.match(line) for line in lock.read_text(encoding="utf-8").splitlines())
    return {
        canonicalize_name(pin["name"]): pin["version"]
        for pin in pins
        if pin is not None and (pin["marker"] is None or Marker(pin["marker"]).evaluate())
    }


def packages() -> Iterator[Part]:
    """Yield the installed packages of the lock.

    Raises
    ------
    SystemExit
        If one is missing or has another version.
    """
    for name, version in locked().items():
        try:
            about = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            sys.exit(f"{name} is not installed; run: pip install --no-deps -r {LOCK.name}")
        if about["Version"].split("+")[0] != version:  # the part behind the plus names the build
            sys.exit(f"{name} {about['Version']} is installed, but {LOCK.name} asks for {version}.")
        yield Part(name, version, _licence(about), f"https://pypi.org/project/{name}/", package=True)


def inside_packages() -> Iterator[Part]:
    """Yield the libraries in C and the like that lie inside packages, with the versions that they name."""
    import av  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415
    import soundfile  # noqa: PLC0415
    import soxr  # noqa: PLC0415
    import torch  # noqa: PLC0415
    from PIL import features  # noqa: PLC0415

    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]["version"]
    yield Part("libsndfile", soundfile.__libsndfile_version__, "LGPL-2.1-or-later", "in soundfile")
    yield Part("FLAC, Ogg, Vorbis, Opus", "", "BSD-3-Clause", "in soundfile")
    yield Part("mpg123", "", "LGPL-2.1-only", "in soundfile")
    yield Part("LAME", "", "LGPL-2.0-or-later", "in soundfile")
    ffmpeg = av.library_versions
    yield Part("FFmpeg, libavcodec", ".".join(map(str, ffmpeg["libavcodec"])), "LGPL-3.0-or-later", "in av")
    yield Part("x264, x265", "", "GPL-2.0-or-later", "in av, which loads them; nothing here encodes video")
    yield Part("LAME, GnuTLS, Nettle, GMP", "", "LGPL-2.0-or-later, LGPL-3.0-or-later", "in av")
    yield Part("dav1d, libvpx, SVT-AV1, Opus", "", "BSD-2-Clause, BSD-3-Clause-Clear", "in av")
    yield Part("libsoxr", soxr.__libsoxr_version__.split("-")[0], "LGPL-2.1-or-later", "in soxr")
    for feature, name, licence in (
        ("libjpeg_turbo", "libjpeg-turbo", "IJG AND BSD-3-Clause AND Zlib"),
        ("jpg_2000", "OpenJPEG", "BSD-2-Clause"),
        ("libtiff", "LibTIFF", "libtiff"),
        ("webp", "libwebp", "BSD-3-Clause"),
        ("avif", "libavif", "BSD-2-Clause"),
        ("freetype2", "FreeType", "FTL OR GPL-2.0-only"),
        ("littlecms2", "Little CMS", "MIT"),
        ("harfbuzz", "HarfBuzz", "MIT-Modern-Variant"),
        ("raqm", "Raqm", "MIT"),
        ("zlib_ng", "zlib-ng", "Zlib"),
    ):
        yield Part(name, features.version(feature) or "", licence, "in pillow")
    yield Part("libpng", "", "libpng-2.0", "in pillow")
    yield Part("OpenBLAS", blas, "BSD-3-Clause", "in numpy, scipy")
    yield Part("libgfortran, libquadmath", "", "GPL-3.0-or-later WITH GCC-exception-3.1", "in numpy, scipy")
    yield Part("libgomp", "", "GPL-3.0-or-later WITH GCC-exception-3.1", "in scikit-learn, torch")
    onednn = re.search(r"MKL-DNN v([\d.]+)", torch.__config__.show())
    yield Part("oneDNN", onednn[1] if onednn else "", "Apache-2.0", "in torch")
    if torch.backends.mkl.is_available():
        yield Part("oneAPI Math Kernel Library", "", "Intel Simplified Software License", "in torch")
    yield Part("Abseil, Protocol Buffers", "", "Apache-2.0, BSD-3-Clause", "in onnx")
    yield Part("Abseil, Eigen, ONNX, Protocol Buffers and others", "", _IN_RUNTIMES, "in onnxruntime")
    yield Part("LLVM", "", "Apache-2.0 WITH LLVM-exception", "in llvmlite")
    yield Part("Apache Arrow C++", "", "Apache-2.0", "in pyarrow")
    yield Part("React, Vega, deck.gl and others", "", "MIT, BSD-3-Clause, Apache-2.0", "in streamlit")
    yield Part("Fabric.js, React", "", "MIT", "in streamlit-drawable-canvas")
    yield Part("Selenium Manager", "", "Apache-2.0; see its THIRD-PARTY-NOTICES", "in selenium")
    yield Part("plotly.js", "", "MIT", "in plotly")


def in_this_repository() -> Iterator[Part]:
    """Yield what lies in this repository itself."""
    axe = (ROOT / "tests/browser/vendor/axe.min.js").read_text(encoding="utf-8")
    version = re.search(r"axe v([\d.]+)", axe)
    yield Part("axe-core", version[1] if version else "", "MPL-2.0", "tests/browser/vendor, for tests alone")
    runtime = (ROOT / "mvae/web/engine/vendor/ort.wasm.bundle.min.mjs").read_text(encoding="utf-8")
    version = re.search(r"ONNX Runtime Web v([\d.]+)", runtime)
    yield Part("onnxruntime-web", version[1] if version else "", "MIT", "mvae/web/engine/vendor")
    yield Part("Abseil, Eigen, ONNX, Protocol Buffers and others", "", _IN_RUNTIMES, "in onnxruntime-web")
    yield Part("Vazirmatn, the ten Farsi digits of", "", "OFL-1.1", "static/fonts")
    yield Part("Noto Sans Kannada, the ten digits of", "", "OFL-1.1", "static/fonts")
    yield Part(
        "ten recordings of the Free Spoken Digit Dataset", "", "CC-BY-SA-4.0", "mvae/modalities/recordings"
    )
    yield Part("weights trained on HODA", "", "free for research and non-commercial use", "checkpoints")
    yield Part("weights trained on Kannada-MNIST", "", "CC-BY-SA-4.0", "checkpoints")
    yield Part("weights trained on the Free Spoken Digit Dataset", "", "CC-BY-SA-4.0", "checkpoints")
    yield Part("weights trained on Speech Commands", "", "CC-BY-4.0", "checkpoints")


def notice(parts: list[Part]) -> str:
    """Return the text of NOTICE."""
    ours = (ROOT / "LICENSE").read_text(encoding="utf-8").splitlines()[2]
    rows = [
        f"{part.name} {part.version}".strip() + f"\n    {part.licence}; {part.where}"
        for part in sorted(parts, key=lambda part: (part.package, part.name.lower()))
    ]
    return "\n".join(
        [
            "Multimodal variational autoencoders with missing modalities: an interactive demo",
            f"{ours}, under the MIT licence (LICENSE).",
            "",
            "It comes with, or installs by its locks, what others have made. Their licence texts",
            "lie beside the files in this repository, or in the packages' own folders once installed.",
            "Written by: python tools/third_party.py",
            "",
            *rows,
            "",
        ]
    )


def bill(parts: list[Part]) -> str:
    """Return the bill of materials in CycloneDX's JSON, the same for the same parts."""
    components = [_component(part) for part in parts]
    app = Component(name="mvae-demo", bom_ref="mvae-demo", type=ComponentType.APPLICATION)
    bom = Bom(components=components)
    bom.metadata.component = app
    bom.register_dependency(app, components)
    values = json.loads(JsonV1Dot6(bom).output_as_string())
    # A time and a random number would make the same bill differ from itself.
    del values["serialNumber"], values["metadata"]["timestamp"]
    return json.dumps(values, indent=1) + "\n"


def _component(part: Part) -> Component:
    purl = PackageURL("pypi", name=part.name, version=part.version) if part.package else None
    return Component(
        name=part.name,
        version=part.version or None,
        type=ComponentType.LIBRARY,
        bom_ref=str(purl or f"{part.name} {part.where}"),
        purl=purl,
        licenses=[DisjunctiveLicense(name=part.licence)],
        description=None if part.package else part.where,
    )


def _licence(about: metadata.PackageMetadata) -> str:
    """Return the licence that a package names: its SPDX expression, its short text, or its classifiers."""
    text = (about.get("License") or "").strip()
    short = text if 0 < len(text) < _WIDTH and "\n" not in text else ""
    classifiers = about.get_all("Classifier") or ()
    classified = [each.rsplit(" :: ", 1)[-1] for each in classifiers if each.startswith("License ::")]
    licence = about.get("License-Expression") or short or ", ".join(classified)
    if not licence:
        sys.exit(f"{about['Name']} does not name its licence.")
    return str(licence)


if __name__ == "__main__":
    sys.exit(main())
