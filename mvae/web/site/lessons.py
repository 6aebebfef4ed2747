"""The lessons that a site has: the same files as the app's, for the pages, inputs and settings of a site."""

from collections.abc import Mapping, Sequence
from typing import Any

from mvae.errors import InputError
from mvae.lessons.files import SHIPPED, Lesson, Step, read_lessons
from mvae.modalities.stroke_text import strokes_from_text
from mvae.model.model import MVAEConfig

_PAGES = {"": "draw", "all_subsets": "subsets", "latent_space": "latent"}
_TABS = {"line": "line", "walk": "grid", "map": "map"}
_STEPS_OF_WALK = 99  # from the first value to the last
_NO_INPUTS = {"model", "on", "imagine", "ways", "tab", "start", "to", "index", "first", "step"}
BLANK = "blank"


def lessons_of(model: MVAEConfig, checkpoint: str, *, posters: bool) -> list[dict[str, Any]]:
    """Return the lessons that fit a model, which must be of the poster's task: that is what they are about.

    A step is left out where the site has no such page, setting or model; so is a lesson without steps.

    Parameters
    ----------
    model
        What the site shows.
    checkpoint
        Its name.
    posters
        Whether it is a model of the poster's task.

    Returns
    -------
    list[dict[str, Any]]
        ``name``, ``title``, ``minutes`` and ``steps``. Of each step ``title``, ``look``, ``page``; ``inputs``
        (name of a modality -> number of a class, or strokes) and ``settings`` of the page; ``guess``, whether
        the page is hidden until the question is answered; ``question``; and ``choices``, each with ``text``,
        ``right`` and ``why``.
    """
    if not posters:
        return []
    hideable = {*model.names, "label", "shares", "diagram"}
    found = [_lesson(lesson, model.names, checkpoint) for lesson in read_lessons(SHIPPED, hideable)]
    return [lesson for lesson in found if lesson["steps"]]


def _lesson(lesson: Lesson, names: Sequence[str], checkpoint: str) -> dict[str, Any]:
    steps = [
        {**_said(step), **situation}
        for number, step in enumerate(lesson.steps, 1)
        for situation in [_situation(lesson.situation(number), names, checkpoint)]
        if situation is not None
    ]
    return {"name": lesson.name, "title": lesson.title, "minutes": lesson.minutes, "steps": steps}


def _said(step: Step) -> dict[str, Any]:
    choices = [{"text": each.text, "right": each.right, "why": each.why} for each in step.choices]
    return {
        "title": step.title,
        "look": step.look,
        "guess": bool(step.hides),
        "question": step.question,
        "choices": choices,
    }


def _situation(step: Step, names: Sequence[str], checkpoint: str) -> dict[str, Any] | None:
    """Return page, inputs and settings of a step; None where a site cannot show it."""
    said = step.said
    other_model = said.get("model", checkpoint) != checkpoint
    if step.page not in _PAGES or other_model or not said.keys() <= {*_NO_INPUTS, *names}:
        return None
    given = {name: said[name] for name in names if said.get(name, BLANK) != BLANK}
    try:
        inputs = {
            name: strokes_from_text(text[1:]) if text.startswith("~") else int(text)
            for name, text in given.items()
        }
    except (InputError, ValueError):
        return None
    settings = _settings(said)
    return None if settings is None else {"page": _PAGES[step.page], "inputs": inputs, "settings": settings}


def _settings(said: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the settings of a site's page; None for those that it has not."""
    settings: dict[str, Any] = {"ways": said.get("ways") == "yes", "kind": said.get("imagine", "sample")}
    if "tab" in said:
        if said["tab"] not in _TABS:
            return None
        settings["tab"] = _TABS[said["tab"]]
    settings |= {name: said[name] for name in ("start", "to") if name in said}
    if "index" in said:
        first, step = float(said["first"]), float(said["step"])
        settings |= {"index": int(said["index"]), "from": first, "to": first + _STEPS_OF_WALK * step}
    return settings
