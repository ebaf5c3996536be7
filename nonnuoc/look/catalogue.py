"""Every data set there is, of all subjects, and what holds for all of them. Each subject adds its own in one line."""

from __future__ import annotations

from dataclasses import dataclass

from nonnuoc.records.monitoring import datasets as monitoring
from nonnuoc.records.monitoring.datasets import Dataset

DATASETS: tuple[Dataset, ...] = (*monitoring.DATASETS,)


@dataclass(frozen=True, slots=True)
class Licence:
    """What everybody may do with the public data sets."""

    name: str
    url: str


#: Said here and nowhere else.
LICENCE = Licence("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/")
