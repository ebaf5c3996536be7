"""Datastreams: what an instrument or a laboratory measures at a station. Means and indices follow by themselves."""

from __future__ import annotations

from typing import Any

from nonnuoc.records.accounts import audit
from nonnuoc.records.monitoring import services
from nonnuoc.records.monitoring.models import Datastream, ObservedProperty, Sensor, Thing
from nonnuoc.records.monitoring.sensorthings import writing_names, writing_sensors, writing_units
from nonnuoc.records.monitoring.sensorthings.writing_body import Body, WritingError, merged
from nonnuoc.records.monitoring.sensorthings.writing_scope import Scope

Procedure = Datastream.Procedure
BY_HAND = (Procedure.RAW, Procedure.SAMPLE)
MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
#: Observation types of O&M whose results are no numbers.
_NO_NUMBERS = ("OM_CategoryObservation", "OM_TruthObservation", "OM_ComplexObservation", "OM_GeometryObservation")
#: Told of a datastream from its values.
TOLD = ("@iot.id", "observedArea", "phenomenonTime", "resultTime")
_OWN = ("symbol", "interval_s", "procedure", "active", "formula")
_FACTS = ("name", "description", "unit", "observation_type", "interval_s", "active", "properties", "sensor_id")
_YEAR_S = 366 * 86_400


def create(body: Body, scope: Scope, thing: Thing, observed: ObservedProperty, sensor: Sensor) -> Datastream:
    """A new datastream, of entities that there are. Its observations are not looked at here."""
    scope.require(thing)
    body.numbered(None)
    writing_sensors.refuse_formula(sensor)
    facts = body.within("properties") or Body({}, body.at("properties"))
    procedure = facts.choice("procedure", Procedure.values, Procedure.RAW)
    if procedure not in BY_HAND:
        said = f"{procedure} is computed here from measured values, by rules anybody can read: write what was measured."
        raise facts.fault("procedure", said, "derived")
    interval_s = facts.whole("interval_s", 1, _YEAR_S)
    if procedure == Procedure.SAMPLE and interval_s is not None:
        raise facts.fault("interval_s", "Samples have no interval: leave it out.")
    unit = writing_units.given(body)
    writing_units.settle(body, unit, observed)
    kept: dict[str, Any] = {
        "name": body.text("name", 200, required=True, empty=False),
        "description": body.text("description", 10_000, required=True),
        "observation_type": _type(body),
        "unit": unit,
        "properties": merged({}, _free(facts), facts.path),
        "parallel": _is_parallel(body, thing, observed, interval_s),
    }
    return services.register_datastream(
        thing,
        property_code=observed.code,
        symbol=_symbol(facts, thing, observed),
        interval_s=interval_s,
        sensor=sensor,
        by=scope.by,
        **kept,
    )


def change(stream: Datastream, body: Body, scope: Scope, *, whole: bool) -> None:
    """What a PATCH, or with `whole` a PUT, says of it."""
    refuse_derived(stream)
    lent = scope.require(stream.thing)
    body.numbered(stream.id)
    body.refuse({"Observations": "A change describes no observations: write them on their own."})
    _refuse_moves(stream, body)
    before = facts_of(stream)
    if whole or body.has("name"):
        stream.name = body.text("name", 200, required=True, empty=False)
    if whole or body.has("description"):
        stream.description = body.text("description", 10_000, required=whole)
    if whole or body.has("observationType"):
        stream.observation_type = _type(body)
    if whole or body.has(writing_units.NAME):
        writing_units.rename(stream, body, writing_units.given(body), scope)
    facts = body.within("properties")
    if facts is not None:
        _own(stream, facts)
        stream.properties = merged({} if whole else dict(stream.properties), _free(facts), facts.path)
    elif whole:
        stream.properties = {}
    linked = body.one("Sensor")
    if isinstance(linked, int):
        stream.sensor = scope.sensor(linked, body.at("Sensor"))
        writing_sensors.refuse_formula(stream.sensor)
    body.finish("a Datastream", TOLD)
    after = facts_of(stream)
    if after == before:
        return
    stream.full_clean(exclude=["properties", "inputs", "unit"])
    stream.save(update_fields=[name for name in _FACTS if name != "sensor_id"] + ["sensor"])
    subject = f"{stream.thing.code} {stream.symbol}"
    audit.record(scope.by, "datastream.changed", subject, before=before, after=after, through=lent)


