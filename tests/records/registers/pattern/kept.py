"""Entries of registers for tests, written as everything is: by keeping."""

from __future__ import annotations

from itertools import count
from typing import Any

from nonnuoc.records.accounts.models import Office, Person, Role
from nonnuoc.records.registers.facilities.declared import FACILITIES, ZONES
from nonnuoc.records.registers.pattern import keeping
from tests.records.accounts import staff

_number = count(1)
PLACE = {"lon": 106.25, "lat": 22.66, "position_source": "GPS, 12/03/2026"}


def facility(name: str = "Xưởng thử", *, by: Person | None = None, reason: str = "test", **facts: Any) -> Any:
    """A facility; public unless something else is said."""
    told = {"name": name, "source": "test", "data_class": "public", **facts}
    return keeping.create(FACILITIES, told, by=by, reason=reason)


def zone(name: str = "Cụm công nghiệp thử", **facts: Any) -> Any:
    told = {"name": name, "source": "test", "data_class": "public", "kind": "cluster", **facts}
    return keeping.create(ZONES, told, by=None, reason="test")


def officer(name: str = "Officer") -> Person:
    """Of the province: writes every register."""
    return _somebody(name, Role.OFFICER, staff.office(f"so-{next(_number)}"))


def villager(code: str = "01273", name: str = "Villager") -> Person:
    """Of a commune: writes what lies there."""
    where = staff.commune(code)
    return _somebody(name, Role.COMMUNE_OFFICER, staff.office(f"uy-ban-{code}", Office.Kind.COMMUNE, commune=where))


def enterprise(code: str = "dn", name: str = "Enterprise") -> Person:
    """Reads what belongs to its own office."""
    return _somebody(name, Role.ENTERPRISE, staff.office(code, Office.Kind.ENTERPRISE))


def _somebody(name: str, role: Role, office: Office) -> Person:
    someone = staff.person(name)
    staff.task(someone, office, role)
    return someone
