"""Sensors: instruments and laboratories. Formulas are ours, and written by nobody."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from nonnuoc.records.accounts import audit
from nonnuoc.records.monitoring.models import Sensor
from nonnuoc.records.monitoring.sensorthings.writing_body import Body, WritingError, keepable, merged
from nonnuoc.records.monitoring.sensorthings.writing_scope import Scope

OURS = "application/json"
_KINDS = (Sensor.Kind.INSTRUMENT, Sensor.Kind.LABORATORY)
_FACTS = ("name", "description", "kind", "range_min", "range_max", "metadata", "encoding", "properties")


def create(body: Body, scope: Scope) -> Sensor:
    """A new instrument or laboratory. Datastreams it is to have are not looked at here."""
    lent = scope.require(None)
    body.numbered(None)
    facts = _described(body)
    sensor = Sensor(**facts)
    sensor.full_clean(exclude=["metadata", "properties"])
    sensor.save()
    audit.record(scope.by, "entity.added", f"Sensor {sensor.id}", after=facts, through=lent)
    return sensor


def change(sensor: Sensor, body: Body, scope: Scope, *, whole: bool) -> None:
    """What a PATCH, or with `whole` a PUT, says of it; all stations it serves must be the writer's to register."""
    refuse_formula(sensor)
    lent = scope.require_all(Q(datastreams__sensor=sensor))
    body.numbered(sensor.id)
    body.refuse({"Datastreams": "A change describes no datastreams: write them on their own."})
    before = facts_of(sensor)
    facts = _described(body, sensor, whole=whole)
    body.finish("a Sensor", ("@iot.id",))
    if facts == before:
        return
    for name, value in facts.items():
        setattr(sensor, name, value)
    sensor.full_clean(exclude=["metadata", "properties"])
    sensor.save()
    audit.record(scope.by, "entity.changed", f"Sensor {sensor.id}", before=before, after=facts, through=lent)


def refuse_formula(sensor: Sensor) -> None:
    """Raise where it is a formula."""
    if sensor.kind == Sensor.Kind.FORMULA:
        said = f"Sensor {sensor.id} is a formula: it follows from a rule of this house, and nobody writes it by hand."
        raise WritingError(said, code="derived")


def facts_of(sensor: Sensor) -> dict[str, Any]:
    """What it is, for the audit trail."""
    return {name: getattr(sensor, name) for name in _FACTS}


def _described(body: Body, held: Sensor | None = None, *, whole: bool = True) -> dict[str, Any]:
    kept = None if whole else held
    given = body.within("properties") or Body({}, body.at("properties"))
    low = given.number("range_min") if given.has("range_min") or held is None else held.range_min
    high = given.number("range_max") if given.has("range_max") or held is None else held.range_max
    if low is not None and high is not None and low >= high:
        raise given.fault("range_min", f"{low} .. {high} is no range: write the smaller number first.")
    kind = given.choice("kind", _KINDS, held.kind if held else Sensor.Kind.INSTRUMENT)
    free = merged({} if kept is None else dict(kept.properties), dict(given.rest()), given.path)
    metadata, encoding = _metadata(body, kept)
    described = kept.description if kept and not body.has("description") else None
    return {
        "name": kept.name if kept and not body.has("name") else body.text("name", 160, required=True, empty=False),
        "description": body.text("description", 10_000, required=whole) if described is None else described,
        "kind": kind,
        "range_min": low,
        "range_max": high,
        "metadata": metadata,
        "encoding": encoding,
        "properties": free,
    }


def _metadata(body: Body, kept: Sensor | None) -> tuple[dict[str, Any], str]:
    """(what is kept, of which media type): a JSON object is ours, everything else stands under "given"."""
    held = OURS if kept is None else kept.encoding or OURS
    if kept is None or body.has("encodingType"):
        encoding = body.text("encodingType", 100, required=True, empty=False)
    else:
        encoding = held
    if kept is not None and not body.has("metadata"):
        document: Any = kept.metadata["given"] if kept.encoding else kept.metadata
    else:
        body.has("metadata")
        document = keepable(body.given.get("metadata"), body.at("metadata"))
        if document is None or len(str(document)) > 100_000:
            said = "metadata is missing, or longer than 100,000 characters: write the address of a data sheet, or JSON."
            raise body.fault("metadata", said, "missing")
    if encoding == OURS and isinstance(document, dict):
        return document, ""
    return {"given": document}, encoding
