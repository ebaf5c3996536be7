"""A first guess at how a table is to be read, for a person to confirm. What cannot be told is a doubt, not a guess."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from nonnuoc.ingest.formats import archive, text, workbook
from nonnuoc.ingest.formats.profile import ISO, Profile
from nonnuoc.ingest.formats.readings import Refused

_ROWS = 1000  # looked at
_HEAD_ROWS = 20  # among which the heading is sought
_DELIMITERS = ",;\t|"
_FORMATS = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%d-%m-%Y %H:%M",
            "%d-%m-%Y", "%Y%m%d%H%M%S", "%Y-%m-%d %I:%M %p")  # fmt: skip
_PARTS = {"year": "%Y", "năm": "%Y", "month": "%m", "tháng": "%m", "day": "%d", "ngày": "%d", "hour": "%H", "giờ": "%H",
          "minute": "%M", "phút": "%M"}  # fmt: skip
_STATION = re.compile(r"station|site|trạm|điểm", re.IGNORECASE)
_UNIT = re.compile(r"(?P<symbol>.*?)\s*[(\[](?P<unit>[^()\[\]]*)[)\]]")
_COMMA_NUMBER = re.compile(r"<?\s*[+-]?\d+,\d+", re.ASCII)
_POINT_NUMBER = re.compile(r"<?\s*[+-]?\d+\.\d+", re.ASCII)


def _(sentence: str) -> str:
    """Marks a sentence for the catalogue; the formats themselves know no Django, faces translate."""
    return sentence


NO_TIME = _("no column with times was found: name it and its format")
NO_VALUES = _("no column with numbers was found")
NO_STATION = _("no column names the station: name the station of the whole file")
CONFIRM_ZONE = _("times are taken as Viet Nam's (+07:00) and as the end of what was averaged: confirm")
NO_UNIT = _("the unit of “%(column)s” is not in the heading: name it")
DAY_FIRST = _("“%(column)s” is read with the day before the month: confirm")
TWO_MARKS = _("numbers with a comma and numbers with a point are in this table: name the decimal mark")


class Doubt(str):
    """A sentence with its template, which faces translate, and the column it is about."""

    template: str
    column: str

    __slots__ = ("column", "template")

    def __new__(cls, template: str, column: str = "") -> Doubt:
        made = super().__new__(cls, template % {"column": column})
        made.template, made.column = template, column
        return made


@dataclass(frozen=True)
class Proposal:
    """The profile proposed (None where too much is unclear), the heading, some rows, and what to look at.

    `guess` is what could be told of it in any case: a profile perhaps without times or columns.
    """

    profile: Profile | None
    headings: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    doubts: tuple[Doubt, ...]
    guess: Profile


def examine(body: bytes) -> Proposal:
    """Looks at the first rows of a CSV or XLSX. Raises Refused where it cannot even be opened."""
    if archive.is_zip(body):
        rows, delimiter = workbook.read(body).rows[:_ROWS], ","
    else:
        lines = text.utf8(body).decode().split("\n")[:_ROWS]
        delimiter = _delimiter(lines)
        rows = _csv(lines, delimiter)
    skip = _heading(rows)
    headings = tuple(str(cell).strip() for cell in rows[skip]) if rows else ()
    below = [row for row in rows[skip + 1 :] if len(row) == len(headings) and any(str(cell).strip() for cell in row)]
    columns = {name: [row[place] for row in below] for place, name in enumerate(headings) if headings.count(name) == 1}
    doubts: list[Doubt] = []
    guess = replace(_proposed(columns, doubts), skip=skip, delimiter=delimiter)
    profile = guess if guess.times and guess.columns else None
    sample = tuple(tuple(str(cell) for cell in row) for row in below[:5])
    return Proposal(profile, headings, sample, tuple(doubts), guess)


def _proposed(columns: dict[str, list[object]], doubts: list[Doubt]) -> Profile:
    times, time_format = _time_columns(columns, doubts)
    station = next((name for name in columns if _STATION.search(name)), "")
    comma = _is_comma([cell for cells in columns.values() for cell in cells], doubts)
    missing: Counter[str] = Counter()
    values = {
        name: symbol_and_unit(name)
        for name, cells in columns.items()
        if name and name not in times and name != station and _is_numeric(cells, comma, missing)
    }
    if not times:
        doubts.append(Doubt(NO_TIME))
    if not values:
        doubts.append(Doubt(NO_VALUES))
    if times and values and not station:
        doubts.append(Doubt(NO_STATION))
    if times and values:
        doubts.append(Doubt(CONFIRM_ZONE))
    doubts.extend(Doubt(NO_UNIT, name) for name, (_symbol, unit) in values.items() if not unit)
    return Profile(
        times=times,
        time_format=time_format,
        columns=values,
        station_column=station,
        decimal="," if comma else ".",
        missing=tuple(sorted(missing)),
    )


def _delimiter(lines: Sequence[str]) -> str:
    """The one that cuts most rows into the same number of cells, at least two; of equals the one with more cells."""

    def agreement(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(row) for row in _csv(lines, delimiter) if len(row) > 1)
        return max(((rows, width) for width, rows in widths.items()), default=(0, 0))

    return max(_DELIMITERS, key=agreement)


def _csv(lines: Sequence[str], delimiter: str) -> list[list[object]]:
    try:
        return [list(row) for row in csv.reader((line + "\n" for line in lines), delimiter=delimiter)]
    except csv.Error as fault:
        raise Refused("profile", str(fault)) from fault


def _heading(rows: Sequence[Sequence[object]]) -> int:
    """The first row that is as wide as most, with text in most of its cells."""
    width = Counter(map(len, rows)).most_common(1)[0][0] if rows else 0
    for number, row in enumerate(rows[:_HEAD_ROWS]):
        words = [cell for cell in row if isinstance(cell, str) and cell.strip() and not _reads(cell, comma=False)]
        if len(row) == width and len(words) * 2 > len(row):
            return number
    return 0


def _time_columns(columns: dict[str, list[object]], doubts: list[Doubt]) -> tuple[tuple[str, ...], str]:
    for name, cells in columns.items():
        filled = [cell for cell in cells if str(cell).strip()]
        time_format = _time_format(filled)
        if time_format is not None:
            if time_format.startswith("%d"):
                doubts.append(Doubt(DAY_FIRST, name))
            return (name,), time_format
    parts = {_PARTS[name.lower()]: name for name in columns if name.lower() in _PARTS}
    if not {"%Y", "%m", "%d"} <= set(parts):
        return (), ""
    used = [part for part in ("%Y", "%m", "%d", "%H", "%M") if part in parts]
    return tuple(parts[part] for part in used), " ".join(used)


def _time_format(cells: Sequence[object]) -> str | None:
    if not cells:
        return None
    if all(isinstance(cell, date) for cell in cells):
        return ISO
    told = [cell.strip() for cell in cells if isinstance(cell, str)]
    if len(told) < len(cells):
        return None
    if all("-" in cell for cell in told) and _all_parse(told, datetime.fromisoformat):
        return ISO
    return next((form for form in _FORMATS if _all_parse(told, partial(_moment, form))), None)


def _moment(time_format: str, cell: str) -> datetime:
    return datetime.strptime(cell, time_format)


def _all_parse(cells: Sequence[str], parse: Callable[[str], datetime]) -> bool:
    try:
        for cell in cells:
            parse(cell)
    except ValueError:
        return False
    return True


def _is_comma(cells: Sequence[object], doubts: list[Doubt]) -> bool:
    told = [cell.strip() for cell in cells if isinstance(cell, str)]
    commas = sum(_COMMA_NUMBER.fullmatch(cell) is not None for cell in told)
    points = sum(_POINT_NUMBER.fullmatch(cell) is not None for cell in told)
    if commas and points:
        doubts.append(Doubt(TWO_MARKS))
    return commas > points


def _is_numeric(cells: Sequence[object], comma: bool, missing: Counter[str]) -> bool:
    """Whether nearly every cell is a number, blank, or one word that may stand for a missing value; it is counted."""
    words: Counter[str] = Counter()
    numbers = odd = 0
    for cell in cells:
        if not isinstance(cell, str):
            numbers += isinstance(cell, (int, float)) and not isinstance(cell, bool)
        elif _reads(cell, comma):
            numbers += bool(cell.strip())
        elif cell.strip().isalpha() and len(cell.strip()) <= 4:
            words[cell.strip()] += 1
        else:
            odd += 1
    if not numbers or len(words) > 1 or odd > numbers // 10:
        return False
    missing.update(words)
    return True


def _reads(cell: str, comma: bool) -> bool:
    try:
        text.number(cell, comma=comma)
    except Refused:
        return False
    return True


def symbol_and_unit(heading: str) -> tuple[str, str]:
    """What a heading such as "PM10 (µg/m3)" says."""
    found = _UNIT.fullmatch(heading)
    symbol, unit = (found["symbol"], found["unit"]) if found else (heading, "")
    return symbol[:40], unit[:40]
