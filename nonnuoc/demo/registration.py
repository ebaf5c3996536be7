"""Makes the invented stations known, each marked as simulated, and their loggers able to sign in."""

from __future__ import annotations

import json
import os
from pathlib import Path

from django.utils import timezone

from nonnuoc.demo import flood, people
from nonnuoc.demo.catalogue import INTERVAL_S, SOURCE, Station, stations
from nonnuoc.records.monitoring import keys as known_keys
from nonnuoc.records.monitoring import services as monitoring
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.places import selectors as places


def register(folder: Path) -> dict[str, str]:
    """Registers what is not registered yet and gives the key of each station, by its code.

    The keys are kept in the folder, for their owner only. Where the database does not know them (it is another one),
    they are made anew, and what was noted as sent is forgotten.
    """
    file = folder / "keys.json"
    keys: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    things = {station.code: _register(station) for station in stations()}
    people.assign_stations()
    flood.register(timezone.now())
    unknown = [code for code, thing in things.items() if not _opens(keys.get(code), thing)]
    if unknown:
        keys |= {code: monitoring.new_key(things[code], label="mô phỏng", by=None) for code in unknown}
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / "state.json").unlink(missing_ok=True)
        _keep(file, keys)
    return {code: keys[code] for code in things}


def _register(station: Station) -> Thing:
    thing = monitoring.register_station(
        code=station.code,
        name=station.name,
        kind=station.kind,
        state=Thing.State.ACTIVE,
        commune=places.commune_by_code(station.commune),
        river=places.river_by_name(station.river) if station.river else None,
        lon=station.lon,
        lat=station.lat,
        simulated=True,
        source=SOURCE,
        properties={"decimal": "comma"} if station.comma else {},
        by=None,
    )
    for parameter in station.parameters:
        monitoring.register_datastream(
            thing,
            property_code=parameter.property,
            symbol=parameter.symbol,
            interval_s=INTERVAL_S,
            range_min=parameter.least,
            range_max=parameter.most,
            instrument=SOURCE,
            by=None,
        )
    return thing


def _opens(key: str | None, thing: Thing) -> bool:
    known = known_keys.find(key) if key else None
    return known is not None and known.thing_id == thing.id


def _keep(file: Path, keys: dict[str, str]) -> None:
    beside = file.with_suffix(".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
        json.dump(keys, out)
    beside.replace(file)
