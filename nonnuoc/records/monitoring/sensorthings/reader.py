"""Who reads, and as of when."""

from __future__ import annotations

from datetime import datetime

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.monitoring import as_of
from nonnuoc.records.monitoring.sensorthings.schema import EntitySet
from nonnuoc.records.monitoring.sensorthings.scope import Row, Scope
from nonnuoc.records.monitoring.sensorthings.seeing import Seeing
from nonnuoc.records.monitoring.sensorthings.sql import Sql


class Reader:
    """One caller in one request."""

    def __init__(self, rights: Rights, at: datetime | None) -> None:
        self.seeing = Seeing(rights)
        self.at = at
        self.observations: tuple[Sql, ...] = (Sql("observation"),)
        if at is not None:
            self.observations = tuple(Sql(one, as_of.values(at, one)) for one in as_of.PARTS)

    def scope(self, of: EntitySet, alias: str) -> Scope:
        """Where a query of this set begins."""
        return Scope(self.seeing, {(): Row(of, alias)}, self.observations)
