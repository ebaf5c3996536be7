"""From the text of a TOML file to tables; what breaks a promise is refused with the file and the field."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from nonnuoc.rules.table import UNVERIFIED, Evidence, Table, TableRefusedError

TEXTS = ("title", "number", "article", "url", "evidence")
DATES = ("issued", "valid_from", "retrieved")
OPTIONAL = ("valid_to",)


def sections(text: str, where: str) -> list[dict[str, Any]]:
    """The checked `[[table]]` sections of a file, in order of time."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TableRefusedError(f"{where}: not TOML: {error}") from error
    found = document.pop("table", None)
    if document or not isinstance(found, list) or not found:
        raise TableRefusedError(f"{where}: a file is one or more [[table]] sections and nothing else")
    for place, section in enumerate(found, start=1):
        _check(section, f"{where}, table {place}")
    ordered = sorted(found, key=lambda section: section["valid_from"])
    for earlier, later in pairwise(ordered):
        if "valid_to" not in earlier or earlier["valid_to"] >= later["valid_from"]:
            raise TableRefusedError(
                f"{where}: {earlier['number']} and {later['number']} are both in force on {later['valid_from']};"
                " give the earlier one a valid_to"
            )
    return ordered


def table(name: str, section: dict[str, Any], on: date, where: str) -> Table:
    """The table of one section as it holds on one day."""
    mark = Evidence(section["evidence"])
    everything = _on_day(section["data"], on)
    return Table(
        name=name,
        **{key: section[key] for key in (*TEXTS, *DATES) if key != "evidence"},
        valid_to=section.get("valid_to"),
        evidence=mark,
        data=_frozen({} if mark in UNVERIFIED else _without_unverified(everything, where)),
        data_with_unverified=_frozen(everything),
    )


def cuts(data: Any) -> Iterator[date]:
    """The days on which an entry anywhere in the data begins to hold or has ceased to."""
    if isinstance(data, dict):
        if isinstance(data.get("valid_from"), date):
            yield data["valid_from"]
        if isinstance(data.get("valid_to"), date):
            yield data["valid_to"] + timedelta(days=1)
    for child in _children(data):
        yield from cuts(child)


def _check(section: Any, where: str) -> None:
    if not isinstance(section, dict):
        raise TableRefusedError(f"{where}: not a table")
    for key in TEXTS:
        if not isinstance(section.get(key), str) or not section[key].strip():
            raise TableRefusedError(f"{where}: `{key}` is missing or empty: a table without a source does not load")
    for key in (*DATES, *OPTIONAL):
        given = section.get(key)
        if (given is None and key in DATES) or (given is not None and not _is_day(given)):
            raise TableRefusedError(f"{where}: `{key}` must be a date such as 2026-01-31; without it no table loads")
    if section["evidence"] not in set(Evidence):
        raise TableRefusedError(
            f"{where}: `evidence` must be one of {', '.join(Evidence)}, not {section['evidence']!r}"
        )
    if section.get("valid_to") is not None and section["valid_to"] < section["valid_from"]:
        raise TableRefusedError(f"{where}: `valid_to` is before `valid_from`")
    if not isinstance(section.get("data"), dict) or not section["data"]:
        raise TableRefusedError(f"{where}: `data` is missing or empty")
    strange = set(section) - {*TEXTS, *DATES, *OPTIONAL, "data"}
    if strange:
        raise TableRefusedError(f"{where}: unknown field `{min(strange)}`")


def _is_day(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _children(data: Any) -> list[Any]:
    if isinstance(data, dict):
        return list(data.values())
    return list(data) if isinstance(data, list) else []


def _on_day(data: Any, on: date) -> Any:
    """The data without the entries that do not hold on the day."""

    def holds(child: Any) -> bool:
        if not isinstance(child, dict):
            return True
        return bool(child.get("valid_from", on) <= on <= child.get("valid_to", on))

    return _kept(data, holds)


def _without_unverified(data: Any, where: str) -> Any:
    """The data without the entries that are marked as remembered or not found."""

    def vouched_for(child: Any) -> bool:
        if not isinstance(child, dict) or "evidence" not in child:
            return True
        if child["evidence"] not in set(Evidence):
            raise TableRefusedError(f"{where}: `evidence` of an entry must be one of {', '.join(Evidence)}: {child}")
        return Evidence(child["evidence"]) not in UNVERIFIED

    return _kept(data, vouched_for)


def _kept(data: Any, keep: Any) -> Any:
    if isinstance(data, dict):
        return {key: _kept(child, keep) for key, child in data.items() if keep(child)}
    if isinstance(data, list):
        return [_kept(child, keep) for child in data if keep(child)]
    return data


def _frozen(data: Any) -> Any:
    if isinstance(data, dict):
        return MappingProxyType({key: _frozen(child) for key, child in data.items()})
    if isinstance(data, list):
        return tuple(_frozen(child) for child in data)
    return data
