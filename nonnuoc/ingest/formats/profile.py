"""How the columns of a wide table are to be read: kept as JSON, so that the next file needs no questions.

{"time": {"columns": ["Ngày", "Giờ"], "format": "%d/%m/%Y %H:%M", "offset": "+07:00"},
 "station": {"column": "Trạm"},                      or {"code": "CB01"}, or absent
 "columns": {"PM2.5 (µg/m3)": {"symbol": "PM2,5", "unit": "ug/m3"}},
 "decimal": ",", "missing": ["NA"],
 "delimiter": ";", "encoding": "utf-8", "skip": 0,   of CSV; `skip` rows stand before the heading
 "sheet": "Số liệu"}                                 of XLSX; absent: the first one
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

ISO = "iso"  # a time format: whatever ISO 8601 allows, with its own offset or without
_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)", re.ASCII)


@dataclass(frozen=True)
class Profile:
    """A mapping as it is used; `from_json` refuses with ValueError what cannot be used."""

    times: tuple[str, ...]
    time_format: str
    columns: Mapping[str, tuple[str, str]]  # heading: symbol and unit
    offset: str = "+07:00"
    station_column: str = ""
    station: str = ""
    decimal: str = "."
    missing: tuple[str, ...] = ()
    delimiter: str = ","
    encoding: str = "utf-8"
    skip: int = 0
    sheet: str = ""

    @property
    def comma(self) -> bool:
        return self.decimal == ","

    @property
    def zone(self) -> timezone:
        return _zone(self.offset)

    def to_json(self) -> dict[str, Any]:
        """As ColumnProfile.mapping keeps it."""
        station = {"column": self.station_column} if self.station_column else {"code": self.station}
        return {
            "time": {"columns": list(self.times), "format": self.time_format, "offset": self.offset},
            "station": station if any(station.values()) else {},
            "columns": {name: {"symbol": symbol, "unit": unit} for name, (symbol, unit) in self.columns.items()},
            "decimal": self.decimal,
            "missing": list(self.missing),
            "delimiter": self.delimiter,
            "encoding": self.encoding,
            "skip": self.skip,
            "sheet": self.sheet,
        }

    @classmethod
    def from_json(cls, mapping: Mapping[str, Any]) -> Profile:
        """Raises ValueError telling which part is wrong."""
        try:
            time, station = mapping["time"], mapping.get("station") or {}
            profile = cls(
                times=tuple(map(str, time["columns"])),
                time_format=str(time["format"]),
                offset=str(time.get("offset", "+07:00")),
                columns={str(n): (str(c["symbol"]), str(c.get("unit", ""))) for n, c in mapping["columns"].items()},
                station_column=str(station.get("column", "")),
                station=str(station.get("code", "")),
                missing=tuple(map(str, mapping.get("missing", ()))),
                **{
                    key: mapping[key] for key in ("decimal", "delimiter", "encoding", "skip", "sheet") if key in mapping
                },
            )
        except (KeyError, TypeError, AttributeError) as fault:
            raise ValueError(f"the profile lacks or misshapes {fault}") from fault
        profile._check()
        return profile

    def _check(self) -> None:
        if not self.times or not self.columns:
            raise ValueError("the profile names no time column or no value column")
        if any(not symbol or len(symbol) > 40 or len(unit) > 40 for symbol, unit in self.columns.values()):
            raise ValueError("each column needs a symbol, and neither symbol nor unit more than 40 characters")
        if self.decimal not in (".", ","):
            raise ValueError("the decimal mark is a point or a comma")
        if not isinstance(self.delimiter, str) or len(self.delimiter) != 1 or self.delimiter in '"\r\n':
            raise ValueError("the delimiter is one character, not a quote and not a line end")
        if type(self.skip) is not int or not 0 <= self.skip <= 1000:
            raise ValueError("skip is a number of rows, at most 1000")
        if not isinstance(self.sheet, str):
            raise ValueError("the sheet is named by text")
        _zone(self.offset)
        _check_encoding(self.encoding)
        _check_format(self.time_format)


def _zone(offset: str) -> timezone:
    found = _OFFSET.fullmatch(offset)
    if found is None or int(found[2]) > 14 or int(found[3]) > 59:
        raise ValueError(f"{offset!r} is no offset from UTC such as +07:00")
    ahead = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(-ahead if found[1] == "-" else ahead)


def _check_encoding(encoding: object) -> None:
    try:
        "".encode(encoding)  # type: ignore[arg-type]  # a codec that is not of text raises LookupError, too
    except (LookupError, TypeError) as fault:
        raise ValueError(f"{encoding!r} is no encoding known here") from fault


def _check_format(time_format: str) -> None:
    if time_format == ISO:
        return
    sample = datetime(2026, 11, 23, 14, 35)
    try:
        if datetime.strptime(sample.strftime(time_format), time_format).date() != sample.date():
            raise ValueError
    except (ValueError, re.error) as fault:
        raise ValueError(f"{time_format!r} is no format of a full date, such as %Y-%m-%d %H:%M") from fault
