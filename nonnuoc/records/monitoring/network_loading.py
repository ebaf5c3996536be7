"""A network from a file (docs/STATIONS.md): the whole file or nothing, and every fault told at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from nonnuoc import rules
from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.monitoring import network_file, services, waters
from nonnuoc.records.monitoring.models import Datastream, ObservedProperty, Sensor, Thing, Threshold
from nonnuoc.records.monitoring.network_file import meant
from nonnuoc.records.places import selectors as places
from nonnuoc.rules.symbols import property_of

COMPUTED = ("VN_AQI", "VN_WQI")
WATERS = ("water_kind", "water_class", "hydrological_station")
_EQUIPMENT = ("instrument", "model", "serial", "range_min", "range_max")


class RefusedError(Exception):
    """The file cannot be taken; `faults` say why and how to mend it."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def load(body: bytes, *, by: Person | None, dry_run: bool = False) -> list[str]:
    """Register what a file describes; give what that changed, a line each. Loaded again, it changes nothing.

    What the file does not mention stays as it is. `dry_run` tells the changes and makes none. Raises RefusedError.
    """
    access.require(by, "stations.register")
    loading = _Loading(by)
    stations = network_file.read(body, loading.faults)
    with transaction.atomic():
        for station in stations:
            loading.station(station)
        if loading.faults or dry_run:
            transaction.set_rollback(True)
    if loading.faults:
        raise RefusedError(loading.faults)
    return loading.changes


