"""Several fingers, a pen, a resting palm and touches that the system cancels: ink that was seen is kept."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from numpy.typing import NDArray

from mvae.modalities.stroke_text import strokes_from_text
from mvae.modalities.strokes import Strokes, render
from mvae.ui.runtime.quotas import PIECES
from tests.browser.actions import (
    canvas,
    expect_address,
    expect_change,
    output,
    switch,
    wait_until,
    wait_until_idle,
)
from tests.browser.conftest import SCREENS, answered, watched

pytest.importorskip("playwright", reason="needs the package playwright")
from playwright.sync_api import BrowserContext, Page, WebSocket, expect
from playwright.sync_api import TimeoutError as TooLate

pytestmark = pytest.mark.browser

SIDE, PEN_WIDTH = 220, 14
NEAR = 1.5 / SIDE
"""Of the side: what is kept may miss what was drawn by this. Fabric leaves out points nearer than 0.4 px."""
Path = Sequence[tuple[float, float]]
DOWN: Path = [(0.3, 0.1 + 0.05 * step) for step in range(17)]
ALONG: Path = [(0.1 + 0.05 * step, 0.5) for step in range(17)]
CORNER: Path = [(0.95, 0.05 + 0.05 * step) for step in range(17)]
RESTING = (0.8, 0.85)


class Hands:
    """Fingers on the screen, each with a number; places in shares of a canvas's side."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.corners = {}
        for script in ("farsi", "kannada"):
            box = canvas(page, script).bounding_box()
            assert box is not None
            self.corners[script] = box["x"], box["y"]
        self._session = page.context.new_cdp_session(page)
        self._touching: dict[int, dict[str, float]] = {}

    def put(self, finger: int, place: tuple[float, float], *, on: str = "farsi", radius: float = 8) -> None:
        x, y = (corner + SIDE * share for corner, share in zip(self.corners[on], place, strict=True))
        kind = "touchMove" if finger in self._touching else "touchStart"
        self._touching[finger] = {"x": x, "y": y, "id": finger, "radiusX": radius, "radiusY": radius}
        self._send(kind, list(self._touching.values()))

    def move_all(self, share: float) -> None:
        """Move all fingers to the lower right, in one step."""
        for touch in self._touching.values():
            touch["x"] += SIDE * share
            touch["y"] += SIDE * share
        self._send("touchMove", list(self._touching.values()))

    def lift(self, finger: int) -> None:
        self._send("touchEnd", [self._touching.pop(finger)])

    def cancel(self) -> None:
        """Let the system take all touches, as it does for a gesture of its own."""
        self._touching.clear()
        self._send("touchCancel", [])

    def pen(self, kind: str, place: tuple[float, float], *, on: str = "farsi") -> None:
        x, y = (corner + SIDE * share for corner, share in zip(self.corners[on], place, strict=True))
        self._session.send(
            "Input.dispatchMouseEvent",
            {
                "type": kind, "x": x, "y": y, "button": "left", "buttons": int(kind != "mouseReleased"),
                "clickCount": 1, "pointerType": "pen", "force": 0.5,
            },
        )  # fmt: skip

    def _send(self, kind: str, points: list[dict[str, float]]) -> None:
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


@pytest.fixture(scope="module")
def tablet(chromium: BrowserContext, server: str) -> Iterator[Page]:
    """The first page on a tablet that is touched, the same for all tests here."""
    assert chromium.browser is not None
    context = chromium.browser.new_context(**SCREENS["tablet"])
    with watched(context, server) as page:
        yield answered(page, server)
    context.close()


@pytest.fixture
def hands(tablet: Page) -> Iterator[Hands]:
    """Hands over two canvases on which nothing is drawn."""
    for script in ("farsi", "kannada"):
        clear = tablet.locator(f".st-key-clear-{script} button")
        if clear.is_enabled():
            with suppress(TooLate):  # a finger that a test has lifted beside the canvas has pressed it
                clear.tap(timeout=5_000)
        expect_address(tablet, f"{script}=blank")
        expect(canvas(tablet, script).locator("canvas").last).to_be_visible()
    yield (hands := Hands(tablet))
    if hands._touching:
        hands.cancel()


def kept(page: Page, script: str = "farsi") -> Strokes:
    """The strokes that the server has, as the page's address says."""
    said = parse_qs(urlsplit(page.url).query).get(script, ["blank"])[0]
    return strokes_from_text(said[1:]) if said.startswith("~") else []


