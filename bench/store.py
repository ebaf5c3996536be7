"""The store of observations: rows in, a year out, many spans out, bytes a row; beside what PostgreSQL does itself.

In: `write` of new rows against COPY into a temporary table and INSERT … ON CONFLICT of the same rows into a twin of
the table that has neither triggers nor cached latest values. Out: `read` into arrays against COPY TO of the same
rows, once to the client (received, not decoded) and once into the server's own /dev/null. Batches interleave the
streams, as stations send. The clock stands still while rows are drawn.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from time import perf_counter

import django
import numpy as np
from django.core.management import call_command
from django.db import connection, transaction

from nonnuoc.records.monitoring import arrays, observations, partitions, spans
from nonnuoc.records.monitoring.models import Datastream, ObservedProperty, Sensor, Thing
from nonnuoc.records.monitoring.observations import Rows

STREAMS = 200
STEP = 300_000_000  # µs
YEAR = 2025
YEAR_ROWS = 105_120
START = observations.micros(datetime(YEAR, 1, 1, tzinfo=UTC))
BATCHES = {1_000: 15, 10_000: 7, 200_000: 5}  # rows a batch → rounds
SPANS, SPAN_ROWS = 2_000, 72
REACH_READ, REACH_BYTES = 1.5, 90
NOW = datetime(2026, 1, 1, tzinfo=UTC)
TWIN = """
CREATE TABLE twin (LIKE observation INCLUDING ALL) PARTITION BY RANGE (time);
CREATE TABLE twin_year PARTITION OF twin FOR VALUES FROM ('2025-01-01Z') TO ('2027-01-01Z');
"""
STAGE = "CREATE TEMPORARY TABLE stage (LIKE twin) ON COMMIT DROP"
UPSERT = """
INSERT INTO twin SELECT * FROM stage ON CONFLICT (datastream_id, time) DO UPDATE
SET value = excluded.value, status = excluded.status, quality = excluded.quality
WHERE (twin.value, twin.status, twin.quality) IS DISTINCT FROM (excluded.value, excluded.status, excluded.quality)
"""
SAME_ROWS = "SELECT time, value, datastream_id, status, quality FROM observation WHERE datastream_id = 7"
SIZE = "SELECT pg_total_relation_size('observation_2025'), count(*) FROM observation_2025"


def run() -> dict[str, object]:
    """Rates, seconds and sizes, in a database of its own on the server that DATABASE_URL names."""
    with _scratch_database():
        figures: dict[str, object] = {"write": {str(size): _write(size, rounds) for size, rounds in BATCHES.items()}}
        _empty()
        _fill()
        figures["bytes_per_observation"] = _bytes()
        figures["year_out_as_it_came"] = _year_out()
        partitions.cluster_closed_years(today=NOW.date().replace(month=6))
        figures["bytes_per_observation_clustered"] = _bytes()
        figures["year_out"] = _year_out()
        figures["spans_out"] = _spans_out()
    return figures


def _write(size: int, rounds: int) -> dict[str, object]:
    """Rows a second (medians) of new rows, of the same rows again, and of the same rows with other values."""
    per = max(1, size // STREAMS)
    batches = [_batch(k, per).take(slice(0, size)) for k in range(rounds)]
    _empty()
    # By turns, so that a slow moment of the machine meets both.
    pairs = [(_clock(lambda b=b: _write_one(b)), _clock(lambda b=b: _staged(b))) for b in batches]
    ours, bare = (float(np.median(taken)) for taken in zip(*pairs, strict=True))
    known = np.median([_clock(lambda b=b: _write_one(b, history=False)) for b in _later(batches, per)])
    again = np.median([_clock(lambda b=b: _write_one(b)) for b in batches])
    changed = np.median([_clock(lambda b=b: _write_one(b.with_quality(b.quality + 1))) for b in batches])
    return {
        "new_rows_per_s": round(size / ours),
        "copy_on_conflict_rows_per_s": round(size / bare),
        "of_copy_on_conflict": round(bare / ours, 2),
        "known_to_be_new_rows_per_s": round(size / known),
        "same_again_rows_per_s": round(size / again),
        "changed_with_history_rows_per_s": round(size / changed),
    }


def _write_one(batch: Rows, *, history: bool = True) -> None:
    observations.write(batch, by="bench", reason="bench", at=NOW, history=history)


def _staged(batch: Rows) -> None:
    columns = dict(zip(("datastream_id", "time", "value", "status", "quality"), batch.columns(), strict=True))
    kinds = (arrays.Int4, arrays.Time, arrays.Float8, arrays.Int2, arrays.Int2)
    with transaction.atomic():
        arrays.execute(STAGE)
        arrays.copy_in("stage", {n: kind(c) for kind, (n, c) in zip(kinds, columns.items(), strict=True)})
        arrays.execute(UPSERT)


def _year_out() -> dict[str, object]:
    since, until = START, START + YEAR_ROWS * STEP
    assert len(observations.read(7, since, until)) == YEAR_ROWS
    # By turns, so that a slow moment of the machine meets both.
    rounds = [(_clock(lambda: observations.read(7, since, until)), _clock(_copy_to_client)) for _ in range(9)]
    ours, client = (float(np.median(taken)) for taken in zip(*rounds, strict=True))
    return {
        "read_ms": round(ours * 1e3, 1),
        "copy_to_client_ms": round(client * 1e3, 1),
        "copy_to_server_null_ms": _copy_to_server_null_ms(),
        "of_copy_to_client": round(ours / client, 2),
        "reach": REACH_READ,
        "reached": ours / client <= REACH_READ,
    }


def _copy_to_client() -> int:
    """COPY TO through libpq's own loop, received and thrown away; gives the bytes."""
    wire = connection.connection.pgconn
    wire.exec_(f"COPY ({SAME_ROWS}) TO STDOUT (FORMAT BINARY)".encode())
    total = 0
    while (received := wire.get_copy_data(0))[0] > 0:
        total += received[0]
    while wire.get_result():
        pass
    return total


