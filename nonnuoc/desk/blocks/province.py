"""The province in one look: the worst air and water of now, who is silent, how complete the month was."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from django.utils import timezone

from nonnuoc.look import law
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.monitoring import availability
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring.models import Datastream, Thing
from nonnuoc.records.monitoring.selectors import StationNow

SCHEMES = ("VN_AQI", "VN_WQI")
LISTED = 5


def make(rights: Rights, at: datetime) -> dict[str, Any] | None:
    """Indices of now, the worst first; silent stations; availability of the last 30 days."""
    stations = monitoring.stations_now(at, reader=rights)
    active = [one for one in stations if one.state == Thing.State.ACTIVE]
    silent = [one for one in active if one.condition in ("silent", "never")]
    raw = [
        one.datastream_id for station in active for one in station.latest if one.procedure == Datastream.Procedure.RAW
    ]
    month = availability.of(raw).together(raw, availability.Span.MONTH)
    return {
        "stations": len(active),
        "speaking": len(active) - len(silent),
        "silent": silent[:LISTED],
        "more_silent": max(0, len(silent) - LISTED),
        "indices": [_index(scheme, active) for scheme in SCHEMES],
        "month": month,
        "simulated": any(one.simulated for one in active),
    }


def _index(scheme: str, stations: list[StationNow]) -> dict[str, Any]:
    """How many stations stand in each class now, and the worst of them."""
    now = [one for one in stations if one.condition == "reporting" and one.index and one.index.scheme == scheme]
    classed = [
        (one, law.category(scheme, one.index.value, timezone.localdate(one.index.hour)))
        for one in now
        if one.index and one.index.value is not None and one.index.hour
    ]
    worst = sorted(classed, key=lambda pair: (-pair[1].rank, pair[0].name))[:LISTED]
    counts = Counter(category.css for _, category in classed)
    classes = law.categories(scheme, timezone.localdate())
    return {
        "scheme": scheme,
        "classes": [(category, counts[category.css]) for category in classes if counts[category.css]],
        "worst": worst,
    }
