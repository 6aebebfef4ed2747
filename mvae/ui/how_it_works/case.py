"""The input that all pictures of the page How it works are made from."""

from collections.abc import Mapping
from dataclasses import dataclass

from mvae.arrays import Array
from mvae.inference.completion import Completion
from mvae.inference.pipeline import Pipeline
from mvae.modalities.base import Modality
from mvae.model.subsets import Subset, all_subsets
from mvae.ui.how_it_works.text import HowItWorks as Text
from mvae.ui.results import completions
from mvae.ui.state import models
from mvae.ui.state.task import shown

_ALL_ROWS, _SOME_ROWS = 15, 12  # of subsets: up to so many are all shown, of more so many of the smallest


@dataclass(frozen=True)
class Case:
    """An input and what the chosen model makes of it.

    Attributes
    ----------
    inputs
        All prepared inputs, given or not.
    given
        Names of those that the model is given, at least one.
    completions, elbos
        Every subset of the inputs -> what is made of it, decoded from the mean, and its ELBO in nats.
    """

    pipe: Pipeline
    inputs: dict[str, Array]
    given: Subset
    completions: Mapping[Subset, Completion]
    elbos: Mapping[Subset, float]

    @classmethod
    def of(cls, pipe: Pipeline, inputs: dict[str, Array], given: Subset) -> "Case":
        """Complete every subset of the inputs."""
        asked = models.chosen_checkpoint(), inputs, None
        return cls(pipe, inputs, given, completions.completions(*asked), completions.elbos(*asked))

    @property
    def out(self) -> Completion:
        """What the model makes of what is given."""
        return self.completions[self.given]

    @property
    def best(self) -> Subset:
        """The subset whose ELBO is the highest."""
        return max(self.elbos, key=self.elbos.__getitem__)

    @property
    def target(self) -> Modality:
        """The modality that is shown as decoded: one that is not given, if there is one.

        It is a drawing where there are several: of these one sees the most.
        """
        drawings = shown().of_kind("drawing")
        candidates = drawings if len(drawings) > 1 else shown().modalities
        return next((each for each in candidates if each.name not in self.given), candidates[-1])

    @property
    def rows(self) -> list[Subset]:
        """The subsets that are shown: all, or the smallest, the current one and the best."""
        subsets = all_subsets(list(shown().names))
        if len(subsets) <= _ALL_ROWS:
            return subsets
        chosen = {*subsets[:_SOME_ROWS], self.given, self.best}
        return [subset for subset in subsets if subset in chosen]

    def remark(self, subset: Subset) -> str:
        """Say which inputs a subset lacks, or nothing."""
        absent = tuple(name for name in subset if name not in self.inputs)
        return Text.NEEDED.format(names=shown().listed(absent)) if absent else ""

    def some_rows(self) -> str:
        """Say that not all subsets are shown, or nothing."""
        count = 2 ** len(shown().modalities) - 1
        return "" if len(self.rows) == count else Text.SOME_SUBSETS.format(some=len(self.rows), count=count)
