"""What can stand in the places of addresses so that an example opens: numbers of things that everybody may read."""

from __future__ import annotations

from collections.abc import Sequence

from nonnuoc.records.accounts import access
from nonnuoc.records.monitoring.offered import Station
from nonnuoc.records.monitoring.sensorthings import reading, schema
from nonnuoc.records.monitoring.sensorthings.asking import Options, Step


def known(stations: Sequence[Station]) -> dict[str, str]:
    """A part of an address, as the OpenAPI document writes it -> what can stand there. Nine queries."""
    found = {}
    for name in schema.SETS:
        first = reading.collection([Step(name)], Options(top=1, select=("@iot.id",)), access.ANYBODY).entities
        if first:
            found[f"{name}({{id}})"] = f"{name}({first[0]['@iot.id']})"
    offers = [offer for station in stations for offer in station.offers]
    if offers:
        found["{datastream_id}"] = str(offers[0].datastream_id)
        found["{code}"] = stations[0].code
    return found
