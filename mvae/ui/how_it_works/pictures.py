"""Which live picture each section has; it imports torch, for which the page's text does not wait."""

from collections.abc import Callable, Mapping

from mvae.ui.how_it_works import decoded, posterior, scores
from mvae.ui.how_it_works.case import Case

SHOW: Mapping[str, Callable[[Case], None]] = {
    "idea": posterior.show_idea,
    "expert": posterior.show_expert,
    "subsets": posterior.show_subsets,
    "sampling": decoded.show_sampling,
    "elbo": scores.show_elbo,
    "training": decoded.show_training,
    "doubt": scores.show_doubt,
}
"""Anchor of a section -> what draws its picture; `posterior.show_product` has a setting: it stands alone."""
