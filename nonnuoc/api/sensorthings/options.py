"""The query string of an address: options by name, each once, each understood, or a fault that names its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum
from urllib.parse import quote, unquote_to_bytes

from nonnuoc.api.sensorthings import limits, literals, selecting
from nonnuoc.api.sensorthings.expressions import Parser
from nonnuoc.api.sensorthings.lexing import Cursor
from nonnuoc.records.monitoring.sensorthings.asking import AskingError, Options
from nonnuoc.records.monitoring.sensorthings.schema import EntitySet


class Format(StrEnum):
    """How a page is written."""

    JSON = "JSON"
    DATA_ARRAY = "dataArray"
    CSV = "CSV"


REFERENCES = ("$filter", "$orderby", "$top", "$skip", "$count", "$skiptoken", "$as_of")
COLLECTION = (*REFERENCES, "$select", "$expand", "$resultFormat")
ENTITY = ("$select", "$expand", "$as_of")
PROPERTY = ("$as_of",)


@dataclass(frozen=True, slots=True)
class Asked:
    """`given`: the options as they were written, decoded, in their order."""

    options: Options
    format: Format = Format.JSON
    given: tuple[tuple[str, str], ...] = ()

    def onward(self, after: str) -> str:
        """The query string of the next page: everything asked before, from there on."""
        kept = [(name, value) for name, value in self.given if name not in ("$skip", "$skiptoken")]
        return encoded([*kept, ("$skiptoken", after)])


def read(query: str, entities: EntitySet, allowed: tuple[str, ...] = COLLECTION) -> Asked:
    """The options of a query string (still percent-encoded), for entities of this set. Raises AskingError."""
    given = pairs(query)
    values = _once(given, allowed)
    written = _format(values["$resultFormat"]) if "$resultFormat" in values else Format.JSON
    most = limits.TOP if written is Format.JSON else limits.TOP_OF_COLUMNS
    usual = limits.PAGE if written is Format.JSON else limits.TOP_OF_COLUMNS
    options = Options(top=usual if "$top" in allowed else None)
    for name, value in values.items():
        try:
            options = _with(options, name, value, entities)
        except AskingError as error:
            raise _placed(error, name, value) from error
    if options.top is not None:
        options = replace(options, top=min(options.top, most))
    return Asked(options, written, tuple(given))


def pairs(query: str) -> list[tuple[str, str]]:
    """Names and values of a query string, decoded. Raises AskingError for what is not UTF-8."""
    if len(query) > limits.QUERY_LENGTH:
        raise AskingError(f"A query may have {limits.QUERY_LENGTH} characters, this one has {len(query)}.")
    found = []
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        found.append((_decoded(name), _decoded(value)))
    return found


def encoded(given: list[tuple[str, str]]) -> str:
    """Pairs as a query string; only what must be is encoded."""
    return "&".join(f"{quote(name, safe='$@.')}={quote(value, safe=chr(39) + '(),/:@$*;')}" for name, value in given)


def _decoded(text: str) -> str:
    try:
        said = unquote_to_bytes(text.replace("+", " ").encode("latin-1", "replace")).decode()
    except UnicodeDecodeError as error:
        raise AskingError("The query is not UTF-8: encode it so.") from error
    if "\0" in said:
        raise AskingError("A query has no use for a null character.", said.index("\0"))
    return said


def _once(given: list[tuple[str, str]], allowed: tuple[str, ...]) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in given:
        if name not in allowed:
            raise AskingError(_unknown(name, allowed), parameter=name)
        if name in values:
            raise AskingError(f"{name} stands twice: join both into one.", parameter=name)
        values[name] = value
    return values


def _unknown(name: str, allowed: tuple[str, ...]) -> str:
    if name in COLLECTION:
        return f"{name} has no meaning for this address: it is for collections."
    like = get_close_matches(f"${name.lstrip('$')}", allowed, 1)
    return f"There is no option {name!r} here. " + (f"Is {like[0]} meant?" if like else f"Known: {', '.join(allowed)}.")


def _with(options: Options, name: str, value: str, entities: EntitySet) -> Options:
    """The options and this one. Raises AskingError."""
    if name == "$skiptoken":
        return replace(options, after=value)
    if name == "$as_of":
        return replace(options, as_of=_as_of(value))
    cursor = Cursor(value)
    readers: Mapping[str, Callable[[], Options]] = {
        "$filter": lambda: replace(options, filter=Parser(cursor).expression()),
        "$orderby": lambda: replace(options, order=selecting.order(cursor)),
        "$select": lambda: replace(options, select=selecting.select(cursor, entities)),
        "$expand": lambda: replace(options, expand=selecting.expand(cursor, entities)),
        "$top": lambda: replace(options, top=selecting.whole(cursor, "$top")),
        "$skip": lambda: replace(options, skip=selecting.whole(cursor, "$skip")),
        "$count": lambda: replace(options, count=selecting.truth(cursor)),
    }
    if name not in readers:
        return options
    found = readers[name]()
    cursor.end()
    return found


def _as_of(value: str) -> datetime:
    quoted = len(value) > 1 and value[0] == value[-1] == "'"
    return literals.moment(value[1:-1] if quoted else value, int(quoted))


def _format(value: str) -> Format:
    for one in Format:
        if one.lower() == value.lower():
            return one
    known = ", ".join(Format)
    raise AskingError(f"There is no format {value!r}. Known: {known}.", 0, parameter="$resultFormat", near=value[:40])


def _placed(error: AskingError, name: str, value: str) -> AskingError:
    """The same fault, with the option it is in and the text around it."""
    error.parameter = error.parameter or name
    error.near = error.near or near(value, error.at)
    return error


def near(text: str, at: int) -> str:
    """What stands around a character."""
    return text[max(0, at - 10) : max(0, at) + 30]
