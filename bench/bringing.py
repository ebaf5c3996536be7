"""Values in over HTTP: batches of 5,000 as columns and as data arrays, and one observation at a time.

Each batch holds 50 consecutive 5-minute values of the 100 streams of ten stations. Four connections bring four
networks of ten stations in at once, each in the order of time; batches are made before the clock runs. Everything the
river does is in the figure: the receipt with its bytes, checks with their neighbours, hourly, 8-hour and 24-hour means,
NowCast and VN_AQI. Beside it COPY into a temporary table and INSERT … ON CONFLICT of the same values into an empty twin
of the table.
"""

from __future__ import annotations

import http.client
import threading
from datetime import UTC, datetime, timedelta
from time import perf_counter, time

import numpy as np
import orjson
import pyarrow as pa
from django.db import connection, transaction

from bench import hundred, live
from nonnuoc.records.accounts import access_keys
from nonnuoc.records.accounts import services as accounts
from nonnuoc.records.accounts.models import Role
from nonnuoc.records.monitoring import arrays, observations
from nonnuoc.records.monitoring.observations import Rows

LINES, STATIONS, PER, BATCHES = 4, 10, 50, 6
STEP_S = 300
SINGLE = 300
REACH = 50_000
TYPES = {"arrow": "application/vnd.apache.arrow.stream", "data_array": "application/json"}


def measure(port: int) -> dict[str, object]:
    """Observations a second of each kind, the bare database's beside them, and milliseconds of single ones."""
    secret = _key()
    alone = _alone()
    figures: dict[str, object] = {"copy_on_conflict_per_s": alone}
    for kind in TYPES:
        rate = _brought(port, secret, kind)
        share = round(rate / alone, 2)
        figures[kind] = {"observations_per_s": rate, "share": share, "reach": REACH, "reached": rate >= REACH}
    return {**figures, "single_post_ms": _single(port, secret)}


def _key() -> str:
    """Of somebody who may send for every station."""
    email = f"bench-{time():.0f}@example.vn"
    person = accounts.register_person(email, name="Bench", password=None, by=None)
    accounts.appoint(person, accounts.root_office(), Role.OPERATOR, by=None)
    return access_keys.make(person, name="bench", writes=True)[1]


def _brought(port: int, secret: str, kind: str) -> int:
    """Observations a second over all connections. The first batch of each is not counted: stations begin with it."""
    networks = [_streams() for _ in range(LINES)]
    work = [[_body(kind, ids, n) for n in range(BATCHES + 1)] for ids in networks]
    lines = [http.client.HTTPConnection("127.0.0.1", port, timeout=120) for _ in work]
    for line, bodies in zip(lines, work, strict=True):
        _post(line, secret, kind, bodies[0])
    threads = [
        threading.Thread(target=_post_all, args=(line, secret, kind, bodies[1:]))
        for line, bodies in zip(lines, work, strict=True)
    ]
    began = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = perf_counter() - began
    since = _start() + timedelta(seconds=PER * STEP_S)
    held = sum(len(observations.read(ids, since, datetime.now(UTC))) for ids in networks)
    expected = LINES * BATCHES * STATIONS * len(live.PROPERTIES) * PER
    assert held == expected, (held, expected)
    return round(expected / took)


def _streams() -> list[int]:
    """The raw datastreams of ten new stations."""
    prefix = f"BB{time() * 1e6:.0f}"
    live.network(prefix, STATIONS)
    return hundred.raw(f"{prefix}-")


