"""Which columns make the properties that were selected, and what is made of a row of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nonnuoc.records.monitoring.sensorthings.asking import AskingError, Options
from nonnuoc.records.monitoring.sensorthings.schema import EntitySet
from nonnuoc.records.monitoring.sensorthings.seeing import own
from nonnuoc.records.monitoring.sensorthings.sql import Sql

#: Names that whoever renders makes of the id.
LINKS = ("@iot.id", "@iot.selfLink")


def chosen(of: EntitySet, options: Options) -> list[str]:
    """The properties to show, in the order of the standard. Raises AskingError for a name nobody declared."""
    for name in options.select:
        if name not in of.properties and name not in of.navigations and name not in LINKS:
            raise AskingError(f"{of.entity} has no {name!r} to select.", near=name, parameter="$select")
    return [name for name in of.properties if not options.select or name in options.select]


def expanded(of: EntitySet, options: Options) -> Mapping[str, Options]:
    """What is to be expanded. Raises AskingError for a navigation nobody declared."""
    for name in options.expand:
        if name not in of.navigations:
            raise AskingError(f"{of.entity} has no {name!r} to expand.", near=name, parameter="$expand")
    return options.expand


class Selection:
    """The columns of entities of one set: the id, what its properties are shown from, the ids of those expanded."""

    def __init__(self, of: EntitySet, options: Options, alias: str) -> None:
        self.of, self.names = of, chosen(of, options)
        self.keys = {name: of.navigations[name].key for name in expanded(of, options) if of.navigations[name].key}
        wanted = {name: of.fields[name].shown for name in self.names}
        texts = dict.fromkeys([f"{alias}.id", *(column for shown in wanted.values() for column in shown)])
        place = {text: number for number, text in enumerate(texts)}
        self._places = {name: [place[column] for column in shown] for name, shown in wanted.items()}
        self.columns = [own(text, alias) for text in texts]
        self.columns += [Sql(key.format(p=alias)) for key in self.keys.values()]

    def entity(self, row: Sequence[Any]) -> dict[str, Any]:
        """A row as an entity, without what is expanded."""
        made: dict[str, Any] = {"@iot.id": row[0]}
        for name, places in self._places.items():
            made[name] = self.of.fields[name].json([row[place] for place in places])
        return made

    def reached(self, row: Sequence[Any]) -> dict[str, Any]:
        """Of each navigation to one that is expanded, the id it leads to."""
        first = len(self.columns) - len(self.keys)
        return dict(zip(self.keys, row[first : len(self.columns)], strict=True))
