"""A switch for a room: larger text, one picture over the whole screen on a click, and no small numbers.

It is each browser's own, and holds on all pages. The look is in `projector.css`; what a click does, in
`projector.js`.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import streamlit as st

from mvae.ui import keys
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.runtime.parts import Looks, run_changed, show_part
from mvae.ui.text import Projector as Text

_LOOKS: Looks = {keys.PROJECTOR: lambda: st.session_state.get(keys.PROJECTOR_IS_ON, False)}


def projector_switch() -> None:
    """Show the switch, which runs again by itself: the browser does all."""

    def switched() -> None:
        st.session_state[keys.PROJECTOR_IS_ON] = st.session_state[keys.PROJECTOR_TOGGLE]
        run_changed(_LOOKS)

    def switch() -> None:
        is_on = st.session_state.get(keys.PROJECTOR_IS_ON, False)
        st.session_state[keys.PROJECTOR_TOGGLE] = is_on
        st.toggle(Text.SWITCH, key=keys.PROJECTOR_TOGGLE, on_change=guarded(switched))
        texts = {"open": Text.OPEN, "close": Text.CLOSE, "help": Text.HELP}
        _component()(key=keys.PROJECTOR_PICTURES, data={"on": is_on, "texts": texts}, height=1)

    with st.container(key=keys.PROJECTOR, width="content"):
        show_part(_LOOKS, keys.PROJECTOR, switch)


@cache
def _component() -> Callable[..., object]:
    script = Path(__file__).with_name("projector.js").read_text(encoding="utf-8")
    component: Callable[..., object] = st.components.v2.component("mvae-projector", js=script)
    return component
