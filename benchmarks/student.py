"""What a student does: draws, copies digits, switches modalities, moves sliders, turns pages; at random."""

import json
import re
from collections.abc import Callable
from random import Random
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetState

from benchmarks.frontend import Frontend, numbers, texts
from mvae.strokes import fabric_drawing, template
from mvae.ui.canvas import COLOUR, PEN_WIDTH, SIZE

PAGES = {"": 0.45, "latent_space": 0.3, "all_subsets": 0.15, "training": 0.1}
"""Address of each page, and how likely a student who turns to another page turns to this one."""
TURN_PAGE = 0.15
"""Share of the actions that turn to another page."""


class Student:
    """One person at one browser tab.

    Parameters
    ----------
    address
        Of the app.
    seed
        Of everything that this student does.
    """

    def __init__(self, address: str, seed: int) -> None:
        self.tab = Frontend(address)
        self.page = ""
        self.random = Random(seed)  # noqa: S311 - no secret

    async def act(self) -> float:
        """Do one of the things that can be done on this page, or turn to another: the seconds it takes."""
        if self.random.random() < TURN_PAGE:
            others = {page: weight for page, weight in PAGES.items() if page != self.page}
            (self.page,) = self.random.choices(list(others), list(others.values()))
            return await self.tab.turn_to(self.page)
        action = self.random.choice(_ACTIONS[self.page])
        return await self.tab.touch(action(self))

    def widget(self, *prefixes: str) -> Any:
        """Pick one of the widgets whose keys start so."""
        return self.tab.widgets[self.random.choice([k for k in self.tab.widgets if k.startswith(prefixes)])]


def draw(student: Student) -> WidgetState:
    """Draw a digit with a shaky hand."""
    canvas = student.widget("canvas-")
    script = "farsi" if "canvas-farsi" in canvas.id else "kannada"
    strokes = [
        [(x + student.random.gauss(0, 0.02), y + student.random.gauss(0, 0.02)) for x, y in stroke]
        for stroke in template(script, student.random.randrange(10))
    ]
    raw = fabric_drawing(strokes, size=SIZE, pen_width=PEN_WIDTH, colour=COLOUR)
    return WidgetState(
        id=canvas.id, json_value=json.dumps({"drawing": {"raw": raw, "data": ""}, "backgroundFit": None})
    )


def copy_a_digit(student: Student) -> WidgetState:
    """Pick one of the digits beside a canvas."""
    return _pick(student, student.widget("example-farsi", "example-kannada"))


def imagine_a_voice(student: Student) -> WidgetState:
    """Let the model speak."""
    return _pick(student, student.widget("example-speech"))


def switch_a_modality(student: Student) -> WidgetState:
    """Switch Kannada or speech; Farsi stays, so that there always are outputs."""
    switch = student.widget("present-kannada", "present-speech")
    return WidgetState(id=switch.id, bool_value=not student.tab.value(switch.id.split("-", 2)[2]).bool_value)


def choose_a_model(student: Student) -> WidgetState:
    """Choose one of the checkpoints."""
    return _pick(student, student.widget("checkpoint_picker"))


def explore(student: Student) -> WidgetState:
    """Move a slider or, on the other tab, walk along another dimension."""
    if "latent-shown" in student.tab.widgets:
        sliders = [key for key in student.tab.widgets if re.fullmatch(r"latent-[0-9a-f]{12}-\d+", key)]
        slider = student.widget(*sliders)
        return numbers(slider.id, [student.random.uniform(slider.min, slider.max)])
    box = student.widget("grid-index")
    return WidgetState(id=box.id, double_value=student.random.randrange(64))


def open_the_other_tab(student: Student) -> WidgetState:
    """Turn from the sliders to the walk, or back."""
    sliders = "latent-shown" in student.tab.widgets
    return WidgetState(
        id=student.widget("latent-view").id, string_value="Walk along one dimension" if sliders else "Sliders"
    )


def start_elsewhere(student: Student) -> WidgetState:
    """Choose another start of the sliders."""
    return _select(student, student.widget("latent-start"))


def listen_to_a_row(student: Student) -> WidgetState:
    """Choose the subset whose speech is heard."""
    return _select(student, student.widget("listen-to"))


def _pick(student: Student, group: Any) -> WidgetState:
    return texts(group.id, [student.random.choice(group.options).content])


def _select(student: Student, box: Any) -> WidgetState:
    return WidgetState(id=box.id, string_value=student.random.choice(box.options))


_ACTIONS: dict[str, list[Callable[[Student], WidgetState]]] = {
    "": 8 * [draw] + 6 * [copy_a_digit] + 4 * [switch_a_modality] + [imagine_a_voice, choose_a_model],
    "latent_space": 12 * [explore] + [start_elsewhere, open_the_other_tab],
    "all_subsets": [listen_to_a_row, choose_a_model],
    "training": [choose_a_model],
}
