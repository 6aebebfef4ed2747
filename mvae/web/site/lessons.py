"""The lessons that a site has: which page each opens, with which inputs and settings."""

from typing import Any

from mvae.modalities.strokes import Strokes, template, without_beginning
from mvae.model.model import MVAEConfig
from mvae.tasks.digits import FARSI, KANNADA, SPEECH
from mvae.web.site.text import LESSON_TITLES, LOOK_FOR

_POSTERS_LATENT = 256
_CUT = {FARSI.name: 0.145, KANNADA.name: 0.4}
"""How much of a drawn 9 is cut off."""


def lessons_of(model: MVAEConfig, *, posters: bool) -> list[dict[str, Any]]:
    """Return the lessons that fit a model.

    Parameters
    ----------
    model
        What the site shows.
    posters
        Whether it is a model of the poster's task.

    Returns
    -------
    list[dict[str, Any]]
        ``name``, ``title``, ``lookFor``, ``page``, ``inputs`` (name of a modality -> number of a class, or
        strokes), and ``settings`` of the page.
    """
    names, last = model.names, len(model.classes) - 1
    found = [_lesson("missing", "draw", {names[0]: min(5, last)}, {"ways": True})]
    if posters and {FARSI.name, KANNADA.name} <= set(names):
        found.append(_lesson("hints", "subsets", {name: _hint(name, cut) for name, cut in _CUT.items()}))
    if len(names) > 1:
        second = SPEECH.name if posters and SPEECH.name in names else names[-1]
        found.append(_lesson("conflict", "draw", {names[0]: min(3, last), second: min(7, last)}))
    if posters and model.latent_size == _POSTERS_LATENT:
        walk = {"tab": "grid", "start": "7", "index": 201, "from": -1500, "to": 1470}
        found.append(_lesson("index", "latent", {}, walk))
    if posters:
        found.append(_lesson("between", "latent", {}, {"tab": "line", "start": "4", "to": "9"}))
    if posters and {FARSI.name, KANNADA.name, SPEECH.name} <= set(names):
        found.append(_lesson("evidence", "subsets", {FARSI.name: 4, KANNADA.name: 4, SPEECH.name: 4}))
    found.append(_lesson("sure", "latent", {}, {"tab": "grid", "start": "prior", "from": -10, "to": 10}))
    return found


def _lesson(
    name: str, page: str, inputs: dict[str, Any], settings: dict[str, Any] | None = None
) -> dict[str, Any]:
    said = {"name": name, "title": LESSON_TITLES[name], "lookFor": LOOK_FOR[name]}
    return {**said, "page": page, "inputs": inputs, "settings": settings or {}}


def _hint(script: str, share: float) -> Strokes:
    (stroke,) = template(script, 9)
    return without_beginning(stroke, share)
