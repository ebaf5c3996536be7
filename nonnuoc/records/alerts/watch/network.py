"""Many stations that fall silent at once are one incident, of the network: a mast, a provider, a power line.

It takes a tenth of the stations, five at least, whose last values lie within a quarter of an hour. Stations are found
silent one by one, as their next values were due. So that the first of them is told as what it is, those count too that
have missed an interval and a half; only the silent ones are in the incident, and the others join it without a sound.
What was told of single stations shortly before, and what nobody has taken up, becomes part of it.

Invented stations have outages of their own: they never make up the number of a real one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import numpy as np
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Greatest
from numpy.typing import NDArray

from nonnuoc.records.alerts.attending import telling
from nonnuoc.records.alerts.judging import incidents
from nonnuoc.records.alerts.judging.found import Found
from nonnuoc.records.alerts.judging.incidents import Change
from nonnuoc.records.alerts.models import Alarm, Entry, Family, Incident
from nonnuoc.records.alerts.watch import silence
from nonnuoc.records.alerts.watch.silence import Heard
from nonnuoc.records.alerts.watch.watched import NONE, GoingOn, Ints
from nonnuoc.records.monitoring import newest
from nonnuoc.records.monitoring.rows import micros, moment
from nonnuoc.records.outbox import services as outbox

Kind, State = Entry.Kind, Incident.State
Bools = NDArray[np.bool_]
WINDOW = timedelta(minutes=15)
FEWEST, SHARE = 5, 0.10
#: Intervals without a value after which a station counts towards an outage though it is not silent yet.
LATE = 1.5
COLUMNS = ("code", "rule_id", "thing_id", "datastream_id", "onset", "raised", "last_beyond", "severity")
INSERT = """
INSERT INTO alerts_alarm (incident_id, recorded, code, rule_id, thing_id, datastream_id, onset, raised, last_beyond,
    severity, step, beyond, suspect)
SELECT %s, %s, n.*, 0, 0, 0 FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[],
    %s::timestamptz[], %s::timestamptz[], %s::smallint[]) AS n
