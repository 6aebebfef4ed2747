"""What every live page is told: where its scripts and the model in the page lie (`mvae/web/live`)."""

import base64
from collections.abc import Callable, Collection, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import streamlit as st

from mvae.arrays import Array
from mvae.ui import keys
from mvae.ui.frame import web
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.runtime.parts import Looks, run_changed
from mvae.ui.state.models import chosen_checkpoint

_PAINTS = "paints"
"""What a page's script calls the address of the model with which it paints; empty while with none."""


def tell(
    script: str,
    told: Mapping[str, Any],
    *,
    place: str = keys.LIVE,
    painter: Callable[[], None] | None = None,
    **callbacks: Callable[[], None],
) -> None:
    """Tell the page what it shows by now.

    Call it last: the page takes what it hears for the newest, and what it has for the answer to that.

    Parameters
    ----------
    script
        Name of the page's script below `mvae/web/live`.
    told
        What that needs besides, as `json.dumps` takes it.
    place
        Key of the container in which the script is.
    painter
        Called, as a widget's callback, once it is the page, or no longer, that paints what the model makes,
        which `page_paints` then says; None: nobody asks. The model stays when pages change.
    **callbacks
        ``on_NAME_change``: called once the page has said another `NAME`, which `heard` then gives.
    """
    model = web.checkpoint(chosen_checkpoint())
    whole = {
        "scripts": web.scripts_address(),
        "script": script,
        "model": None if model is None else model.address,
        **told,
    }
    if painter is not None:
        whole[_PAINTS] = st.session_state.get(keys.PAINTS, "")
        callbacks[f"on_{_PAINTS}_change"] = guarded(partial(_take_painter, script, painter))
    with st.container(key=place):
        _component()(key=_key(script), data=whole, height=1, **callbacks)


def _take_painter(script: str, painter: Callable[[], None]) -> None:
    st.session_state[keys.PAINTS] = heard(script, _PAINTS)
    painter()


def run_unpainted(looks: Looks, outputs: Collection[str]) -> None:
    """End a widget's callback: what looks otherwise runs again, and outputs that the page does not paint.

    Parameters
    ----------
    looks
        As of `mvae.ui.runtime.parts.run_changed`.
    outputs
        Which of them show what the model makes.
    """
    run_changed(looks, always=[] if page_paints() else outputs)


def page_paints() -> bool:
    """Say whether the page has said that it paints what the chosen model makes: then the server need not."""
    said = st.session_state.get(keys.PAINTS)
    if not said:  # and nothing is imported to find that out
        return False
    model = web.checkpoint(chosen_checkpoint())
    return model is not None and said == model.address


def heard(script: str, name: str) -> object:
    """Return what the page's script has said last; anybody may have sent anything."""
    return (st.session_state.get(_key(script)) or {}).get(name)


def _key(script: str) -> str:
    return f"{keys.LIVE}-{script.removesuffix('.js')}"


def as_base64(values: Array) -> str:
    """Write numbers as little-endian float32 in base64."""
    return base64.b64encode(values.astype("<f4").tobytes()).decode()


@cache
def _component() -> Callable[..., object]:
    script = Path(__file__).with_name("live.js").read_text(encoding="utf-8")
    component: Callable[..., object] = st.components.v2.component("mvae-live", js=script)
    return component
