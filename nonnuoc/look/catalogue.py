"""Every data set there is, of all subjects, and what holds for all of them. Each subject adds its own in one line."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from nonnuoc.look import province
from nonnuoc.look.plans import datasets as plans
from nonnuoc.look.registers import datasets as registers
from nonnuoc.records.accounts import offices
from nonnuoc.records.accounts.models import Office
from nonnuoc.records.monitoring import datasets as monitoring
from nonnuoc.records.monitoring.datasets import Dataset

DATASETS: tuple[Dataset, ...] = (*monitoring.DATASETS, *registers.DATASETS, *plans.DATASETS)


@dataclass(frozen=True, slots=True)
class Licence:
    """What everybody may do with the public data sets."""

    name: str
    url: str


#: Said here and nowhere else.
LICENCE = Licence("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/")


def publisher() -> str:
    """The office of the province itself, where it is registered."""
    office = offices.every().filter(kind=Office.Kind.PROVINCE).first()
    return office.name if office else gettext("Environment of %(province)s") % {"province": province.name()}