"""


def gather(heard: Heard, new: Bools, going_on: Sequence[GoingOn], at: datetime) -> tuple[list[Change], Bools]:
    """What happened to the network, and which of the new silences are of single stations.

    new      (n,) streams that an alarm is due for; the same is returned, without those of an outage
    """
    station, stations = heard.streams.station, heard.streams.stations
    last, interval, patience = heard.went()
    fresh = (heard.at - last > patience) & (np.bincount(station[new], minlength=len(last)) > 0)
    changes, left = [], new.copy()
    for incident in _open_ones():
        members = stations.places([one.thing_id for one in going_on if one.incident_id == incident.id])
        members = members[members != NONE]
        simulated = bool(stations.simulated[members].any())
        joining = fresh & _is_of(incident, last, interval) & (stations.simulated == simulated)
        joining[members] = True
        mine = left & joining[station]
        if mine.any():
            changes += _join(incident, heard.found(np.flatnonzero(mine)), at)
        fresh, left = fresh & ~joining, left & ~mine
    singles = _recent(at) if fresh.any() else {}
    told = stations.places(list(singles))
    silent = fresh.copy()
    silent[told[told != NONE]] = True
    for members in outages(heard, silent):
        mine = left & np.isin(station, members)
        things = stations.id[members].tolist()
        merged = [singles[thing] for thing in things if thing in singles]
        found = heard.found(np.flatnonzero(mine))
        changes += _open(found, merged, onset=moment(int(last[members].min())), stations=len(things), at=at)
        left &= ~mine
    return changes, left


def clear(alarm_ids: Sequence[int], *, at: datetime) -> list[Change]:
    """These alarms of outages are over; an outage is with its last one. What is of one outage stays of it."""
    mine = Alarm.objects.filter(id__in=alarm_ids, cleared=None)
    ids = set(mine.values_list("incident_id", flat=True))
    locked = list(Incident.objects.filter(id__in=ids).select_for_update().order_by("id"))
    mine.update(cleared=Greatest("onset", Value(at)))
    going_on = set(Alarm.objects.filter(incident__in=ids, cleared=None).values_list("incident_id", flat=True))
    return [_over(incident, at) for incident in locked if incident.id not in going_on]


def outages(heard: Heard, silent: Bools) -> Iterator[Ints]:
    """Of the stations that have fallen silent just now those that did so together, outage by outage.

    silent   (stations,)
    returns  places of stations
    """
    last, interval, _ = heard.went()
    listened = interval < silence.NEVER
    late = silent | listened & (
        heard.at - last > newest.silence(np.where(listened, interval, 0) // silence.SECOND, LATE)
    )
    for simulated in (False, True):
        of = listened & (heard.streams.stations.simulated == simulated)
        enough = max(FEWEST, math.ceil(SHARE * of.sum()))
        waiting = silent & of
        while (members := _together(last, interval, late & of, waiting, enough)) is not None:
            yield np.flatnonzero(members)
            waiting &= ~members


def _together(last: Ints, interval: Ints, late: Bools, silent: Bools, enough: int) -> Bools | None:
    """The silent stations of the largest outage; None: there is none.

    A station fell silent at some moment between its last value and when the next was due. It is of an outage when that
    span touches the outage's quarter of an hour.
    """
    window = WINDOW // timedelta(microseconds=1)
    best, most = None, enough - 1
    for begin in np.unique(last[silent]).tolist():
        touched = (last <= begin + window) & (last + interval >= begin)
        if (number := int((touched & late).sum())) > most:
            best, most = touched & silent, number
    return best


def _open(
    founds: Sequence[Found], merged: Sequence[Incident], *, onset: datetime, stations: int, at: datetime
) -> list[Change]:
    """One incident of all these alarms, and of what was told of single stations before."""
    severity = max([one.severity for one in founds] + [one.severity for one in merged])
    incident = Incident.objects.create(
        family=Family.SILENCE, state=State.OPEN, severity=severity, onset=onset, opened=at, changed=at
    )
    _keep(incident, founds, at)
    _log(incident, Kind.OPENED, at, time=onset, stations=stations)
    incidents.announce(incident.id)
    return [Change(incident, Kind.OPENED, sounds=True), *(_merge(one, incident, at) for one in merged)]


def _join(incident: Incident, founds: Sequence[Found], at: datetime) -> list[Change]:
    """More of the same: no sound."""
    _keep(incident, founds, at)
    incident.changed = at
    incident.save(update_fields=["changed"])
    _log(incident, Kind.JOINED, at, stations=len({one.thing_id for one in founds}))
    incidents.announce(incident.id)
    return [Change(incident, Kind.JOINED, sounds=False)]


def _open_ones() -> list[Incident]:
    """Incidents of the network that go on, the newest first; locked."""
    found = Incident.objects.filter(family=Family.SILENCE, thing=None, state__in=(State.OPEN, State.HELD))
    return sorted(found.select_for_update().order_by("id"), key=lambda one: -one.id)


def _recent(at: datetime) -> dict[int, Incident]:
    """Of single stations what was told within the window and nobody has taken up, by station; locked."""
    found = Incident.objects.filter(family=Family.SILENCE, thing__isnull=False, state__in=(State.OPEN, State.HELD))
    lately = found.filter(opened__gte=at - WINDOW, acknowledged=None, assigned_to=None)
    locked = lately.select_for_update(of=("self",)).order_by("id")
    return {one.thing_id: one for one in locked if one.thing_id is not None}


def _is_of(incident: Incident, last: Ints, interval: Ints) -> Bools:
    """Which stations may have fallen silent in this outage. Arrays (stations,)."""
    begin = micros(incident.onset)
    return (last <= begin + WINDOW // timedelta(microseconds=1)) & (last + interval >= begin)


def _keep(incident: Incident, founds: Sequence[Found], at: datetime) -> None:
    columns = [[getattr(found, name) for found in founds] for name in COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [incident.id, at, *columns])


def _over(incident: Incident, at: datetime) -> Change:
    incident.cleared, incident.changed = max(at, incident.onset), at
    if incident.state != State.CLOSED:
        incident.state = State.CLEARED
    incident.save(update_fields=["cleared", "changed", "state"])
    _log(incident, Kind.CLEARED, at, time=at)
    incidents.announce(incident.id)
    return Change(incident, Kind.CLEARED)


def _merge(single: Incident, incident: Incident, at: datetime) -> Change:
    single.alarms.update(incident=incident)
    single.state, single.closed, single.changed = State.CLOSED, at, at
    single.outcome, single.merged_into = Incident.Outcome.MERGED, incident
    single.save(update_fields=["state", "closed", "changed", "outcome", "merged_into"])
    _log(single, Kind.MERGED, at, into=incident.id)
    outbox.drop(telling.prefix(single), f"part of incident #{incident.id}")
    incidents.announce(single.id)
    return Change(single, Kind.MERGED, sounds=False)


def _log(incident: Incident, kind: Entry.Kind, at: datetime, *, time: datetime | None = None, **facts: object) -> None:
    Entry.objects.create(incident=incident, at=at, time=time, kind=kind, facts=facts)
