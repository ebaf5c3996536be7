"""A page of one datastream as it stood at a moment, at the cost of its rows: as records/monitoring/pages.py does it.

Which version of a time stood, as_of.py says: the one of the history that was first replaced after the moment, else the
one held now. Held rows and history both come in the order of time, so many of each as the page needs: whatever is
among the first times of all is among the first of one of them.
"""

from __future__ import annotations

from datetime import datetime

from nonnuoc.records.monitoring.sensorthings.ordering import RAW
from nonnuoc.records.monitoring.sensorthings.paging import Key
from nonnuoc.records.monitoring.sensorthings.sql import Sql, put, value

_RAW = ", ".join(f"o.{name}" for name in RAW)
_PAGE = f"""
SELECT DISTINCT ON (o.time) {{}} FROM (
    (SELECT {_RAW}, 'infinity'::timestamptz AS replaced_at FROM observation o
    WHERE {{}} AND (o.stored IS NULL OR o.stored <= {{}}) ORDER BY o.time DIRECTION LIMIT MANY)
    UNION ALL
    (SELECT DISTINCT ON (o.time) {_RAW}, o.replaced_at FROM monitoring_observationhistory o
    WHERE {{}} AND (o.stored IS NULL OR o.stored <= {{}}) AND o.replaced_at > {{}}
    ORDER BY o.time DIRECTION, o.replaced_at, o.id LIMIT MANY)
) AS o ORDER BY o.time DIRECTION, o.replaced_at"""  # noqa: S608 - all of it ours


def page(shown: Sql, where: Sql, by: Key, at: datetime, limit: int, offset: int) -> Sql:
    """The statement's body: of rows `o` of one datastream that are so by their key alone, ordered by their time."""
    template = _PAGE.replace("DIRECTION", by.direction).replace("MANY", str(limit + offset))
    moment = value(at, "timestamptz")
    return put(f"{template} LIMIT {limit} OFFSET {offset}", shown, where, moment, where, moment, moment)
