"""What stands for itself in a query: numbers, strings, times, spans, durations, shapes."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import shapely
from shapely.geometry.base import BaseGeometry

from nonnuoc.api.sensorthings import limits
from nonnuoc.api.sensorthings.lexing import Kind, Word
from nonnuoc.records.monitoring.sensorthings.asking import AskingError, Interval, Literal, Value

#: From the text of a literal and where it stands.
Reader: TypeAlias = "Callable[[str, int], Value]"

_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?"
    r"(?:([Zz])|([+\- ])([0-9]{2}):?([0-9]{2}))?"
)
_DURATION = re.compile(
    r"(-?)P(?:([0-9]+)W)?(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?"
)
_WKT = re.compile(r"\s*(?:SRID\s*=\s*([0-9]+)\s*;)?(.*)", re.IGNORECASE | re.DOTALL)
_AS_TIME = "write 2026-11-26T08:00:00+07:00 or 2026-11-26T01:00:00Z"


def of(word: Word) -> Literal:
    """The literal that a word is. Raises AskingError where it says nothing."""
    readers: Mapping[Kind, Reader] = {
        Kind.NUMBER: number,
        Kind.STRING: lambda text, at: unquoted(text),
        Kind.TIME: moment,
        Kind.DATE: _day,
        Kind.CLOCK: _clock,
        Kind.SPAN: span,
        Kind.TYPED: _typed,
    }
    return Literal(readers[word.kind](word.text, word.at), word.text, word.at)


def unquoted(text: str) -> str:
    """What a quoted string says."""
    return text[1:-1].replace("''", "'")


def number(text: str, at: int) -> int | float:
    """A whole number as int, any other as float. Raises AskingError past what a double holds."""
    if len(text) > limits.DIGITS:
        raise AskingError(f"A number may have {limits.DIGITS} digits.", at)
    whole = text.lstrip("-").isdigit()
    if whole and abs(int(text)) < 2**63:
        return int(text)
    value = float(text)
    if not math.isfinite(value):
        raise AskingError(f"{text} is more than a number can be here.", at)
    return value


def moment(text: str, at: int) -> datetime:
    """A time in UTC, to the microsecond. Raises AskingError without a zone, and for one no calendar has."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise AskingError(f"{text!r} is not a time: {_AS_TIME}.", at)
    *fields, second, fraction, zulu, sign, hours, minutes = match.groups()
    if not (zulu or sign):
        raise AskingError(f"{text!r} does not say its zone: {_AS_TIME}.", at)
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    try:
        year, month, day, hour, minute = (int(field) for field in fields)
        micros = int((fraction or "0")[:6].ljust(6, "0"))
        there = datetime(year, month, day, hour, minute, int(second or 0), micros, UTC)
        return there + offset if sign == "-" else there - offset
    except (ValueError, OverflowError) as error:
        raise AskingError(f"{text!r} is not a time: {error}.", at) from error


def duration(text: str, at: int) -> timedelta:
    """Weeks, days, hours, minutes and seconds. Raises AskingError; months and years have no one length."""
    match = _DURATION.fullmatch(text.strip().upper())
    if match is None or not any(match.groups()[1:]):
        raise AskingError(f"{text!r} is not a duration of days, hours, minutes and seconds: write P1DT12H30M.", at)
    sign, *parts = match.groups()
    try:
        weeks, days, hours, minutes, seconds = (float(part or 0) for part in parts)
        length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError as error:
        raise AskingError(f"{text!r} is longer than time is.", at) from error
    return -length if sign else length


def span(text: str, at: int) -> Interval:
    """start/end, start/duration or duration/end. Raises AskingError where it does not end after it began."""
    first, _, second = text.partition("/")
    if not second:
        raise AskingError(f"{text!r} is not a span of time: write start/end.", at)
    ends = at + len(first) + 1
    try:
        if first[:1] == "P":
            until = moment(second, ends)
            since = until - duration(first, at)
        else:
            since = moment(first, at)
            until = since + duration(second, ends) if second[:1] == "P" else moment(second, ends)
    except OverflowError as error:
        raise AskingError(f"{text!r} reaches beyond the calendar.", at) from error
    if until <= since:
        raise AskingError(f"{text!r} ends before it begins.", at)
    return Interval(since, until)


def when(text: str, at: int) -> datetime | Interval:
    """A time or a span of it, as a text says it."""
    return span(text, at) if "/" in text else moment(text, at)


def shape(text: str, at: int) -> BaseGeometry:
    """A geometry in WGS 84, longitude first. Raises AskingError unless it is whole, valid, flat, small and on Earth."""
    match = _WKT.fullmatch(text)
    srid, wkt = match.groups() if match else (None, text)
    if srid not in (None, "4326"):
        raise AskingError("Shapes are in WGS 84 here (SRID 4326), longitude before latitude.", at)
    try:
        found: BaseGeometry = shapely.force_2d(shapely.from_wkt(wkt))
    except shapely.errors.ShapelyError as error:
        raise AskingError(f"{text!r} is not a shape as WKT writes it: POINT(105.8 21.0), POLYGON((…)).", at) from error
    if found.is_empty:
        raise AskingError("This shape is empty.", at)
    if shapely.get_num_coordinates(found) > limits.VERTICES:
        raise AskingError(f"A shape may have {limits.VERTICES} points: make it simpler.", at)
    west, south, east, north = found.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise AskingError("This shape is not on Earth: write longitude before latitude, in degrees.", at)
    if not found.is_valid:
        raise AskingError(f"This shape is not valid: {shapely.is_valid_reason(found)}.", at)
    return found


def _typed(text: str, at: int) -> Value:
    name, _, _ = text.partition("'")
    said, within = unquoted(text[len(name) :]), at + len(name) + 1
    readers: Mapping[str, Reader] = {
        "geography": shape,
        "geometry": shape,
        "duration": duration,
        "datetimeoffset": moment,
        "datetime": moment,
    }
    reader = readers.get(name.lower())
    if reader is None:
        raise AskingError(f"There is no literal {name}'…': known are geography'…', duration'…' and plain strings.", at)
    return reader(said, within)


def _day(text: str, at: int) -> str:
    """A day stays a text: it is compared with what date() gives."""
    try:
        datetime.strptime(text, "%Y-%m-%d")
    except ValueError as error:
        raise AskingError(f"{text!r} is not a day of the calendar.", at) from error
    return text


def _clock(text: str, at: int) -> str:
    """A time of day stays a text: it is compared with what time() gives."""
    hour, minute, *second = text.split(":")
    if int(hour) > 23 or int(minute) > 59 or (second and float(second[0]) >= 60):
        raise AskingError(f"{text!r} is not a time of day.", at)
    return text
