"""The network a province plans: its stations, loaded from data."""

from __future__ import annotations

import tomllib
from pathlib import Path

from nonnuoc.records.monitoring import services
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.places import selectors as places

DATA = Path(__file__).parent / "data"


def load(province: str) -> int:
    """Register the planned stations of a province that are not registered yet; give how many there were to add.

    A station somebody has registered or changed since is left alone.
    """
    file = DATA / province / "stations.toml"
    if not file.exists():
        return 0
    table = tomllib.loads(file.read_text())
    known = set(Thing.objects.values_list("code", flat=True))
    planned = [entry for entry in table["station"] if entry["code"] not in known]
    for entry in planned:
        services.register_station(
            code=entry["code"],
            name=entry["name"],
            kind=entry["kind"],
            state=Thing.State.PLANNED,
            commune=places.commune_by_name(entry["commune"]),
            river=places.river_by_name(entry["river"]) if "river" in entry else None,
            source=table["source"],
            by=None,
        )
    return len(planned)
