"""What the caller may see, as a condition on every row of every hop.

The stations that may be read are found by `accounts.access`, once in each statement: `readable` is a common table
expression at its head, and each set says by which of them its rows are seen (schema.py).
"""

from __future__ import annotations

from functools import cache, cached_property

from nonnuoc.records.accounts.access import ANYBODY, Rights
from nonnuoc.records.monitoring.models import ObservationFeature, Thing
from nonnuoc.records.monitoring.sensorthings.schema import EntitySet, Navigation
from nonnuoc.records.monitoring.sensorthings.sql import Sql, put

READABLE = "(SELECT id FROM readable)"


class Seeing:
    """The conditions of one caller."""

    def __init__(self, rights: Rights) -> None:
        self.rights = rights

    @cached_property
    def readable(self) -> Sql:
        """The ids of the things whose values may be read."""
        return _readable_by_anybody() if self.rights is ANYBODY else _readable(self.rights)

    @cached_property
    def registers(self) -> bool:
        """Whether the caller sees what is written and not used yet."""
        return self.rights.may("stations.register")

    @cached_property
    def results_have_times(self) -> bool:
        """Whether any observation has a time of its result that is not the time it is of. A query."""
        return ObservationFeature.objects.filter(result_time__isnull=False).exists()

    def statement(self, body: Sql) -> Sql:
        """A whole statement; every other piece of SQL stands in one."""
        return put("WITH readable AS MATERIALIZED ({}) {}", self.readable, body)

    def sees(self, of: EntitySet, alias: str) -> Sql:
        """Whether a row of a set may be seen."""
        return own(of.sees_unattached if self.registers else of.sees, alias)


@cache
def _readable_by_anybody() -> Sql:
    return _readable(ANYBODY)


def _readable(rights: Rights) -> Sql:
    text, values = Thing.objects.filter(rights.readable()).order_by().values("id").query.sql_with_params()
    return Sql(text, tuple(values))


def own(template: str, alias: str) -> Sql:
    """A declared expression for the row of this alias."""
    return Sql(template.format(t=alias, readable=READABLE))


def joined(navigation: Navigation, parent: str, child: str, *, streams: bool = False) -> Sql:
    """Whether the row `child` is reached from `parent`; `streams`: whether a datastream holds such rows."""
    template = navigation.streams if streams else navigation.join
    return Sql(template.format(p=parent, c=child, readable=READABLE))
