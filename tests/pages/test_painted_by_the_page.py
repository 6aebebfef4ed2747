"""What the page paints, the server neither makes nor sends again; where the page does not, it does."""

from helpers import run_async
from streamlit.proto.WidgetStates_pb2 import WidgetState

from benchmarks.serving import running_app
from benchmarks.student import Student
from mvae.ui.experts.text import Experts
from mvae.ui.latent.text import LatentSpace

SMALL = 15_000
"""Bytes: more than the widgets of a tab and the address, less than any pictures."""
TABS = [
    ("latent_space", "latent-view", LatentSpace.TABS["walk"], "grid-index-conv"),
    ("latent_space", "latent-view", LatentSpace.TABS["line"], "latent-heard"),
    ("experts", "experts-view", Experts.TABS["conflict"], "experts-drawn"),
    ("experts", "experts-view", Experts.TABS["corrupt"], "experts-strength"),
]


async def received(student: Student, key: str) -> int:
    """Use the widget of a key: the bytes that come."""
    before = student.tab.received
    await student.tab.touch(student.use(key))
    return student.tab.received - before


def test_what_the_page_paints_the_server_does_not_send() -> None:
    async def measure(address: str) -> None:
        student = Student(address, seed=1)
        await student.tab.open()
        for page, view, title, key in TABS:
            await student.tab.turn_to(page)
            await student.tab.touch(WidgetState(id=student.widget(view).id, string_value=title))
            assert await received(student, key) > SMALL
        await student.paint()
        for page, view, title, key in TABS:  # the next pages know it
            await student.tab.turn_to(page)
            await student.tab.touch(WidgetState(id=student.widget(view).id, string_value=title))
            assert await received(student, key) < SMALL

    with running_app() as server:
        run_async(measure(server.address))
