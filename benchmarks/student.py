"""What a student does: draws, copies digits, switches modalities, moves sliders, turns pages; at random.

The student's browser does what the model in it can, and says so to the server, as the page does.
"""

import json
import re
from collections.abc import Callable
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
from streamlit.proto.WidgetStates_pb2 import WidgetState

from benchmarks.frontend import Frontend, numbers, texts
from mvae.modalities.strokes import Point, template
from mvae.ui.experts.text import Experts
from mvae.ui.inputs.fabric import fabric_drawing
from mvae.ui.latent.text import LatentSpace
from mvae.ui.state.task import POSTERS
from mvae.ui.training.text import Training
from mvae.ui.views.colours import PEN_WIDTH, SIZE, looks

PAGES = {
    "": 0.4,
    "latent_space": 0.25,
    "all_subsets": 0.12,
    "experts": 0.1,
    "training": 0.08,
    "how_it_works": 0.05,
}
"""Address of each page, and how likely a student who turns to another page turns to this one."""
TURN_PAGE = 0.15
"""Share of the actions that turn to another page."""
MOVE = 5.0
"""Pixels between two moves of a mouse that draws: some 50 a stroke."""


class Student:
    """One person at one browser tab.

    Parameters
    ----------
    address
        Of the app.
    seed
        Of everything that this student does.
    source
        This machine's address that the server sees.
    """

    def __init__(self, address: str, seed: int, source: str = "127.0.0.1") -> None:
        self.tab = Frontend(address, source)
        self.page = ""
        self.random = Random(seed)  # noqa: S311 - no secret

    async def come(self) -> float:
        """Open the app: the seconds until all outputs are there."""
        seconds = await self.tab.open()
        await self.paint()
        return seconds

    async def paint(self) -> None:
        """Tell the server with which model the page paints, where it asks, as the page does."""
        for key, live in self.tab.widgets.items():
            told = json.loads(live.json) if key.startswith("live-") else {}
            if "paints" in told and told["paints"] != told["model"]:
                state = WidgetState(id=live.id, json_value=json.dumps({"paints": told["model"]}))
                await self.tab.touch(state)
                return

    async def act(self) -> float:
        """Do one of the things that can be done on this page, or turn to another: the seconds it takes."""
        if self.random.random() < TURN_PAGE:
            others = {page: weight for page, weight in PAGES.items() if page != self.page}
            (self.page,) = self.random.choices(list(others), list(others.values()))
            seconds = await self.tab.turn_to(self.page)
            await self.paint()
            return seconds
        action = self.random.choice(_ACTIONS[self.page])
        seconds = await self.tab.touch(action(self))
        if action is choose_a_model:
            await self.paint()
        return seconds

    def use(self, key: str) -> WidgetState:
        """Change the widget of a key, of any kind, at random."""
        return _use(self, self.tab.widgets[key])

    def widget(self, *prefixes: str) -> Any:
        """Pick one of the widgets whose keys start so."""
        return self.tab.widgets[self.random.choice([k for k in self.tab.widgets if k.startswith(prefixes)])]


def draw(student: Student) -> WidgetState:
    """Draw a digit with a shaky hand, in as many curves as a mouse makes moves."""
    canvas = student.widget("canvas-")
    script = "farsi" if "canvas-farsi" in canvas.id else "kannada"
    strokes = [
        [(x + student.random.gauss(0, 0.02), y + student.random.gauss(0, 0.02)) for x, y in stroke]
        for stroke in template(script, student.random.randrange(10))
    ]
    colour = looks(POSTERS.names)[script].colour
    raw = fabric_drawing(
        [_moves(stroke) for stroke in strokes], size=SIZE, pen_width=PEN_WIDTH, colour=colour
    )
    for shape in raw["objects"]:
        points = [command[1:] for command in shape["path"]]
        # Fabric's pen draws from the middle of each move to that of the next.
        middles = [[(x + u) / 2, (y + v) / 2] for (x, y), (u, v) in pairwise(points)]
        curves = [["Q", *point, *middle] for point, middle in zip(points, middles, strict=False)]
        shape["path"] = [["M", *points[0]], *curves, ["L", *points[-1]]]
    return WidgetState(
        id=canvas.id, json_value=json.dumps({"drawing": {"raw": raw, "data": ""}, "backgroundFit": None})
    )


