"""What a person may choose from when writing limits and conditions, and what they have written before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.monitoring.models import ObservedProperty
from nonnuoc.records.registers.licences.models import Condition, Dossier, Limit

Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Offered:
    """Choices: (code, words)."""

    sources: list[Choice]
    parameters: list[Choice]  # the first: none chosen


def of(dossier: Dossier) -> Offered:
    """Outfalls and stacks of the paper's facility, and everything that can be measured."""
    facility = dossier.facility
    entries = [*facility.outfalls.filter(withdrawn=None), *facility.stacks.filter(withdrawn=None)]
    name = "name_en" if get_language() == "en" else "name_vi"
    properties = ObservedProperty.objects.order_by("order", "code")
    parameters = [(one.code, f"{getattr(one, name)} ({one.code}, {one.unit})") for one in properties]
    return Offered([(one.code, f"{one.name} ({one.code})") for one in entries], [("", "–"), *parameters])


def dossier(code: str, rights: Rights) -> Dossier | None:
    """The paper with this code; None where there is none, or none they may know of."""
    mine = rights.readable(office="office_id", commune="commune_id", facility="facility__code")
    return Dossier.objects.filter(mine, code=code).select_related("facility__commune", "replaces").first()


def limit(identity: int) -> Limit | None:
    """A limit that was not withdrawn."""
    rows = Limit.objects.select_related("dossier__facility", "observed_property", "outfall", "stack")
    return rows.filter(pk=identity, withdrawn=None).first()


def condition(identity: int) -> Condition | None:
    """A condition that was not withdrawn."""
    rows = Condition.objects.select_related("dossier__facility", "outfall", "stack").prefetch_related("parameters")
    return rows.filter(pk=identity, withdrawn=None).first()


def written(row: Condition) -> dict[str, Any]:
    """A condition as a form shows it at first."""
    plain = ("kind", "text", "article", "every_months", "lag_days", "due", "valid_from", "valid_until")
    source = row.outfall or row.stack
    return {name: getattr(row, name) for name in plain} | {
        "source": source.code if source else "",
        "parameters": [one.code for one in row.parameters.all()],
    }
