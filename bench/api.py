"""The interfaces for machines, asked over HTTP on the same machine, beside what PostgreSQL itself does with the rows.

The web server runs as the product runs it, a process of its own with its workers; limits of requests are off. Answers
are received whole and not compressed; one connection that stays open asks, four bring values in. Each figure stands
beside the one of the bare database in the same run on the same rows. `--large`: once more with ten times the values.
"""

from __future__ import annotations

import http.client
import json
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from django.db import connection

from bench import bringing, hundred, pages

ROUNDS, REQUESTS = 9, 300
MONTH = "since=2025-06-01T00:00:00Z&until=2025-07-01T00:00:00Z"
YEAR = "since=2025-01-01T00:00:00Z&until=2026-01-01T00:00:00Z"
SENSORTHINGS = "/api/sensorthings/v1.1"
NEWEST = "$orderby=phenomenonTime%20desc;$top=1"
LARGER = 10
SLOWER_AT_MOST = 1.5
NEXT = re.compile(rb'nextLink"\s*:\s*"https?://[^/]+([^"]+)"')
COPY = """
COPY (SELECT time, value, status, quality FROM observation WHERE datastream_id = {} AND time >= '2025-01-01Z'
      AND time < '2026-01-01Z' ORDER BY time) TO STDOUT (FORMAT CSV)
"""
LATERAL = """
SELECT d.id, o.time, o.value FROM monitoring_datastream d CROSS JOIN LATERAL (
    SELECT time, value FROM observation o WHERE o.datastream_id = d.id ORDER BY time DESC LIMIT 1
) o WHERE d.id = ANY(%s)
"""
SIZE = "SELECT pg_total_relation_size('observation_2025'), count(*) FROM observation_2025"


@dataclass(frozen=True)
class Line:
    """A connection that stays open, to the web server of this run."""

    http: http.client.HTTPConnection

    def get(self, path: str) -> bytes:
        self.http.request("GET", path)
        answer = self.http.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {body[:300]!r}")
        return body


def run(*, large: bool = False) -> dict[str, object]:
    """Every figure with the one beside it and what is to be reached; with `large`, also of ten times the values."""
    os.environ["NONNUOC_API_LIMITS"] = "off"
    ids = hundred.network()
    figures = {"values": _values(), "measured": _measured(ids)}
    if large:
        hundred.network(hundred.STATIONS * LARGER)
        again = _measured(ids)
        figures |= {"values_large": _values(), "measured_large": again}
        figures["times_slower"] = _times_slower(figures["measured"], again)
    return figures


def _measured(ids: list[int]) -> dict[str, dict[str, object]]:
    with pages.web() as port:
        line = Line(http.client.HTTPConnection("127.0.0.1", port, timeout=60))
        found = {
            "year_csv": _year_csv(line, ids[7]),
            "year_data_array": _year_data_array(line, ids[7]),
            "latest_of_100": _latest_of_100(line, ids),
            "latest_of_100_by_sensorthings": _latest_of_100_expanded(line),
            "latest_of_stations": _asked(line, "/api/stations/latest", reach_ms=5),
            "latest_of_one": _latest_of_one(line, ids[7]),
            "month_of_10_as_hours": _month(line, ids[:10]),
            "bulk_in": bringing.measure(port),
            "bytes_an_observation": _bytes(),
        }
        line.http.close()
    return found


def _year_csv(line: Line, stream: int) -> dict[str, object]:
    path = f"/api/datastreams/{stream}.csv?{YEAR}"
    rows = sum(row[:2] == b"20" for row in line.get(path).splitlines())
    assert rows == hundred.VALUES, rows
    return _beside_copy(lambda: line.get(path), stream, times=2.0)


def _year_data_array(line: Line, stream: int) -> dict[str, object]:
    first = f"{SENSORTHINGS}/Datastreams({stream})/Observations?$resultFormat=dataArray&$top=20000"
    rows = sum(len(group["dataArray"]) for page in _pages(line, first) for group in _groups(page))
    assert rows == hundred.VALUES, rows
    return _beside_copy(lambda: _pages(line, first), stream, times=4.0)


def _pages(line: Line, path: str) -> list[bytes]:
    """Every page, along the links from one to the next."""
    found = []
    while path:
        found.append(line.get(path))
        following = NEXT.search(found[-1][-4000:]) or NEXT.search(found[-1][:4000])
        path = json.loads(b'"' + following[1] + b'"') if following else ""
    return found


def _groups(page: bytes) -> list[dict[str, list[object]]]:
    told: dict[str, list[dict[str, list[object]]]] = json.loads(page)
    return told["value"]


