"""Which rows of a batch are whose, where several workers train one model."""

from typing import NamedTuple, Self

from torch import Tensor


class Share(NamedTuple):
    """The rows of a whole batch that one worker has."""

    rows: slice
    total: int  # rows of the whole batch

    def of(self, whole: Tensor, dim: int = 0) -> Tensor:
        """Return this worker's rows of a tensor that has the whole batch along `dim`."""
        return whole[(slice(None),) * dim + (self.rows,)]

    @classmethod
    def all_of(cls, total: int) -> Self:
        """Return that of somebody who has the whole batch."""
        return cls(slice(0, total), total)
