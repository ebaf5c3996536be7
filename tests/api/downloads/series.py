"""A station with few values of every kind, and how its files are read."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

import numpy as np
from django.test import Client
from django.utils import timezone

from nonnuoc.domain.quality import LATE, VALIDATED, Check, Flag
from nonnuoc.records.monitoring.models import Datastream
from nonnuoc.records.monitoring.rows import micros
from tests.portal import network

START = timezone.make_aware(datetime(2026, 3, 2, 0, 5))
LONG_AGO = timezone.make_aware(datetime(2024, 3, 2, 0, 5))
SPAN = "since=2026-03-02&until=2026-03-03"
VALUES = (12.5, -0.1, 900.0, np.nan, 0.1 + 0.2, 1e-7)
QUALITY = (
    1,
    VALIDATED | 1,
    Flag.FAIL | Check.SPIKE | Check.RATE_OF_CHANGE,
    Flag.MISSING | Check.MISSING | LATE,
    Flag.SUSPECT | Check.FLAT_LINE,
    Flag.NOT_EVALUATED,
)


def stream(code: str = "A1", *, name: str = 'Trạm =HYPERLINK("x"),=1+1;@x\nthứ hai', **facts: Any) -> Datastream:
    """Six values from 00:05 local on, one of each flag."""
    raw = network.instrument(network.station(code, kind="ambient_air", name=name, **facts), "PM2.5")
    network.put(raw, micros(START) + np.arange(6) * network.STEP, np.array(VALUES), quality=list(QUALITY), status=2)
    return raw


def long(days: int, code: str = "A1") -> Datastream:
    """So many days of 5-minute values, two years earlier."""
    raw = network.instrument(network.station(code, kind="ambient_air"), "PM2.5")
    time = micros(LONG_AGO) + np.arange(days * 288) * network.STEP
    network.put(raw, time, np.round(np.linspace(1, 99, len(time)), 2))
    return raw


def body(client: Client, path: str, **headers: str) -> bytes:
    """Of an answer that is there."""
    response = client.get(path, headers=headers)
    assert response.status_code == 200, response.content
    return response.getvalue()


def table(client: Client, path: str) -> tuple[dict[str, str], list[dict[str, str]]]:
    """(what the head tells, rows) of a CSV file, read as a spreadsheet reads it."""
    every = list(csv.reader(io.StringIO(body(client, path).decode())))
    comments = [row for row in every[:-1] if row[0].startswith("# ")]
    assert every[: len(comments)] == comments
    assert all(len(row) == 1 for row in comments)
    head, *rows, [end] = every[len(comments) :]
    assert end == f"# end: {len(rows)} rows"
    told = dict(row[0].removeprefix("# ").split(": ", 1) for row in comments)
    return told, [dict(zip(head, row, strict=True)) for row in rows]
