"""The tab "In the latent": each expert's Gaussian, the prior and their product, in a plane."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mvae.arrays import Array
from mvae.inference.completion import Completion
from mvae.inference.gaussians import Gaussian, with_prior
from mvae.inference.pipeline import Pipeline
from mvae.inference.planes import Plane, agreeing_dimensions, pulling_dimensions, pulling_plane
from mvae.modalities.base import Modality
from mvae.model.subsets import Subset
from mvae.ui import keys
from mvae.ui.experts.charts import chart_names, frame
from mvae.ui.experts.ellipses import Shape, ellipses, look
from mvae.ui.experts.text import Experts as Text
from mvae.ui.frame.download import Numbers, download_latest, numbers
from mvae.ui.frame.link import keep_link
from mvae.ui.frame.live import as_base64, run_unpainted, tell
from mvae.ui.frame.quarrel import show_quarrel
from mvae.ui.glossary.links import linked
from mvae.ui.inputs.pickers import example_pills, present_switch
from mvae.ui.results import completions
from mvae.ui.results.examples import example_of, inputs_with_examples
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.runtime.parts import Looks, show_part
from mvae.ui.state import models
from mvae.ui.state import slots as session
from mvae.ui.state.fields import Field, one_of, widget_field
from mvae.ui.state.task import shown
from mvae.ui.text import Common
from mvae.ui.views.bars import shares_bars
from mvae.ui.views.colours import looks
from mvae.ui.views.look import plain

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

FIRST_PLANE = next(iter(Text.PLANES))
FIELDS: tuple[Field, ...] = (widget_field("plane", keys.EXPERTS_PLANE, FIRST_PLANE, one_of(Text.PLANES)),)


class Seen:
    """What is seen in the latent.

    Parameters
    ----------
    of
        The modalities that have an input, whether switched on or not.
    given
        Those of them that are switched on.
    chosen
        The kind of plane.
    complete
        Returns what the model makes of every subset of the inputs.
    """

    def __init__(
        self, of: Subset, given: Subset, chosen: str, complete: Callable[[], Mapping[Subset, Completion]]
    ) -> None:
        self.given, self.chosen = given, chosen
        self._of, self._complete = of, complete

    @cached_property
    def outs(self) -> Mapping[Subset, Completion]:
        """What the model makes of every subset of the inputs."""
        return self._complete()

    @cached_property
    def experts(self) -> Mapping[str, Gaussian]:
        """Of all inputs."""
        return self.outs[self._of].experts

    @cached_property
    def planes(self) -> Mapping[str, Plane]:
        """By kind."""
        return {
            "agree": agreeing_dimensions(self.experts),
            "pull": pulling_plane(self.experts),
            "dimensions": pulling_dimensions(self.experts),
        }

    @cached_property
    def frames(self) -> Mapping[str, NDArray[np.floating]]:
        """What of each plane is shown: it holds whatever the switches can make, and need not move."""
        everything = [
            *with_prior(self.experts).values(), *((out.mean, out.variance) for out in self.outs.values()),
        ]  # fmt: skip
        return {
            kind: frame([plane.project(gaussian) for gaussian in everything])
            for kind, plane in self.planes.items()
        }

    @cached_property
    def shapes(self) -> "list[Shape]":
        """What is drawn."""
        return shapes_of(self.outs, experts_of=self._of, given=self.given, plane=self.planes[self.chosen])

    @property
    def shares(self) -> Mapping[str, float]:
        """Of the precision, of those that are given."""
        return self.outs[self.given].expert_shares if self.given else {"prior": 1.0}

    def numbers(self, model: str) -> Numbers:
        """Return all that, to be taken home; `model` is what the model is called."""
        table = [
            {
                "expert": shape.expert, "share": self.shares.get(shape.expert),
                "x": shape.mean[0], "y": shape.mean[1],
                "x_deviation": shape.covariance[0, 0] ** 0.5, "y_deviation": shape.covariance[1, 1] ** 0.5,
            }
            for shape in self.shapes
        ]  # fmt: skip
        whole = numbers(self.outs[self.given]) if self.given else {}
        audible = self.outs[self.given].audio if self.given and shown().of_kind("sound") else None
        return Numbers(table, {**whole, "experts": self.experts}, audible, model)


def show(pipe: Pipeline, fields: Sequence[Field], downloads: "DeltaGenerator") -> None:
    """Show the switches, the picture of the latent, and the shares of the inputs, of which there is one.

    Once the page paints what the model makes, the server leaves to it what the switches change.
    """
    latest: deque[Seen] = deque(maxlen=1)  # what the page shows, whoever has painted it
    name = models.chosen_checkpoint()
    model = models.checkpoints()[name]

    def seen(complete: Callable[[dict[str, Array]], Mapping[Subset, Completion]]) -> Seen:
        inputs = inputs_with_examples()
        of, given = map(pipe.model.given, (inputs, session.current_inputs()))
        return Seen(of, given, st.session_state[keys.EXPERTS_PLANE], partial(complete, inputs))

    def shared(inputs: dict[str, Array]) -> Mapping[Subset, Completion]:
        return completions.completions(name, inputs, None)

    def anywhere(inputs: dict[str, Array]) -> Mapping[Subset, Completion]:
        return {out.given: out for out in pipe.complete(inputs)}  # files are made outside of the session

    looks: Looks = {
        keys.PLANE_SWITCHES: models.chosen_checkpoint, keys.PLANE_QUARREL: _given_look,
        keys.PLANE_OUTPUTS: _outputs_look, keys.LINK: object,
        keys.DOWNLOAD: lambda: bool(session.given_names()),
    }  # fmt: skip

    def update() -> None:
        run_unpainted(looks, [keys.PLANE_OUTPUTS])

    def keep() -> None:
        latest.append(seen(anywhere))
        keep_link(fields)

    def files() -> None:
        audible = bool(session.given_names() and shown().of_kind("sound"))
        download_latest("experts", lambda: latest[-1].numbers(model), audible=audible)

    show_part(looks, keys.PLANE_SWITCHES, lambda: show_switches(inputs_with_examples(), update))
    show_part(looks, keys.PLANE_QUARREL, lambda: show_quarrel(session.current_inputs()))
    show_part(looks, keys.PLANE_OUTPUTS, lambda: show_outputs(seen(shared), update))
    show_part(looks, keys.LINK, keep)
    with downloads:
        show_part(looks, keys.DOWNLOAD, files)


def _given_look() -> object:
    """Return what is given."""
    return {name: session.slots()[name].content for name in session.given_names()}


def _outputs_look() -> object:
    """Return what the outputs depend on besides the switches and the plane."""
    inputs = inputs_with_examples()
    return {name: session.slots()[name].content for name in inputs}, bool(session.given_names())


def show_outputs(seen: Seen, update: Callable[[], None]) -> None:
    """Show the picture of the latent, and the shares."""
    plane = seen.planes[seen.chosen]
    with st.container(horizontal=True):  # it wraps on a narrow page
        with st.container(width=840):
            frame_of = seen.frames[seen.chosen]
            ellipses(seen.shapes, frame_of, titles=axis_titles(plane), alt=described(seen.shapes))
        with st.container(width=500, key=keys.PLANE_SAID):
            st.markdown(linked(Text.SHARES))
            st.html(shares_bars(seen.shares, shown().experts))
            st.caption(linked(explained(seen.chosen, plane)))
            if not seen.given:
                st.info(Text.ALL_MISSING)
    _tell(seen, update)


def show_switches(inputs: Mapping[str, Array], update: Callable[[], None]) -> None:
    """Show a switch for each modality, or examples where it has no input, and the choice of a plane."""
    st.session_state.setdefault(keys.EXPERTS_PLANE, FIRST_PLANE)
    with st.container(horizontal=True, vertical_alignment="center"):
        for modality in shown().modalities:
            if modality.name in inputs:
                slot = session.slots()[modality.name]
                state = Text.GIVEN if slot.present else Common.MISSING
                label = Text.SWITCH.format(name=plain(modality.short_title), state=state)
                present_switch(modality, slot, label, update)
            else:
                show_examples(modality, update)
        st.segmented_control(
            Text.PLANE, list(Text.PLANES), format_func=Text.PLANES.__getitem__, required=True,
            key=keys.EXPERTS_PLANE, persist_state="session", on_change=guarded(update),
        )  # fmt: skip


def show_examples(modality: Modality, update: Callable[[], None]) -> None:
    """Show the classes to pick an example from for a modality that has no input."""
    slot = session.slots()[modality.name]
    label = Text.NO_SECOND_INPUT.format(missing=plain(modality.short_title))

    def put(chosen: int) -> None:
        slot.put(example_of(modality, chosen))
        update()

    with st.container(width=480):
        example_pills(modality, label, put)


def shapes_of(
    outs: Mapping[Subset, Completion], *, experts_of: Subset, given: Subset, plane: Plane
) -> list[Shape]:
    """Return the prior, each expert and, last, the product of those that are given.

    Parameters
    ----------
    outs
        What the model makes of every subset of the inputs.
    experts_of
        All inputs; the experts of those that are not given are only hinted at.
    given
        Those that are given; of none, the product is the prior.
    plane
        In which they are seen.
    """
    gaussians = with_prior(outs[experts_of].experts)
    lines = looks(shown().names)
    names = chart_names(shown().experts)
    off = set(experts_of) - set(given)
    shapes = [
        Shape(
            name, Text.OFF.format(name=names[name]) if name in off else names[name], lines[name],
            *plane.project(gaussian), faint=name in off,
        )
        for name, gaussian in gaussians.items()
    ]  # fmt: skip
    product = (outs[given].mean, outs[given].variance) if given else gaussians["prior"]
    return [*shapes, Shape("product", Text.PRODUCT, lines["product"], *plane.project(product))]


def axis_titles(plane: Plane) -> tuple[str, str]:
    """Return what is written at the two axes."""
    if plane.dimensions is None:
        return Text.AXIS_PULL.format(number=1), Text.AXIS_PULL.format(number=2)
    first, second = plane.dimensions
    return Text.AXIS_DIMENSION.format(number=first), Text.AXIS_DIMENSION.format(number=second)


def explained(kind: str, plane: Plane) -> str:
    """Say how the plane of a kind was chosen, and what of the experts' differences it shows."""
    first, second = plane.dimensions or (0, 0)  # which a plane that mixes them does not name
    return Text.PLANES_EXPLAINED[kind].format(
        share=plane.share, size=len(plane.origin), first=first, second=second
    )


