"""One page of a collection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nonnuoc.records.monitoring.sensorthings.asking import Options

PAGE = 100  # entities of a page of which no size was asked
MOST = 20_000  # rows of any page
#: Entities that one $expand gives over all its parents: their pages become shorter where there are many.
NESTED = 10_000


@dataclass(frozen=True)
class Page:
    """`entities` are JSON-ready, without links; what was expanded stands in them as a Page, a dict or None."""

    entities: list[dict[str, Any]]
    count: int | None  # when asked
    after: str  # the opaque key to go on after the last entity; "" when this was the last page


def size(options: Options, usual: int = PAGE, most: int = MOST) -> int:
    """How many entities the page holds at most."""
    return min(usual if options.top is None else options.top, most)


def skipped(options: Options) -> int:
    """How many are left out at the beginning: a page that goes on has left them out already."""
    return 0 if options.after else options.skip
