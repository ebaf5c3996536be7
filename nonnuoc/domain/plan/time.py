"""The time of a task as plans write it ("Quý IV năm 2027", "Năm 2026 - 2030", "Thường xuyên"), read as dates.

What does not read wholly is not read at all: a guessed date would decide who is late. Missing marks, either case and
any dash are read ("QUY IV/2027", "nam 2026–2030"); a year has four digits, a quarter is roman or arabic.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["quarter", "years", "day", "continuous", "unread"]
QUARTERS: Mapping[str, int] = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
#: What plans write where a duty has no end.
CONTINUOUS = frozenset(
    f"{often}{tail}"
    for often in ("thuong xuyen", "hang nam", "hang quy", "hang thang", "dinh ky", "dinh ky hang nam", "lien tuc")
    for tail in ("", " lien tuc", " hang nam", ", hang nam", ", lien tuc")
)
LONGEST = 120
_QUARTER = r"(?:quy\s+|q\s*)(?P<quarter>iv|i{1,3}|[1-4])"
_YEAR = r"(?P<year>(?:19|20|21)\d\d)"
_OF_YEAR = rf"(?:\s*[/.-]\s*|\s+nam\s+|\s*,?\s+){_YEAR}"
#: Words before an end: it has to be reached by then, and work can begin at once.
_BY = (
    r"(?P<by>truoc|den het|den|cham nhat(?:\s+(?:la|den|vao))?|hoan thanh truoc|hoan thanh trong|xong truoc|trong|het)"
)


@dataclass(frozen=True, slots=True)
class Span:
    """When it is to be done: both days count. An end of None is none; of what was not read both are None."""

    kind: Kind
    starts: date | None = None
    ends: date | None = None


UNREAD = Span("unread")


def read(text: str, *, starts: date, ends: date) -> Span:
    """What the words say, within a plan that runs from `starts` until `ends`.

    What only names an end (a quarter, a day, "đến năm 2030") begins with the plan, or with its own period where that
    lies before the plan; "Thường xuyên" runs from `starts` without an end. "Trước ngày 30/11/2026" lasts until that
    day, as the administration counts it, "trước năm 2028" until the end of 2027. Where the year is not written it is
    that of the plan, if the plan knows only one. Whatever else is not known gives kind "unread".
    """
    plain = _plain(text)
    if len(text) > LONGEST or not plain:
        return UNREAD
    if plain in CONTINUOUS or _EVERY_YEAR.fullmatch(plain):
        return Span("continuous", starts)
    if starts.year == ends.year and _YEARLESS.fullmatch(plain):
        plain = f"{plain}/{starts.year}"
    for pattern, reader in _FORMS:
        if (found := pattern.fullmatch(plain)) is not None:
            return reader(found, starts)
    return UNREAD


def _plain(text: str) -> str:
    """Lower case, without marks, one kind of dash, single spaces, no full stop at the end."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    dashes = re.sub(r"[\u2010-\u2015\u2212]", "-", bare.replace("đ", "d"))
    return " ".join(dashes.split()).strip(" .;,")


def _by(found: re.Match[str]) -> str:
    return found.groupdict().get("by") or ""


def _end(found: re.Match[str], first: date, last: date) -> date:
    """The last day of the period, or the day before it begins where the words say "before"."""
    return date.fromordinal(first.toordinal() - 1) if "truoc" in _by(found) else last


def _ending(kind: Kind, begins: date, ends: date) -> Span:
    return Span(kind, min(begins, ends), ends)


def _quarter(found: re.Match[str], starts: date) -> Span:
    return _ending("quarter", starts, _end(found, *_of_quarter(found["quarter"], found["year"])))


def _quarters(found: re.Match[str], starts: date) -> Span:
    first, _last = _of_quarter(found["one"], found["first"] or found["last"])
    _first, last = _of_quarter(found["other"], found["last"])
    return Span("quarter", first, last) if first <= last else UNREAD


