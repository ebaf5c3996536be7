"""What happens to incidents, as it happens: told by PostgreSQL at the commit, and looked up by who was away meanwhile.

A **mark** is the number of the newest line of any log. Who has one hears what was logged after it; two commits that
overtake each other may hide one from who asks by mark alone, which is why lists are asked for now and then as well.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection
from django.db.models import Max, QuerySet

from nonnuoc.records.accounts.access import Reach, Rights, Subject
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.alerts.judging.incidents import CHANNEL
from nonnuoc.records.alerts.models import Entry, Incident

MOST = 1000
_LISTEN = f"LISTEN {CHANNEL}"
_COLUMNS = (
    *("id", "state", "severity", "changed", "acknowledged"),
    *("thing_id", "thing__data_class", "thing__office_id", "thing__commune_id", "thing__facility"),
)


@dataclass(frozen=True, slots=True)
class Happened:
    """An incident as it is now that something has happened to it."""

    id: int
    state: str
    severity: int
    changed: datetime
    acknowledged: bool
    data_class: str  # of its station; empty: it has none
    subject: Subject


class Sight:
    """Which incidents somebody may see, settled once so that nothing is asked of the database for each of them."""

    def __init__(self, rights: Rights) -> None:
        self._incidents = rights.reach("incidents.read")
        classes = (DataClass.INTERNAL, DataClass.RESTRICTED)
        self._data: Mapping[str, Reach] = {one: rights.reach(f"data.{one}") for one in classes}

    def may_see(self, one: Happened) -> bool:
        if self._incidents.part(one.subject) is None:
            return False
        reach = self._data.get(one.data_class)
        return reach is None or reach.part(one.subject) is not None


def mark() -> int:
    """How much there is to have heard. Take it before reading."""
    return Entry.objects.aggregate(last=Max("id"))["last"] or 0


def since(heard: int) -> list[Happened]:
    """The incidents to which something happened after a mark, the newest thousand of them, by number."""
    ids = Entry.objects.filter(id__gt=heard).order_by("-id").values_list("incident_id", flat=True)[: 10 * MOST]
    return of(sorted(set(ids))[-MOST:])


def of(ids: Collection[int]) -> list[Happened]:
    """These incidents as they are, by number. One query."""
    found: QuerySet[Any, Any] = Incident.objects.filter(id__in=ids).order_by("id").values_list(*_COLUMNS)
    return [_one(*row) for row in found]


def listen() -> None:
    """Have this thread's connection hear from now on."""
    with connection.cursor() as cursor:
        cursor.execute(_LISTEN)


def wait(patience_s: float, *, gather_s: float = 0.05) -> set[int]:
    """The incidents something happened to, empty when `patience_s` passed without any; `listen` first.

    What follows within `gather_s` is heard with it. Raises Django's OperationalError when the database goes away.
    """
    first = _notifications(patience_s, stop_after=1)
    told = [*first, *(_notifications(gather_s) if first else ())]
    return {int(one) for one in told if one.isdecimal()}


def _notifications(seconds: float, stop_after: int | None = None) -> list[str]:
    wire: psycopg.Connection[object] = connection.connection
    with connection.wrap_database_errors:
        return [one.payload for one in wire.notifies(timeout=seconds, stop_after=stop_after)]


def _one(
    id_: int, state: str, severity: int, changed: datetime, acknowledged: datetime | None, thing: int | None, *of: Any
) -> Happened:
    data_class, *where = of
    subject = Subject() if thing is None else Subject(*where)
    return Happened(id_, state, severity, changed, acknowledged is not None, data_class or "", subject)
