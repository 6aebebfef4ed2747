"""All that the app asks of Streamlit beyond its public interface.

Each part is looked for when the server starts, by version, name and signature. An upgrade that took one away
costs what `LOSSES` says of it; the log says so once, and the app goes on with what plain Streamlit does.
"""

import logging
from collections.abc import Callable, Mapping
from functools import cache, partial
from inspect import signature
from typing import Any

import streamlit as st
from google.protobuf.message import DecodeError

VERSIONS = (1, 67), (2, 0)
"""First version that the parts below are known of, and first that they are not expected of."""
LOSSES: Mapping[str, str] = {
    "runs": "an action runs the whole page again, not only the parts that look otherwise",
    "sessions": "a training whose browser has gone ends only when its page has not asked for a while",
    "messages": "a page that was left may run once more, and show itself in the place of the next",
}
"""Part -> what is lost without it."""
_log = logging.getLogger(__name__)


def check() -> None:
    """Look for all parts, and log in one sentence what is lost; call it when the server starts."""
    lost = [loss for part, loss in LOSSES.items() if not _is_there(part)]
    if lost:
        _log.warning("Streamlit %s is not the one this app knows: %s.", st.__version__, "; ".join(lost))


def only_parts_run() -> bool | None:
    """Say whether what runs now is fragments alone, not the whole page; None where that cannot be known."""
    if not _is_there("runs"):
        return None
    from streamlit.runtime.scriptrunner import get_script_run_ctx  # noqa: PLC0415 - it may be gone

    context = get_script_run_ctx()
    return context is not None and bool(context.fragment_ids_this_run)


def connection() -> Callable[[], bool]:
    """Return what says, in any thread, whether this session's browser is connected; in doubt, it is."""
    if not _is_there("runs"):
        return lambda: True
    from streamlit.runtime.scriptrunner import get_script_run_ctx  # noqa: PLC0415 - it may be gone

    context = get_script_run_ctx()
    if context is None:
        return lambda: True
    return partial(is_connected, context.session_id, in_doubt=True)


def is_connected(session: str, *, in_doubt: bool) -> bool:
    """Say whether a session's browser is connected; where that cannot be known, `in_doubt`."""
    if not _is_there("sessions"):
        return in_doubt
    from streamlit import runtime  # noqa: PLC0415 - it may be gone

    return runtime.get_instance().is_active_session(session) if runtime.exists() else in_doubt


def rerun_in(message: bytes) -> tuple[str, str]:
    """Return the page and the part of it that a browser's message asks to run; empty where it names none."""
    if not _is_there("messages"):
        return "", ""
    from streamlit.proto.BackMsg_pb2 import BackMsg  # noqa: PLC0415 - it may be gone

    try:
        rerun = BackMsg.FromString(message).rerun_script
    except DecodeError:  # the app will refuse it
        return "", ""
    return rerun.page_script_hash, rerun.fragment_id


def page_in(message: bytes) -> str:
    """Return the page that the app's message says to be current, if it does."""
    if not _is_there("messages"):
        return ""
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg  # noqa: PLC0415 - it may be gone

    page: str = ForwardMsg.FromString(message).navigation.page_script_hash
    return page


@cache
def _is_there(part: str) -> bool:
    """Say whether Streamlit has a part, as it is used here."""
    version = tuple(int(number) for number in st.__version__.split(".")[:2])
    if not VERSIONS[0] <= version < VERSIONS[1]:
        return False
    try:
        _LOOK_FOR[part]()
    except (ImportError, AttributeError, KeyError, TypeError):
        return False
    return True


def _look_for_runs() -> None:
    from streamlit.runtime.scriptrunner import ScriptRunContext, get_script_run_ctx  # noqa: PLC0415

    signature(get_script_run_ctx).bind()
    _expect(ScriptRunContext.__dataclass_fields__, "fragment_ids_this_run", "session_id")


def _look_for_sessions() -> None:
    from streamlit import runtime  # noqa: PLC0415

    signature(runtime.exists).bind()
    signature(runtime.get_instance).bind()
    signature(runtime.Runtime.is_active_session).bind(None, "session")


def _look_for_messages() -> None:
    from streamlit.proto.BackMsg_pb2 import BackMsg  # noqa: PLC0415
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg  # noqa: PLC0415

    heard, told = BackMsg.DESCRIPTOR.fields_by_name, ForwardMsg.DESCRIPTOR.fields_by_name
    _expect(heard["rerun_script"].message_type.fields_by_name, "page_script_hash", "fragment_id")
    _expect(told["navigation"].message_type.fields_by_name, "page_script_hash")


def _expect(names: Mapping[str, Any], *expected: str) -> None:
    for name in expected:
        names[name]


_LOOK_FOR: Mapping[str, Callable[[], None]] = {
    "runs": _look_for_runs, "sessions": _look_for_sessions, "messages": _look_for_messages,
}  # fmt: skip