def described(shapes: list[Shape]) -> str:
    """Say where each Gaussian lies to people who cannot see it."""
    places = [
        Text.PLACE.format(
            name=shape.name, x=shape.mean[0], y=shape.mean[1],
            wide=shape.covariance[0, 0] ** 0.5, high=shape.covariance[1, 1] ** 0.5,
        )
        for shape in shapes
    ]  # fmt: skip
    return Text.PLANE_ALT.format(places="; ".join(places))


def _tell(seen: Seen, update: Callable[[], None]) -> None:
    """Tell the page all of which the switches and the choice of a plane make another picture."""
    states = Common.MISSING, Text.GIVEN
    lines = looks(shown().names)
    told: dict[str, Any] = {
        "chosen": seen.chosen,
        "given": seen.given,
        "experts": {
            name: [as_base64(part) for part in gaussian]
            for name, gaussian in with_prior(seen.experts).items()
        },
        "switches": {
            name: {
                "key": f"{keys.PRESENT}{name}",
                "words": [Text.SWITCH.format(name=shown().names[name], state=state) for state in states],
            }
            for name in seen.experts
        },
        "planes": {
            kind: {
                **{part: as_base64(getattr(plane, part)) for part in ("origin", "unit", "axes")},
                "bounds": seen.frames[kind].tolist(),
                "titles": axis_titles(plane),
                "explained": linked(explained(kind, plane)),
            }
            for kind, plane in seen.planes.items()
        },
        "looks": {name: look(line) for name, line in lines.items()},
        "names": chart_names(shown().experts),
        "titles": shown().experts,
        "texts": {"off": Text.OFF, "product": Text.PRODUCT, "alt": Text.PLANE_ALT, "place": Text.PLACE},
    }  # fmt: skip
    tell("plane.js", told, painter=update)
