"""How the files of Thông tư 10/2021/TT-BTNMT, Điều 39 are named, filed and written."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal, NamedTuple

from nonnuoc.domain.quality import Check
from nonnuoc.ingest.formats.readings import Readings

AHEAD_H = 7  # GMT+7
_LOCAL = timezone(timedelta(hours=AHEAD_H))
_FORMAT = "%Y%m%d%H%M%S"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PART = r"[^_/\\\x00-\x1f]{1,120}"
_NAME = re.compile(
    rf"(?P<province>{_PART})_(?P<facility>{_PART})_(?P<station>{_PART}(?:_{_PART})*)_(?P<time>\d{{14}})\.txt",
    re.ASCII | re.IGNORECASE,
)
_LONGEST = 500


class FileName(NamedTuple):
    """What a file's name says; only a claim until the door's account confirms it."""

    province: str
    facility: str
    station: str
    time: int  # µs since 1970 UTC


def name(file_name: str) -> FileName | None:
    """`{Tinh}_{CoSo}_{Tram}_{ThoiGian}.txt`, folders before it ignored; None for every other name."""
    last = re.split(r"[/\\]", file_name)[-1]
    found = _NAME.fullmatch(last) if len(last) <= _LONGEST else None
    if found is None:
        return None
    try:
        at = datetime.strptime(found["time"], _FORMAT).replace(tzinfo=_LOCAL)
        return FileName(
            found["province"], found["facility"], found["station"], (at - _EPOCH) // timedelta(microseconds=1)
        )
    except ValueError:
        return None


def file_name(province: str, facility: str, station: str, time: int) -> str:
    """The name of a file sent at `time` (µs since 1970 UTC)."""
    return f"{province}_{facility}_{station}_{_stamp(time)}.txt"


def folder(station: str, time: int) -> str:
    """The remote folder, `/{Tram}/{yyyy}/{MM}/{dd}/`, of the local day."""
    stamp = _stamp(time)
    return f"/{station}/{stamp[:4]}/{stamp[4:6]}/{stamp[6:8]}/"


def write(readings: Readings, *, layout: Literal["lines", "groups"] = "lines", comma: bool = False) -> bytes:
    """One body with all the readings in their order; `parse` gives them back.

    Missing values are written `---`, those below detection `<limit` or `<LOD`, an unknown status `-1`.
    Raises ValueError for what the format cannot hold: parts of seconds, TAB or line ends in names, infinite values.
    """
    for named in (*readings.symbols, *readings.units):
        if re.search(r"[\t\r\n\0]", named):
            raise ValueError(f"{named!r} cannot be written")
    stamps = {time: _stamp(time) for time in set(readings.time.tolist())}
    symbols, units = readings.symbols, readings.units
    groups = [
        f"{symbols[symbol]}\t{_value(value, kept, comma)}\t{units[unit]}\t{stamps[time]}\t{status:02d}"
        for symbol, value, kept, unit, time, status in zip(
            readings.symbol.tolist(),
            readings.value.tolist(),
            readings.kept.tolist(),
            readings.unit.tolist(),
            readings.time.tolist(),
            readings.status.tolist(),
            strict=True,
        )
    ]
    return (("\r\n" if layout == "lines" else "\t").join(groups) + "\r\n").encode()


def _stamp(time: int) -> str:
    seconds, rest = divmod(time, 1_000_000)
    if rest:
        raise ValueError("TT 10 files hold whole seconds")
    return (_EPOCH + timedelta(seconds=seconds)).astimezone(_LOCAL).strftime(_FORMAT).rjust(14, "0")


def _value(value: float, kept: int, comma: bool) -> str:
    if math.isinf(value):
        raise ValueError("an infinite value cannot be written")
    below = kept & Check.BELOW_DETECTION
    if math.isnan(value):
        return "<LOD" if below else "---"
    told = repr(value).removesuffix(".0")
    return ("<" if below else "") + (told.replace(".", ",") if comma else told)
