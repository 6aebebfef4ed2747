"""What a rerun shows goes to the browser in one burst, and the browser draws the page once.

Streamlit sends every 5 ms what has come together, and the browser draws the page anew each time: three to six
times for a rerun of 30 ms, which takes it longer than the rerun itself (`python -m benchmarks.app`).
"""

import asyncio
import time
from weakref import WeakKeyDictionary, WeakSet

from streamlit import runtime
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession, AppSessionState

HELD = 0.08
"""Seconds for which messages are held back at the most: a rerun that takes longer is seen to come."""
_ENDS = {"new_session", "script_finished"}
_LIFE = {*_ENDS, "session_status_changed"}
_since: WeakKeyDictionary[AppSession, float] = WeakKeyDictionary()  # when messages began to be held back
_painted: WeakSet[AppSession] = WeakSet()  # those whose browsers have a page already


def send_in_bursts() -> None:
    """Let every session's messages wait for the end of the rerun that they belong to."""
    AppSession.flush_browser_queue = _flush_in_bursts  # type: ignore[assignment,method-assign]
    AppSession._clear_queue = _begin  # type: ignore[assignment,method-assign]  # noqa: SLF001


def _flush_in_bursts(session: AppSession) -> list[ForwardMsg]:
    """Return what is to be sent now; the server's event loop asks for it, whenever there is something."""
    messages = session._browser_queue._queue  # noqa: SLF001 - Streamlit has no setting for it
    goes_on = session._state == AppSessionState.APP_IS_RUNNING or _ended_for_another(messages)  # noqa: SLF001
    if messages and goes_on and session in _painted:
        now = time.monotonic()
        if session not in _since:
            _since[session] = now
            # By then nobody else may have a reason to wake the server.
            server = runtime.get_instance()
            asyncio.get_running_loop().call_later(1.1 * HELD, server._enqueued_some_message)  # noqa: SLF001
        if now - _since[session] < HELD:
            return []
    elif messages and not goes_on:
        _painted.add(session)
    _since.pop(session, None)
    return _without_preludes(session._browser_queue.flush())  # noqa: SLF001


def _begin(session: AppSession, fragment_ids_this_run: list[str] | None = None) -> None:
    """Forget what the page that now runs again was about to show; where only fragments run, forget nothing.

    Streamlit forgets what they were about to show, too. But a fragment whose widget has only called back does
    not run again, and of an earlier rerun that has ended, more is still to be sent than Streamlit expects.
    """
    queue = session._browser_queue  # noqa: SLF001
    if fragment_ids_this_run is None:
        queue.clear(retain_lifecycle_msgs=True)
    else:
        queue._delta_index_map = {}  # noqa: SLF001 - what is shown from now on stands behind the beginning


def _ended_for_another(messages: list[ForwardMsg]) -> bool:
    """Say whether the latest rerun ended for one that has not begun yet."""
    ends = [message for message in messages if message.WhichOneof("type") in _ENDS]
    return bool(ends) and _is_prelude(ends[-1])


def _without_preludes(messages: list[ForwardMsg]) -> list[ForwardMsg]:
    """Leave out the beginning and end of reruns that showed nothing, such as those that only call back."""
    first = next((n for n, message in enumerate(messages) if message.WhichOneof("type") not in _LIFE), None)
    begin = end = 0
    for place, message in enumerate(messages[:first], 1):
        if _is_prelude(message):
            end = place
        elif message.WhichOneof("type") == "script_finished":  # of a rerun that was shown before
            begin = end = place
    return messages[:begin] + messages[end:]


def _is_prelude(message: ForwardMsg) -> bool:
    ended = message.WhichOneof("type") == "script_finished"
    return ended and message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN
