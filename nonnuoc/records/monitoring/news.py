"""What is new: told by PostgreSQL at the commit that brings it, and looked up by who was away meanwhile.

News is about the newest value of a datastream. A **mark** says how much somebody has heard: the lowest transaction that
had not ended then (64 bits, never reused). What has changed since is every datastream whose row a transaction from the
mark on has written, so nothing is lost however commits overtake each other; what was committed while an older
transaction was still open may be told twice. Nothing is stored for it: the row's own `xmin` tells.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from nonnuoc.records.accounts.access import Rights, Subject
from nonnuoc.records.monitoring.models import Datastream, ObservedProperty, Thing
from nonnuoc.records.monitoring.selectors import OF_THING

CHANNEL = "nonnuoc_news"
_LISTEN = f"LISTEN {CHANNEL}"
#: A notification holds 7,999 bytes. One without words means: many stations, look for yourself.
_TELL = """
WITH brought AS ({update} RETURNING {things} AS thing_id)
SELECT pg_notify('{channel}', CASE WHEN length(things) < 7900 THEN things ELSE '' END)
FROM (SELECT string_agg(DISTINCT thing_id::text, ',') AS things FROM brought) AS every WHERE things IS NOT NULL
"""
_NOW = "SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint FROM pg_current_snapshot() AS s"
_HEARD = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_STANDING = """
SELECT coalesce(pg_current_xact_id_if_assigned() || ' ' || clock_timestamp(), pg_current_snapshot()::text)
"""
# xmin has 32 bits. The rest is that of the newest transaction there can be: what is read may be younger than `_NOW`.
_AHEAD = 2**20
_WRITTEN = "%s - ((%s - monitoring_datastream.xmin::text::bigint) & 4294967295)"
_COLUMNS = (
    *("id", "thing__code", "thing__kind", "thing__simulated", "thing__data_class"),
    *("thing__office_id", "thing__commune_id", "thing__facility"),
    *("observed_property__code", "observed_property__unit", "procedure"),
    *("latest_time", "latest_value", "latest_status", "latest_quality"),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """How much has been heard, and the first transaction there was not yet."""

    heard: int
    next: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to hear of; an empty set: everything."""

    stations: frozenset[str] = frozenset()  # codes
    kinds: frozenset[str] = frozenset()
    properties: frozenset[str] = frozenset()  # codes
    procedures: frozenset[str] = frozenset()
    datastreams: frozenset[int] = frozenset()  # ids

    def takes(self, one: Newest) -> bool:
        """Whether this is about it."""
        return (
            (not self.stations or one.station in self.stations)
            and (not self.kinds or one.kind in self.kinds)
            and (not self.properties or one.property in self.properties)
            and (not self.procedures or one.procedure in self.procedures)
            and (not self.datastreams or one.datastream_id in self.datastreams)
        )

    def chosen(self) -> Q:
        """The same in SQL, of datastreams."""
        columns: dict[str, frozenset[Any]] = {
            "thing__code__in": self.stations,
            "thing__kind__in": self.kinds,
            "observed_property__code__in": self.properties,
            "procedure__in": self.procedures,
            "id__in": self.datastreams,
        }
        return Q(**{name: sorted(wanted) for name, wanted in columns.items() if wanted})


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest value of one datastream, and of whom it is. `value` None: missing."""

    datastream_id: int
    station: str
    kind: str
    simulated: bool
    data_class: str
    subject: Subject
    property: str
    unit: str
    procedure: str
    time: datetime
    value: float | None
    status: int
    quality: int
    written: int  # the transaction that wrote it, or one at or after the mark it was read with


def telling(update: str, things: str = "d.thing_id") -> str:
    """An UPDATE of datastreams (named d), made to tell at the commit whose newest values it changed: those of `things`,
    NULL for a datastream whose newest value stayed."""
    return _TELL.format(update=update.strip(), things=things, channel=CHANNEL)


def mark() -> Mark:
    """How much can be seen now. Take it before reading: what comes between is told again, never lost."""
    with connection.cursor() as cursor:
        cursor.execute(_NOW)
        return Mark(*cursor.fetchone())


def since(
    heard: int,
    now: Mark,
    asked: Asked,
    reader: Rights,
    *,
    things: Collection[int] | None = None,
    most: int | None = None,
) -> list[Newest]:
    """The newest values written since `heard` that the reader may see, by station; of these things only, so many."""
    top = now.next + _AHEAD
    written = RawSQL(_WRITTEN, (top, top))  # noqa: S611 - text of ours alone
    changed = _there(asked, reader).annotate(written=written).filter(written__gte=heard)
    return _read(changed if things is None else changed.filter(thing_id__in=things), most)


def newest(asked: Asked, reader: Rights, *, most: int | None = None) -> tuple[int, list[Newest]]:
    """The newest values there are that the reader may see, by station; and the mark to go on listening from."""
    moment = RawSQL(_HEARD, ())  # noqa: S611 - text of ours alone; one statement sees one moment
    found = _read(_there(asked, reader).annotate(written=moment), most)
    return (found[0].written if found else mark().heard), found


def unknown(asked: Asked, reader: Rights) -> tuple[str, str] | None:
    """("station", its code) where one is asked for that the reader cannot see, or ("property", its code)."""
    if asked.stations:
        there = Thing.objects.filter(reader.readable(), code__in=asked.stations).values_list("code", flat=True)
        for code in sorted(asked.stations.difference(there)):
            return "station", code
    if asked.properties:
        measured = ObservedProperty.objects.filter(code__in=asked.properties).values_list("code", flat=True)
        for code in sorted(asked.properties.difference(measured)):
            return "property", code
    return None


def _there(asked: Asked, reader: Rights) -> QuerySet[Any]:
    return Datastream.objects.filter(
        asked.chosen(), reader.readable(**OF_THING), active=True, latest_time__isnull=False
    )


def _read(found: QuerySet[Any], most: int | None) -> list[Newest]:
    order = ("thing__code", "observed_property__order", "observed_property__code", "procedure")
    return [_one(*row) for row in found.order_by(*order).values_list(*_COLUMNS, "written")[:most]]


def _one(*row: Any) -> Newest:
    """From the columns as they are listed above."""
    *whose, office, commune, facility, observed, unit, procedure, time, value, status, quality, written = row
    on, known = Subject(office, commune, facility), None if value != value else value
    facts: Any = (*whose, on, observed, unit, procedure, time, known, status, quality, written)
    return Newest(*facts)


def listen() -> None:
    """Have this thread's connection hear of what is new from now on."""
    with connection.cursor() as cursor:
        cursor.execute(_LISTEN)


def wait(patience_s: float, *, gather_s: float = 0.02) -> set[int] | None:
    """The things news has come of, empty when `patience_s` passed without any; None: of many.

    What follows within `gather_s` is heard with it. `listen` first. Raises Django's OperationalError when the
    database goes away.
    """
    first = _notifications(patience_s, stop_after=1)
    told = [*first, *(_notifications(gather_s) if first else ())]
    if not all(re.fullmatch(r"\d+(,\d+)*", one) for one in told):
        return None
    return {int(thing) for one in told for thing in one.split(",")}


def _notifications(seconds: float, stop_after: int | None = None) -> Sequence[str]:
    wire: psycopg.Connection[object] = connection.connection
    with connection.wrap_database_errors:
        return [one.payload for one in wire.notifies(timeout=seconds, stop_after=stop_after)]


def standing() -> str:
    """Equal at two moments only if nothing at all was committed between them. Costs next to nothing.

    A transaction that has written itself is never told the same twice: its own rows are in no snapshot.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STANDING)
        return str(cursor.fetchone()[0])
