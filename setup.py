"""What pyproject.toml cannot say: the app's files lie beside the package, and a wheel carries them inside it.

`mvae.files.PROJECT` names the place, here and there.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
CARRIED = "mvae/_app"
APP = (
    "app.py", "train.py", "pages/*.py", ".streamlit/config.toml", "static/fonts/[!.]*", "lessons/*.md",
    "checkpoints/conv/[!.]*", "checkpoints/linear/[!.]*", "checkpoints/studies/[!.]*",
)  # fmt: skip
LEFT_OUT = "resume.safetensors"  # with which a training goes on, and which nothing else needs


def app_files() -> list[str]:
    """Return the app's files, relative to the repository."""
    found = (path for pattern in APP for path in ROOT.glob(pattern) if path.name != LEFT_OUT)
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


class BuildWithApp(build_py):
    """Puts the app's files into the package, but for an installation that uses the repository itself."""

    def run(self) -> None:
        """Build the package, and the app's files into it."""
        super().run()
        if self.editable_mode:
            return
        carried = Path(self.build_lib, CARRIED)
        shutil.rmtree(carried, ignore_errors=True)  # an earlier build may have had other files
        for name in app_files():
            (carried / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, carried / name)

    def get_source_files(self) -> list[str]:
        """Return what an archive of the sources must hold, so that a wheel can be built from it."""
        return [*super().get_source_files(), *app_files()]


setup(cmdclass={"build_py": BuildWithApp})
