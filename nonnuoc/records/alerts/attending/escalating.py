"""What nobody takes up is told to more people: once after a while, and once more.

It is counted from when the incident was told, told again after it was reopened, or from the end of a silence. What is
acknowledged, silenced, over or closed goes no further: an incident that has ended by itself waits for somebody, but is
no reason to wake a leader.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Max, Q
from django.db.models.functions import Coalesce, Greatest

from nonnuoc.records.accounts import access, preferences
from nonnuoc.records.accounts.access import Subject
from nonnuoc.records.accounts.models import Person, Role
from nonnuoc.records.accounts.rights import RIGHTS
from nonnuoc.records.alerts.attending import telling
from nonnuoc.records.alerts.judging import incidents
from nonnuoc.records.alerts.models import Entry, Incident
from nonnuoc.records.alerts.selectors import subject
from nonnuoc.records.outbox import services as outbox

State = Incident.State
#: After how many minutes each further circle is told.
SETTINGS = ("alarms.escalate_first_min", "alarms.escalate_second_min")
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
    with outbox.together(at) if further else nullcontext():
        for incident in further:
            _go_further(incident, due[incident.id], at)
    return further


def circle(level: int, on: Subject, at: datetime) -> list[Person]:
    """Who is told at this level (from 1): by their tasks, as far as these let them see it."""
    roles = CIRCLES[level - 1]
    everybody = access.of_everybody(at)
    return [one.person for one in everybody if one.person and one.roles & roles and one.may("incidents.read", on)]


def _unanswered(at: datetime) -> Iterable[tuple[int, int, datetime]]:
    """Incidents that go on, were told, and that nobody has taken up or silenced: id, how far they went, since when."""
    sounded = Q(log__kind=Entry.Kind.TOLD, log__facts__what__in=("opened", "reopened"))
    going_on = Incident.objects.filter(state__in=(State.OPEN, State.HELD), told__isnull=False, acknowledged=None)
    loud = going_on.filter(Q(silenced_until=None) | Q(silenced_until__lte=at), escalation__lt=len(SETTINGS))
    told = Coalesce(Max("log__at", filter=sounded), F("told"))
    since = Greatest(told, Coalesce(F("silenced_until"), F("told")))
    return loud.annotate(since=since).values_list("id", "escalation", "since")


def _go_further(incident: Incident, waited: timedelta, at: datetime) -> None:
    incident.escalation += 1
    incident.changed = at
    incident.save(update_fields=["escalation", "changed"])
    level = incident.escalation
    facts = {"level": level, "minutes": int(waited.total_seconds() // 60)}
    Entry.objects.create(incident=incident, at=at, kind=Entry.Kind.ESCALATED, facts=facts)
    people = circle(level, subject(incident), at)
    telling.announce(incident, "escalated", at=at, escalation=level, also=people, waited=waited)
    incidents.announce(incident.id)