def _start() -> datetime:
    """When the first batch begins: the last one ends today."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(seconds=PER * STEP_S * (BATCHES + 1))


def _rows(ids: list[int], batch: int) -> Rows:
    first = observations.micros(_start()) + batch * PER * STEP_S * 1_000_000
    size = len(ids) * PER
    level = np.tile(np.repeat(hundred.LEVELS, PER), len(ids) // len(hundred.LEVELS))
    value = np.round(level * np.random.default_rng(batch).normal(1, 0.05, size), 2)
    time = first + np.tile(np.arange(PER), len(ids)) * STEP_S * 1_000_000
    zeros = np.zeros(size, np.int16)
    return Rows(np.repeat(np.array(ids, np.int32), PER), time, value, zeros, zeros + 1)


def _body(kind: str, ids: list[int], batch: int) -> bytes:
    rows = _rows(ids, batch)
    if kind == "arrow":
        time = pa.array(rows.time).cast(pa.timestamp("us", tz="UTC"))
        table = pa.table({"datastream": rows.datastream, "time": time, "value": rows.value})
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        return bytes(sink.getvalue())
    times = [f"{observations.moment(at):%Y-%m-%dT%H:%M:%SZ}" for at in rows.time[:PER].tolist()]
    values = rows.value.reshape(len(ids), PER).tolist()
    return orjson.dumps([_array(stream, times, values[n]) for n, stream in enumerate(ids)])


def _array(stream: int, times: list[str], values: list[float]) -> dict[str, object]:
    told = [list(row) for row in zip(times, values, strict=True)]
    return {"Datastream": {"@iot.id": stream}, "components": ["phenomenonTime", "result"], "dataArray": told}


def _post_all(line: http.client.HTTPConnection, secret: str, kind: str, bodies: list[bytes]) -> None:
    for body in bodies:
        _post(line, secret, kind, body)


def _post(line: http.client.HTTPConnection, secret: str, kind: str, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": TYPES[kind]}
    line.request("POST", "/api/observations", body, headers)
    answer = line.getresponse()
    told = answer.read()
    if answer.status != 201 or orjson.loads(told)["stored"] != STATIONS * len(live.PROPERTIES) * PER:
        raise RuntimeError(f"{answer.status} {told[:500]!r}")


def _alone() -> int:
    """Rows a second of COPY into a temporary table and INSERT … ON CONFLICT, in the same batches."""
    ids = list(range(1, STATIONS * len(live.PROPERTIES) + 1))
    chunks = [_rows(ids, batch) for batch in range(4 * BATCHES)]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_alone")
        cursor.execute("CREATE TABLE bench_alone (LIKE observation INCLUDING ALL)")
        began = perf_counter()
        for chunk in chunks:
            with transaction.atomic():
                cursor.execute("CREATE TEMP TABLE bench_stage (LIKE observation INCLUDING DEFAULTS) ON COMMIT DROP")
                arrays.copy_in("bench_stage", observations._columns(chunk))
                cursor.execute(
                    "INSERT INTO bench_alone SELECT * FROM bench_stage ON CONFLICT (datastream_id, time) DO UPDATE SET"
                    " value = excluded.value WHERE bench_alone.value IS DISTINCT FROM excluded.value"
                )
        took = perf_counter() - began
        cursor.execute("DROP TABLE bench_alone")
    return round(sum(map(len, chunks)) / took)


def _single(port: int, secret: str) -> dict[str, float]:
    """One observation a request, as SensorThings clients send them, one after the other over one connection."""
    stream = _streams()[0]
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    waits = []
    for n in range(SINGLE):
        at = _start() + timedelta(seconds=n * STEP_S)
        body = orjson.dumps({"phenomenonTime": f"{at:%Y-%m-%dT%H:%M:%SZ}", "result": 20 + n % 7})
        began = perf_counter()
        line.request("POST", f"/api/sensorthings/v1.1/Datastreams({stream})/Observations", body, headers)
        answer = line.getresponse()
        told = answer.read()
        waits.append(perf_counter() - began)
        if answer.status != 201:
            raise RuntimeError(f"{answer.status} {told[:300]!r}")
    p50, p95 = np.percentile(waits[20:], [50, 95]) * 1e3
    return {"p50": round(float(p50), 1), "p95": round(float(p95), 1)}
