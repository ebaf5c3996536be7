"""What a source gave off in a year, from its own telemetry alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.utils import timezone

from nonnuoc.domain.loads import Floats, loads
from nonnuoc.records.monitoring import aggregates
from nonnuoc.records.monitoring.aggregates import Resolution
from nonnuoc.records.monitoring.models import Datastream, ObservedProperty
from nonnuoc.records.monitoring.rows import micros
from nonnuoc.records.registers.facilities.models import SourceStream

FLOW, FLOW_UNIT = "Flow", "m3/h"
CONCENTRATION = "mg/L"


@dataclass(frozen=True, slots=True)
class Load:
    """Of one parameter in one year."""

    observed: ObservedProperty
    kg: float | None  # in the hours covered; None: no hour has both flow and concentration
    coverage: float  # percent of the hours of the year that have passed


def of_year(entry: Any, year: int, at: datetime | None = None) -> list[Load]:
    """By parameter, in the order of properties; nothing where no concentration or no flow is linked. Two queries.

    Method M: hourly means of flow × hourly means of concentration, summed; hours without both are not filled in.
    """
    now = at or timezone.now()
    start = timezone.make_aware(datetime(year, 1, 1))
    end = min(timezone.make_aware(datetime(year + 1, 1, 1)), now)
    links = [one for one in _links(entry) if end > start and one.since < end and (one.until or end) > start]
    flows = [one for one in links if _is(one, FLOW_UNIT, FLOW)]
    measured = [one for one in links if _is(one, CONCENTRATION)]
    if not flows or not measured:
        return []
    streams = {one.datastream_id: one.datastream.interval_s for one in (*flows, *measured)}
    edges = aggregates.windows(Resolution.HOURLY, start, end)
    told = aggregates.over(streams, Resolution.HOURLY, edges)
    place = {one: at for at, one in enumerate(told.ids)}

    def merged(own: list[SourceStream]) -> Floats:
        """(hours,) of all streams of one parameter, each only while it was linked."""
        found = np.full(len(edges) - 1, np.nan)
        for one in own:
            linked = (told.start >= micros(one.since)) & (told.end <= (micros(one.until) if one.until else edges[-1]))
            means = told.mean[place[one.datastream_id]]
            found = np.where(linked & np.isfinite(means), means, found)
        return found

    properties = sorted({one.datastream.observed_property for one in measured}, key=lambda one: (one.order, one.code))
    concentrations = np.stack(
        [merged([one for one in measured if one.datastream.observed_property == observed]) for observed in properties]
    )
    found = loads(merged(flows), concentrations)
    return [
        Load(observed, None if np.isnan(kg) else float(kg), float(coverage))
        for observed, kg, coverage in zip(properties, found.kg, found.coverage, strict=True)
    ]


def _links(entry: Any) -> list[SourceStream]:
    measured = entry.streams.filter(datastream__procedure=Datastream.Procedure.RAW)
    return list(measured.select_related("datastream__observed_property"))


def _is(link: SourceStream, unit: str, code: str | None = None) -> bool:
    observed = link.datastream.observed_property
    return observed.unit == unit and code in (None, observed.code)
