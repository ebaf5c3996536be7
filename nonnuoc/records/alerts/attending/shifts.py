"""The watch: what happened in a shift, and who took it over. Taking over is an entry of the audit trail, no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, IntegerField, Q, Value, When
from django.utils import timezone

from nonnuoc.records.accounts import access, audit, trail
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import AuditEntry, Person
from nonnuoc.records.alerts import selectors
from nonnuoc.records.alerts.models import Entry, Incident
from nonnuoc.records.alerts.selectors import LIVE, Listed

AGAIN = timedelta(minutes=5)  # the same person again is the same hand-over
MOST = 400  # incidents on one sheet
_LAST_FIRST = ("-severity", "opened", "id")


@dataclass(frozen=True, slots=True)
class Watch:
    """Who took over last, and when."""

    name: str
    since: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Shift:
    """What is handed over: every incident of which something was done in [since, until), or that is not closed.

    `log`: of each of them what was done in that time, by id.
    """

    since: datetime
    until: datetime
    open: Sequence[Listed]
    closed: Sequence[Listed]
    recorded: int  # incidents found in late data, and over before anybody could have been told
    log: Mapping[int, Sequence[Entry]]
    more: int  # incidents beyond what one sheet holds

    def number(self, kind: str) -> int:
        """Of how many incidents this was noted in the shift."""
        return sum(any(entry.kind == kind for entry in entries) for entries in self.log.values())


def shift(rights: Rights, since: datetime, until: datetime) -> Shift:
    """What somebody may see of it. Six queries, whatever happened."""
    everything = Incident.objects.filter(selectors.within(rights))
    afterwards = Q(outcome=Incident.Outcome.RECORDED)
    recorded = everything.filter(afterwards, opened__gte=since, opened__lt=until).count()
    mine = everything.exclude(afterwards, closed_by=None)
    touched = Q(state__in=LIVE) | Q(closed__gte=since, closed__lt=until) | Q(changed__gte=since, opened__lt=until)
    found = mine.filter(touched, opened__lt=until).annotate(over=_over()).order_by("over", *_LAST_FIRST)
    number = found.count()
    full = found.select_related("thing__commune", "assigned_to", "acknowledged_by", "closed_by")
    listed = selectors.with_alarms(list(full.defer("thing__commune__boundary")[:MOST]))
    ids = [one.incident.id for one in listed]
    entries = Entry.objects.filter(incident_id__in=ids, at__gte=since, at__lt=until).select_related("by")
    log: dict[int, list[Entry]] = {}
    for entry in entries.order_by("id"):
        log.setdefault(entry.incident_id, []).append(entry)
    closed = [one for one in listed if one.incident.state == Incident.State.CLOSED and one.incident.id in log]
    still = [one for one in listed if one.incident.state != Incident.State.CLOSED]
    return Shift(since, until, still, closed, recorded, log, max(0, number - MOST))


def watch() -> Watch | None:
    """Who is on watch: whoever confirmed last that they took over; None: nobody ever did."""
    last = _last()
    if last is None or last.by is None:
        return None
    return Watch(last.by.name, last.at, str(last.detail.get("note", "")))


@transaction.atomic
def take_over(*, by: Person, note: str = "", at: datetime | None = None) -> bool:
    """Somebody has read the sheet and is on watch from now on. False where they had said so a moment ago."""
    lent = access.require(by, "incidents.handle").lent
    now = at or timezone.now()
    last = _last()
    if last is not None and last.by_id == by.id and now - last.at < AGAIN:
        return False
    rights = access.of(by)
    told = selectors.standing(rights)
    numbers: dict[str, Any] = {"waiting": told.waiting, "looked_after": told.looked_after, "over": told.over}
    audit.record(by, "watch.taken-over", "", through=lent, note=note.strip()[:300], **numbers)
    return True


def _last() -> AuditEntry | None:
    return next(iter(trail.older(trail.Asked(action="watch.taken-over"), None, 1)), None)


def _over() -> Case:
    closed = When(state=Incident.State.CLOSED, then=Value(1))
    return Case(closed, default=Value(0), output_field=IntegerField())
