"""All seven subsets: what the model makes of each subset of the current input (the poster's Figure 2)."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from mvae.completion import Array
from mvae.evaluation.table import TABLE_ROWS
from mvae.ui import imagination, session, speech
from mvae.ui.pictures import digit_image, mfcc_image
from mvae.ui.table import figure, heading, table, words
from mvae.ui.theme import page_header

NAMES = {"farsi": "Farsi", "kannada": "Kannada", "speech": "Speech"}
HEADER = ("Given", *NAMES.values(), "Label", "ELBO, nats")
DIGIT_WIDTH, SPEECH_WIDTH = 88, 166  # pixels: small enough to compare rows
DRAW_PAGE = "pages/draw_and_speak.py"
TITLES = {subset: " + ".join(NAMES[name] for name in subset) for subset in TABLE_ROWS}


def row(title: str, values: Mapping[str, Array], kinds: Mapping[str, str], *rest: str) -> list[str]:
    """Return one row: its title, the pictures and what kind each is, and further cells."""
    cells = [heading(title)]
    for name, script in NAMES.items():
        if name not in values:
            cells.append(words("missing"))
        elif name == "speech":
            picture = mfcc_image(values[name], standardisation, cell=(8, 10))
            alt = f"MFCCs, {kinds[name]}. Row: {title}."
            cells.append(figure(picture, kinds[name], alt, width=SPEECH_WIDTH))
        else:
            alt = f"{script} digit, {kinds[name]}. Row: {title}."
            cells.append(figure(digit_image(values[name], scale=4), kinds[name], alt, width=DIGIT_WIDTH))
    return [*cells, *rest]


page_header("All seven subsets", "The same input, through every subset of the three modalities.")
pipe = session.pipeline()
standardisation = pipe.description.standardisation["speech"]
inputs = session.all_inputs()
spoken = session.slots()["speech"]
if inputs and spoken.untouched:
    # All seven rows before the first click; on the first page the voice is there, too, but switched off.
    spoken.content = speech.imagined(pipe.complete(inputs, [tuple(inputs)])[0].label)
    inputs = session.all_inputs()
missing = [name for name in NAMES if name not in inputs]
if not inputs:
    st.info("There is no input yet: draw a digit or say one.")
    st.page_link(DRAW_PAGE, label="Draw & speak", icon=":material/draw:")
    st.stop()
completions, elbos = session.completions(session.chosen_checkpoint(), inputs, imagination.seed())
best = max(elbos, key=elbos.__getitem__)
st.caption(
    "The ELBO (evidence lower bound, in nats) says how well the latent that was inferred from the given "
    "modalities explains all inputs: **higher is better**. It counts "
    + ", ".join(NAMES[name] for name in inputs)
    + ", whether given in that row or not. "
    + imagination.explanation()
    + (" All rows share the same noise." if imagination.kind() == "sample" else "")
)
if missing:
    with st.container(horizontal=True, vertical_alignment="center"):
        absent = " and ".join(NAMES[name] for name in missing)
        verb = "is" if len(missing) == 1 else "are"
        st.info(
            f"{absent} {verb} missing: {len(completions)} of the seven rows can be shown.", width="stretch"
        )
        st.page_link(DRAW_PAGE, label="Draw & speak", icon=":material/draw:")
        if "speech" in missing:
            digit = completions[best].label
            voice = partial(speech.imagine, spoken, digit)
            st.button(f"Let the model say {digit}", icon=":material/record_voice_over:", on_click=voice)
rows = [row("The input", inputs, dict.fromkeys(NAMES, "input"), words(""), words(""))]
for subset, title in TITLES.items():
    if subset in completions:
        out = completions[subset]
        outputs = {"farsi": out.farsi, "kannada": out.kannada, "speech": out.mfcc}
        kinds = {name: "given" if name in subset else "imagined" for name in NAMES}
        label = words(str(out.label), f"{out.label_probs[out.label]:.1%}")
        elbo = words(f"{elbos[subset]:,.1f}".replace("-", "−"), "highest" if subset == best else "")
        rows.append(row(title, outputs, kinds, label, elbo))
    else:
        needed = " and ".join(NAMES[name] for name in subset if name in missing)
        rows.append([heading(title), words(f"Add {needed} to see this row.", columns=len(HEADER) - 1)])
st.html(table(HEADER, rows))
with st.container(width=1000):
    chosen = st.selectbox(
        "Listen to the speech of",
        completions,
        format_func=TITLES.__getitem__,
        key="listen-to",
        persist_state="session",
    )
    speech.player(completions[chosen].audio, f"Speech reconstructed from {TITLES[chosen]}")
