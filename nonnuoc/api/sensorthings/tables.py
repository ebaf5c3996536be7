"""Entities as CSV: a row each, what is nested in columns named by its path, safe to open in a spreadsheet."""

from __future__ import annotations

import csv as writing
import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson
from django.http import HttpResponse

from nonnuoc.api.sensorthings import limits
from nonnuoc.api.sensorthings.rendering import number
from nonnuoc.api.sensorthings.selecting import ID
from nonnuoc.records.monitoring.sensorthings.asking import AskingError, Options
from nonnuoc.records.monitoring.sensorthings.reading import Page
from nonnuoc.records.monitoring.sensorthings.schema import SETS, EntitySet

CONTENT_TYPE = "text/csv; charset=utf-8; header=present"
#: A cell that begins so, and goes on, is run by a spreadsheet (OWASP, CSV injection); an apostrophe makes it text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def answer(body: bytes, count: int | None, next_link: str) -> HttpResponse:
    """A CSV has no place for a count or a link: they are headers."""
    response = HttpResponse(body, content_type=CONTENT_TYPE)
    if count is not None:
        response.headers["X-Total-Count"] = str(count)
    if next_link:
        response.headers["Link"] = f'<{next_link}>; rel="next"'
    return response


def bounded(options: Options, entities: EntitySet) -> Options:
    """The options, for entities that are written one by one. Raises AskingError where one would need many rows."""
    for name, within in options.expand.items():
        navigation = entities.navigations[name]
        if navigation.many:
            raise AskingError(f"A row has no room for many {name}: expand what is one.", parameter="$expand")
        bounded(within, SETS[navigation.target])
    return replace(options, top=min(options.top or limits.TOP, limits.TOP))


def csv(page: Page, entities: EntitySet, options: Options) -> bytes:
    """The page with one line of column names; a column for every name that any of its entities has."""
    rows = [dict(_cells(one, entities, options)) for one in page.entities]
    names = dict.fromkeys(name for row in rows for name in row) or dict.fromkeys(options.select or (ID,))
    text = io.StringIO()
    table = writing.writer(text, lineterminator="\r\n")
    table.writerow(safe(name) for name in names)
    table.writerows([row.get(name, "") for name in names] for row in rows)
    return text.getvalue().encode()


def safe(value: Any) -> str:
    """A value as a cell that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if len(value) > 1 and value.startswith(_FORMULA) else value
    return orjson.dumps(value).decode()


def _cells(found: Mapping[str, Any], entities: EntitySet, options: Options) -> Iterator[tuple[str, str]]:
    wanted = set(options.select)
    for name in (ID, *entities.properties):
        if name in found and (not wanted or name in wanted):
            value = number(found[name]) if name == "result" else found[name]
            yield from _flat(name, value)
    for name, within in options.expand.items():
        if found.get(name) is not None:
            inner = _cells(found[name], SETS[entities.navigations[name].target], within)
            yield from ((f"{name}/{column}", value) for column, value in inner)


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """A JSON object as a column for each of its members; a list as JSON in one."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(f"{name}/{key}", inner)
    else:
        yield name, safe(value)