def ink(page: Page, script: str = "farsi") -> NDArray[np.float64]:
    """What is to be seen on a canvas, (220, 220) in [0, 1], of all that lies in it."""
    read = """(canvases) => {
      const whole = document.createElement("canvas"), pen = whole.getContext("2d");
      [whole.width, whole.height] = [220, 220];
      for (const canvas of canvases) pen.drawImage(canvas, 0, 0);
      return [...pen.getImageData(0, 0, 220, 220).data].filter((_, i) => i % 4 === 3);
    }"""
    seen = canvas(page, script).locator("canvas").evaluate_all(read)
    return np.reshape(seen, (SIDE, SIDE)) / 255


def expect_kept(page: Page, *paths: Path, on: str = "farsi") -> None:
    """Wait until the server has these strokes and no others, and the canvas shows them."""
    wait_until(page, lambda: len(kept(page, on)) == len(paths), f"{len(paths)} strokes arrived")
    for stroke, path in zip(kept(page, on), paths, strict=True):
        assert farthest(stroke, path) < NEAR, "the stroke leaves the path"
        assert farthest(path, stroke) < NEAR, "a piece of the path is not in the stroke"
    drawn = render(kept(page, on), size=SIDE, pen_width=PEN_WIDTH) / 255
    wait_until(page, lambda: abs(ink(page, on) - drawn).mean() < 0.002, "the ink is the strokes'")


def farthest(points: Path, path: Path) -> float:
    """The largest distance of points from a path, which may be a dot."""
    pieces = list(pairwise(path)) or [(path[0], path[0])]
    return max(min(distance(point, *piece) for piece in pieces) for point in points)


