"""A series as a table: its rows with flag, checks, standing and status beside the value, and what a reader must know.

For machines: English words, codes, ISO times. The same from the pages and from the interface.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import numpy as np
from django.utils import timezone

from nonnuoc.domain import quality as q
from nonnuoc.look import catalogue
from nonnuoc.look.tabular import Batch, Coded, Column, Kind, Word
from nonnuoc.records.monitoring import timeseries
from nonnuoc.records.monitoring.described import Described
from nonnuoc.records.monitoring.models import Datastream
from nonnuoc.records.monitoring.rows import Rows

Procedure = Datastream.Procedure
LICENCE = f"{catalogue.LICENCE.name} {catalogue.LICENCE.url}"
ZONE = "+07:00 (Viet Nam) – a mean is stamped with the end of its window"
STANDING = "provisional (judged by checks only) or validated (judged by a person)"
STATUS = {
    Procedure.RAW: "what the instrument said of itself (10/2021/TT-BTNMT): 0 measuring / 1 calibrating"
    " / 2 faulty / 3 under maintenance",
    Procedure.SAMPLE: "not used",
}
INDICES = (Procedure.AQI_1H, Procedure.AQI_24H, Procedure.WQI, Procedure.WQI_1H)
LED = "the parameter that leads the index"
COMPLETENESS = "completeness of the mean in percent"


def status_means(procedure: str) -> str:
    """What the last column says."""
    if procedure in INDICES:
        return LED
    return STATUS.get(Procedure(procedure), COMPLETENESS)


def columns(stream: Described) -> tuple[Column, ...]:
    """Of a file of single values."""
    return (
        Column("time", Kind.TIME, "when it was measured; of a mean, the end of its window"),
        Column("value", Kind.NUMBER, f"{stream.name_en}; empty: missing", unit(stream)),
        Column("flag", Kind.WORD, "good, not_evaluated, suspect, fail or missing (QARTOD)"),
        Column("checks", Kind.WORD, "the checks that gave the flag"),
        Column("standing", Kind.WORD, STANDING),
        Column("status", Kind.WORD if stream.procedure in INDICES else Kind.WHOLE, status_means(stream.procedure)),
    )


def batches(stream: Described, pages: Iterable[Rows]) -> Iterator[Batch]:
    """The rows as those columns."""
    names = timeseries.property_codes() if stream.procedure in INDICES else None
    for rows in pages:
        if len(rows):
            yield batch(rows, names)


def batch(rows: Rows, names: Mapping[int, str] | None) -> Batch:
    """`names`: of an index, the codes of the properties that may lead it, by what its status says."""
    packed = (rows.status.astype(np.int32) << 16) | (rows.quality.astype(np.int32) & 0xFFFF)
    kinds, codes = np.unique(packed, return_inverse=True)
    status = (kinds >> 16).tolist()
    quality = kinds.astype(np.int16).tolist()
    words: tuple[tuple[Word, ...], ...] = (
        tuple(q.flag_name(one) for one in quality),
        tuple(" ".join((*q.check_names(one), *(("late",) if one & q.LATE else ()))) for one in quality),
        tuple("validated" if one < 0 else "provisional" for one in quality),
        tuple(one if names is None else names.get(one) for one in status),
    )
    return (rows.time, rows.value, *(Coded(codes, said) for said in words))


def about(stream: Described, *, span: str, taken: datetime, link: str, **more: str) -> tuple[tuple[str, str], ...]:
    """The head of every file: `span` in words, `more` further lines, which stand before the licence."""
    procedure = stream.procedure + (f" – {stream.rule}" if stream.rule else "")
    return (
        ("station", f"{stream.station_code} – {stream.station_name}"),
        ("property", f"{stream.property_code} – {stream.name_en}"),
        ("unit", unit(stream) or "none"),
        ("procedure", procedure),
        ("method", stream.method),
        ("span", span),
        ("time zone", ZONE),
        *((key.replace("_", " "), text) for key, text in more.items()),
        ("licence", LICENCE),
        ("taken", iso(taken)),
        ("link", link),
    )


def half_open(since: datetime, until: datetime) -> str:
    """Of single values."""
    return f"{iso(since)} <= time < {iso(until)}"


def unit(stream: Described) -> str:
    """Empty where there is none."""
    return stream.unit if stream.unit != "-" else ""


def iso(when: datetime) -> str:
    """Local, with its offset."""
    return timezone.localtime(when).isoformat(timespec="seconds")
