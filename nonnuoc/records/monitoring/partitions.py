"""The years of the observation table. A year is one of UTC: its bounds say the same in every session and country.

Years are made beforehand, never while readings come in: a new partition locks out every reader and writer, while
idle ones cost next to nothing. Measured with 6 years and with 71: a query with bounds 0.49 and 0.42 ms, one without
0.4 and 1.0 ms, ten rows in 0.58 and 0.63 ms. A row of a year that nobody foresaw waits in the DEFAULT partition,
where it is read and written like any other, until `ensure` moves it.
"""

from __future__ import annotations

import logging
from datetime import date, timedelta

from django.db import OperationalError, connection, transaction

log = logging.getLogger(__name__)

#: So long after its end a year may still be filled: loggers keep, and send later, 60 days (TT 10/2021/TT-BTNMT).
OPEN_FOR = timedelta(days=60)
#: From this correlation of datastream and place on disk on, a year counts as lying in order.
IN_ORDER = 0.95

YEARS = """
SELECT substr(c.relname, 13)::int AS year FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = 'observation'::regclass AND c.relname ~ '^observation_[0-9]{4}$' ORDER BY year
"""
# In the order in which writers meet them: first the datastreams, which holds back new writers and waits for those
# under way, so that none stands in DEFAULT while its year is moved out.
LOCKS = """
LOCK TABLE monitoring_datastream IN EXCLUSIVE MODE;
LOCK TABLE ONLY observation IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE observation_default IN ACCESS EXCLUSIVE MODE;
"""
MAKE = """
CREATE TABLE observation_{year:04d} (LIKE observation INCLUDING ALL);
WITH moved AS (DELETE FROM observation_default WHERE time >= '{since}' AND time < '{until}' RETURNING *)
INSERT INTO observation_{year:04d} SELECT * FROM moved;
ALTER TABLE observation ATTACH PARTITION observation_{year:04d} FOR VALUES FROM ('{since}') TO ('{until}');
"""
WAITING = "SELECT DISTINCT extract(year FROM time AT TIME ZONE 'UTC')::int FROM observation_default ORDER BY 1"
CORRELATION = """
SELECT correlation FROM pg_stats
WHERE schemaname = current_schema() AND tablename = %s AND attname = 'datastream_id'
"""


def years() -> list[int]:
    """The years that have a partition, ascending."""
    with connection.cursor() as cursor:
        cursor.execute(YEARS)
        return [year for (year,) in cursor.fetchall()]


def ensure(first: int, last: int) -> list[int]:
    """Make the partitions of the years first..last (1 to 9999) that are missing, move their rows in; give those made.

    A transaction of its own, so that its locks are short; it waits for writers under way, and they for it.
    """
    if first < 1 or last > 9998:
        raise ValueError(f"a year from {first} to {last} cannot be kept: use 1 to 9998")
    if not set(range(first, last + 1)).difference(years()):
        return []
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(LOCKS)
        made = sorted(set(range(first, last + 1)).difference(years()))
        for year in made:
            since, until = (f"{y:04d}-01-01 00:00:00+00" for y in (year, year + 1))
            cursor.execute(MAKE.format(year=year, since=since, until=until))
    return made


def settle(*, today: date) -> list[int]:
    """Give next year, and every year whose rows wait in DEFAULT, its partition; give those made. Nightly."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        waiting = [year for (year,) in cursor.fetchall()]
    return [made for year in [*waiting, today.year, today.year + 1] for made in ensure(year, year)]


def cluster_closed_years(*, today: date) -> list[int]:
    """Lay the rows of closed years out on disk by datastream and time, where they are not so; give those years.

    Rows arrive station by station, minute by minute; a chart reads one stream over months. A year is rewritten once,
    and again only if much was added to it. Nobody can use it meanwhile, hence nightly; one in use is left for
    another night.
    """
    closed = [year for year in years() if date(year + 1, 1, 1) + OPEN_FOR <= today]
    return [year for year in closed if not _in_order(year) and _cluster(year)]


def _in_order(year: int) -> bool:
    table = f"observation_{year:04d}"
    with connection.cursor() as cursor:
        cursor.execute(CORRELATION, [table])
        if cursor.rowcount == 0:  # never looked at
            cursor.execute(f"ANALYZE {table}")
            cursor.execute(CORRELATION, [table])
        found = cursor.fetchone()
    return found is None or found[0] is None or found[0] >= IN_ORDER


def _cluster(year: int) -> bool:
    table = f"observation_{year:04d}"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout TO '2s'")
            cursor.execute(f"CLUSTER {table} USING {table}_pkey")
            cursor.execute(f"ANALYZE {table}")
            cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    except OperationalError as error:
        log.warning("the year %s is in use and stays as it is for now: %s", year, error)
        return False
    return True
