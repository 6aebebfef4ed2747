"""What the model in the page is told once, however often the page runs: inputs, which are large."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from mvae.ui import keys
from mvae.ui.frame.live import tell


def tell_once(values: Mapping[str, Any]) -> str:
    """Tell the page values, as `json.dumps` takes them; return the name under which it remembers them.

    They are in a message of their own: one that stays the same Streamlit sends again by its hash alone.
    """
    name = hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]
    tell("once.js", {"name": name, "values": values}, place=keys.LIVE_ONCE)
    return name
