"""Facilities and what belongs to them, for tests."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.utils import timezone

from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.registers.facilities.declared import FACILITIES, OUTFALLS, STACKS
from nonnuoc.records.registers.facilities.models import Alias, Facility, Identifier, Outfall, Stack
from nonnuoc.records.registers.pattern import keeping
from nonnuoc.records.registers.pattern.models import Document
from tests import factories

NUMBERS = count(1)


def facility(name: str = "", **values: Any) -> Facility:
    """A facility of this name; position: its source is told."""
    number = next(NUMBERS)
    facts = {"code": f"T{number}", "name": name or f"Cơ sở thử {number}", "source": "test", **values}
    if "lon" in facts:
        facts.setdefault("position_source", "test")
    return keeping.create(FACILITIES, facts, by=None)


def outfall(owner: Facility, **values: Any) -> Outfall:
    facts = {"code": f"X{next(NUMBERS)}", "name": "Cửa xả", "facility": owner, "source": "test", **values}
    return keeping.create(OUTFALLS, facts, by=None)


def stack(owner: Facility, **values: Any) -> Stack:
    facts = {"code": f"K{next(NUMBERS)}", "name": "Ống khói", "facility": owner, "source": "test", **values}
    return keeping.create(STACKS, facts, by=None)


def furnished(name: str = "", **values: Any) -> Facility:
    """A facility with one of everything below that can refer to one."""
    one = facility(name, **values)
    outfall(one)
    stack(one)
    Identifier.objects.create(facility=one, programme="licence", value=f"GP {one.code}", source="test")
    Alias.objects.create(facility=one, name=f"Tên cũ của {one.code}", source="test")
    factories.station(f"NT{one.code}", (), kind=Thing.Kind.WASTEWATER)
    Thing.objects.filter(code=f"NT{one.code}").update(facility=one.code)
    paper = {"name": "a.pdf", "media_type": "application/pdf", "sha256": one.code, "size": 1, "body": b"x"}
    Document.objects.create(register="facilities", entry_id=one.pk, at=timezone.now(), **paper)
    return one