def _moves(stroke: list[Point]) -> list[Point]:
    """Return points along a stroke, one for each move of the mouse."""
    lengths = np.hypot(*np.diff(stroke, axis=0).T)
    places = np.concatenate([[0.0], lengths.cumsum()])
    moves = np.linspace(0, places[-1], max(2, round(places[-1] * SIZE / MOVE)))
    x, y = (np.interp(moves, places, axis).tolist() for axis in zip(*stroke, strict=True))
    return list(zip(x, y, strict=True))


def copy_a_digit(student: Student) -> WidgetState:
    """Pick one of the digits beside a canvas."""
    return _pick(student, student.widget("example-farsi", "example-kannada"))


def imagine_a_voice(student: Student) -> WidgetState:
    """Let the model speak."""
    return _pick(student, student.widget("example-speech"))


def switch_a_modality(student: Student) -> WidgetState:
    """Switch Kannada or speech; Farsi stays, so that there always are outputs."""
    return _use(student, student.widget("present-kannada", "present-speech"))


def choose_a_model(student: Student) -> WidgetState:
    """Choose one of the checkpoints."""
    return _pick(student, student.widget("checkpoint_picker"))


def explore(student: Student) -> WidgetState:
    """Move a slider, choose another dimension, another digit: what the open tab lets one change."""
    offered = [key for key in student.tab.widgets if re.fullmatch(_EXPLORED[student.page], key)]
    return _use(student, student.tab.widgets[student.random.choice(offered)])


def open_a_tab(student: Student) -> WidgetState:
    """Turn to one of the page's tabs; training itself is not the students'."""
    key, titles = _TABS[student.page]
    title = student.random.choice([title for name, title in titles.items() if name != "own"])
    return WidgetState(id=student.widget(key).id, string_value=title)


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


def _use(student: Student, widget: Any) -> WidgetState:
    """Change a widget of any kind."""
    match type(widget).__name__:
        case "Slider":
            steps = round((widget.max - widget.min) / widget.step)
            return numbers(widget.id, [widget.min + student.random.randint(0, steps) * widget.step])
        case "NumberInput":
            return WidgetState(id=widget.id, double_value=student.random.randrange(64))
        case "Checkbox":
            before = student.tab.value(widget.id.split("-", 2)[2]).bool_value
            return WidgetState(id=widget.id, bool_value=not before)
        case "Selectbox":
            return _select(student, widget)
        case _:
            return _pick(student, widget)


_TABS = {
    "latent_space": ("latent-view", LatentSpace.TABS),
    "experts": ("experts-view", Experts.TABS),
    "training": ("training-view", Training.TABS),
}
# Keys of what can be changed on a page's tabs; not what would leave the page without an output.
_EXPLORED = {
    "latent_space": r"latent-[0-9a-f]{12}-\d+|grid-index-.*|latent-(end|steps|heard)|map-digit",
    "experts": r"present-(kannada|speech)|experts-(plane|bench-count|drawn|spoken|spoilt|.*-kind|strength)",
    "how_it_works": r"how-dimension",
}
_ACTIONS: dict[str, list[Callable[[Student], WidgetState]]] = {
    "": 8 * [draw] + 6 * [copy_a_digit] + 4 * [switch_a_modality] + [imagine_a_voice, choose_a_model],
    "latent_space": 12 * [explore] + [start_elsewhere, open_a_tab],
    "all_subsets": [listen_to_a_row, choose_a_model],
    "experts": 6 * [explore] + [open_a_tab],
    "training": [choose_a_model, open_a_tab],
    "how_it_works": [explore, choose_a_model],
}
