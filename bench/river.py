"""The river itself: a backlog through `pipeline.accept`, beside COPY + ON CONFLICT of the same rows alone."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
from django.db import connection, transaction

from nonnuoc.ingest import pipeline
from nonnuoc.ingest.arrival import Arrival
from nonnuoc.records.monitoring import arrays, observations, services
from nonnuoc.records.monitoring.models import Datastream, Observation, Thing

STATIONS, DAYS, STEP = 10, 30, timedelta(minutes=5)
PROPERTIES = ("PM2.5", "PM10", "SO2", "NO2", "CO", "O3", "NO", "TSP", "Temp", "RH")
UNITS = ("ug/Nm3",) * 8 + ("oC", "%")
END = datetime(2026, 3, 1, tzinfo=UTC)
BATCH_FILES, BATCH_BYTES = 2_000, 16_000_000


def run() -> dict[str, object]:
    """Files of an hour (a logger refilling a gap) and of five minutes (one moment each)."""
    figures: dict[str, object] = {}
    for label, moments, days in (("hourly_files", 12, DAYS), ("five_minute_files", 1, 3)):
        codes = _network(label)
        files = list(_files(codes, moments, days))
        expected = STATIONS * days * 288 * len(PROPERTIES)
        began = time.perf_counter()
        for batch in _batches(files):
            pipeline.accept(batch)
        took = time.perf_counter() - began
        stored = Observation.objects.filter(datastream__thing__code__in=codes, datastream__procedure="raw").count()
        assert stored == expected, (stored, expected)
        limit = _limit(codes)
        figures[label] = {
            "files": len(files),
            "observations": expected,
            "observations_per_s": round(expected / took),
            "copy_on_conflict_per_s": round(limit),
            "share_of_limit": round(expected / took / limit, 2),
            "files_per_s": round(len(files) / took),
        }
    figures["peak_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return figures


def _network(label: str) -> list[str]:
    codes = [f"{label.upper().replace('_', '-')}-{n:02}" for n in range(STATIONS)]
    for code in codes:
        thing = services.register_station(code=code, name=code, kind=Thing.Kind.AMBIENT_AIR, state="active", by=None)
        for symbol in PROPERTIES:
            services.register_datastream(thing, property_code=symbol, symbol=symbol, interval_s=300, by=None)
    return codes


def _files(codes: list[str], moments: int, days: int) -> Iterator[Arrival]:
    """In the order of time, stations taking turns, as a worker finds them after an outage of everything."""
    rng = np.random.default_rng(7)
    count = days * 288
    levels = (
        30 + 10 * np.sin(np.arange(count) / 45)[:, None, None] + rng.normal(0, 2, (count, len(codes), len(PROPERTIES)))
    )
    text = np.char.mod("%.2f", np.abs(levels))
    stamps = [(END - STEP * (count - 1 - i) + timedelta(hours=7)).strftime("%Y%m%d%H%M%S") for i in range(count)]
    for start in range(0, count, moments):
        for s, code in enumerate(codes):
            lines = [
                f"{symbol}\t{text[i, s, p]}\t{UNITS[p]}\t{stamps[i]}\t00"
                for i in range(start, start + moments)
                for p, symbol in enumerate(PROPERTIES)
            ]
            yield Arrival(
                door="command",
                bound="",
                station_code=code,
                name=f"CB_CS_{code}_{stamps[start]}.txt",
                body="\r\n".join(lines).encode(),
                received=END + timedelta(hours=1),
                by=None,
                profile=None,
            )


def _batches(files: list[Arrival]) -> Iterator[list[Arrival]]:
    batch: list[Arrival] = []
    size = 0
    for file in files:
        if batch and (len(batch) == BATCH_FILES or size + len(file.body) > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(file)
        size += len(file.body)
    yield batch


def _limit(codes: list[str]) -> float:
    """Rows per second of COPY BINARY into a temporary table and INSERT … ON CONFLICT, with the raw rows just stored."""
    ids = list(Datastream.objects.filter(thing__code__in=codes, procedure="raw").values_list("id", flat=True))
    rows = observations.read(ids, END - timedelta(days=DAYS), END + timedelta(days=1))
    rows = rows.take(np.argsort(rows.time, kind="stable"))
    size = BATCH_FILES * len(PROPERTIES)
    chunks = [rows.take(slice(start, start + size)) for start in range(0, len(rows), size)]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_limit (LIKE observation INCLUDING ALL)")
        began = time.perf_counter()
        for chunk in chunks:
            with transaction.atomic():
                cursor.execute("CREATE TEMP TABLE bench_stage (LIKE observation) ON COMMIT DROP")
                arrays.copy_in("bench_stage", observations._columns(chunk))
                cursor.execute(
                    "INSERT INTO bench_limit SELECT * FROM bench_stage ON CONFLICT (datastream_id, time) DO UPDATE SET"
                    " value = excluded.value WHERE bench_limit.value IS DISTINCT FROM excluded.value"
                )
        took = time.perf_counter() - began
        cursor.execute("DROP TABLE bench_limit")
    return len(rows) / took
