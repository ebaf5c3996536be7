"""What can be done with stations, datastreams and keys."""

from __future__ import annotations

import math
import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app as jobs

from nonnuoc import rules
from nonnuoc.domain import qc
from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.access import Subject
from nonnuoc.records.accounts.models import Office, Person
from nonnuoc.records.monitoring import formulas, keys, waters
from nonnuoc.records.monitoring.models import (
    ColumnProfile,
    Datastream,
    Delivery,
    FeatureOfInterest,
    Location,
    ObservedProperty,
    Sensor,
    StationKey,
    Thing,
    Threshold,
)
from nonnuoc.records.monitoring.selectors import subject
from nonnuoc.records.places.models import Commune, River

#: Properties that others write get numbers from here on.
FIRST_FROM_OUTSIDE = 100_000


@transaction.atomic
def register_station(
    *,
    code: str,
    name: str,
    kind: str,
    state: str,
    by: Person | None,
    commune: Commune | None = None,
    river: River | None = None,
    lon: float | None = None,
    lat: float | None = None,
    simulated: bool = False,
    source: str = "",
    description: str = "",
    properties: Mapping[str, Any] | None = None,
) -> Thing:
    """A station, known by its code; registered again, its facts are brought up to date.

    Without `lon` and `lat` (WGS 84) its position stays as it is, at first unknown.
    """
    thing = Thing.objects.filter(code=code).first() or Thing(code=code, commune=commune)
    lent = access.require(by, "stations.register", subject(thing)).lent
    facts = {
        "name": name,
        "kind": kind,
        "state": state,
        "commune": commune,
        "river": river,
        "simulated": simulated,
        "source": source,
        "description": description,
        "properties": dict(properties or {}),
    }
    changed = thing.id is None or any(getattr(thing, field) != value for field, value in facts.items())
    if changed:
        for field, value in facts.items():
            setattr(thing, field, value)
        thing.full_clean(exclude=["properties"])
        thing.save()
        if thing.kind != Thing.Kind.OTHER:  # theirs is made when something is observed there
            FeatureOfInterest.objects.get_or_create(thing=thing, defaults={"name": name})
        told: dict[str, Any] = {"name": name, "kind": kind, "state": state, "simulated": simulated}
        audit.record(by, "station.registered", code, through=lent, **told)
        replay_later(thing)
    if lon is not None and lat is not None:
        place_station(thing, lon=lon, lat=lat, source=source, by=by)
    return thing


@transaction.atomic
def assign_station(
    thing: Thing, *, office: Office | None, data_class: str, by: Person | None, facility: str = ""
) -> Thing:
    """Who runs the station, whose emissions it watches, and who may read its values."""
    lent = access.require(by, "stations.register", subject(thing)).lent
    before = {"office": thing.office.code if thing.office else None, "facility": thing.facility}
    before["data_class"] = str(thing.data_class)
    thing.office, thing.facility, thing.data_class = office, facility, data_class
    after = {"office": office.code if office else None, "facility": facility, "data_class": str(data_class)}
    if before != after:
        thing.full_clean(exclude=["properties"])
        thing.save(update_fields=["office", "facility", "data_class"])
        audit.record(by, "station.assigned", thing.code, before=before, after=after, through=lent)
    return thing


@transaction.atomic
def classify_water(thing: Thing, *, by: Person | None, **told: str) -> Thing:
    """Which class its reach has, and which hydrological station it stands for: `waters.facts`; "" takes away.

    Raises ValidationError by field.
    """
    lent = access.require(by, "stations.register", subject(thing)).lent
    before = waters.facts(thing)
    after = before | told
    if found := waters.faults(thing.kind, after):
        raise ValidationError(dict(found))
    if before != after:
        thing.properties = waters.changed(thing.properties, told)
        thing.save(update_fields=["properties"])
        audit.record(by, "station.water", thing.code, before=before, after=after, through=lent)
    return thing


@transaction.atomic
def place_station(
    thing: Thing, *, lon: float, lat: float, source: str, by: Person | None, **described: Any
) -> Location:
    """Where the station stands from now on; where it stood before is kept.

    `described`: name, description, encoding and properties of the place, where somebody gives it any.
    """
    lent = access.require(by, "stations.register", subject(thing)).lent
    open_one, now = thing.locations.filter(until=None).first(), timezone.now()
    if open_one is not None:
        if (open_one.lon, open_one.lat) == (lon, lat) and not described:
            return open_one
        open_one.until = now
        open_one.save(update_fields=["until"])
    location = Location(thing=thing, lon=lon, lat=lat, since=now, source=source, **described)
    location.full_clean()
    location.save()
    audit.record(by, "station.placed", thing.code, lon=lon, lat=lat, through=lent)
    return location


