"""The browser's address bar: what a page writes into it, and the button that copies it."""

from collections.abc import Callable

import streamlit as st

from mvae.ui import keys
from mvae.ui.text import Common

_ADDRESS_SCRIPT = """
export default function ({ data, parentElement }) {
  document.documentElement.dataset.copied = data.copied;  // for the button that copies the address
  if (parentElement.mvaeSearch === data.search) return;
  parentElement.mvaeSearch = data.search;
  const search = data.search ? "?" + data.search : "";
  if (location.search === search) return;
  history.replaceState(history.state, "", location.pathname + search + location.hash);
}
"""
_COPY_STYLE = """
button { font: inherit; font-size: 0.875rem; color: inherit; background: none; cursor: pointer;
  white-space: nowrap; min-height: 2.5rem; padding: 0.25rem 0.75rem; border: 1px solid var(--st-border-color);
  border-radius: var(--st-button-radius, 0.6rem); }
button:hover { color: var(--st-primary-color); border-color: var(--st-primary-color); }
button:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 2px; }
"""
_COPY_SCRIPT = """
function copyBySelection(text) {  // away from HTTPS and localhost, browsers have no clipboard to write to
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  button.textContent = data.label;
  button.onclick = async () => {
    try { await navigator.clipboard.writeText(location.href); } catch { copyBySelection(location.href); }
    button.textContent = document.documentElement.dataset.copied;
    setTimeout(() => { button.textContent = data.label; }, 3000);
  };
}
"""


def show_address(search: str, copied: str) -> None:
    """Let the browser's address say this after the page's name, and the button this once it has copied it."""
    with st.container(key=keys.ADDRESS):
        _address()(key=keys.ADDRESS_BAR, data={"search": search, "copied": copied}, height=1)


def copy_link() -> None:
    """Show the button that copies the page's address."""
    with st.container(key=keys.COPY_LINK, width="content"):
        _copier()(key=keys.COPY_LINK_BUTTON, data={"label": Common.COPY_LINK}, width="content")


def _address() -> Callable[..., object]:
    component: Callable[..., object] = st.components.v2.component("mvae-address", js=_ADDRESS_SCRIPT)
    return component


def _copier() -> Callable[..., object]:
    component: Callable[..., object] = st.components.v2.component(
        "mvae-copy-link", html=f'<button type="button" aria-live="polite">{Common.COPY_LINK}</button>',
        css=_COPY_STYLE, js=_COPY_SCRIPT,
    )  # fmt: skip
    return component
