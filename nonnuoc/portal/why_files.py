"""Step 5: the files as they were delivered; for a single hour also the very line each value stands on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from nonnuoc.ingest.formats import text, tt10
from nonnuoc.ingest.formats.readings import Refused
from nonnuoc.look import words
from nonnuoc.portal.why_case import Case, local
from nonnuoc.portal.why_values import One, Values
from nonnuoc.records.monitoring import lineage, streams
from nonnuoc.records.monitoring import receipts as ledger
from nonnuoc.records.monitoring.lineage import Original, Procedure, Source
from nonnuoc.records.monitoring.observations import micros, moment
from nonnuoc.records.monitoring.receipts import ReceiptBehind
from nonnuoc.records.monitoring.recomputing import HOUR

LISTED = 300
OPENED = 40  # files looked into for one hour
MOST_BYTES = 1024 * 1024  # of all of them together; beyond that none is: the page must stay cheap
FIELDS = 5
#: What computes the SHA-256 of a file.
COMMANDS = (
    ("Windows", "certutil -hashfile {} SHA256"),
    ("Linux", "sha256sum {}"),
    ("macOS", "shasum -a 256 {}"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One value as it stands in a file."""

    uuid: str
    number: int  # 1-based
    value: str
    unit: str
    status: str


@dataclass(frozen=True, slots=True)
class File:
    """A delivery that brought values of the window."""

    receipt: ReceiptBehind
    name: str
    door: str
    anchor: str
    holds: bool | None  # the SHA-256 computed anew from the bytes kept is the receipt's; None: not looked into


@dataclass(frozen=True, slots=True)
class Detail:
    """A single value with the file it came in."""

    one: One
    line: Line | None
    uuid: str  # of the delivery; empty: several may have brought it
    name: str


@dataclass(frozen=True, slots=True)
class Files:
    """The deliveries behind a number, and where in them its values stand."""

    listed: list[File]
    more: int
    lines: Mapping[int, Line]  # by time, µs since 1970 UTC; only for one hour of one instrument
    checked: bool  # all that are listed were looked into

    @property
    def commands(self) -> list[tuple[str, str]]:
        """(system, what computes the SHA-256 of the first of them there)."""
        name = next((file.name for file in self.listed), "")
        return [(system, command.format(name)) for system, command in COMMANDS]

    @property
    def all_hold(self) -> bool:
        """None of the files has changed since it arrived."""
        return all(file.holds for file in self.listed)


def files(case: Case, source: Source | None) -> Files:
    """The deliveries behind a number; `source` the one instrument whose values of one hour are looked up in them."""
    # A measured value is shown with the hour it lies in, and each of them leads to its line.
    since, until = case.since, case.time
    if source is not None and case.source.procedure == Procedure.RAW:
        until = -(-case.time // HOUR) * HOUR
        since = until - HOUR
    behind = ledger.behind(case.station.id, moment(since), moment(until))
    opened: list[Original] = []
    if source is not None and 0 < len(behind) <= OPENED and sum(one.size for one in behind) <= MOST_BYTES:
        opened = lineage.originals([one.uuid for one in behind], most_bytes=MOST_BYTES)
    sums = {one.uuid: hashlib.sha256(one.body).hexdigest() for one in opened}
    listed = [
        File(
            receipt=one,
            name=words.file_name(one.door, one.file_name),
            door=words.door(one.door),
            anchor=f"file-{one.uuid[:8]}",
            holds=sums[one.uuid] == one.sha256 if one.uuid in sums else None,
        )
        for one in behind[:LISTED]
    ]
    lines = _lines(case, source, opened, since, until) if source is not None else {}
    return Files(listed, max(0, len(behind) - LISTED), lines, bool(listed) and all(f.holds is not None for f in listed))


def details(values: Values, files: Files) -> list[Detail]:
    """Each value with its file: the one its line was found in, or the only one whose span holds its time."""
    by_uuid = {file.receipt.uuid: file for file in files.listed}
    made = []
    for one in (one for hour in values.hours for one in hour.values):
        line = files.lines.get(micros(one.time))
        held = [f for f in files.listed if f.receipt.first_time <= one.time <= f.receipt.last_time]
        only = held[0] if len(held) == 1 and not files.more else None
        file = by_uuid.get(line.uuid) if line else only
        made.append(Detail(one, line, file.receipt.uuid if file else "", file.name if file else ""))
    return made


def _lines(case: Case, source: Source, opened: Sequence[Original], since: int, until: int) -> dict[int, Line]:
    """Where the values of an instrument stand, by time; where several files tell of a time, in the newest."""
    found: dict[int, Line] = {}
    for original, body in _bodies(opened):
        readings = tt10.parse([body], comma=[_comma(case)]).readings
        wanted = [i for i, symbol in enumerate(readings.symbols) if _fold(symbol) == _fold(source.symbol)]
        mine = np.isin(readings.symbol, wanted) & (readings.time > since) & (readings.time <= until)
        rows = body.decode(errors="replace").split("\n") if mine.any() else []
        for time, number in zip(readings.time[mine].tolist(), readings.line[mine].tolist(), strict=True):
            fields = _fields(rows[number - 1], source.symbol, local(time))
            if fields and (time not in found or found[time].value != fields[1]):
                found[time] = Line(original.uuid, number, fields[1], fields[2], fields[4])
    return found


def _bodies(opened: Sequence[Original]) -> list[tuple[Original, bytes]]:
    """The text of those that are TT 10 files, in the order they arrived."""
    found = []
    for original in opened:
        if original.format == "tt10":
            try:
                found.append((original, text.utf8(original.body)))
            except Refused:
                continue
    return found


def _fields(row: str, symbol: str, at: datetime) -> list[str] | None:
    """Of a line in either layout the five fields of a symbol at a time, as they stand there."""
    parts = [part.strip() for part in row.rstrip("\r").split("\t")]
    groups = [parts[i : i + FIELDS] for i in range(0, len(parts) - FIELDS + 1, FIELDS)]
    stamp = f"{at:%Y%m%d%H%M%S}"
    return next((group for group in groups if _fold(group[0]) == _fold(symbol) and group[3] == stamp), None)


def _fold(symbol: str) -> str:
    return symbol.strip().replace(",", ".").casefold()


def _comma(case: Case) -> bool:
    station = streams.stations([case.station.code]).get(case.station.code)
    return station is not None and station.decimal_comma