def _of_quarter(quarter: str, year: str) -> tuple[date, date]:
    last = 3 * QUARTERS[quarter]
    return date(int(year), last - 2, 1), date(int(year), last, monthrange(int(year), last)[1])


def _years(found: re.Match[str], starts: date) -> Span:
    first, last = int(found["first"]), int(found["last"])
    return Span("years", date(first, 1, 1), date(last, 12, 31)) if first <= last else UNREAD


def _year(found: re.Match[str], starts: date) -> Span:
    """One year: from its first day, or, as an end, from the beginning of the plan."""
    year = int(found["year"])
    if _by(found) in ("", "trong"):
        return Span("years", date(year, 1, 1), date(year, 12, 31))
    return _ending("years", starts, _end(found, date(year, 1, 1), date(year, 12, 31)))


def _month(found: re.Match[str], starts: date) -> Span:
    year, month = int(found["year"]), int(found["month"])
    if not 1 <= month <= 12:
        return UNREAD
    end = _end(found, date(year, month, 1), date(year, month, monthrange(year, month)[1]))
    return _ending("day", starts, end)


def _day(found: re.Match[str], starts: date) -> Span:
    try:
        day = date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return UNREAD
    return _ending("day", starts, day)


def _half(found: re.Match[str], starts: date) -> Span:
    year, first = int(found["year"]), found["half"] == "dau nam"
    begins, ends = (date(year, 1, 1), date(year, 6, 30)) if first else (date(year, 7, 1), date(year, 12, 31))
    return _ending("day", starts, _end(found, begins, ends))


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


#: "Trước ngày 30/11 hằng năm": every year anew, so without an end.
_EVERY_YEAR = _form(r".{0,60}\b(?:hang nam|moi nam)")
#: Periods and days that a plan of one year writes without it.
_YEARLESS = _form(
    rf"(?:{_BY}\s+)?(?:{_QUARTER}|(?:cuoi\s+)?thang\s+\d\d?|(?:ngay\s+)?\d\d?(?:/| thang )\d\d?"
    r"|(?:6|06|sau) thang (?:dau|cuoi) nam)"
)
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Span]], ...] = (
    (_form(rf"(?:{_BY}\s+)?{_QUARTER}{_OF_YEAR}"), _quarter),
    (_form(rf"(?:tu\s+)?(?:quy\s+|q\s*)(?P<one>iv|i{{1,3}}|[1-4])(?:{_OF_YEAR.replace('year', 'first')})?"
           rf"\s*(?:-|den|va|,)\s*(?:quy\s+|q\s*)?(?P<other>iv|i{{1,3}}|[1-4]){_OF_YEAR.replace('year', 'last')}"),
     _quarters),
    (_form(rf"(?:giai doan\s+|trong\s+)?(?:tu\s+)?(?:cac\s+)?(?:nam\s+)?{_YEAR.replace('year', 'first')}"
           rf"\s*(?:-|den(?:\s+het)?)\s*(?:nam\s+)?{_YEAR.replace('year', 'last')}"), _years),
    (_form(rf"(?:{_BY}\s+)?(?:nam\s+)?{_YEAR}"), _year),
    (_form(rf"(?:{_BY}\s+)?(?:cuoi\s+)?thang\s+(?P<month>\d\d?){_OF_YEAR}"), _month),
    (_form(rf"(?:{_BY}\s+)?(?:cuoi\s+)?(?P<month>\d\d?)/{_YEAR}"), _month),
    (_form(rf"(?:{_BY}\s+)?(?:ngay\s+)?(?P<day>\d\d?)\s*[/.-]\s*(?P<month>\d\d?)\s*[/.-]\s*{_YEAR}"), _day),
    (_form(rf"(?:{_BY}\s+)?(?:ngay\s+)?(?P<day>\d\d?)\s+thang\s+(?P<month>\d\d?){_OF_YEAR}"), _day),
    (_form(rf"(?:{_BY}\s+)?(?:6|06|sau)\s+thang\s+(?P<half>dau nam|cuoi nam){_OF_YEAR}"), _half),
)  # fmt: skip
