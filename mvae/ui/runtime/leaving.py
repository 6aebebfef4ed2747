"""Whoever leaves a page loses nothing of what was put in, however soon after it the next page is clicked."""

from collections.abc import Callable
from functools import cache, partial
from itertools import count
from pathlib import Path

import streamlit as st
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mvae.ui import keys
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.runtime.compat import page_in, rerun_in
from mvae.ui.runtime.parts import Looks, run_changed, show_part

KEY = keys.EXIT
_LOOKS: Looks = {KEY: object}
_runs = count(1)


def watch_exit() -> None:
    """Let the browser wait with the next page until the server has got what was put into this one.

    Call it outside the pages: it stays when they change. The browser asks with a number; the answer comes
    from a fragment, which Streamlit runs only after what it was told before.
    """
    run = next(_runs)

    def answer() -> None:
        asked = st.session_state.get(f"{KEY}-question") or {}
        data = {"run": run, "answered": asked.get("asked", 0)}
        _component()(
            key=f"{KEY}-question", data=data, height=1, on_asked_change=guarded(partial(run_changed, _LOOKS))
        )

    with st.container(key=KEY):
        show_part(_LOOKS, KEY, answer)


def _component() -> Callable[..., object]:
    component: Callable[..., object] = st.components.v2.component("mvae-exit", js=_script())
    return component


@cache
def _script() -> str:
    return Path(__file__).with_name("leaving.js").read_text(encoding="utf-8")


class LateReruns:
    """ASGI middleware: a page that was left does not run again.

    What speaks after its page was left, such as a clock that asks how a training goes, would have a part of
    that page run. The browser would take the page for current, and show nothing of it but that part, which is
    gone: a blank page.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what a browser and the app tell each other."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        current = ""

        async def hear() -> Message:
            nonlocal current
            while True:
                message = await receive()
                page, part = rerun_in(message.get("bytes") or b"")
                if part and current and page != current:
                    continue
                current = page or current
                return message

        async def tell(message: Message) -> None:
            nonlocal current
            current = page_in(message.get("bytes") or b"") or current
            await send(message)

        await self._app(scope, hear, tell)
