"""How what is missing is imagined: from a draw of the posterior, again and again, or from its mean."""

from collections.abc import Callable

import streamlit as st

from mvae.ui import keys
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.state.sampling import KINDS, explanation, kind
from mvae.ui.text import Common as Text


def controls(update: Callable[[], None], *, disabled: bool, note: str = "") -> None:
    """Show the choice between sample and mean, and the button for another sample.

    Parameters
    ----------
    update
        Called after a change, in the widget's callback.
    disabled
        Whether nothing is imagined.
    note
        Said after what is shown as imagined.
    """

    def again() -> None:
        st.session_state[keys.IMAGINATION_SEED] = st.session_state.get(keys.IMAGINATION_SEED, 0) + 1
        update()

    def keep() -> None:
        st.session_state[keys.IMAGINATION_KIND] = st.session_state[keys.IMAGINATION_PICKER]
        update()

    st.session_state[keys.IMAGINATION_PICKER] = kind()
    st.segmented_control(
        Text.IMAGINE_BY, KINDS, format_func=Text.KINDS.__getitem__, required=True, disabled=disabled,
        key=keys.IMAGINATION_PICKER, on_change=guarded(keep), label_visibility="collapsed",
    )  # fmt: skip
    st.button(
        Text.IMAGINE_AGAIN, icon=":material/casino:", key=keys.IMAGINE_AGAIN, on_click=guarded(again),
        disabled=disabled or kind() == "mean",
    )  # fmt: skip
    st.caption(explanation() + note)
