"""The command ``mvae-demo``: starts the app. It takes what ``streamlit run`` takes behind the script's name.

    mvae-demo --server.port 8600

The app's settings lie beside `app.py`, where Streamlit finds them from whichever folder it is started in.
"""

import runpy
import sys

from mvae.files import PROJECT


def main() -> None:
    """Run the app until it is stopped."""
    sys.argv = ["streamlit", "run", str(PROJECT / "app.py"), *sys.argv[1:]]
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)
