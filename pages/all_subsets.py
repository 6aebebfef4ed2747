"""All seven subsets: what the model makes of each subset of the current input (the poster's Figure 2)."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from mvae.evaluation.table import TABLE_ROWS, read_table
from mvae.model.subsets import Subset, subset_key
from mvae.ui.frame import frame, player
from mvae.ui.frame.download import download_numbers, numbers
from mvae.ui.frame.frame import ask_for_input, page_header, to_drawing
from mvae.ui.frame.link import keep_link
from mvae.ui.results import voices
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.runtime.failures import told
from mvae.ui.state import models, sampling
from mvae.ui.state import slots as session
from mvae.ui.state.fields import hidden, one_of, widget_field
from mvae.ui.subsets.rows import ERRORS, NAMES, TITLES, Row, compared
from mvae.ui.subsets.text import AllSubsets as Text
from mvae.ui.text import listed
from mvae.ui.views.table import choice, heading, on_choice, table, words

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

HEADER = (Text.HEAD_GIVEN, *NAMES.values(), Text.LABEL, Text.ACCURACY, Text.ELBO)
KEYS = {subset_key(subset): subset for subset in TABLE_ROWS}
FIELDS = (
    widget_field("listen", "listen-key", "farsi", one_of(KEYS)),
)  # fmt: skip


def switch_on(key: str) -> None:
    """Make a row's modalities those that are given, on all pages."""
    for name, slot in session.slots().items():
        slot.present = name in KEYS[key]


def absences(missing: list[str], rows: Mapping[Subset, Row], best: Subset) -> None:
    """Say which rows cannot be shown, and lead to what is missing."""
    with st.container(horizontal=True, vertical_alignment="center"):
        absent = Text.AND.join(NAMES[name] for name in missing)
        sentence = Text.ABSENT_ONE if len(missing) == 1 else Text.ABSENT_MORE
        st.info(sentence.format(absent=absent, shown=len(rows)), width="stretch")
        to_drawing()
        if "speech" in missing:
            digit = rows[best].out.label
            voice = partial(voices.imagine, session.slots()["speech"], digit)
            say = Text.LET_THE_MODEL_SAY.format(digit=digit)
            st.button(say, icon=":material/record_voice_over:", on_click=guarded(voice))


def row_of(subset: Subset, row: Row, best: Subset, accuracy: float | None) -> list[str]:
    """Return the cells of a subset: its name, the pictures, and what was measured."""
    title = TITLES[subset]
    first = heading(title)
    if not hidden("switches"):
        imagined = listed([name for name in NAMES if name not in subset]) or Text.NOTHING
        description = Text.ROW_HELP.format(given=title, imagined=imagined)
        current = subset == tuple(session.current_inputs())
        first = choice(subset_key(subset), title, description, current=current)
    label = words(str(row.out.label), f"{row.out.label_probs[row.out.label]:.1%}")
    measured = words(Text.NOT_MEASURED if accuracy is None else f"{accuracy:.2f}%")
    elbo = words(f"{row.elbo:,.1f}".replace("-", "−"), Text.HIGHEST if subset == best else "")
    return [first, *row.cells, label, measured, elbo]


@st.fragment  # so that to listen to another row does not send the table again
@told()
def listening(rows: Mapping[Subset, Row], downloads: "DeltaGenerator") -> None:
    """Show the choice of a row to listen to, and the downloads, its sound among them."""
    shown = [key for key, subset in KEYS.items() if subset in rows]
    st.session_state["listen-to"] = st.session_state.get("listen-key", shown[0])
    if st.session_state["listen-to"] not in shown:
        st.session_state["listen-to"] = shown[0]

    def keep() -> None:
        """Remember the row, which Streamlit forgets when another page is shown."""
        st.session_state["listen-key"] = st.session_state["listen-to"]

    with st.container(width=1000):
        chosen = st.selectbox(
            Text.LISTEN_TO, shown, format_func=lambda key: TITLES[KEYS[key]], key="listen-to",
            on_change=guarded(keep),
        )  # fmt: skip
        heard = rows[KEYS[chosen]].out
        player.player(heard.audio, Text.LISTEN_ALT.format(row=TITLES[KEYS[chosen]]))
    results = [
        {
            "given": subset_key(subset), "label": row.out.label,
            "probability": row.out.label_probs[row.out.label],
            "elbo_nats": row.elbo, "kl_nats": row.out.kl,
            **{ERRORS[name]: error for name, error in row.errors.items()},
        }
        for subset, row in rows.items()
    ]  # fmt: skip
    details = {subset_key(subset): numbers(row.out) for subset, row in rows.items()}
    download_numbers(downloads, "subsets", results, {"subsets": details}, audible=heard.audio)
    keep_link(FIELDS)


downloads = page_header(Text.TITLE, Text.LEAD, FIELDS)
with told():
    frame.pipeline()  # says what to do if there is none
    inputs = voices.inputs_with_voice()  # all seven rows before the first click
    missing = [name for name in NAMES if name not in inputs]
    if not inputs:
        ask_for_input()
        keep_link(FIELDS)
        st.stop()
    pictures, rows = compared(models.chosen_checkpoint(), inputs, sampling.seed())
    best = max(rows, key=lambda subset: rows[subset].elbo)
    how = sampling.explanation() + (Text.SAME_NOISE if sampling.kind() == "sample" else "")
    counted = ", ".join(NAMES[name] for name in inputs)
    explained = Text.EXPLAINED.format(counted=counted, how=how)
    choose = "" if hidden("switches") else Text.CHOOSE
    st.caption(f"{choose} {explained} {Text.ACCURACY_EXPLAINED} {Text.ERRORS_EXPLAINED}")
    if missing:
        absences(missing, rows, best)
    measured = read_table(models.checkpoint_directory(), "test") or {}
    shown = [[heading(Text.INPUT_ROW), *pictures, *[words("")] * 3]]
    for subset in TABLE_ROWS:
        if subset in rows:
            accuracy = measured[subset]["accuracy"] if measured else None
            shown.append(row_of(subset, rows[subset], best, accuracy))
        else:
            needed = Text.AND.join(NAMES[name] for name in subset if name in missing)
            note = words(Text.ADD_TO_SEE.format(needed=needed), columns=len(HEADER) - 1)
            shown.append([heading(TITLES[subset]), note])
    st.html(table(HEADER, shown))
    on_choice("choose-row", switch_on)
    listening(rows, downloads)
