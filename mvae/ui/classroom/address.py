"""Where a class is joined: as the teacher's own browser reaches the server, or over its network."""

import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

import streamlit as st

from mvae.ui.classroom.rooms import letter
from mvae.ui.classroom.text import ClassView as Text

PAGE = "class"
_OUTSIDE = ("192.0.2.1", 9)  # an address for documentation: nothing is sent there
_LISTENS_TO = "server.address"  # of Streamlit's options
_REPLICA = "mvae_replica"  # nginx's cookie (`deploy/nginx/nginx.conf`)


@dataclass(frozen=True)
class Way:
    """How a class is joined.

    Attributes
    ----------
    page
        Address of the page at which a code is typed.
    remark
        What must be said of it; empty if nothing.
    works
        Whether anybody else can come at all.
    """

    page: str
    remark: str = ""
    works: bool = True

    def link(self, code: str) -> str:
        """Return the address that joins the class with this code."""
        return f"{self.page}?join={code}"


def way() -> Way:
    """Return how a class of this session is joined."""
    opened = st.context.url or "http://localhost:8501/"
    listens_to = str(st.get_option(_LISTENS_TO) or "")
    several = _REPLICA in st.context.cookies and not letter()
    return way_from(opened, listens_to, own_address(), several_without_letters=several)


def way_from(opened: str, listens_to: str, own: str, *, several_without_letters: bool = False) -> Way:
    """Return how others reach what somebody has opened at this address.

    Parameters
    ----------
    opened
        Address of the class's page in the teacher's browser.
    listens_to
        The server's own address; empty if it listens to all.
    own
        This machine's address on its network; empty if it is on none.
    several_without_letters
        Whether it is one of several replicas to which no code leads.
    """
    parts = urlsplit(opened)
    host = parts.hostname or ""
    folder = parts.path.rsplit("/", 1)[0]
    here = f"{parts.scheme}://{parts.netloc}{folder}/{PAGE}"
    if not _is_local(host):
        return Way(here, Text.NO_ROUTE if several_without_letters else "")
    if _is_local(listens_to):
        return Way(here, Text.ONLY_HERE, works=False)
    if not own:
        return Way(here, Text.NO_NETWORK, works=False)
    port = f":{parts.port}" if parts.port else ""
    return Way(f"{parts.scheme}://{own}{port}{folder}/{PAGE}", Text.LOCAL.format(host=host))


def own_address() -> str:
    """Return this machine's address on its network; empty if it is on none."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(_OUTSIDE)
            address = str(probe.getsockname()[0])
    except OSError:
        return ""
    return "" if _is_local(address) else address


def _is_local(host: str) -> bool:
    return (
        host in {"localhost", "::1", "0:0:0:0:0:0:0:1"}
        or host.startswith("127.")
        or host.endswith(".localhost")
    )
