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
        body["value"] = [self.entity(one, entities, options) for one in page.entities]
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
        own = self.self_link(entities, found)
        wanted = set(options.select)
        body: Json = {}
        if not wanted or ID in wanted:
            body[ID] = found[ID]
        if not wanted or SELF_LINK in wanted:
            body[SELF_LINK] = own
        for name in entities.properties:
            if name in found and (not wanted or name in wanted):
                body[name] = number(found[name]) if name == "result" else found[name]
        for name, navigation in entities.navigations.items():
            if name in options.expand:
                within = replace(options.expand[name], as_of=options.as_of)
                body |= self._expanded(f"{own}/{name}", name, SETS[navigation.target], found.get(name), within)
            elif not wanted or name in wanted:
                body[f"{name}@iot.navigationLink"] = f"{own}/{name}"
        return body

    def _expanded(self, link: str, name: str, target: EntitySet, found: Any, options: Options) -> Json:
        if not isinstance(found, Page):
            return {name: None if found is None else self.entity(found, target, options)}
        body: Json = {} if found.count is None else {f"{name}@iot.count": found.count}
        if found.after:
            asked = printing.options(replace(options, skip=0))
            body[f"{name}@iot.nextLink"] = f"{link}?{queries.encoded([*asked, ('$skiptoken', found.after)])}"
        body[name] = [self.entity(one, target, options) for one in found.entities]
        return body


def number(value: Any) -> Any:
    """A result as short as it was sent: 3, and not 3.0."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value