def _beside_copy(ask: Callable[[], object], stream: int, *, times: float) -> dict[str, object]:
    # By turns, so that a slow moment of the machine meets both.
    rounds = [(_clock(ask), _clock(lambda: _copied(stream))) for _ in range(ROUNDS)]
    ours, bare = (float(np.median(taken)) for taken in zip(*rounds, strict=True))
    return {
        "ms": round(ours * 1e3, 1),
        "copy_to_ms": round(bare * 1e3, 1),
        "times_copy_to": round(ours / bare, 2),
        "reach": f"<= {times} x and <= 300 ms",
        "reached": ours / bare <= times and ours <= 0.3,
    }


def _copied(stream: int) -> int:
    """COPY TO through libpq's own loop, received and thrown away; gives the rows."""
    connection.ensure_connection()
    wire = connection.connection.pgconn
    wire.exec_(COPY.format(stream).encode())
    rows = 0
    while wire.get_copy_data(0)[0] > 0:
        rows += 1
    while wire.get_result():
        pass
    return rows


def _latest_of_100(line: Line, ids: list[int]) -> dict[str, object]:
    path = f"/api/datastreams/latest?ids={','.join(map(str, ids))}"
    assert len(json.loads(line.get(path))["datastreams"]) == 100
    return {**_asked(line, path, reach_ms=5), "lateral_ms": _lateral(ids)}


def _latest_of_100_expanded(line: Line) -> dict[str, object]:
    path = f"{SENSORTHINGS}/Datastreams?$expand=Observations({NEWEST})&$top=100"
    told = json.loads(line.get(path))["value"]
    assert len(told) == 100 and all(len(one["Observations"]) == 1 for one in told), len(told)
    return _asked(line, path, reach_ms=5)


def _lateral(ids: list[int]) -> dict[str, float]:
    def ask() -> None:
        with connection.cursor() as cursor:
            cursor.execute(LATERAL, (ids,))
            cursor.fetchall()

    return _percentiles([_clock(ask) for _ in range(REQUESTS)])


def _latest_of_one(line: Line, stream: int) -> dict[str, object]:
    path = f"{SENSORTHINGS}/Datastreams({stream})/Observations?{NEWEST.replace(';', '&')}"
    assert len(json.loads(line.get(path))["value"]) == 1
    return _asked(line, path, reach_ms=5)


def _month(line: Line, ids: list[int]) -> dict[str, object]:
    path = f"/api/aggregates?datastreams={','.join(map(str, ids))}&resolution=hourly&{MONTH}"
    told = json.loads(line.get(path))
    assert (len(told["datastreams"]), len(told["time"])) == (10, 720)
    waits = [_clock(lambda: line.get(path)) for _ in range(5 * ROUNDS)]
    return {**_percentiles(waits), "reach_ms": 50, "reached": float(np.median(waits)) <= 0.05}


def _asked(line: Line, path: str, *, reach_ms: float) -> dict[str, object]:
    """Milliseconds from a request to the last byte of its answer."""
    for _ in range(20):
        line.get(path)
    waits = [_clock(lambda: line.get(path)) for _ in range(REQUESTS)]
    told = _percentiles(waits)
    return {**told, "bytes": len(line.get(path)), "reach_p95_ms": reach_ms, "reached": told["p95_ms"] <= reach_ms}


def _bytes() -> dict[str, object]:
    with connection.cursor() as cursor:
        cursor.execute(SIZE)
        size, rows = cursor.fetchone()
    return {"rows": rows, "bytes": round(size / rows, 1)}


def _values() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM observation")
        found: int = cursor.fetchone()[0]
    return found


def _times_slower(small: object, large: object) -> dict[str, object]:
    """The large run's figures in those of the small one."""
    told: dict[str, object] = {"reach": SLOWER_AT_MOST}
    for name in small if isinstance(small, dict) and isinstance(large, dict) else ():
        for figure in ("ms", "p95_ms", "p50_ms"):
            if figure in small[name]:
                told[f"{name} {figure}"] = round(large[name][figure] / small[name][figure], 2)
        if "observations_per_s" in small[name].get("arrow", {}):
            for kind in ("arrow", "data_array"):
                rates = (run[name][kind]["observations_per_s"] for run in (small, large))
                told[f"{name} {kind}"] = round(next(rates) / next(rates), 2)
    return told


def _percentiles(waits: Sequence[float]) -> dict[str, float]:
    p50, p95 = np.percentile(waits, [50, 95]) * 1e3
    return {"p50_ms": round(float(p50), 2), "p95_ms": round(float(p95), 2)}


def _clock(what: Callable[[], object]) -> float:
    began = perf_counter()
    what()
    return perf_counter() - began
