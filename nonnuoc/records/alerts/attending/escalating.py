"""What nobody takes up is told to more people: once after a while, and once more.

It is counted from when the incident was told, told again after it was reopened, or from the end of a silence. What is
acknowledged, silenced, over or closed goes no further: an incident that has ended by itself waits for somebody, but is
no reason to wake a leader. Nor is a minor one: leaders hear of what is as grave as a setting says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache

from django.db import transaction
from django.db.models import F, Max, Q
from django.db.models.functions import Coalesce, Greatest

from nonnuoc.records.accounts import access, preferences
from nonnuoc.records.accounts.access import Subject
from nonnuoc.records.accounts.models import Person, Role
from nonnuoc.records.accounts.rights import RIGHTS
from nonnuoc.records.alerts.attending import together
from nonnuoc.records.alerts.attending.together import Piece
from nonnuoc.records.alerts.judging import incidents
from nonnuoc.records.alerts.models import Entry, Incident
from nonnuoc.records.alerts.selectors import subject

State = Incident.State
#: After how many minutes each further circle is told.
SETTINGS = ("alarms.escalate_first_min", "alarms.escalate_second_min")
#: From which severity on leaders are among them.
LEADERS_FROM = "alarms.escalate_leaders_severity"
_HANDLERS = frozenset(role for role, may in RIGHTS.items() if "incidents.handle" in may) - {Role.ADMINISTRATOR}
#: First everybody who works on incidents, and leaders; then leaders, and administrators.
CIRCLES = (_HANDLERS | {Role.LEADER}, frozenset({Role.LEADER, Role.ADMINISTRATOR}))


@transaction.atomic
def escalate(at: datetime) -> list[Incident]:
    """Go one circle further with what has waited too long; those incidents. The same moment again: nothing."""
    waits = [timedelta(minutes=preferences.read(code)) for code in SETTINGS]
    due = {}
    for id_, level, since in _unanswered(at):
        if waits[level] and at - since >= waits[level]:
            due[id_] = at - since
    locked = Incident.objects.filter(id__in=due, acknowledged=None).select_for_update(of=("self",))
    further = list(locked.select_related("thing__commune").order_by("id"))
    if further:
        _go_further(further, due, at)
    return further


class Circles:
    """Who is told at each level, by their tasks, as far as these let them see it; read once for any number."""

    def __init__(self, at: datetime) -> None:
        self._everybody = [one for one in access.of_everybody(at) if one.person]
        self._leaders_from = int(preferences.read(LEADERS_FROM))
        self._of = cache(self._found)

    def of(self, incident: Incident) -> tuple[Person, ...]:
        """Those of the level the incident has reached (from 1)."""
        roles = CIRCLES[incident.escalation - 1]
        if incident.severity < self._leaders_from:
            roles -= {Role.LEADER}
        return self._of(roles, subject(incident))

    def _found(self, roles: frozenset[Role], on: Subject) -> tuple[Person, ...]:
        within = [one for one in self._everybody if one.roles & roles and one.may("incidents.read", on)]
        return tuple(one.person for one in within if one.person)


def _unanswered(at: datetime) -> Iterable[tuple[int, int, datetime]]:
    """Incidents that go on, were told, and that nobody has taken up or silenced: id, how far they went, since when."""
    sounded = Q(log__kind=Entry.Kind.TOLD, log__facts__what__in=("opened", "reopened"))
    going_on = Incident.objects.filter(state__in=(State.OPEN, State.HELD), told__isnull=False, acknowledged=None)
    loud = going_on.filter(Q(silenced_until=None) | Q(silenced_until__lte=at), escalation__lt=len(SETTINGS))
    told = Coalesce(Max("log__at", filter=sounded), F("told"))
    since = Greatest(told, Coalesce(F("silenced_until"), F("told")))
    return loud.annotate(since=since).values_list("id", "escalation", "since")


def _go_further(further: Sequence[Incident], waited: Mapping[int, timedelta], at: datetime) -> None:
    circles, lines, pieces = Circles(at), [], []
    for incident in further:
        incident.escalation += 1
        incident.changed = at
        level, minutes = incident.escalation, int(waited[incident.id].total_seconds() // 60)
        facts = {"level": level, "minutes": minutes}
        lines.append(Entry(incident=incident, at=at, kind=Entry.Kind.ESCALATED, facts=facts))
        pieces.append(
            Piece(incident, "escalated", also=circles.of(incident), escalation=level, more={"minutes": minutes})
        )
    ids = [incident.id for incident in further]
    Incident.objects.filter(id__in=ids).update(escalation=F("escalation") + 1, changed=at)
    Entry.objects.bulk_create(lines, batch_size=1000)
    together.bring(pieces, at=at)
    incidents.announce(*ids)
