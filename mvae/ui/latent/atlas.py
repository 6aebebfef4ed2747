"""The map: the test split's latents on a square, on which a place is picked and decoded."""

from collections import Counter, deque
from collections.abc import Sequence
from html import escape
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from mvae.arrays import Array
from mvae.checkpoint.latent_map import NEAREST, LatentMap, load_map
from mvae.checkpoint.place import MAP
from mvae.errors import CheckpointError
from mvae.inference.completion import Decoding
from mvae.inference.pipeline import Pipeline
from mvae.ui import keys
from mvae.ui.frame.download import Numbers, download_latest
from mvae.ui.frame.link import keep_link
from mvae.ui.frame.live import as_base64, run_unpainted
from mvae.ui.glossary.links import linked
from mvae.ui.latent.decoded import audible, class_names, is_audible, numbers_of, show_decoded
from mvae.ui.latent.live import tell_map
from mvae.ui.latent.plane import plane, show_points
from mvae.ui.latent.start import Point, told_choice, told_points
from mvae.ui.latent.text import words
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.runtime.parts import Looks, show_part
from mvae.ui.state.fields import Field
from mvae.ui.state.models import checkpoint_directory, checkpoints, chosen_checkpoint
from mvae.ui.state.task import shown
from mvae.ui.views.look import plain
from mvae.ui.views.points import class_marks, colour_of

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


def parse_place(text: str) -> tuple[float, float]:
    """Read a place from a lesson link, such as ``0.31,0.5``; raises ValueError if it is not on the map."""
    x, y = map(float, text.split(","))
    return on_map(x, y)


def on_map(x: float, y: float) -> tuple[float, float]:
    """Return a place with three decimals; raises ValueError if it is not on the map."""
    if not (isfinite(x) and isfinite(y) and 0 <= x <= 1 and 0 <= y <= 1):
        msg = f"{x}, {y} is not on the map: both numbers lie between 0 and 1."
        raise ValueError(msg)
    return round(float(x), 3), round(float(y), 3)


def _read() -> str | None:
    place = st.session_state.get(keys.LATENT_PLACE)
    return None if place is None else f"{place[0]:g},{place[1]:g}"


def _write(text: str) -> None:
    st.session_state[keys.LATENT_PLACE] = parse_place(text)


FIELDS = (Field("place", _read, _write),)


def show_map(pipe: Pipeline, start: Point, fields: Sequence[Field], downloads: "DeltaGenerator") -> None:
    """Show the map with the start, and what the cross decodes to."""
    try:
        found = load_map(checkpoint_directory())
    except CheckpointError as error:
        st.error(str(error))
    else:
        if found is not None:
            _Map(pipe, start, found).show(fields, downloads)
            return
        checkpoint = chosen_checkpoint()
        servers = checkpoint in shown().checkpoints
        st.info(words().NO_MAP.format(checkpoint=checkpoint) if servers else words().NO_MAP_OWN)
    keep_link(fields)


