"""Alarms that came, changed or went find their incidents: which alarms are of one cause is decided anew each time.

Few statements, whatever the number of stations. The stations are locked while it is decided (`streams.lock`), so that
no two who decide about one station know nothing of each other; and the incidents' rows, as people work on them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from nonnuoc.records.alerts.judging import incidents, keeping
from nonnuoc.records.alerts.judging.course import Course
from nonnuoc.records.alerts.judging.found import Found, Kept
from nonnuoc.records.alerts.judging.grouping import Group, Member, groups
from nonnuoc.records.alerts.judging.incidents import Change
from nonnuoc.records.alerts.models import Entry, Incident
from nonnuoc.records.monitoring import streams
from nonnuoc.records.outbox import services as outbox

#: Alarms of one place and family that were on at some time of a span, ends included: the incidents they are in.
_MEETING = """
SELECT DISTINCT a.incident_id
FROM unnest(%s::int[], %s::text[], %s::timestamptz[], %s::timestamptz[]) AS n(thing_id, family, since, until)
JOIN alerts_alarm a ON {same} AND a.onset <= n.until AND (a.cleared IS NULL OR a.cleared >= n.since)
JOIN alerts_incident i ON i.id = a.incident_id AND i.family = n.family AND i.thing_id IS NOT DISTINCT FROM n.thing_id
WHERE {which}
"""
_OF_STATION = _MEETING.format(same="a.thing_id = n.thing_id", which="true")
_OF_NONE = _MEETING.format(same="a.thing_id IS NULL", which="n.thing_id IS NULL")
_MEMBERS = f"""
SELECT a.id, a.incident_id, i.thing_id, i.family, r.kind, d.interval_s, {", ".join(f"a.{f}" for f in keeping.FIELDS)}
FROM alerts_alarm a
JOIN alerts_incident i ON i.id = a.incident_id
JOIN alerts_alarmrule r ON r.id = a.rule_id
LEFT JOIN monitoring_datastream d ON d.id = a.datastream_id
WHERE a.id = ANY(%s) OR a.incident_id = ANY(%s)
"""  # noqa: S608 - all of it ours


@dataclass
class Known:
    """The incidents that are touched, locked, with all their alarms."""

    incidents: Mapping[int, Incident]
    members: dict[int, Member]  # by the alarm's id
    acted: Collection[int]  # incidents about which somebody has done something


@dataclass(frozen=True)
class Place:
    """Where the alarms of one cause go: into an incident that is kept, or a new one."""

    group: Group
    kept: Incident | None
    whole: Incident | None  # of a new one: what it is split off from


def regroup(changed: Sequence[Member], gone: Sequence[Kept], *, at: datetime) -> list[Change]:
    """Keep alarms that are new or changed, forget those that are gone, and give what that means for incidents.

    In the caller's transaction. What became part of another alarm is among `gone`, and that one's `was_in` tells.
    """
    if not changed and not gone:
        return []
    streams.lock({member.found.thing_id or 0 for member in changed} | {one.found.thing_id or 0 for one in gone})
    known = _known(changed, gone, at)
    before = {id: (one.incident_id, one.found) for id, one in known.members.items()}
    for one in gone:
        known.members.pop(one.id, None)
    known.members |= {member.id: member for member in changed if member.id is not None}
    new = [member for member in changed if member.id is None]
    places = _assign(groups([*known.members.values(), *new]), known.incidents)
    courses = _begin(places, known, at)
    left = _go_on(places, courses, known, gone, at)
    _keep_alarms(places, courses, before, gone, at)
    return _keep_incidents([*courses, *left])


def _known(changed: Sequence[Member], gone: Sequence[Kept], at: datetime) -> Known:
    spans = {_span(member) for member in changed}
    ids = {id for member in changed for id in member.came_from()} | {one.incident_id for one in gone}
    for sql, none in ((_OF_STATION, False), (_OF_NONE, True)):
        if asked := [span for span in spans if (span[0] is None) == none]:
            ids |= {row[0] for row in keeping.fetch(sql, list(zip(*asked, strict=True)))}
    locked = Incident.objects.select_for_update(of=("self",)).filter(id__in=ids).order_by("id")
    found = {one.id: one for one in locked}
    kept = {one.id: one for one in members(of=found, at=at) if one.id is not None}
    handled = Entry.objects.filter(incident__in=found, by__isnull=False).values_list("incident_id", flat=True)
    taken = {id for id, one in found.items() if one.acknowledged or one.assigned_to_id or one.closed_by_id}
    return Known(found, kept, taken | set(handled.distinct() if found else ()))


def members(*, at: datetime, alarms: Collection[int] = (), of: Collection[int] = ()) -> list[Member]:
    """Alarms that are kept, by their ids or those of their incidents."""
    found = []
    for row in keeping.fetch(_MEMBERS, [list(alarms), list(of)]) if alarms or of else ():
        id, incident_id, home, family, kind, interval_s = row[:6]
        one = Found(*row[6:])
        fresh = incidents.is_of_now(kind, one.last_beyond, interval_s, at)
        found.append(Member(id, incident_id, home, family, one, fresh))
    return found


def _assign(causes: Sequence[Group], known: Mapping[int, Incident]) -> list[Place]:
    """The earliest keeps the incident, and of several it keeps one that is not closed, the earliest."""
    taken: set[int] = set()
    places = []
    for group in causes:
        came = [known[id] for id in set().union(*(member.came_from() for member in group.members))]
        came = sorted((one for one in came if one.thing_id == group.home), key=_rank)
        kept = next((one for one in came if one.id not in taken), None)
        if kept is not None:
            taken.add(kept.id)
        places.append(Place(group, kept, came[0] if came and kept is None else None))
    return places


def _rank(incident: Incident) -> tuple[bool, datetime, int]:
    return incident.state == Incident.State.CLOSED, incident.onset, incident.id


def _begin(places: Sequence[Place], known: Known, at: datetime) -> list[Course]:
    """The course of each place's incident; the new ones are kept, and have their numbers."""
    courses = []
    for place in places:
        if place.kept is not None:
            courses.append(Course(place.kept, at, place.kept.id in known.acted))
            continue
        acted = place.whole is not None and place.whole.id in known.acted
        courses.append(Course(Incident(opened=at), at, acted))
        if place.whole is not None:
            courses[-1].split(place.group, place.whole)
        else:
            courses[-1].begin(place.group)
    Incident.objects.bulk_create([course.incident for course in courses if course.incident.id is None], batch_size=1000)
    return courses