@transaction.atomic
def register_datastream(
    thing: Thing,
    *,
    property_code: str,
    symbol: str,
    interval_s: int | None,
    by: Person | None,
    range_min: float | None = None,
    range_max: float | None = None,
    instrument: str = "",
    metadata: Mapping[str, Any] | None = None,
    sensor: Sensor | None = None,
    **described: Any,
) -> Datastream:
    """What one instrument (or, without an interval, one laboratory) measures at a station, and what follows from it.

    Means and indices that need the property are registered with it. What had arrived under this symbol
    and was refused is read again. `sensor`: one there is already, instead of a new one; `described`: name, description,
    unit, observation_type, properties and parallel of the datastream, where somebody gives it any.
    """
    lent = access.require(by, "stations.register", subject(thing)).lent
    existing = Datastream.objects.filter(thing=thing, symbol=symbol).first()
    if existing is not None:
        if existing.observed_property.code != property_code:
            raise ValidationError(
                f"{thing.code} already sends {existing.observed_property.code} as {symbol!r}: retire that datastream."
            )
        return existing
    observed = ObservedProperty.objects.filter(code=property_code).first()
    if observed is None:
        raise ValidationError(f"{property_code!r} is not an observed property: see rules/data/properties.toml.")
    if range_min is not None and range_max is not None and range_min >= range_max:
        raise ValidationError(f"{symbol}: {range_min} .. {range_max} is no range: give the smaller number first.")
    instrumental = interval_s is not None or thing.kind == Thing.Kind.OTHER
    sensor = sensor or Sensor.objects.create(
        kind=Sensor.Kind.INSTRUMENT if instrumental else Sensor.Kind.LABORATORY,
        name=instrument or f"{thing.code} {symbol}",
        range_min=range_min,
        range_max=range_max,
        metadata=dict(metadata or {}),
    )
    stream = Datastream(
        thing=thing,
        observed_property=observed,
        sensor=sensor,
        procedure=Datastream.Procedure.RAW if instrumental else Datastream.Procedure.SAMPLE,
        symbol=symbol,
        interval_s=interval_s,
        **described,
    )
    stream.full_clean(exclude=["properties", "inputs"])
    stream.save()
    formulas.register_derived(stream)
    told: dict[str, Any] = {"property": property_code, "interval_s": interval_s}
    audit.record(by, "datastream.registered", f"{thing.code} {symbol}", through=lent, **told)
    replay_later(thing)
    return stream


@transaction.atomic
def equip(
    stream: Datastream,
    *,
    interval_s: int | None,
    instrument: str,
    metadata: Mapping[str, Any],
    range_min: float | None,
    range_max: float | None,
    by: Person | None,
) -> Datastream:
    """What measures a raw or sampled datastream from now on, and how often. Values already judged keep their flags."""
    lent = access.require(by, "stations.register", subject(stream.thing)).lent
    if (interval_s is None) != (stream.interval_s is None):
        raise ValidationError(
            f"{stream.symbol}: an instrument's values and samples are two datastreams, with two symbols."
        )
    if range_min is not None and range_max is not None and range_min >= range_max:
        raise ValidationError(
            f"{stream.symbol}: {range_min} .. {range_max} is no range: give the smaller number first."
        )
    sensor = stream.sensor
    wanted = {"name": instrument, "metadata": dict(metadata), "range_min": range_min, "range_max": range_max}
    before = {field: getattr(sensor, field) for field in wanted} | {"interval_s": stream.interval_s}
    if before == {**wanted, "interval_s": interval_s}:
        return stream
    for field, value in wanted.items():
        setattr(sensor, field, value)
    sensor.full_clean(exclude=["metadata"])
    sensor.save()
    stream.interval_s = interval_s
    stream.full_clean(exclude=["properties", "inputs"])
    stream.save(update_fields=["interval_s"])
    after = {**wanted, "interval_s": interval_s}
    audit.record(
        by, "datastream.equipped", f"{stream.thing.code} {stream.symbol}", before=before, after=after, through=lent
    )
    return stream


