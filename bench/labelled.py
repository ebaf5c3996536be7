"""What checks found of what a person labelled: counted by value and by run of values, on arrays of one series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Score:
    """How a check did against a person's word. `clean` is what nobody labelled: only there can it be wrong."""

    values: int  # labelled
    caught: int  # of these, flagged
    clean: int
    false: int  # of the clean, flagged
    events: int  # runs of labelled values
    events_caught: int  # of these, with at least one value flagged
    events_false: int  # runs of flagged values that touch no labelled one

    @property
    def missed(self) -> int:
        return self.values - self.caught

    @property
    def recall(self) -> float | None:
        """Share of the labelled values that are flagged; None: nothing labelled."""
        return self.caught / self.values if self.values else None

    @property
    def precision(self) -> float | None:
        """Share of the flagged values that are labelled; None: nothing flagged."""
        flagged = self.caught + self.false
        return self.caught / flagged if flagged else None


def score(flagged: Mask, labelled: Mask, judged: Mask) -> Score:
    """Counts of one series in order of time; all of shape (n,).

    flagged   what the checks doubt
    labelled  what a person called a fault and a check could have found
    judged    what counts at all; a value labelled for another reason is neither a fault to find nor clean
    """
    clean = judged & ~labelled
    faults = runs(labelled & judged)
    return Score(
        values=int(np.count_nonzero(labelled & judged)),
        caught=int(np.count_nonzero(flagged & labelled & judged)),
        clean=int(np.count_nonzero(clean)),
        false=int(np.count_nonzero(flagged & clean)),
        events=len(faults),
        events_caught=sum(bool(flagged[since:until].any()) for since, until in faults),
        events_false=sum(not (labelled | ~judged)[since:until].any() for since, until in runs(flagged)),
    )


def runs(mask: Mask) -> list[tuple[int, int]]:
    """The half-open stretches in which a mask holds."""
    edges = np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8))
    return list(zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True))


def touched(spans: list[tuple[int, int]], mask: Mask) -> int:
    """How many half-open stretches hold at least one value of a mask."""
    return sum(bool(mask[since:until].any()) for since, until in spans)