def _go_on(
    places: Sequence[Place], courses: Sequence[Course], known: Known, gone: Sequence[Kept], at: datetime
) -> list[Course]:
    """What was there already goes on with its alarms; the courses of what is left without any."""
    whose = {place.kept.id: course for place, course in zip(places, courses, strict=True) if place.kept is not None}
    left = {id: Course(one, at, id in known.acted) for id, one in known.incidents.items() if id not in whose}
    for place, course in zip(places, courses, strict=True):
        if place.whole is not None:
            whose[place.whole.id].gave(course.incident)
    for place, course in zip(places, courses, strict=True):
        if place.kept is None:
            continue
        came = set().union(*(one.came_from() for one in place.group.members)) & left.keys()
        merged = [id for id in sorted(came) if left[id].incident.merged_into_id is None]
        joined = [one for one in place.group.members if one.incident_id != place.kept.id]
        course.go_on(place.group, joined, [left[id].incident for id in merged])
        for id in merged:
            left[id].merge_into(place.kept)
            outbox.drop(f"incident:{id}:", f"part of incident #{place.kept.id}")
    withdrawn = {id: course for id, course in left.items() if course.incident.merged_into_id is None}
    alarms: dict[int, list[Found]] = {id: [] for id in withdrawn}
    for one in gone:
        alarms.setdefault(one.incident_id, []).append(one.found)
    for id, course in withdrawn.items():
        course.withdraw(alarms[id])
    outbox.drop_each([f"incident:{id}:" for id in withdrawn], "the data were corrected")
    return list(left.values())


def _keep_alarms(
    places: Sequence[Place],
    courses: Sequence[Course],
    before: Mapping[int, tuple[int | None, Found]],
    gone: Sequence[Kept],
    at: datetime,
) -> None:
    """First what goes and what ends: two alarms of a rule at one datastream are never on together."""
    keeping.delete([one.id for one in gone])
    new, changed = [], []
    for place, course in zip(places, courses, strict=True):
        for one in place.group.members:
            if one.id is None:
                new.append((course.incident.id, one.found))
            elif before.get(one.id) != (course.incident.id, one.found):
                changed.append((one.id, course.incident.id, one.found))
    keeping.update(changed)
    keeping.insert(new, at=at)


def _keep_incidents(courses: Sequence[Course]) -> list[Change]:
    """Write what the incidents are now, and their logs; wake up who listens."""
    happened = [course for course in courses if course.log or course.changes]
    keeping.update_incidents([course.incident for course in courses])
    for course in happened:
        for entry in course.log:
            entry.incident_id = course.incident.id
    Entry.objects.bulk_create([entry for course in happened for entry in course.log], batch_size=1000)
    incidents.announce(*(course.incident.id for course in happened))
    return [change for course in happened for change in course.changes]


def _span(member: Member) -> tuple[int | None, str, datetime, datetime]:
    return member.home, member.family, member.found.onset, member.end
