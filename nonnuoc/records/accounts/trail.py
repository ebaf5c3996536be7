"""The audit trail, for those who ask. Nothing here writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q, QuerySet

from nonnuoc.records.accounts.models import AuditEntry, Person
from nonnuoc.records.places import names


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries: of whom (words of a name or an address), what, on what (a part of it), in [since, until)."""

    by: str = ""
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def told(self) -> Mapping[str, str]:
        """Itself, as the trail keeps it."""
        given = {name: getattr(self, name) for name in self.__slots__}
        return {n: v.isoformat() if isinstance(v, datetime) else v for n, v in given.items() if v}


def find(asked: Asked) -> QuerySet[AuditEntry]:
    """The entries, the newest first."""
    found = _entries()
    if asked.by:
        found = found.filter(by__in=_people(asked.by))
    if asked.action:
        found = found.filter(action=asked.action)
    if asked.subject:
        found = found.filter(subject__icontains=asked.subject)
    if asked.since is not None:
        found = found.filter(at__gte=asked.since)
    if asked.until is not None:
        found = found.filter(at__lt=asked.until)
    return found


def older(asked: Asked, before: int | None, most: int) -> list[AuditEntry]:
    """At most so many of them, the newest first; `before` an id, to go on from there."""
    found = find(asked)
    return list((found if before is None else found.filter(id__lt=before))[:most])


def about(person: Person, most: int) -> list[AuditEntry]:
    """What the person did, and what was done about the person, the newest first."""
    return list(_entries().filter(Q(by=person) | Q(subject=person.email))[:most])


def last_of_each(action: str) -> Mapping[str, AuditEntry]:
    """Subject -> the newest entry of this action about it."""
    newest = AuditEntry.objects.filter(action=action).order_by().values("subject").annotate(newest=Max("id"))
    found = _entries().filter(id__in=newest.values("newest"))
    return {entry.subject: entry for entry in found}


def _entries() -> QuerySet[AuditEntry]:
    return AuditEntry.objects.select_related("by", "through__appointment__person").order_by("-id")


def _people(text: str) -> list[int]:
    """Those whose name has these words, with or without marks, or whose address holds the text."""
    everybody = Person.objects.values_list("id", "name", "email")
    return [one for one, name, email in everybody if names.holds(name, text) or text.strip().lower() in email]