class _Loading:
    def __init__(self, by: Person | None) -> None:
        self.by = by
        self.faults: list[str] = []
        self.changes: list[str] = []
        self.properties = set(ObservedProperty.objects.values_list("code", flat=True)) - set(COMPUTED)

    def station(self, entry: network_file.Station) -> None:
        thing = Thing.objects.select_related("commune", "river").filter(code=entry.code).first()
        before = _of_station(thing)
        kind = entry.given.get("kind") or (thing.kind if thing else "")
        self._check(entry, thing)
        for stream in entry.streams:
            self._check_stream(stream, thing, kind)
        if self.faults:  # nothing will be registered any more; what else is wrong is still looked for
            return
        try:
            thing = self._register(entry, thing)
        except ValidationError as error:
            self._fault(entry.where, error)
            return
        self._tell(entry.where, before, _of_station(thing))
        for stream in entry.streams:
            try:
                self._stream(thing, stream)
            except ValidationError as error:
                self._fault(stream.where, error)

    def _check(self, entry: network_file.Station, thing: Thing | None) -> None:
        given = entry.given
        needed = [] if thing else [name for name in ("name", "kind", "state") if name not in given]
        empty = [name for name in ("name", "kind", "state") if given.get(name) == ""]
        if needed or empty:
            self._fault(entry.where, f"{', '.join(needed + empty)} of a station must be told")
        if thing and thing.simulated:
            self._fault(entry.where, "it is an invented station of the demonstration; give the real one another code")
        if thing and given.get("kind", thing.kind) != thing.kind and thing.datastreams.exists():
            self._fault(
                entry.where, f"its datastreams are those of {thing.kind}; register the other kind as another code"
            )
        told = waters.facts(thing) | {name: given[name] for name in WATERS if name in given}
        for _field, fault in waters.faults(given.get("kind") or (thing.kind if thing else ""), told):
            self._fault(entry.where, fault)
        if given.get("commune"):
            self._commune(entry)
        if given.get("river") and places.river_by_name(given["river"]) is None:
            known = [river.name for river in places.rivers()]
            self._fault(entry.where, f"no river {given['river']!r} is known{meant(given['river'], known)}")

    def _commune(self, entry: network_file.Station) -> None:
        name = entry.given["commune"]
        if places.commune_by_code(name) is not None:
            return
        found = places.communes_by_name(name)
        if len(found) > 1:
            told = ", ".join(f"{commune.code} {commune.full_name}" for commune in found)
            self._fault(entry.where, f"several communes are called {name!r}; give the code: {told}")
        if not found:
            known = [commune.name for commune in places.communes()]
            self._fault(entry.where, f"no commune {name!r} is known{meant(name, known)}")

    def _check_stream(self, stream: network_file.Stream, thing: Thing | None, kind: str) -> None:
        code = stream.property
        if code in COMPUTED:
            self._fault(stream.where, f"{code} is computed here and never sent; leave it out")
        elif code and code not in self.properties:
            self._fault(stream.where, f"{code!r} is no observed property{self._meant(code, kind)}")
        if thing is not None:
            self._check_beside(stream, thing)

    def _meant(self, code: str, kind: str) -> str:
        likely = property_of(rules.load("properties", on=date.today()), kind, code)
        return f" – did you mean {likely}?" if likely in self.properties else meant(code, self.properties)

    def _check_beside(self, stream: network_file.Stream, thing: Thing) -> None:
        """With what is registered already: a symbol keeps its property and its way, a property has one symbol."""
        procedure = Datastream.Procedure.RAW if stream.interval_s else Datastream.Procedure.SAMPLE
        known = thing.datastreams.exclude(symbol="").select_related("observed_property")
        for one in known:
            same = one.observed_property.code == stream.property
            if one.symbol == stream.symbol and not same:
                is_now = one.observed_property.code
                self._fault(stream.where, f"it already means {is_now}; give {stream.property} another symbol")
            elif one.symbol == stream.symbol and one.procedure != procedure:
                self._fault(stream.where, f"it is registered as {one.procedure}; give the other way another symbol")
            elif one.symbol != stream.symbol and same and one.active and one.procedure == procedure:
                self._fault(
                    stream.where, f"{stream.property} is already registered as {one.symbol!r}; write that symbol"
                )

    def _register(self, entry: network_file.Station, thing: Thing | None) -> Thing:
        given = entry.given
        facts = {
            name: given.get(name, getattr(thing, name) if thing else "")
            for name in ("name", "kind", "state", "source", "description")
        }
        commune, river = (thing.commune, thing.river) if thing else (None, None)
        if "commune" in given:
            name = given["commune"]
            commune = places.commune_by_code(name) or places.commune_by_name(name) if name else None
        if "river" in given:
            river = places.river_by_name(given["river"]) if given["river"] else None
        properties = dict(thing.properties if thing else {})
        if "decimal" in given:
            properties.pop("decimal", None)
            properties |= {"decimal": "comma"} if given["decimal"] == "comma" else {}
        properties = waters.changed(properties, {name: given[name] for name in WATERS if name in given})
        return services.register_station(
            code=entry.code,
            commune=commune,
            river=river,
            lon=given.get("lon"),
            lat=given.get("lat"),
            properties=properties,
            by=self.by,
            **facts,
        )

    def _stream(self, thing: Thing, entry: network_file.Stream) -> None:
        stream = Datastream.objects.filter(thing=thing, symbol=entry.symbol).select_related("sensor").first()
        before = _of_stream(stream)
        given = {name: value for name, value in entry.given.items() if name in _EQUIPMENT}
        metadata: dict[str, Any] = {name: given.pop(name) for name in ("model", "serial") if name in given}
        if stream is None:
            stream = services.register_datastream(
                thing,
                property_code=entry.property,
                symbol=entry.symbol,
                interval_s=entry.interval_s,
                metadata=metadata,
                by=self.by,
                **given,
            )
        else:
            sensor = stream.sensor
            stream = services.equip(
                stream,
                interval_s=entry.interval_s,
                instrument=given.get("instrument") or sensor.name,
                metadata={**sensor.metadata, **metadata},
                range_min=given.get("range_min", sensor.range_min),
                range_max=given.get("range_max", sensor.range_max),
                by=self.by,
            )
        self._tell(entry.where, before, _of_stream(stream))
        for limit in sorted(entry.limits, key=lambda one: (one.check, one.valid_from)):
            self._limit(stream, entry, limit)

    def _limit(self, stream: Datastream, entry: network_file.Stream, limit: network_file.Limit) -> None:
        key = {"datastream": stream, "check_name": limit.check, "valid_from": limit.valid_from}
        before = Threshold.objects.filter(**key).values_list("value", "valid_to", "reason").first()
        now = services.set_threshold(
            stream,
            check_name=limit.check,
            value=limit.value,
            valid_from=limit.valid_from,
            valid_to=limit.valid_to,
            reason=limit.reason,
            by=self.by,
        )
        if before != (now.value, now.valid_to, now.reason):
            until = f" to {_told(now.valid_to)}" if now.valid_to else ""
            dates = f"from {_told(now.valid_from)}{until}"
            self.changes.append(f"{entry.where}: {limit.check} = {_told(now.value)} {dates} ({now.reason})")

    def _tell(self, where: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        if not before:
            facts = ", ".join(f"{name} {_told(value)}" for name, value in after.items() if value not in (None, ""))
            self.changes.append(f"{where}: new: {facts}")
            return
        for name, value in after.items():
            if value != before[name]:
                self.changes.append(f"{where}: {name} {_told(before[name])} → {_told(value)}")

    def _fault(self, where: str, what: str | ValidationError) -> None:
        self.faults.append(f"{where}: {what if isinstance(what, str) else ' '.join(what.messages)}")


def _of_station(thing: Thing | None) -> dict[str, Any]:
    if thing is None:
        return {}
    position = thing.locations.filter(until=None).first()
    return {
        "name": thing.name,
        "kind": thing.kind,
        "state": thing.state,
        "commune": thing.commune.full_name if thing.commune else None,
        "river": thing.river.name if thing.river else None,
        "position": f"{position.lat}, {position.lon}" if position else None,
        "source": thing.source,
        "description": thing.description,
        "decimal": thing.properties.get("decimal", "point"),
        **waters.facts(thing),
    }


def _of_stream(stream: Datastream | None) -> dict[str, Any]:
    if stream is None:
        return {}
    sensor: Sensor = stream.sensor
    return {
        "property": stream.observed_property.code,
        "interval_s": stream.interval_s,
        "sample": True if stream.interval_s is None else None,
        "instrument": sensor.name,
        "model": sensor.metadata.get("model"),
        "serial": sensor.metadata.get("serial"),
        "range_min": sensor.range_min,
        "range_max": sensor.range_max,
    }


def _told(value: object) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}".removesuffix(" 00:00")
    if value is True:
        return "yes"
    return f"{value:.12g}" if isinstance(value, float) else str(value)