class _Map:
    """The tab where there is a map.

    Once the page paints what the model makes, the server shows what is decoded only when it shows the tab.
    """

    def __init__(self, pipe: Pipeline, start: Point, found: LatentMap) -> None:
        self._pipe, self._start, self._found = pipe, start, found
        self._home = on_map(*np.clip(found.place_of(start.mean), 0, 1))
        self._latest = deque([self._home], maxlen=1)  # the place that the page shows, whoever has painted it
        self._looks: Looks = {
            keys.MAP_PLACE: self._place,
            keys.MAP_SHORTCUTS: chosen_checkpoint,
            keys.MAP_OUTPUTS: lambda: st.session_state.get(keys.PLAYS, False),
            keys.LINK: object,
        }

    def show(self, fields: Sequence[Field], downloads: "DeltaGenerator") -> None:
        model = checkpoints()[chosen_checkpoint()]

        def keep() -> None:
            self._latest.append(self._place())
            keep_link(fields)

        def result() -> Numbers:
            place = self._latest[-1]
            out = self._decoded(place)
            where = {"x": [place[0]], "y": [place[1]]}
            return Numbers(*numbers_of(self._latent(place), out, where), audible(out), model)

        with st.container(horizontal=True, gap="medium"):
            given = st.container(key=keys.MAP_GIVEN)
            decoded = st.container(key=keys.MAP_DECODED)
        with given:
            show_points(self._found, name=chosen_checkpoint(), classes=shown().classes)
            show_part(self._looks, keys.MAP_PLACE, self._show_plane)
            _show_marks(self._found)
            legend = words().MAP_LEGEND.format(start=plain(self._start.words), nearest=NEAREST)
            st.caption(f"{legend} {words().MAP_HOW}")
        with decoded:
            show_part(self._looks, keys.MAP_SHORTCUTS, self._show_shortcuts)
            show_part(self._looks, keys.MAP_OUTPUTS, self._show_outputs)
            show_part(self._looks, keys.LINK, keep)
        with downloads:
            download_latest("map", result, audible=is_audible())

    def _place(self) -> tuple[float, float]:
        return st.session_state.get(keys.LATENT_PLACE) or self._home

    def _latent(self, place: tuple[float, float]) -> Array:
        return self._found.latent_at(np.array(place))[None]

    def _decoded(self, place: tuple[float, float]) -> Decoding:
        return self._pipe.decode(self._latent(place))

    def _update(self) -> None:
        run_unpainted(self._looks, [keys.MAP_OUTPUTS])

    def _go(self, x: float, y: float) -> None:
        st.session_state[keys.LATENT_PLACE] = on_map(x, y)
        self._update()

    def _show_plane(self) -> None:
        x, y = place = self._place()
        (label,) = class_names(self._decoded(place).label)
        alt = words().MAP_ALT.format(
            points=len(self._found.labels), start=self._start.words, x=x, y=y, label=label
        )
        plane(place, self._home, alt, self._go, name=chosen_checkpoint())

    def _show_outputs(self) -> None:
        place = self._place()
        st.session_state[keys.PLAYS] = show_decoded(self._decoded(place), self._pipe.description)
        counts = Counter(self._found.neighbours(np.array(place)).tolist()).most_common()
        neighbours = ", ".join(
            words().NEIGHBOUR.format(count=count, label=plain(shown().classes[each]))
            for each, count in counts
        )
        with st.container(key=keys.MAP_NEIGHBOURS):
            st.markdown(words().NEIGHBOURS.format(nearest=NEAREST, neighbours=neighbours))
        st.caption(linked(words().MAP.format(points=len(self._found.labels), nearest=NEAREST)))
        tell_map(_told(self._found, self._pipe, self._start, place, self._home), self._update)

    def _show_shortcuts(self) -> None:
        """Show the ways to a place without the map: to the middle of a class, and back to the start."""
        landmarks = self._found.landmarks()

        def to_class() -> None:
            label = st.session_state[keys.MAP_CLASS]
            st.session_state[keys.MAP_CLASS] = None  # so that the same class can be picked again
            if label is not None:
                self._go(*landmarks[label])

        def to_start() -> None:
            st.session_state.pop(keys.LATENT_PLACE, None)
            self._update()

        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.segmented_control(
                words().TO_CLASS, list(landmarks), format_func=lambda label: plain(shown().classes[label]),
                key=keys.MAP_CLASS, on_change=guarded(to_class),
            )  # fmt: skip
            st.button(
                words().TO_START, icon=":material/my_location:", key=keys.MAP_TO_START,
                on_click=guarded(to_start),
            )  # fmt: skip


def _told(
    found: LatentMap, pipe: Pipeline, start: Point, place: tuple[float, float], home: tuple[float, float]
) -> dict[str, Any]:
    """Return what the page is told of the map: what is decoded, and what is said of any other place."""
    return {
        "file": MAP,
        "nearest": NEAREST,
        "place": place,
        "home": home,
        "isHome": st.session_state.get(keys.LATENT_PLACE) is None,
        "start": {
            **told_choice(keys.LATENT_START), "mean": as_base64(start.mean), "words": start.words,
        },
        "points": told_points(pipe),
        "toStart": keys.MAP_TO_START,
        "toClass": {"key": keys.MAP_CLASS, "places": [on_map(*each) for each in found.landmarks().values()]},
        "count": len(found.labels),
        "texts": {"alt": words().MAP_ALT, "legend": f"{words().MAP_LEGEND} {words().MAP_HOW}"},
    }  # fmt: skip


def _show_marks(found: LatentMap) -> None:
    """Show which mark is of which class, where it is not the class's name."""
    classes = shown().classes
    marks = class_marks(classes)
    if list(classes) == marks:
        return
    labels = sorted(found.landmarks())
    names = ", ".join(f"{marks[label]} {classes[label]}" for label in labels)
    items = "".join(
        f'<span><b style="color: {colour_of(label)}">{escape(marks[label])}</b> '
        f"{escape(classes[label])}</span>"
        for label in labels
    )
    alt = escape(words().MAP_MARKS_ALT.format(names=names))
    st.html(f'<div class="map-marks" role="img" aria-label="{alt}">{items}</div>')
