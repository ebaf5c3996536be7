"""The invented people, from people.toml: one of each kind who uses the system."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from nonnuoc.records.accounts import offices, selectors, services
from nonnuoc.records.accounts.models import Office
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring import services as stations


@cache
def _table() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads((Path(__file__).parent / "people.toml").read_text(encoding="utf-8"))


def addresses() -> list[tuple[str, str]]:
    """E-mail address and name of each of them."""
    return [(entry["email"], entry["name"]) for entry in _table()["person"]]


@transaction.atomic
def register(password: str) -> None:
    """Their offices, accounts and tasks, where there are none yet; all with this password."""
    for entry in _table()["office"]:
        office(entry["code"])
    for entry in _table()["person"]:
        where = offices.by_code(entry["office"])
        if where is None or selectors.person_by_email(entry["email"]) is not None:
            continue
        person = services.register_person(entry["email"], name=entry["name"], password=password, by=None)
        services.appoint(person, where, entry["role"], by=None)


def office(code: str) -> Office:
    """The demonstration's own office of this code. Raises StopIteration for one it has not."""
    entry = next(entry for entry in _table()["office"] if entry["code"] == code)
    known = offices.by_code(code)
    if known is not None:
        return known
    parent = offices.by_code(entry["parent"]) if "parent" in entry else None
    return services.register_office(code, name=entry["name"], kind=entry["kind"], parent=parent, by=None)


def assign_stations() -> None:
    """Give each station of the demonstration to the office that runs it, where nobody has done so yet."""
    for entry in _table()["office"]:
        for code in entry.get("stations", ()):
            thing = monitoring.station(code)
            if thing is not None and thing.office_id is None:
                stations.assign_station(thing, office=office(entry["code"]), data_class=thing.data_class, by=None)
