"""Fetch onnxruntime-web, with which a browser runs the model, into `mvae/web/engine/vendor`.

    python tools/vendor_onnxruntime.py            # fetches it anew, by npm and pip
    python tools/vendor_onnxruntime.py --check    # says whether what lies there is what was fetched

The runtime comes compressed, and the engine decompresses it: so any server hands it out as it is. The package
of npm has no licence text, so that and the notices of what is compiled in come from the package of PyPI of
the same version. For another version change the three constants, which npm and PyPI name.
"""

import argparse
import base64
import gzip
import hashlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

VERSION = "1.30.0"
NPM_SHA512 = "q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ=="
SHA256 = {
    "ort.wasm.bundle.min.mjs": "11e64bd8ffe11bd1a2a2f0d6275fdfbbba7262f0b76b99b53d228a8a22ef3d90",
    "ort-wasm-simd-threaded.wasm": "3398c10d07d229bd91b364548e130e0e51a8e5704b88c7c083ebbeb78842dee2",
    "LICENSE": "2f07c72751aed99790b8a4869cf2311df85a860b22ded05fa22803587a48922c",
    "ThirdPartyNotices.txt": "143764b952fdb1a7c69ce653bfba74a7744d6a8a573bfb73e235fba356c83de3",
}
"""Of each file, before it is compressed."""
COMPRESSED = {"ort-wasm-simd-threaded.wasm", "ThirdPartyNotices.txt"}
FOLDER = Path(__file__).resolve().parent.parent / "mvae/web/engine/vendor"


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="fetch nothing, look at what lies there")
    if not parser.parse_args(arguments).check:
        files = fetched()
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            place(name).write_bytes(gzip.compress(content, 9, mtime=0) if name in COMPRESSED else content)
    wrong = [name for name in SHA256 if not place(name).is_file() or digest(read(name)) != SHA256[name]]
    if wrong:
        print(f"Not as they were published: {', '.join(wrong)}. Run: python {sys.argv[0]}", file=sys.stderr)
    return int(bool(wrong))


def place(name: str) -> Path:
    """Return where a file lies."""
    return FOLDER / (f"{name}.gz" if name in COMPRESSED else name)


def read(name: str) -> bytes:
    """Return a file's content, decompressed."""
    content = place(name).read_bytes()
    return gzip.decompress(content) if name in COMPRESSED else content


def digest(content: bytes) -> str:
    """Return the sha256 of a content."""
    return hashlib.sha256(content).hexdigest()


def fetched() -> dict[str, bytes]:
    """Fetch both packages and return what is wanted of them.

    Raises
    ------
    SystemExit
        If the package is not the one of this version.
    """
    with tempfile.TemporaryDirectory() as folder:
        npm = ("npm", "pack", "--silent", f"onnxruntime-web@{VERSION}", "--pack-destination", folder)
        subprocess.run(npm, check=True)
        pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder)
        subprocess.run((*pip, f"onnxruntime=={VERSION}"), check=True)
        (package,), (wheel,) = (list(Path(folder).glob(f"*{end}")) for end in (".tgz", ".whl"))
        if base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode() != NPM_SHA512:
            sys.exit(f"{package.name} is not the package that was published.")
        found = {}
        with tarfile.open(package) as archive, zipfile.ZipFile(wheel) as texts:
            for name in SHA256:
                member = None if name in {"LICENSE", "ThirdPartyNotices.txt"} else f"package/dist/{name}"
                file = archive.extractfile(member) if member else texts.open(f"onnxruntime/{name}")
                assert file is not None  # noqa: S101 - these are files
                found[name] = file.read()
    return found


if __name__ == "__main__":
    sys.exit(main())