def _copy_to_server_null_ms() -> float | None:
    """The same without wire and client; None where our role may not write on the server."""
    if arrays.execute("SELECT pg_has_role('pg_write_server_files', 'usage')").fetchone() != (True,):
        return None
    statement = f"COPY ({SAME_ROWS}) TO '/dev/null' (FORMAT BINARY)"
    return round(float(np.median([_clock(lambda: arrays.execute(statement)) for _ in range(9)])) * 1e3, 1)


def _spans_out() -> dict[str, object]:
    rng = np.random.default_rng(1)
    stream = rng.integers(1, 21, SPANS)
    since = START + rng.integers(0, YEAR_ROWS - SPAN_ROWS, SPANS) * STEP
    until = since + SPAN_ROWS * STEP
    rows = len(observations.read_spans(stream, since, until))
    taken = np.median([_clock(lambda: observations.read_spans(stream, since, until)) for _ in range(5)])
    return {
        "spans": SPANS,
        "after_union": len(spans.union(stream, since, until).since),
        "rows": rows,
        "ms": round(float(taken) * 1e3, 1),
        "rows_per_s": round(rows / float(taken)),
    }


def _bytes() -> dict[str, object]:
    with connection.cursor() as cursor:
        cursor.execute(SIZE)
        size, rows = cursor.fetchone()
    return {"rows": rows, "bytes": round(size / rows, 1), "reach": REACH_BYTES, "reached": size / rows <= REACH_BYTES}


def _fill() -> None:
    """A year of 20 streams, an hour of all of them at a time."""
    for hour in range(YEAR_ROWS // 12):
        _write_one(_batch(hour, 12, streams=20), history=False)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE observation")


def _register() -> None:
    """One station with the datastreams 1 to STREAMS."""
    thing = Thing.objects.create(code="B", name="B", kind=Thing.Kind.AMBIENT_AIR, state=Thing.State.ACTIVE)
    sensor = Sensor.objects.create(kind=Sensor.Kind.INSTRUMENT, name="B")
    observed = ObservedProperty.objects.bulk_create(
        ObservedProperty(code=f"b{n}", name_vi="", name_en="", unit="", order=n) for n in range(STREAMS)
    )
    Datastream.objects.bulk_create(
        Datastream(
            id=n, thing=thing, sensor=sensor, observed_property=one, procedure=Datastream.Procedure.RAW, interval_s=300
        )
        for n, one in enumerate(observed, 1)
    )


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE observation, twin; UPDATE monitoring_datastream SET first_time = NULL, latest_time = NULL"
        )


def _batch(number: int, per: int, *, streams: int = STREAMS) -> Rows:
    """`per` consecutive rows of each stream, the `number`th batch since the start of the year."""
    n = streams * per
    time = START + (number * per + np.tile(np.arange(per), streams)) * STEP
    value = np.random.default_rng(number).normal(50, 20, n).round(2)
    zeros = np.zeros(n, np.int16)
    return Rows(np.repeat(np.arange(1, streams + 1), per).astype(np.int32), time, value, zeros, zeros + 1)


def _later(batches: list[Rows], per: int) -> Iterator[Rows]:
    shift = len(batches) * per * STEP
    for b in batches:
        yield Rows(b.datastream, b.time + shift, b.value, b.status, b.quality)


def _clock(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


@contextmanager
def _scratch_database() -> Iterator[None]:
    """A migrated database with 200 datastreams, dropped at the end."""
    name, before = f"nonnuoc_bench_{os.getpid()}", connection.settings_dict["NAME"]
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0)
        _register()
        with connection.cursor() as cursor:
            cursor.execute(TWIN)
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nonnuoc.config.settings")
    django.setup()
    print(json.dumps(run(), indent=1))
