"""Queries as people write them, for tests of what answers their trees."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nonnuoc.api.sensorthings import options, paths
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.monitoring.sensorthings import reading
from nonnuoc.records.monitoring.sensorthings.asking import AskingError
from nonnuoc.records.monitoring.sensorthings.reading import Page


def page(rights: Rights, path: str, **asked: str) -> Page:
    """A collection: page(rights, "Things", filter="name eq 'x'", top="5")."""
    resource = paths.read(path)
    return reading.collection(resource.steps, _options(resource.entities, asked), rights)


def entity(rights: Rights, path: str, **asked: str) -> dict[str, Any] | None:
    resource = paths.read(path)
    return reading.entity(resource.steps, _options(resource.entities, asked), rights)


def columns(rights: Rights, path: str, **asked: str) -> reading.Columns:
    resource = paths.read(path)
    return reading.columns(resource.steps, _options(resource.entities, asked), rights)


def walked(rights: Rights, path: str, **asked: str) -> list[dict[str, Any]]:
    """Every entity of a collection, page by page."""
    resource = paths.read(path)
    wanted = _options(resource.entities, asked)
    found: list[dict[str, Any]] = []
    while True:
        one = reading.collection(resource.steps, wanted, rights)
        found += one.entities
        if not one.after:
            return found
        assert one.entities, "a page that goes on shows something"
        wanted = replace(wanted, after=one.after)


def ids(found: Page | list[dict[str, Any]]) -> list[int]:
    return [one["@iot.id"] for one in (found.entities if isinstance(found, Page) else found)]


def codes(found: Page) -> list[str]:
    """Of things their codes."""
    return [one["properties"]["code"] for one in found.entities]


def fault(rights: Rights, path: str, **asked: str) -> AskingError:
    """What is wrong with a query."""
    try:
        page(rights, path, **asked)
    except AskingError as error:
        return error
    raise AssertionError(f"{asked} was answered")


def _options(entities: Any, asked: dict[str, str]) -> options.Options:
    query = options.encoded([(f"${name}", value) for name, value in asked.items()])
    return options.read(query, entities).options
