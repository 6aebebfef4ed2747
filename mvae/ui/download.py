"""What can be taken home: the pictures on the page, the sound, the result's numbers, and a worksheet."""

import csv
import io
import json
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from mvae.modalities import SPEECH
from mvae.ui.speech import wav
from mvae.ui.text import Download

if TYPE_CHECKING:  # they import torch, for which the first paint does not wait
    from streamlit.delta_generator import DeltaGenerator

    from mvae.completion import Completion
    from mvae.pipeline import Pipeline


def download_menu() -> "DeltaGenerator":
    """Show the button under which downloads are, with the page's pictures; return the place for more."""
    menu = st.popover(Download.BUTTON, icon=":material/download:", key="download")
    place = menu.container(gap="xsmall")
    with menu:
        _pictures()(key="download-pictures", data={"title": Download.PICTURES, "save": Download.SAVE_PICTURE})
    return place


def download_result(out: "Completion", pipe: "Pipeline", model: str) -> None:
    """Show the downloads of one completion; each file is made when it is asked for.

    Parameters
    ----------
    out, pipe
        The completion, and the pipeline that made it.
    model
        Name of the checkpoint, as a person reads it.
    """
    files: tuple[tuple[str, str, str, Callable[[], bytes]], ...] = (
        (Download.WORKSHEET, "worksheet.png", "image/png", partial(_worksheet, out, pipe, model)),
        (Download.SOUND, "speech.wav", "audio/wav", lambda: wav(*out.audio())),
        (Download.RESULT_JSON, "result.json", "application/json", lambda: result_json(out, model).encode()),
        (Download.RESULT_CSV, "result.csv", "text/csv", lambda: result_csv(out).encode()),
    )
    for label, name, kind, make in files:
        st.download_button(
            label, make, name, kind, key=f"download-{name}", on_click="ignore", width="stretch"
        )


def result_json(out: "Completion", model: str) -> str:
    """Return all numbers of a completion: what was given, what came out, and how sure the model is."""
    result: dict[str, Any] = {
        "model": model,
        "given": list(out.given),
        "label": out.label,
        "label_probabilities": _rounded(out.label_probs),
        "expert_shares": out.expert_shares,
        "kl_nats": out.kl,
        "seed": out.seed,
        "inputs": {name: _rounded(value) for name, value in out.inputs.items()},
        "outputs": {
            "farsi": _rounded(out.farsi), "kannada": _rounded(out.kannada), "speech_mfcc": _rounded(out.mfcc),
        },
        "posterior": {"mean": _rounded(out.mean), "variance": _rounded(out.variance)},
    }  # fmt: skip
    return json.dumps(result, indent=1)


def result_csv(out: "Completion") -> str:
    """Return the label's probabilities and the experts' shares, one a line."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(("quantity", "name", "value"))
    writer.writerows(("given", name, 1) for name in out.given)
    writer.writerows(
        ("label probability", digit, f"{share:.6f}") for digit, share in enumerate(out.label_probs)
    )
    writer.writerows(("expert's share", name, f"{share:.6f}") for name, share in out.expert_shares.items())
    writer.writerow(("KL divergence, nats", "", f"{out.kl:.4f}"))
    return file.getvalue()


def _rounded(values: Any) -> Any:
    return values.astype(float).round(5).tolist()


def _worksheet(out: "Completion", pipe: "Pipeline", model: str) -> bytes:
    from mvae.ui.worksheet import worksheet  # noqa: PLC0415 - imports torch, through the checkpoint

    file = io.BytesIO()
    worksheet(out, pipe.description.standardisation[SPEECH.name], model).save(file, "PNG")
    return file.getvalue()


_STYLE = """
p { margin: 0.25rem 0; font-size: 0.875rem; }
ul { margin: 0; padding: 0; list-style: none; display: grid; gap: 0.25rem;
  max-height: 16rem; overflow-y: auto;
  grid-template-columns: repeat(4, minmax(0, 1fr)); }
button { width: 100%; min-height: 2.75rem; padding: 0.25rem; cursor: pointer; background: none;
  border: 1px solid var(--st-border-color); border-radius: 0.5rem; }
button:hover { border-color: var(--st-primary-color); }
button:focus-visible { outline: 3px solid var(--st-primary-color); }
img { display: block; max-width: 100%; max-height: 3.5rem; margin: auto; }
"""
# The pictures are in the page already: they are saved from there, and not sent once more.
_SCRIPT = """
export default function ({ data, parentElement }) {
  parentElement.querySelector("p").textContent = data.title;
  const list = parentElement.querySelector("ul");
  const main = document.querySelector('[data-testid="stMain"]') || document;
  const pictures = [...main.querySelectorAll("img[alt]")].filter(each => each.alt && each.naturalWidth > 70);
  list.replaceChildren(...pictures.map((picture, number) => {
    const button = document.createElement("button");
    button.type = "button";
    button.title = data.save.replace("{name}", picture.alt);
    button.setAttribute("aria-label", button.title);
    const small = new Image();
    small.src = picture.src;
    small.alt = "";
    button.append(small);
    button.onclick = () => {
      const link = document.createElement("a");
      link.href = picture.src;
      link.download = `picture-${number + 1}.png`;
      link.click();
    };
    const item = document.createElement("li");
    item.append(button);
    return item;
  }));
}
"""


def _pictures() -> Callable[..., object]:
    component: Callable[..., object] = st.components.v2.component(
        "mvae-pictures", html="<p></p><ul></ul>", css=_STYLE, js=_SCRIPT
    )
    return component
