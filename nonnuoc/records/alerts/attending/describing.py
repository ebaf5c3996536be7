"""Incidents with what their alarms say of them, for whoever puts them into words: a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Sum, prefetch_related_objects

from nonnuoc.records.alerts.attending import wording
from nonnuoc.records.alerts.attending.wording import About
from nonnuoc.records.alerts.levels import documents
from nonnuoc.records.alerts.models import Alarm, AlarmRule, Entry, Family, Incident
from nonnuoc.records.monitoring.models import Datastream

#: The alarm to speak of is the gravest, one that goes on before one that is over, the first.
_LEAD = ("incident_id", "-severity", F("cleared").desc(nulls_first=True), "onset", "id")
_NONE: Mapping[str, Any] = {"stations": 0, "invented": 0, "beyond": 0, "suspect": 0, "last": None}


def about(incidents: Sequence[Incident]) -> list[About]:
    """Each with its alarm to speak of, its counts, and the first names of what it is about."""
    prefetch_related_objects(incidents, "thing__commune")
    alarms = Alarm.objects.filter(incident__in=incidents)
    first = alarms.select_related("rule", "datastream__observed_property").order_by(*_LEAD).distinct("incident_id")
    leads = {one.incident_id: one for one in first}
    leads |= _withdrawn([one for one in incidents if one.id not in leads])
    sums = _sums(alarms)
    properties = alarms.filter(datastream__isnull=False).order_by("datastream__observed_property__order")
    codes = _few(properties, "datastream__observed_property__order", "datastream__observed_property__code")
    network = alarms.filter(incident__thing=None, thing__isnull=False).order_by("thing__name")
    names = _few(network, "thing__name") if any(one.thing_id is None for one in incidents) else {}
    spoken = list(leads.values())
    papers = dict(zip(leads, documents.of_alarms(spoken), strict=True))
    whole = _whole([one for one in incidents if one.family == Family.SILENCE and one.thing_id], alarms, sums)
    found = []
    for one in incidents:
        counted = sums.get(one.id, _NONE)
        found.append(
            About(
                one,
                leads.get(one.id),
                stations=counted["stations"],
                simulated=counted["invented"] > 0,
                beyond=counted["beyond"],
                suspect=counted["suspect"],
                codes=codes.get(one.id, ()),
                names=names.get(one.id, ()),
                whole=one.id in whole,
                document=papers.get(one.id, ""),
            )
        )
    return found


def _sums(alarms: QuerySet[Alarm]) -> dict[int, Mapping[str, Any]]:
    rows = alarms.order_by().values("incident_id").annotate(
        stations=Count("thing", distinct=True),
        invented=Count("id", filter=Q(thing__simulated=True)),
        of_beyond=Sum("beyond", default=0),
        of_suspect=Sum("suspect", default=0),
        last=Max("onset"),
    )  # fmt: skip
    return {row["incident_id"]: {**row, "beyond": row["of_beyond"], "suspect": row["of_suspect"]} for row in rows}


def _few(rows: QuerySet[Alarm], *columns: str) -> dict[int, tuple[str, ...]]:
    """Of the last column the first different values, by incident."""
    found: dict[int, list[str]] = defaultdict(list)
    for incident_id, *_, name in rows.values_list("incident_id", *columns).distinct():
        if len(found[incident_id]) < wording.MOST and name not in found[incident_id]:
            found[incident_id].append(name)
    return {id: tuple(names) for id, names in found.items()}


def _withdrawn(bare: Collection[Incident]) -> dict[int, Alarm]:
    """Of incidents without alarms what there was, as their log has it, before the data were corrected."""
    lines = Entry.objects.filter(incident__in=bare, facts__has_key="withdrawn").order_by("id") if bare else ()
    gone = {one.incident_id: one.facts["withdrawn"] for one in lines}
    worst = {id: max(several, key=lambda one: one["severity"]) for id, several in gone.items() if several}
    rules = AlarmRule.objects.in_bulk({one["rule_id"] for one in worst.values()}) if worst else {}
    streams = Datastream.objects.select_related("observed_property").in_bulk(
        {one["datastream_id"] for one in worst.values()} - {None}
    ) if worst else {}  # fmt: skip
    return {
        id: Alarm(
            incident_id=id,
            code=one["code"],
            rule=rules[one["rule_id"]],
            datastream=streams.get(one["datastream_id"]),
            onset=datetime.fromisoformat(one["onset"]),
            raised=datetime.fromisoformat(one["onset"]),
            **{name: one[name] for name in ("thing_id", "step", "severity", "level", "peak")},
        )
        for id, one in worst.items()
        if one["rule_id"] in rules
    }


def _whole(silent: Sequence[Incident], alarms: QuerySet[Alarm], sums: Mapping[int, Mapping[str, Any]]) -> set[int]:
    """Of silent stations those of which nothing else has been heard since their streams fell silent."""
    if not silent:
        return set()
    raw = Datastream.objects.filter(thing__in=[one.thing_id for one in silent], active=True)
    heard = raw.filter(procedure=Datastream.Procedure.RAW)
    streams: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    for thing_id, stream_id, latest in heard.values_list("thing_id", "id", "latest_time"):
        if latest is not None:
            streams[thing_id].append((stream_id, latest))
    mine: dict[int, set[int | None]] = defaultdict(set)
    for incident_id, stream_id in alarms.filter(incident__in=silent).values_list("incident_id", "datastream_id"):
        mine[incident_id].add(stream_id)
    found = set()
    for one in silent:
        last = sums.get(one.id, _NONE)["last"] or one.onset
        if not any(time > last for id, time in streams[one.thing_id or 0] if id not in mine[one.id]):
            found.add(one.id)
    return found
