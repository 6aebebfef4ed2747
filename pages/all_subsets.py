"""All seven subsets: what the model makes of each subset of the current input (the poster's Figure 2)."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from mvae.completion import Array
from mvae.evaluation.table import DECIMALS, TABLE_ROWS, input_errors, read_table
from mvae.ui import imagination, session, speech
from mvae.ui.download import download_numbers, numbers
from mvae.ui.link import hidden, keep_link, one_of, widget_field
from mvae.ui.pictures import digit_image, mfcc_image
from mvae.ui.table import choice, figure, heading, on_choice, table, words
from mvae.ui.text import AllSubsets as Text
from mvae.ui.text import Common, listed
from mvae.ui.theme import ask_for_input, page_header, to_drawing

NAMES = Common.NAMES
HEADER = (Text.HEAD_GIVEN, *NAMES.values(), Text.LABEL, Text.ACCURACY, Text.ELBO)
ERRORS = {"farsi": "farsi_bce", "kannada": "kannada_bce", "speech": "speech_mse"}  # columns of Table 1
DIGIT_WIDTH, SPEECH_WIDTH = 72, 136  # pixels: small enough to compare rows
TITLES = {subset: listed(subset) for subset in TABLE_ROWS}
KEYS = {"+".join(subset): subset for subset in TABLE_ROWS}
FIELDS = (
    widget_field("listen", "listen-key", "farsi", one_of(KEYS)),
)  # fmt: skip


def row(
    first: str,
    title: str,
    values: Mapping[str, Array],
    kinds: Mapping[str, str],
    *rest: str,
    labels: Mapping[str, int],
    notes: Mapping[str, str],
) -> list[str]:
    """Return one row: its first cell, the pictures with kinds, digits and notes, and further cells."""
    cells = [first]
    for name, script in NAMES.items():
        if name not in values:
            cells.append(words(Common.MISSING))
        elif name == "speech":
            picture = mfcc_image(values[name], standardisation, cell=(8, 10))
            alt = Text.ALT_SPEECH.format(kind=kinds[name], label=labels[name], row=title)
            cells.append(figure(picture, kinds[name], alt, width=SPEECH_WIDTH, note=notes.get(name, "")))
        else:
            alt = Text.ALT_DIGIT.format(script=script, kind=kinds[name], label=labels[name], row=title)
            picture = digit_image(values[name], scale=4)
            cells.append(figure(picture, kinds[name], alt, width=DIGIT_WIDTH, note=notes.get(name, "")))
    return [*cells, *rest]


def switch_on(key: str) -> None:
    """Make a row's modalities those that are given, on all pages."""
    for name, slot in session.slots().items():
        slot.present = name in KEYS[key]


downloads = page_header(Text.TITLE, Text.LEAD, FIELDS)
pipe = session.pipeline()
standardisation = pipe.description.standardisation["speech"]
inputs = speech.inputs_with_voice(pipe)  # all seven rows before the first click
spoken = session.slots()["speech"]
missing = [name for name in NAMES if name not in inputs]
if not inputs:
    ask_for_input()
    keep_link(FIELDS)
    st.stop()
completions, elbos = session.completions(session.chosen_checkpoint(), inputs, imagination.seed())
best = max(elbos, key=elbos.__getitem__)
how = imagination.explanation() + (Text.SAME_NOISE if imagination.kind() == "sample" else "")
counted = ", ".join(NAMES[name] for name in inputs)
explained = Text.EXPLAINED.format(counted=counted, how=how)
choose = "" if hidden("switches") else Text.CHOOSE
st.caption(f"{choose} {explained} {Text.ACCURACY_EXPLAINED} {Text.ERRORS_EXPLAINED}")
if missing:
    with st.container(horizontal=True, vertical_alignment="center"):
        absent = Text.AND.join(NAMES[name] for name in missing)
        sentence = Text.ABSENT_ONE if len(missing) == 1 else Text.ABSENT_MORE
        st.info(sentence.format(absent=absent, shown=len(completions)), width="stretch")
        to_drawing()
        if "speech" in missing:
            digit = completions[best].label
            voice = partial(speech.imagine, spoken, digit)
            say = Text.LET_THE_MODEL_SAY.format(digit=digit)
            st.button(say, icon=":material/record_voice_over:", on_click=voice)
measured = read_table(session.checkpoint_directory(), "test") or {}
current = tuple(session.current_inputs())
alone = {name: completions[name,].label for name in inputs}
kinds = dict.fromkeys(NAMES, Text.INPUT)
rows = [row(heading(Text.INPUT_ROW), Text.INPUT_ROW, inputs, kinds, *[words("")] * 3, labels=alone, notes={})]
results = []
errors = dict(zip(completions, input_errors(pipe, inputs, list(completions.values())), strict=True))
for key, subset in KEYS.items():
    title = TITLES[subset]
    if subset not in completions:
        needed = Text.AND.join(NAMES[name] for name in subset if name in missing)
        rows.append([heading(title), words(Text.ADD_TO_SEE.format(needed=needed), columns=len(HEADER) - 1)])
        continue
    out = completions[subset]
    outputs = {"farsi": out.farsi, "kannada": out.kannada, "speech": out.mfcc}
    kinds = {name: Text.GIVEN if name in subset else Text.IMAGINED for name in NAMES}
    imagined = listed([name for name in NAMES if name not in subset]) or Text.NOTHING
    first = (
        heading(title)
        if hidden("switches")
        else choice(
            key, title, Text.ROW_HELP.format(given=title, imagined=imagined), current=subset == current
        )
    )
    label = words(str(out.label), f"{out.label_probs[out.label]:.1%}")
    accuracy = words(f"{measured[subset]['accuracy']:.2f}%" if measured else Text.NOT_MEASURED)
    elbo = words(f"{elbos[subset]:,.1f}".replace("-", "−"), Text.HIGHEST if subset == best else "")
    labels = dict.fromkeys(NAMES, out.label)
    notes = {
        name: Text.ERRORS[name].format(value=f"{error:.{DECIMALS[ERRORS[name]]}f}")
        for name, error in errors[subset].items()
    }
    rows.append(row(first, title, outputs, kinds, label, accuracy, elbo, labels=labels, notes=notes))
    results.append(
        {
            "given": key, "label": out.label, "probability": out.label_probs[out.label],
            "elbo_nats": elbos[subset], "kl_nats": out.kl,
            **{ERRORS[name]: error for name, error in errors[subset].items()},
        }
    )  # fmt: skip
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
    heard = completions[KEYS[chosen]]
    speech.player(heard.audio, Text.LISTEN_ALT.format(row=TITLES[KEYS[chosen]]))
details = {"+".join(subset): numbers(out) for subset, out in completions.items()}
download_numbers(downloads, "subsets", results, {"subsets": details}, audible=heard.audio)
keep_link(FIELDS)
