"""FeaturesOfInterest. A station's own is where it stands, unless somebody described it otherwise."""

from __future__ import annotations

from typing import Any

from nonnuoc.records.accounts import audit
from nonnuoc.records.monitoring.models import FeatureOfInterest, GeoJson, Thing
from nonnuoc.records.monitoring.sensorthings.writing_body import Body, WritingError, merged
from nonnuoc.records.monitoring.sensorthings.writing_geometry import feature
from nonnuoc.records.monitoring.sensorthings.writing_scope import Scope

_FACTS = ("name", "description", "encoding", "feature", "properties")


def create(body: Body, scope: Scope) -> FeatureOfInterest:
    """A new feature of no station."""
    lent = scope.require(None)
    return _create(body, scope, lent)


def create_for(thing: Thing, body: Body, scope: Scope) -> FeatureOfInterest:
    """A new feature that an observation of this station describes; who may write its values may do that."""
    return _create(body, scope, scope.require(thing, "deliveries.upload"))


def _create(body: Body, scope: Scope, lent: Any) -> FeatureOfInterest:
    body.numbered(None)
    body.refuse({"Observations": "Write the observations to their datastreams, and link the feature there."})
    facts = _described(body)
    body.finish("a FeatureOfInterest", ("@iot.id",))
    found = FeatureOfInterest(**facts)
    found.full_clean(exclude=["properties", "feature"])
    found.save()
    audit.record(scope.by, "entity.added", f"FeatureOfInterest {found.id}", after=facts, through=lent)
    return found


def change(found: FeatureOfInterest, body: Body, scope: Scope, *, whole: bool) -> None:
    """What a PATCH, or with `whole` a PUT, says of it."""
    lent = scope.require(found.thing)
    body.numbered(found.id)
    body.refuse({"Observations": "A change describes no observations: write them to their datastreams."})
    facts = _described(body, None if whole else found)
    body.finish("a FeatureOfInterest", ("@iot.id",))
    before = _facts(found)
    if facts == before:
        return
    for name, value in facts.items():
        setattr(found, name, value)
    found.full_clean(exclude=["properties", "feature"])
    found.save()
    audit.record(scope.by, "entity.changed", f"FeatureOfInterest {found.id}", before=before, after=facts, through=lent)


def of_thing(thing: Thing) -> FeatureOfInterest:
    """The station's own feature, made where there is none yet."""
    found, _ = FeatureOfInterest.objects.get_or_create(thing=thing, defaults={"name": thing.name})
    return found


def require_place(thing: Thing, path: str) -> None:
    """Raise where what an observation is of cannot be told: a thing of no special kind that stands nowhere.

    A station of a kind always has a feature: the air, the reach or the ground around it.
    """
    if thing.kind != Thing.Kind.OTHER or thing.locations.filter(until=None).exists():
        return
    if not FeatureOfInterest.objects.filter(thing=thing, feature__isnull=False).exists():
        said = "Its thing stands nowhere, so what it is of is not known: link a FeatureOfInterest, or place the thing."
        raise WritingError(said, path, code="no_feature")


def detach(found: FeatureOfInterest) -> None:
    """A feature of a thing that is no more: it stays where that stood; one of an unknown place goes with it."""
    thing = found.thing
    here = thing.locations.order_by("-since").first() if thing else None
    if found.feature is None and here is None:
        found.delete()
        return
    found.feature = found.feature or {"type": "Point", "coordinates": [here.lon, here.lat] if here else []}
    found.thing = None
    found.save()


def facts_of(found: FeatureOfInterest) -> dict[str, Any]:
    """What it was, for the audit trail."""
    return {**_facts(found), "station": found.thing.code if found.thing else None}


def _described(body: Body, held: FeatureOfInterest | None = None) -> dict[str, Any]:
    new = held is None
    if new and not body.has("encodingType"):
        raise body.fault("encodingType", f"encodingType is missing: it is {GeoJson.NOW}.", "missing")
    given = body.document("properties")
    free: dict[str, Any] = {} if held is None else dict(held.properties)
    described = held.description if held and not body.has("description") else None
    return {
        "name": held.name if held and not body.has("name") else body.text("name", 200, required=True, empty=False),
        "description": body.text("description", 10_000, required=new) if described is None else described,
        "encoding": body.choice("encodingType", GeoJson.values, held.encoding if held else GeoJson.NOW),
        "feature": held.feature if held and not body.has("feature") else feature(body, "feature"),
        "properties": free if given is None else merged(free, given, body.at("properties")),
    }


def _facts(found: FeatureOfInterest) -> dict[str, Any]:
    return {name: getattr(found, name) for name in _FACTS}