def distance(point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    at, first, last = (np.array(each) for each in (point, start, end))
    along = last - first
    share = np.clip((at - first) @ along / max(along @ along, 1e-12), 0, 1)
    return float(np.linalg.norm(first + share * along - at))


def draw(hands: Hands, path: Path, *, finger: int = 0, on: str = "farsi", lift: bool = True) -> None:
    for x, y in path:
        hands.put(finger, (float(x), float(y)), on=on)
    if lift:
        hands.lift(finger)


def test_one_finger(hands: Hands) -> None:
    draw(hands, DOWN)
    expect_kept(hands.page, DOWN)
    expect(switch(hands.page, "farsi")).to_contain_text("present")
    before = output(hands.page, "farsi").get_attribute("src")
    draw(hands, ALONG)
    expect_kept(hands.page, DOWN, ALONG)
    expect_change(output(hands.page, "farsi"), before)


def test_the_corner_where_the_canvas_had_its_toolbar(hands: Hands) -> None:
    draw(hands, CORNER)
    expect_kept(hands.page, CORNER)


@pytest.mark.parametrize("first_lifts", ["before", "after"])
@pytest.mark.parametrize("place", [RESTING, (0.5, 1.6)], ids=["on the canvas", "beside it"])
def test_a_second_finger_in_mid_stroke(hands: Hands, first_lifts: str, place: tuple[float, float]) -> None:
    draw(hands, DOWN[:8], lift=False)
    hands.put(1, place)
    hands.put(1, (place[0] - 0.1, place[1]))
    draw(hands, DOWN[8:], lift=False)
    if first_lifts == "before":
        hands.lift(0)
        expect_kept(hands.page, DOWN)  # though the second lies there still
        hands.lift(1)
    else:
        hands.lift(1)
        hands.lift(0)
    expect_kept(hands.page, DOWN)
    draw(hands, ALONG)
    expect_kept(hands.page, DOWN, ALONG)


def test_the_first_finger_goes_on_while_the_second_still_lies_there(hands: Hands) -> None:
    draw(hands, DOWN[:8], lift=False)
    hands.put(1, RESTING)
    draw(hands, DOWN[8:])
    draw(hands, ALONG)
    hands.lift(1)
    expect_kept(hands.page, DOWN, ALONG)


def test_a_finger_that_taps_in_mid_stroke(hands: Hands) -> None:
    draw(hands, DOWN[:8], lift=False)
    hands.put(1, RESTING)
    hands.lift(1)
    draw(hands, DOWN[8:])
    expect_kept(hands.page, DOWN)


def test_three_fingers(hands: Hands) -> None:
    draw(hands, DOWN[:5], lift=False)
    hands.put(1, RESTING)
    draw(hands, DOWN[5:10], lift=False)
    hands.put(2, (0.9, 0.2))
    hands.put(1, (0.7, 0.7))
    draw(hands, DOWN[10:], lift=False)
    for finger in (1, 0, 2):
        hands.lift(finger)
    expect_kept(hands.page, DOWN)


def test_a_pinch(hands: Hands) -> None:
    zoom = hands.page.evaluate("visualViewport.scale")
    hands.put(0, DOWN[0])
    hands.put(1, (0.9, 0.9))
    for step, place in enumerate(DOWN):
        hands.put(0, place)
        hands.put(1, (0.9, 0.9 - 0.02 * step))
    hands.lift(1)
    hands.lift(0)
    expect_kept(hands.page, DOWN)
    assert hands.page.evaluate("visualViewport.scale") == zoom


def test_two_fingers_that_move_at_once(hands: Hands) -> None:
    hands.put(0, DOWN[0])
    hands.put(1, RESTING)
    hands.move_all(0.05)
    hands.move_all(0.05)
    hands.lift(0)
    hands.lift(1)
    expect_kept(hands.page, [(x + 0.05 * step, y + 0.05 * step) for step in range(3) for x, y in DOWN[:1]])


def test_a_cancelled_touch(hands: Hands) -> None:
    draw(hands, DOWN[:10], lift=False)
    hands.cancel()
    expect_kept(hands.page, DOWN[:10])
    draw(hands, ALONG)
    expect_kept(hands.page, DOWN[:10], ALONG)


def test_two_fingers_cancelled(hands: Hands) -> None:
    draw(hands, DOWN[:10], lift=False)
    hands.put(1, RESTING)
    hands.cancel()
    draw(hands, ALONG)
    expect_kept(hands.page, DOWN[:10], ALONG)


@pytest.mark.parametrize("radius", [8, 60], ids=["small", "large"])
@pytest.mark.parametrize("lifts", ["first", "last"])
def test_a_palm_that_came_first(hands: Hands, radius: float, lifts: str) -> None:
    hands.put(1, RESTING, radius=radius)
    hands.put(1, (RESTING[0] + 0.005, RESTING[1]), radius=radius)  # no hand is quite still
    draw(hands, DOWN[:8], lift=False)
    if lifts == "first":
        hands.lift(1)
    draw(hands, DOWN[8:])
    if lifts == "last":
        draw(hands, ALONG)
        hands.lift(1)
    expect_kept(hands.page, DOWN, *[ALONG] * (lifts == "last"))


def test_a_palm_alone_leaves_no_ink(hands: Hands) -> None:
    for place in ALONG:
        hands.put(0, place, radius=60)
    hands.lift(0)
    assert not ink(hands.page).any()
    draw(hands, DOWN)
    expect_kept(hands.page, DOWN)


@pytest.mark.parametrize("place", [RESTING, (0.5, 1.6)], ids=["on the canvas", "beside it"])
def test_a_pen_and_a_palm(hands: Hands, place: tuple[float, float]) -> None:
    hands.put(1, place)
    hands.pen("mousePressed", DOWN[0])
    for at in DOWN[1:8]:
        hands.pen("mouseMoved", at)
    hands.put(2, (place[0] - 0.2, place[1]))
    hands.lift(1)
    hands.lift(2)
    for at in DOWN[8:]:
        hands.pen("mouseMoved", at)
    hands.put(3, place)
    hands.pen("mouseReleased", DOWN[-1])
    expect_kept(hands.page, DOWN)
    hands.lift(3)


def test_a_pen_wins_over_a_finger_whose_ink_is_kept(hands: Hands) -> None:
    draw(hands, ALONG[:10], lift=False)
    hands.pen("mousePressed", DOWN[0])
    hands.put(0, ALONG[10])
    for at in DOWN[1:]:
        hands.pen("mouseMoved", at)
    hands.pen("mouseReleased", DOWN[-1])
    hands.lift(0)
    expect_kept(hands.page, ALONG[:10], DOWN)


def test_a_finger_leaves_the_canvas_and_comes_back(hands: Hands) -> None:
    out, down = np.linspace(0.5, 1.2, 50), np.linspace(0.5, 0.7, 15)
    path = [*((x, 0.5) for x in out), *((1.2, y) for y in down), *((x, 0.7) for x in out[::-1])]
    draw(hands, path)
    expect_kept(hands.page, path)


def test_two_canvases_at_once(hands: Hands) -> None:
    for first, second in zip(DOWN, ALONG, strict=True):
        hands.put(0, first)
        hands.put(1, second, on="kannada")
    hands.lift(0)
    expect_kept(hands.page, DOWN)  # though the other goes on
    hands.put(1, (0.95, 0.5), on="kannada")
    draw(hands, ALONG, finger=2)
    hands.lift(1)
    expect_kept(hands.page, DOWN, ALONG)
    expect_kept(hands.page, [*ALONG, (0.95, 0.5)], on="kannada")


def test_the_ink_is_seen_while_it_is_drawn(hands: Hands) -> None:
    draw(hands, DOWN, lift=False)
    during = ink(hands.page)
    assert abs(during - render([list(DOWN)], size=SIDE, pen_width=PEN_WIDTH) / 255).mean() < 0.002
    hands.lift(0)
    expect_kept(hands.page, DOWN)
    assert abs(ink(hands.page) - during).max() < 0.05


def test_a_stroke_during_a_rerun(hands: Hands) -> None:
    draw(hands, ALONG)
    draw(hands, DOWN[:8], lift=False)
    wait_until(hands.page, lambda: len(kept(hands.page)) == 1, "the first stroke's rerun has come and gone")
    draw(hands, DOWN[8:])
    expect_kept(hands.page, ALONG, DOWN)


def test_the_canvas_is_cleared_in_mid_stroke(hands: Hands) -> None:
    draw(hands, ALONG)
    expect_kept(hands.page, ALONG)
    draw(hands, DOWN[:8], lift=False)
    hands.page.locator(".st-key-clear-farsi button").focus()
    hands.page.keyboard.press("Enter")
    expect_address(hands.page, "farsi=blank")
    draw(hands, DOWN[8:12], lift=False)
    assert ink(hands.page).any()
    draw(hands, DOWN[12:])
    expect_kept(hands.page, DOWN)


def test_the_tab_is_hidden_in_mid_stroke(hands: Hands) -> None:
    draw(hands, DOWN[:8], lift=False)
    hands.page.evaluate("""() => {
      Object.defineProperty(document, "hidden", { value: true, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
      delete document.hidden;
    }""")
    expect_kept(hands.page, DOWN[:8])


def test_the_screen_is_turned_in_mid_stroke(hands: Hands) -> None:
    size = hands.page.viewport_size
    assert size is not None
    try:
        draw(hands, DOWN[:8], lift=False)
        hands.page.set_viewport_size({"width": 1180, "height": 820})
        box = canvas(hands.page, "farsi").bounding_box()
        assert box is not None
        hands.corners["farsi"] = box["x"], box["y"]
        draw(hands, DOWN[8:])
        expect_kept(hands.page, DOWN)
    finally:
        hands.page.set_viewport_size(size)


@pytest.mark.parametrize("pause", [0, 100])
@pytest.mark.parametrize("button", ["undo", "clear"])
def test_a_button_right_after_a_stroke(hands: Hands, button: str, pause: int) -> None:
    page = hands.page
    draw(hands, DOWN)
    expect_kept(page, DOWN)
    (key,) = re.findall(r"st-key-\S+", canvas(page, "farsi").get_attribute("class") or "")
    draw(hands, ALONG)
    page.wait_for_timeout(pause)
    page.locator(f".st-key-{button}-farsi button").dispatch_event("click")
    expect(page.locator(f".{key}")).to_have_count(0)  # there is another canvas
    page.wait_for_timeout(300)  # what would be told too late has been told
    wait_until_idle(page)
    if button == "undo":
        expect_kept(page, DOWN)
    else:
        expect_kept(page)
        page.locator(".st-key-undo-farsi button").tap()
        expect_kept(page, DOWN, ALONG)


SCRIBBLE = """([container, moves]) => {
  const papers = [...document.querySelectorAll(`[class*="${container}"] *`)];
  const paper = papers.map((each) => each.shadowRoot?.querySelector("canvas.upper-canvas")).find(Boolean);
  const { left, top } = paper.getBoundingClientRect();
  const say = (type, move, buttons) => paper.dispatchEvent(new PointerEvent(type, {
    pointerId: 77, pointerType: "touch", isPrimary: true, buttons,
    bubbles: true, composed: true, cancelable: true,
    clientX: left + 110 + 90 * Math.sin(move / 3), clientY: top + 110 + 90 * Math.sin(move / 5),
  }));
  say("pointerdown", 0, 1);
  for (let move = 1; move < moves; move++) say("pointermove", move, 1);
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => {
    for (let move = moves; move < 2 * moves; move++) say("pointermove", move, 1);
    say("pointerup", 2 * moves, 0);
    resolve();
  })));
}"""


def test_minutes_of_scribbling_do_not_lose_the_session(chromium: BrowserContext, server: str) -> None:
    """The server hears no message of more than 100,000 pieces: the browser would connect anew without end."""
    messages: list[bytes] = []
    connections: list[object] = []

    def note(websocket: WebSocket) -> None:
        connections.append(websocket)
        websocket.on("framesent", lambda sent: messages.append(sent if isinstance(sent, bytes) else b""))

    with watched(chromium, server) as page:
        page.on("websocket", note)
        answered(page, server)
        for script in ("farsi", "kannada", "farsi"):
            before = output(page, script).get_attribute("src")
            expect(canvas(page, script).locator("canvas.upper-canvas")).to_be_attached()
            page.evaluate(SCRIBBLE, [f"st-key-canvas-{script}-", 9000])
            expect_change(output(page, script), before)
        assert max(sum(map(each.count, (b",", b"[", b"{"))) for each in messages) < PIECES
        assert len(connections) == 1
        assert ink(page).any()
