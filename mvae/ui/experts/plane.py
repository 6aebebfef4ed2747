"""The tab "In the latent": each expert's Gaussian, the prior and their product, in a plane."""

from collections.abc import Mapping
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
from mvae.ui.frame.download import download_numbers, numbers
from mvae.ui.frame.live import as_base64, tell
from mvae.ui.glossary.links import linked
from mvae.ui.inputs.pickers import example_pills, present_switch
from mvae.ui.results import completions
from mvae.ui.results.examples import example_of
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


def show(pipe: Pipeline, inputs: dict[str, Array], downloads: "DeltaGenerator") -> None:
    """Show the switches, the picture of the latent, and the shares.

    Parameters
    ----------
    pipe
        The model.
    inputs
        Of all modalities that have one, whether switched on or not.
    downloads
        Where the downloads are shown.
    """
    chosen = show_switches(inputs)
    outs = completions.completions(models.chosen_checkpoint(), inputs, None)
    experts = outs[pipe.model.given(inputs)].experts
    # The frame holds whatever the switches can make, so that it need not move.
    everything = [*with_prior(experts).values(), *((out.mean, out.variance) for out in outs.values())]
    planes = {
        "agree": agreeing_dimensions(experts),
        "pull": pulling_plane(experts),
        "dimensions": pulling_dimensions(experts),
    }
    frames = {
        kind: frame([plane.project(gaussian) for gaussian in everything]) for kind, plane in planes.items()
    }
    plane = planes[chosen]
    given = pipe.model.given(session.current_inputs())
    shapes = shapes_of(outs, experts_of=pipe.model.given(inputs), given=given, plane=plane)
    shares = outs[given].expert_shares if given else {"prior": 1.0}
    table = [
        {
            "expert": shape.expert, "share": shares.get(shape.expert), "x": shape.mean[0], "y": shape.mean[1],
            "x_deviation": shape.covariance[0, 0] ** 0.5, "y_deviation": shape.covariance[1, 1] ** 0.5,
        }
        for shape in shapes
    ]  # fmt: skip
    whole = numbers(outs[given]) if given else {}
    audible = outs[given].audio if given and shown().of_kind("sound") else None
    download_numbers(downloads, "experts", table, {**whole, "experts": experts}, audible=audible)
    with st.container(horizontal=True):  # it wraps on a narrow page
        with st.container(width=840):
            ellipses(shapes, frames[chosen], titles=axis_titles(plane), alt=described(shapes))
        with st.container(width=500, key=keys.PLANE_SAID):
            st.markdown(linked(Text.SHARES))
            st.html(shares_bars(shares, shown().experts))
            st.caption(linked(explained(chosen, plane)))
            if not given:
                st.info(Text.ALL_MISSING)
    _tell(chosen, given, experts, planes, frames)


def show_switches(inputs: Mapping[str, Array]) -> str:
    """Show a switch for each modality, or examples where it has no input; return the chosen kind of plane."""
    st.session_state.setdefault(keys.EXPERTS_PLANE, FIRST_PLANE)
    with st.container(horizontal=True, vertical_alignment="center"):
        for modality in shown().modalities:
            if modality.name in inputs:
                slot = session.slots()[modality.name]
                state = Text.GIVEN if slot.present else Common.MISSING
                label = Text.SWITCH.format(name=plain(modality.short_title), state=state)
                present_switch(modality, slot, label)
            else:
                show_examples(modality)
        return str(
            st.segmented_control(
                Text.PLANE, list(Text.PLANES), format_func=Text.PLANES.__getitem__, required=True,
                key=keys.EXPERTS_PLANE, persist_state="session",
            )
        )  # fmt: skip


def show_examples(modality: Modality) -> None:
    """Show the classes to pick an example from for a modality that has no input."""
    slot = session.slots()[modality.name]
    label = Text.NO_SECOND_INPUT.format(missing=plain(modality.short_title))
    with st.container(width=480):
        example_pills(modality, label, lambda chosen: slot.put(example_of(modality, chosen)))


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


def _tell(
    chosen: str,
    given: Subset,
    experts: Mapping[str, Gaussian],
    planes: Mapping[str, Plane],
    frames: Mapping[str, NDArray[np.floating]],
) -> None:
    """Tell the page all of which the switches and the choice of a plane make another picture."""
    states = Common.MISSING, Text.GIVEN
    lines = looks(shown().names)
    told: dict[str, Any] = {
        "chosen": chosen,
        "given": given,
        "experts": {
            name: [as_base64(part) for part in gaussian] for name, gaussian in with_prior(experts).items()
        },
        "switches": {
            name: {
                "key": f"{keys.PRESENT}{name}",
                "words": [Text.SWITCH.format(name=shown().names[name], state=state) for state in states],
            }
            for name in experts
        },
        "planes": {
            kind: {
                **{part: as_base64(getattr(plane, part)) for part in ("origin", "unit", "axes")},
                "bounds": frames[kind].tolist(), "titles": axis_titles(plane),
                "explained": linked(explained(kind, plane)),
            }
            for kind, plane in planes.items()
        },
        "looks": {name: look(line) for name, line in lines.items()},
        "names": chart_names(shown().experts),
        "titles": shown().experts,
        "texts": {"off": Text.OFF, "product": Text.PRODUCT, "alt": Text.PLANE_ALT, "place": Text.PLACE},
    }  # fmt: skip
    tell("plane.js", told)
