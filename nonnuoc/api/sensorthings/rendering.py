"""Entities as the standard writes them: what the selectors gave, with links that lead on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nonnuoc.api.sensorthings import options as queries
from nonnuoc.api.sensorthings import printing
from nonnuoc.api.sensorthings.selecting import ID, SELF_LINK
from nonnuoc.records.monitoring.sensorthings.asking import Options, Step
from nonnuoc.records.monitoring.sensorthings.reading import Page
from nonnuoc.records.monitoring.sensorthings.schema import SETS, EntitySet

Json = dict[str, Any]


class Renderer:
    """`root`: the absolute address of the service, without a slash at its end."""

    def __init__(self, root: str) -> None:
        self.root = root

    def self_link(self, entities: EntitySet, found: Mapping[str, Any]) -> str:
        return f"{self.root}/{entities.name}({found[ID]})"

    def address(self, steps: tuple[Step, ...]) -> str:
        """The absolute address of a path."""
        names = (step.name if step.id is None else f"{step.name}({step.id})" for step in steps)
        return "/".join([self.root, *names])

    def collection(self, page: Page, entities: EntitySet, options: Options, next_link: str) -> Json:
        """A page, its count where asked and the link to the next one where there is one."""
        body: Json = {} if page.count is None else {"@iot.count": page.count}
        if next_link:
            body["@iot.nextLink"] = next_link
        shape = _Shape(self.root, entities, options)
        body["value"] = [shape.entity(one) for one in page.entities]
        return body

    def references(self, page: Page, entities: EntitySet, next_link: str) -> Json:
        """Only where the entities are."""
        body: Json = {} if page.count is None else {"@iot.count": page.count}
        if next_link:
            body["@iot.nextLink"] = next_link
        body["value"] = [{SELF_LINK: self.self_link(entities, one)} for one in page.entities]
        return body

    def entity(self, found: Mapping[str, Any], entities: EntitySet, options: Options) -> Json:
        """One entity: id, link to itself, properties, then what it leads to: expanded, or a link."""
        return _Shape(self.root, entities, options).entity(found)


class _Shape:
    """How every entity of one set is written that the same was asked of."""

    def __init__(self, root: str, entities: EntitySet, options: Options) -> None:
        wanted = set(options.select)
        self._address = f"{root}/{entities.name}("
        self._id = not wanted or ID in wanted
        self._self = not wanted or SELF_LINK in wanted
        self._properties = [name for name in entities.properties if not wanted or name in wanted]
        self._expanded = [
            (name, _Within(root, name, SETS[one.target], replace(options.expand[name], as_of=options.as_of)))
            for name, one in entities.navigations.items()
            if name in options.expand
        ]
        self._links = [
            (f"{name}@iot.navigationLink", f"/{name}")
            for name in entities.navigations
            if name not in options.expand and (not wanted or name in wanted)
        ]

    def entity(self, found: Mapping[str, Any]) -> Json:
        own = f"{self._address}{found[ID]})"
        body: Json = {}
        if self._id:
            body[ID] = found[ID]
        if self._self:
            body[SELF_LINK] = own
        for name in self._properties:
            if name in found:
                body[name] = number(found[name]) if name == "result" else found[name]
        for name, within in self._expanded:
            within.put(body, found.get(name), f"{own}/{name}")
        for name, ending in self._links:
            body[name] = own + ending
        return body


class _Within:
    """How what is expanded by one navigation is written."""

    def __init__(self, root: str, name: str, target: EntitySet, options: Options) -> None:
        self._name, self._shape = name, _Shape(root, target, options)
        self._asked = queries.encoded([*printing.options(replace(options, skip=0)), ("$skiptoken", "")])

    def put(self, body: Json, found: Any, link: str) -> None:
        if not isinstance(found, Page):
            body[self._name] = None if found is None else self._shape.entity(found)
            return
        if found.count is not None:
            body[f"{self._name}@iot.count"] = found.count
        if found.after:
            body[f"{self._name}@iot.nextLink"] = f"{link}?{self._asked}{found.after}"
        body[self._name] = [self._shape.entity(one) for one in found.entities]


def number(value: Any) -> Any:
    """A result as short as it was sent: 3, and not 3.0."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value
