"""Invented facilities, a zone, outfalls and stacks; two entries of one workshop that wait to be looked at."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from nonnuoc.demo import people
from nonnuoc.records.accounts.access import SYSTEM
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring import services as stations
from nonnuoc.records.registers.facilities import identifying, selectors, sources
from nonnuoc.records.registers.facilities.declared import FACILITIES, OUTFALLS, STACKS, ZONES
from nonnuoc.records.registers.pattern import keeping, reading
from nonnuoc.records.registers.pattern.register import Register

#: The facility of the industrial cluster: its station, its licence, its outfall, its inspection and its account meet
#: here.
CLUSTER = "mp-cum-cong-nghiep"
CLUSTER_OUTFALL = "mp-cua-xa-cum"
CLUSTER_STATION = "CBMP07"
SOURCE = "mô phỏng"
REGISTERS = (ZONES, FACILITIES, OUTFALLS, STACKS)
#: Entries of the plan and of other rooms, which are left out where they are not registered.
LINKS = ("reach", "zone", "facility")


@cache
def _table() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads((Path(__file__).parent / "facilities.toml").read_text(encoding="utf-8"))


@transaction.atomic
def load() -> None:
    """Register what is not there yet, tell the station whom it watches, and link its datastreams."""
    for register in REGISTERS:
        there = reading.codes(register)
        for entry in _table()[register.key]:
            if entry["code"] not in there:
                _register(register, entry)
    for entry in _table()["identifier"]:
        facility = selectors.by_code(entry["facility"])
        if facility is not None:
            identifying.identify(facility, entry["programme"], entry["value"], source=SOURCE, by=None)
    watch()


def _register(register: Register, entry: dict[str, Any]) -> None:
    facts = {"source": SOURCE, "data_class": DataClass.PUBLIC, "simulated": True, **entry}
    if "lon" in facts:
        facts["position_source"] = SOURCE
    if "office" in facts:
        facts["office"] = people.office(facts["office"])
    known = keeping.targets(register, facts)
    facts = {name: value for name, value in facts.items() if name not in LINKS or known[name]}
    keeping.create(register, facts, by=None, reason=SOURCE)


def watch() -> None:
    """Whom the cluster's station watches, and what of it measures the outfall: once both are registered."""
    thing = monitoring.station(CLUSTER_STATION)
    outfall: Any = reading.one(OUTFALLS, CLUSTER_OUTFALL, SYSTEM)
    if thing is None or outfall is None:
        return
    if not thing.facility:
        thing = stations.assign_station(
            thing, office=thing.office, facility=CLUSTER, data_class=thing.data_class, by=None
        )
    if thing.facility == CLUSTER:
        begun = timezone.localtime().replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
        since = begun.replace(year=begun.year - 1)
        sources.link_all(outfall, sources.linkable(outfall), since=since, note=SOURCE, by=None)
