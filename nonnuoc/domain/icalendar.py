"""Days to keep as an iCalendar file (RFC 5545): whole-day events that every calendar reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LONGEST_LINE = 75  # octets, without the line break (section 3.1)


@dataclass(frozen=True, slots=True)
class Day:
    """Something of one day. `uid` stays the same for ever, so that a later file replaces an earlier one."""

    uid: str
    day: date
    summary: str
    description: str = ""
    link: str = ""
    done: bool = False
    days_ahead: int | None = None  # when a reminder rings; None: never


def calendar(days: Iterable[Day], *, name: str, producer: str, stamp: datetime) -> str:
    """The file; lines end with CR LF and are folded, texts escaped. `stamp` says when it was made."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{_escaped(producer)}//", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", f"X-WR-CALNAME:{_escaped(name)}"]
    for one in days:
        lines += _event(one, stamp)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(one: Day, stamp: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_escaped(one.uid)}"
    yield f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{one.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(one.summary)}"
    if one.description:
        yield f"DESCRIPTION:{_escaped(one.description)}"
    if one.link:
        yield f"URL:{one.link}"
    yield "TRANSP:TRANSPARENT"
    yield f"STATUS:{'CONFIRMED' if not one.done else 'CANCELLED'}"
    if one.days_ahead is not None and not one.done:
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_escaped(one.summary)}")
        yield from (f"TRIGGER:-P{one.days_ahead}D", "END:VALARM")
    yield "END:VEVENT"


def _escaped(text: str) -> str:
    """A TEXT value (section 3.3.11): no character of it can begin a property of its own."""
    plain = "".join(sign for sign in text.replace("\r\n", "\n").replace("\r", "\n") if sign >= " " or sign == "\n")
    plain = plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of 75 octets, none of which cuts a character in two; all but the first begin with a space."""
    piece, size = "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > LONGEST_LINE:
            yield piece
            piece, size = " ", 1
        piece, size = piece + sign, size + octets
    yield piece
