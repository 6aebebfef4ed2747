"""The command ``mvae-demo``: starts the app. It takes what ``streamlit run`` takes behind the script's name.

    mvae-demo --server.port 8600

The app's settings lie beside `app.py`, where Streamlit finds them from whichever folder it is started in.
"""

import runpy
import sys

from mvae.errors import MissingPackageError
from mvae.extras import require
from mvae.files import PROJECT


def main() -> int:
    """Run the app until it is stopped; return the exit status where it cannot start."""
    try:
        require("app")
    except MissingPackageError as error:
        print(error, file=sys.stderr)
        return 1
    sys.argv = ["streamlit", "run", str(PROJECT / "app.py"), *sys.argv[1:]]
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)
    return 0
