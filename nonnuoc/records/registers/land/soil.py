"""Results of the laboratory held against QCVN 03:2023/BTNMT, as it was in force on the day of sampling."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.translation import get_language

from nonnuoc import rules
from nonnuoc.domain import soil
from nonnuoc.domain.gates import Judged
from nonnuoc.domain.soil import Comparison, Verdict
from nonnuoc.domain.units import folded
from nonnuoc.records.registers.land.models import SoilResult


@dataclass(frozen=True, slots=True)
class Parameter:
    """What the regulation limits in soil."""

    code: str
    name_vi: str
    name_en: str
    unit: str

    @property
    def name(self) -> str:
        """In the language of the moment."""
        return self.name_en if get_language() == "en" else self.name_vi


@lru_cache(maxsize=8)
def parameters(on: date) -> Mapping[str, Parameter]:
    """By code, in the order of the regulation in force on a day; none where none was."""
    table = rules.find("qcvn03", on)
    entries = table.data["limit"] if table is not None and table.is_law else ()
    return {
        one["parameter"]: Parameter(one["parameter"], one["name_vi"], one["name_en"], one["unit"]) for one in entries
    }


def parameter_of(text: str, on: date) -> str:
    """The code of a parameter by its code or either of its names; what the regulation does not have stays as it is."""
    wanted = folded(text)
    for one in parameters(on).values():
        if wanted in (folded(one.code), folded(one.name_vi), folded(one.name_en)):
            return one.code
    return text.strip()


def name_of(code: str, on: date) -> str:
    """A parameter's name in the language of the moment; of one the regulation does not have, as it was written."""
    known = parameters(on).get(code)
    return known.name if known else code


def document(on: date) -> str:
    """Number of the regulation in force on a day; "" where there was none."""
    table = rules.find("qcvn03", on)
    return table.number if table is not None and table.is_law else ""


def compared(result: SoilResult, land_class: str) -> Comparison:
    """One result against the limit of a class; UNKNOWN where the class, the parameter's limit or the unit is."""
    table = rules.find("qcvn03", result.sampled)
    if table is None or not table.is_law or not land_class:
        return Comparison(Verdict.UNKNOWN)
    return soil.compare(
        table.data,
        rules.load("units", on=date.max).data,
        result.parameter,
        land_class,
        result.value,
        result.unit,
        below_detection=result.below_detection,
    )


def judged(results: Iterable[SoilResult], land_class: str) -> list[Judged]:
    """As gates take them."""
    return [Judged(one.parameter, compared(one, land_class).verdict) for one in results]
