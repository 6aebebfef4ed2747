"""The drawing cards' pictures: a file, the camera, the clipboard, or one that is dropped onto the card."""

import base64
import binascii
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

from mvae.errors import InputError
from mvae.modalities.base import Modality
from mvae.modalities.picture_files import FILE_TYPES
from mvae.ui import keys
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.state.contents import Picture
from mvae.ui.state.fields import hidden
from mvae.ui.state.slots import Slot
from mvae.ui.state.task import shown
from mvae.ui.text import Inputs as Text

_SCRIPT = Path(__file__).with_name("picture_input.js")
_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


def take_picture(slot: Slot, content: bytes, origin: str) -> None:
    """Put a picture file into a slot, or say there why not; whatever a person gives comes this way."""
    try:
        slot.put(Picture.of(content, origin))
    except InputError as error:
        slot.complaint = str(error) + (Text.PICTURE_KEPT if slot.content else "")


def picture_popover(modality: Modality, slot: Slot, update: Callable[[], None]) -> None:
    """Show the ways to give a picture; it goes into the slot, and `update` is called."""
    key = f"{modality.name}-{slot.version}"  # so that it closes when a picture was taken

    def chosen(widget: str) -> None:
        file = st.session_state[widget]
        if file is not None:
            origin = Text.FROM_CAMERA if widget.startswith("camera-") else Path(file.name).name
            take_picture(slot, file.getvalue(), origin)
            update()

    with st.popover(
        Text.PICTURE, icon=":material/add_a_photo:", key=f"{keys.PICTURE}{key}", on_change="rerun"
    ) as it:
        if not it.open:  # a camera that nobody asked for must not be switched on
            return
        file = f"{keys.PICTURE}file-{key}"
        label = Text.PICTURE_FILE if shown().is_posters else Text.ANY_PICTURE_FILE
        st.file_uploader(label, FILE_TYPES, key=file, on_change=guarded(partial(chosen, file)))
        if slot.complaint:
            st.error(slot.complaint)
        if not camera_allowed(str(st.context.url or "")):
            st.caption(Text.NO_CAMERA)
        elif st.toggle(Text.USE_CAMERA, key=f"{keys.PICTURE}use-camera-{key}"):
            camera = f"camera-{key}"
            st.camera_input(Text.TAKE_PICTURE, key=camera, on_change=guarded(partial(chosen, camera)))
        st.caption(Text.PICTURE_WAYS)


def camera_allowed(address: str) -> bool:
    """Say whether browsers give the camera to a page at this address."""
    parts = urlsplit(address)
    return parts.scheme == "https" or parts.hostname in _THIS_MACHINE


def accept_dropped(modality: Modality, slot: Slot, update: Callable[[], None]) -> None:
    """Take pictures that are dropped onto a modality's card, or pasted while the mouse or focus is in it."""
    key = f"{keys.PICTURE}dropped-{modality.name}"

    def came() -> None:
        dropped = st.session_state[key].get("picture")
        if isinstance(dropped, dict):
            try:
                content = base64.b64decode(str(dropped.get("content")), validate=True)
            except (binascii.Error, ValueError):
                content = b""
            take_picture(slot, content, str(dropped.get("name") or Text.PASTED))
            update()

    if not hidden("picture"):
        with st.container(key=f"{keys.PICTURE_LISTENER}{modality.name}"):
            _listener()(
                key=key,
                data={"card": f"{keys.CARD}{modality.name}"},
                on_picture_change=guarded(came),
                height=1,
            )


def _listener() -> Callable[..., object]:
    component: Callable[..., object] = st.components.v2.component(
        "mvae-picture-listener", js=_SCRIPT.read_text(encoding="utf-8")
    )
    return component