@transaction.atomic
def set_threshold(
    stream: Datastream,
    *,
    check_name: str,
    value: float,
    valid_from: datetime,
    valid_to: datetime | None = None,
    reason: str,
    by: Person | None,
) -> Threshold:
    """A limit of a quality check of this datastream, for values measured in [valid_from, valid_to).

    It ends the one in force then; without `valid_to` it holds until the next one that is known, if any. It judges what
    arrives from now on, and what is judged again with that; flags given before stay. Set again so: nothing happens
    """
    lent = access.require(by, "stations.register", subject(stream.thing)).lent
    if check_name not in qc.NAMES:
        raise ValidationError(f"{check_name!r} is no limit of a quality check; there are {', '.join(qc.NAMES)}.")
    if not math.isfinite(value) or (value < 0 and check_name not in qc.SIGNED):
        raise ValidationError(f"{check_name}: {value} is no possible limit.")
    if not reason.strip():
        raise ValidationError(f"{check_name}: say why; who judges a value later must be able to tell.")
    others = Threshold.objects.filter(datastream=stream, check_name=check_name)
    later = others.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    if later is not None and valid_to is not None and valid_to > later.valid_from:
        raise ValidationError(
            f"{check_name}: from {timezone.localtime(later.valid_from):%Y-%m-%d %H:%M} on another value holds; "
            "let this one end there."
        )
    until = valid_to or (later.valid_from if later else None)
    facts = {"value": value, "valid_to": until, "reason": reason}
    threshold = others.filter(valid_from=valid_from).first()
    if threshold is not None and all(getattr(threshold, field) == fact for field, fact in facts.items()):
        return threshold
    threshold = threshold or Threshold(datastream=stream, check_name=check_name, valid_from=valid_from)
    before = threshold.value
    for field, fact in facts.items():
        setattr(threshold, field, fact)
    threshold.full_clean()
    others.filter(Q(valid_to=None) | Q(valid_to__gt=valid_from), valid_from__lt=valid_from).update(valid_to=valid_from)
    threshold.save()
    dates = {"valid_from": valid_from.isoformat(), "valid_to": until.isoformat() if until else None}
    after = {"check": check_name, "value": value, "reason": reason, **dates}
    was = {"value": before}
    audit.record(by, "threshold.set", f"{stream.thing.code} {stream.symbol}", before=was, after=after, through=lent)
    return threshold


@transaction.atomic
def keep_profile(name: str, mapping: Mapping[str, Any], *, by: Person | None) -> ColumnProfile:
    """A column profile under a name, which the caller has validated; kept again just so: nothing happens.

    One that a delivery was read with never changes: its receipt tells how it was read. Take a new name.
    Whoever keeps profiles for some stations only, keeps those that name one of them for the whole table.
    """
    rights = access.of(by)
    lent = rights.require("profiles.keep", _profiled(mapping)).lent
    profile = ColumnProfile.objects.select_for_update().filter(name=name).first() or ColumnProfile(name=name)
    if profile.id is not None:
        if profile.mapping == dict(mapping):
            return profile
        foreign = not rights.may("profiles.keep", _profiled(profile.mapping))
        if foreign or Delivery.objects.filter(profile=profile).exists():
            raise ValidationError({"name": ValidationError(_("Another profile has this name: choose another name."))})
    profile.mapping = dict(mapping)
    profile.full_clean(exclude=["mapping"])
    profile.save()
    audit.record(by, "profile.kept", name, mapping=dict(mapping), through=lent)
    return profile


@transaction.atomic
def new_key(thing: Thing, *, label: str, by: Person | None) -> str:
    """A new secret for the station's logger. It is told once, here; only its SHA-256 is kept."""
    lent = access.require(by, "keys.manage", subject(thing)).lent
    secret = secrets.token_urlsafe(32)
    StationKey.objects.create(thing=thing, sha256=keys.digest(secret), label=label)
    audit.record(by, "key.made", thing.code, label=label, through=lent)
    return secret


@transaction.atomic
def revoke_key(key: StationKey, *, by: Person | None) -> None:
    """The key opens no door any more."""
    lent = access.require(by, "keys.manage", subject(key.thing)).lent
    if key.revoked is None:
        key.revoked = timezone.now()
        key.save(update_fields=["revoked"])
        audit.record(by, "key.revoked", key.thing.code, label=key.label, through=lent)


def _profiled(mapping: Mapping[str, Any]) -> Subject:
    """The station a profile names for the whole of a table, as access sees it; nobody's where rows name theirs."""
    code = (mapping.get("station") or {}).get("code")
    thing = Thing.objects.filter(code=code).first() if code else None
    return Subject() if thing is None else subject(thing)


@transaction.atomic
def load_properties() -> None:
    """Bring the observed properties up to rules/data/properties.toml.

    New ones are numbered below those that are written from outside (migration 0009): an index tells by its status, of
    two bytes, which of them leads it.
    """
    own = ObservedProperty.objects.filter(id__lt=FIRST_FROM_OUTSIDE)
    known = set(ObservedProperty.objects.values_list("code", flat=True))
    last = own.aggregate(last=Max("id"))["last"] or 0
    for entry in rules.load("properties", on=date.today()).data["property"]:
        facts = {name: entry[name] for name in ("name_vi", "name_en", "unit", "decimals", "order")}
        if entry["code"] in known:
            ObservedProperty.objects.filter(code=entry["code"]).update(**facts)
        else:
            last += 1
            ObservedProperty.objects.create(id=last, code=entry["code"], **facts)


def replay_later(thing: Thing) -> None:
    """Queue, in this transaction, that what the station sent and we could not place is read again."""
    jobs.configure_task("nonnuoc.ingest.tasks.replay", lock=f"replay-{thing.id}").defer(thing_id=thing.id)
