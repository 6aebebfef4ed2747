"""All seven subsets: what the model makes of each subset of the current input (the poster's Figure 2)."""

from collections.abc import Collection, Mapping
from functools import partial

import streamlit as st

from mvae.completion import Array
from mvae.evaluation.table import TABLE_ROWS, read_table
from mvae.ui import imagination, session, speech
from mvae.ui.link import keep_link, one_of, widget_field
from mvae.ui.pictures import digit_image, mfcc_image
from mvae.ui.table import choice, figure, heading, on_choice, table, words
from mvae.ui.text import AllSubsets as Text
from mvae.ui.theme import page_header

HEADER = ("Given", *Text.NAMES.values(), Text.LABEL, Text.ACCURACY, Text.ELBO)
DIGIT_WIDTH, SPEECH_WIDTH = 72, 136  # pixels: small enough to compare rows
DRAW_PAGE = "pages/draw_and_speak.py"


def listed(names: Collection[str]) -> str:
    """Return what a person reads for these modalities."""
    return " + ".join(Text.NAMES[name] for name in names)


TITLES = {subset: listed(subset) for subset in TABLE_ROWS}
KEYS = {"+".join(subset): subset for subset in TABLE_ROWS}
FIELDS = (
    widget_field("listen", "listen-key", "farsi", one_of(KEYS)),
)  # fmt: skip


def row(
    first: str, title: str, values: Mapping[str, Array], kinds: Mapping[str, str], *rest: str
) -> list[str]:
    """Return one row: its first cell, the pictures and what kind each is, and further cells."""
    cells = [first]
    for name, script in Text.NAMES.items():
        if name not in values:
            cells.append(words(Text.MISSING))
        elif name == "speech":
            picture = mfcc_image(values[name], standardisation, cell=(8, 10))
            alt = Text.ALT_SPEECH.format(kind=kinds[name], row=title)
            cells.append(figure(picture, kinds[name], alt, width=SPEECH_WIDTH))
        else:
            alt = Text.ALT_DIGIT.format(script=script, kind=kinds[name], row=title)
            cells.append(figure(digit_image(values[name], scale=4), kinds[name], alt, width=DIGIT_WIDTH))
    return [*cells, *rest]


def switch_on(key: str) -> None:
    """Make a row's modalities those that are given, on all pages."""
    for name, slot in session.slots().items():
        slot.present = name in KEYS[key]


page_header(Text.TITLE, Text.LEAD, FIELDS)
pipe = session.pipeline()
standardisation = pipe.description.standardisation["speech"]
inputs = speech.inputs_with_voice(pipe)  # all seven rows before the first click
spoken = session.slots()["speech"]
missing = [name for name in Text.NAMES if name not in inputs]
if not inputs:
    st.info(Text.NO_INPUT)
    st.page_link(DRAW_PAGE, label=Text.TO_DRAWING, icon=":material/draw:")
    keep_link(FIELDS)
    st.stop()
completions, elbos = session.completions(session.chosen_checkpoint(), inputs, imagination.seed())
best = max(elbos, key=elbos.__getitem__)
how = imagination.explanation() + (Text.SAME_NOISE if imagination.kind() == "sample" else "")
counted = ", ".join(Text.NAMES[name] for name in inputs)
st.caption(f"{Text.CHOOSE} {Text.EXPLAINED.format(counted=counted, how=how)} {Text.ACCURACY_EXPLAINED}")
if missing:
    with st.container(horizontal=True, vertical_alignment="center"):
        absent = Text.AND.join(Text.NAMES[name] for name in missing)
        sentence = Text.ABSENT_ONE if len(missing) == 1 else Text.ABSENT_MORE
        st.info(sentence.format(absent=absent, shown=len(completions)), width="stretch")
        st.page_link(DRAW_PAGE, label=Text.TO_DRAWING, icon=":material/draw:")
        if "speech" in missing:
            digit = completions[best].label
            voice = partial(speech.imagine, spoken, digit)
            say = Text.LET_THE_MODEL_SAY.format(digit=digit)
            st.button(say, icon=":material/record_voice_over:", on_click=voice)
measured = read_table(session.checkpoint_directory(), "test") or {}
current = tuple(session.current_inputs())
inputs_row = row(
    heading(Text.INPUT_ROW), Text.INPUT_ROW, inputs, dict.fromkeys(Text.NAMES, Text.INPUT), *[words("")] * 3
)
rows = [inputs_row]
for key, subset in KEYS.items():
    title = TITLES[subset]
    if subset not in completions:
        needed = Text.AND.join(Text.NAMES[name] for name in subset if name in missing)
        rows.append([heading(title), words(Text.ADD_TO_SEE.format(needed=needed), columns=len(HEADER) - 1)])
        continue
    out = completions[subset]
    outputs = {"farsi": out.farsi, "kannada": out.kannada, "speech": out.mfcc}
    kinds = {name: Text.GIVEN if name in subset else Text.IMAGINED for name in Text.NAMES}
    imagined = listed([name for name in Text.NAMES if name not in subset]) or Text.NOTHING
    first = choice(
        key, title, Text.ROW_HELP.format(given=title, imagined=imagined), current=subset == current
    )
    label = words(str(out.label), f"{out.label_probs[out.label]:.1%}")
    accuracy = words(f"{measured[subset]['accuracy']:.2f}%" if measured else Text.NOT_MEASURED)
    elbo = words(f"{elbos[subset]:,.1f}".replace("-", "−"), Text.HIGHEST if subset == best else "")
    rows.append(row(first, title, outputs, kinds, label, accuracy, elbo))
st.html(table(HEADER, rows))
on_choice("choose-row", switch_on)
with st.container(width=1000):
    shown = [key for key, subset in KEYS.items() if subset in completions]
    st.session_state["listen-to"] = st.session_state.get("listen-key", shown[0])
    if st.session_state["listen-to"] not in shown:
        st.session_state["listen-to"] = shown[0]

    def keep_listening() -> None:
        """Remember the row, which Streamlit forgets when another page is shown."""
        st.session_state["listen-key"] = st.session_state["listen-to"]

    chosen = st.selectbox(
        Text.LISTEN_TO,
        shown,
        format_func=lambda key: TITLES[KEYS[key]],
        key="listen-to",
        on_change=keep_listening,
    )
    speech.player(completions[KEYS[chosen]].audio, Text.LISTEN_ALT.format(row=TITLES[KEYS[chosen]]))
keep_link(FIELDS)
