"""What the watch goes by: rules that no value triggers, the stations they are about, and their alarms that go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from nonnuoc.records.alerts.levels import broken
from nonnuoc.records.alerts.models import Alarm, AlarmRule
from nonnuoc.records.monitoring.models import Thing

Ints = NDArray[np.int64]
NONE = -1  # no rule
NOWHERE = 0  # no commune


@dataclass(frozen=True)
class Stations:
    """The active stations, in the order of their id; arrays (n,)."""

    id: Ints
    kind: NDArray[np.str_]
    commune: Ints  # NOWHERE: unknown
    simulated: NDArray[np.bool_]

    def places(self, thing_ids: object) -> Ints:
        """Where these stations stand; NONE of one that is not active."""
        return places(self.id, thing_ids)


@dataclass(frozen=True, slots=True)
class GoingOn:
    """An alarm that is not over."""

    id: int
    code: str
    thing_id: int | None
    datastream_id: int | None
    onset: datetime
    incident_id: int
    of_many: bool  # its incident is of the network


def places(ids: Ints, wanted: object) -> Ints:
    """Where these ids stand in ascending ones; NONE of what is not among them."""
    asked = np.asarray(wanted, np.int64)
    if not len(ids):
        return np.full(len(asked), NONE, np.int64)
    near = np.minimum(np.searchsorted(ids, asked), len(ids) - 1)
    return np.where(ids[near] == asked, near, NONE)


def stations() -> Stations:
    """One query."""
    rows = Thing.objects.filter(state=Thing.State.ACTIVE).order_by("id")
    columns = list(zip(*rows.values_list("id", "kind", "commune_id", "simulated"), strict=True)) or [(), (), (), ()]
    return Stations(
        np.array(columns[0], np.int64),
        np.array(columns[1], np.str_),
        np.array([one or NOWHERE for one in columns[2]], np.int64),
        np.array(columns[3], bool),
    )


def rules(kind: str, at: datetime) -> list[AlarmRule]:
    """The enabled versions of this kind in force at `at`, the most general first."""
    in_force = Q(valid_from__lte=at) & (Q(valid_to=None) | Q(valid_to__gt=at))
    found = AlarmRule.objects.filter(in_force, kind=kind, enabled=True).prefetch_related("communes")
    sound = [rule for rule in found if not broken.is_broken(rule)]
    return sorted(sound, key=lambda rule: (_scope(rule), rule.code))


def choose(rules: Sequence[AlarmRule], among: Stations, place: Ints, observed: Ints | None = None) -> Ints:
    """Which rule is about each of them: the most particular one; NONE where none is. Shape (n,), places in `rules`.

    place     (n,) places in `among`
    observed  (n,) ids of the observed property; None: whole stations, which no rule about a property is about
    """
    chosen = np.full(len(place), NONE, np.int64)
    for number, rule in enumerate(rules):
        about = np.ones(len(place), bool)
        if rule.thing_id is not None:
            about &= among.id[place] == rule.thing_id
        if rule.thing_kind:
            about &= among.kind[place] == rule.thing_kind
        if communes := [commune.id for commune in rule.communes.all()]:
            about &= np.isin(among.commune[place], communes)
        if rule.observed_property_id is not None:
            about &= observed == rule.observed_property_id if observed is not None else False
        chosen[about] = number
    return chosen


def going_on(kind: str) -> list[GoingOn]:
    """The alarms of rules of this kind that are not over."""
    found = Alarm.objects.filter(cleared=None, rule__kind=kind).order_by("id")
    columns = ("id", "code", "thing_id", "datastream_id", "onset", "incident_id", "incident__thing_id")
    rows: list[tuple[Any, ...]] = list(found.values_list(*columns))
    return [
        GoingOn(id_, code, thing_id, datastream_id, onset, incident_id, home is None)
        for id_, code, thing_id, datastream_id, onset, incident_id, home in rows
    ]


def severity(rule: AlarmRule) -> int:
    """Of a rule with one step."""
    return int(rule.steps[0]["severity"])


def _scope(rule: AlarmRule) -> tuple[bool, bool, bool, bool]:
    named = (rule.thing_id is not None, bool(rule.communes.all()))
    return (*named, rule.observed_property_id is not None, bool(rule.thing_kind))
