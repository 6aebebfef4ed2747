"""What the page How it works is from: the package's code, as it stands in its files, and the data sets."""

import inspect
from functools import cache
from pathlib import Path
from pkgutil import resolve_name
from textwrap import dedent

import streamlit as st

from mvae.data.sources import SOURCES
from mvae.files import PACKAGE
from mvae.ui.how_it_works.text import HowItWorks as Text
from mvae.ui.state.task import shown


def show_code(path: str) -> None:
    """Show a function or class, such as "mvae.model.gaussian:reparameterise", as it stands in its file."""
    file, line, source = source_of(path)
    st.markdown(Text.CODE_PLACE.format(file=file, line=line))
    st.code(source, language="python")


@cache
def source_of(path: str) -> tuple[str, int, str]:
    """Return the file, such as "mvae/files.py", the first line and the text of a function or class."""
    thing = inspect.unwrap(resolve_name(path))
    lines, first = inspect.getsourcelines(thing)
    file = Path(inspect.getfile(thing)).relative_to(PACKAGE.parent)
    return file.as_posix(), first, dedent("".join(lines))


def show_data() -> None:
    """List the poster's data sets with their licences, as the registry of sources has them."""
    if not shown().is_posters:
        st.markdown(Text.DATA_OF_OTHERS)
        return
    lines = [
        Text.DATA_LINE.format(title=source.title, homepage=source.homepage, licence=source.licence)
        for source in SOURCES
    ]
    st.markdown("\n".join([Text.DATA, *lines]) + f"\n\n{Text.DATA_NOTE}")
