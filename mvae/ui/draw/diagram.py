"""The diagram of the first page: experts, their product, and what is decoded from it."""

from typing import TYPE_CHECKING

from mvae.inference.completion import Completion
from mvae.ui.results.completions import most_active_dimension
from mvae.ui.state.task import shown
from mvae.ui.views.diagram import Fused, diagram

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


def show_diagram(place: "DeltaGenerator", out: Completion | None) -> None:
    """Show what was fused, or that nothing is given; `st.html` would drop the drawing."""
    dimension = most_active_dimension()
    fused = None if out is None else _fused(out, dimension)
    place.markdown(diagram(shown().experts, dimension, fused), unsafe_allow_html=True)


def _fused(out: Completion, dimension: int) -> Fused:
    gaussians = {**out.experts, "": (out.mean, out.variance)}
    there = {
        name: (float(mean[dimension]), float(variance[dimension]) ** 0.5)
        for name, (mean, variance) in gaussians.items()
    }
    product = there.pop("")
    return Fused(there, product, out.expert_shares, shown().classes[out.label])