def refuse_derived(stream: Datastream) -> None:
    """Raise where it is computed."""
    if stream.procedure not in BY_HAND:
        said = f"Datastream {stream.id} is computed ({stream.procedure}): write to the measured one it follows from."
        raise WritingError(said, code="derived")


def facts_of(stream: Datastream) -> dict[str, Any]:
    """What it is, for the audit trail."""
    return {name: getattr(stream, name) for name in _FACTS}


def _refuse_moves(stream: Datastream, body: Body) -> None:
    """Values stay where, and of what, they were measured."""
    for name, held in (("Thing", stream.thing_id), ("ObservedProperty", stream.observed_property_id)):
        linked = body.one(name)
        if linked is not None and linked != held:
            said = f"The {name} of a datastream never changes, its values were measured so: write another datastream."
            raise body.fault(name, said, "not_here")
    if isinstance(body.one("Sensor"), Body):
        raise body.fault("Sensor", 'A change describes no sensor, it links one: {"@iot.id": 7}.', "not_here")


def _own(stream: Datastream, facts: Body) -> None:
    """Facts of ours among the properties."""
    for name, held in (("symbol", stream.symbol), ("procedure", stream.procedure)):
        if facts.has(name) and facts.given[name] != held:
            raise facts.fault(name, f"The {name} of a datastream never changes; it is {held!r}.", "not_here")
    if facts.has("interval_s"):
        interval_s = facts.whole("interval_s", 1, _YEAR_S)
        if (interval_s is None) != (stream.interval_s is None) and stream.thing.kind != Thing.Kind.OTHER:
            said = "An instrument's values and samples are two datastreams: an interval neither comes nor goes."
            raise facts.fault("interval_s", said)
        stream.interval_s = interval_s
    stream.active = facts.truth("active", stream.active)


def _type(body: Body) -> str:
    """ "" for a measurement, else as it was written."""
    given = body.text("observationType", 200, required=True, empty=False)
    if given.rpartition("/")[2] in _NO_NUMBERS:
        said = f"Results are numbers here, so write OM_Measurement: {MEASUREMENT}."
        raise body.fault("observationType", said, "observation_type")
    return "" if given == MEASUREMENT else given


def _free(facts: Body) -> dict[str, Any]:
    return {name: value for name, value in facts.rest() if name not in _OWN}


def _symbol(facts: Body, thing: Thing, observed: ObservedProperty) -> str:
    """What the station's files call it: as written, else made of the property's code."""
    taken = set(Datastream.objects.filter(thing=thing).values_list("symbol", flat=True))
    symbol = facts.text("symbol", 40)
    if symbol in taken and symbol:
        raise facts.fault("symbol", f"{thing.code} sends something as {symbol!r} already.", "held", status=409)
    if symbol:
        return symbol
    if observed.code not in taken:
        return observed.code
    return writing_names.unused(observed.code, 40, taken.__contains__)


def _is_parallel(body: Body, thing: Thing, observed: ObservedProperty, interval_s: int | None) -> bool:
    """Whether the thing measures that already, which only one of no special kind may do twice. Raises WritingError."""
    instrumental = interval_s is not None or thing.kind == Thing.Kind.OTHER
    procedure = Procedure.RAW if instrumental else Procedure.SAMPLE
    held = thing.datastreams.filter(observed_property=observed, procedure=procedure, active=True).first()
    if held is None or thing.kind == Thing.Kind.OTHER:
        return held is not None
    said = f"{thing.code} measures {observed.code} already, and its means are of one instrument: retire that one first."
    raise body.fault("ObservedProperty", said, "held", status=409, held=("Datastreams", held.id))
