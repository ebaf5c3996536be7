"""Things: stations of ours, written as SensorThings has them.

Facts of a station stand in `properties` under their own names (OWN); whatever else stands there is kept as it is.
What PATCH and PUT do not name stays; PUT replaces the other members of `properties`.
"""

from __future__ import annotations

from typing import Any

from nonnuoc.records.accounts.models import DataClass, Office
from nonnuoc.records.monitoring import services
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.monitoring.sensorthings import writing_names
from nonnuoc.records.monitoring.sensorthings.writing_body import Body, merged
from nonnuoc.records.monitoring.sensorthings.writing_scope import Scope, one_at_a_time
from nonnuoc.records.places.models import Commune, River

#: Facts of a station that stand among its properties; uuid, commune and river are told, and written by nobody.
OWN = frozenset(
    {"code", "kind", "state", "commune_code", "river_code", "office", "facility", "data_class", "simulated", "source"}
) | {"uuid", "commune", "river"}


def create(body: Body, scope: Scope) -> Thing:
    """A new station. Its places and datastreams are not looked at here."""
    body.numbered(None)
    name = body.text("name", 160, required=True, empty=False)
    description = body.text("description", 10_000, required=True)
    facts = body.within("properties") or Body({}, body.at("properties"))
    one_at_a_time("thing")
    thing = services.register_station(
        code=_new_code(facts, name),
        name=name,
        description=description,
        kind=facts.choice("kind", Thing.Kind.values, Thing.Kind.OTHER),
        state=facts.choice("state", Thing.State.values, Thing.State.ACTIVE),
        commune=_commune(facts),
        river=_river(facts),
        by=scope.by,
        **_told(facts, None),
    )
    _assign(thing, facts, scope)
    return thing


def change(thing: Thing, body: Body, scope: Scope, *, whole: bool) -> None:
    """What a PATCH, or with `whole` a PUT, says of the station itself."""
    scope.require(thing)
    body.numbered(thing.id)
    facts = body.within("properties")
    named = facts or Body({}, body.at("properties"))
    if named.has("code") and named.given["code"] != thing.code:
        raise named.fault("code", f"The code of a station never changes; it is {thing.code}.", "code")
    kind = named.choice("kind", Thing.Kind.values, thing.kind)
    if kind != thing.kind and thing.datastreams.exists():
        detail = f"It has datastreams, and what is computed of them is that of {thing.kind}: its kind stays."
        raise named.fault("kind", detail, "kind")
    services.register_station(
        code=thing.code,
        name=body.text("name", 160, required=True, empty=False) if whole or body.has("name") else thing.name,
        description=body.text("description", 10_000, required=whole)
        if body.has("description") or whole
        else thing.description,
        kind=kind,
        state=named.choice("state", Thing.State.values, thing.state),
        commune=_commune(named) if named.has("commune_code") else thing.commune,
        river=_river(named) if named.has("river_code") else thing.river,
        by=scope.by,
        **_told(named, thing, replace=whole),
    )
    thing.refresh_from_db()
    _assign(thing, named, scope)


def _new_code(facts: Body, name: str) -> str:
    code = facts.text("code", 32)
    if not code:
        return writing_names.unused(name, 32, lambda one: Thing.objects.filter(code=one).exists())
    if not _is_plain(code):
        raise facts.fault("code", f"{code!r} is no code: write letters, digits, '.', '_' and '-', no other sign.")
    held = Thing.objects.filter(code=code).first()
    if held is not None:
        detail = f"There is a station {code} already: change it with PATCH, or take another code."
        raise facts.fault("code", detail, "held", status=409, held=("Things", held.id))
    return code


def _is_plain(code: str) -> bool:
    return code[:1].isalnum() and code.isascii() and all(sign.isalnum() or sign in "._-" for sign in code)


def _told(facts: Body, thing: Thing | None, *, replace: bool = False) -> dict[str, Any]:
    """simulated, source and the free properties."""
    simulated = facts.truth("simulated", thing.simulated if thing else False)
    source = facts.text("source", 300) if thing is None or facts.has("source") else thing.source
    named = {name: value for name, value in facts.rest() if name not in OWN}
    free = {} if thing is None or replace else dict(thing.properties)
    return {"simulated": simulated, "source": source, "properties": merged(free, named, facts.path)}


def _commune(facts: Body) -> Commune | None:
    code = facts.text("commune_code", 5)
    found = Commune.objects.filter(code=code).first() if code else None
    if code and found is None:
        raise facts.fault("commune_code", f"There is no commune {code}: write its five-digit official code.", "unknown")
    return found


def _river(facts: Body) -> River | None:
    code = facts.text("river_code", 40)
    found = River.objects.filter(code=code).first() if code else None
    if code and found is None:
        raise facts.fault("river_code", f"There is no river {code!r}: write its code.", "unknown")
    return found


def _assign(thing: Thing, facts: Body, scope: Scope) -> None:
    """Whose station it is and who may read it, where something is said of that."""
    if not any(facts.has(name) for name in ("office", "facility", "data_class")):
        return
    office = thing.office
    if facts.has("office"):
        code = facts.text("office", 40)
        office = Office.objects.filter(code=code).first() if code else None
        if code and office is None:
            raise facts.fault("office", f"There is no office {code!r}: write its code.", "unknown")
    facility = facts.text("facility", 40) if facts.has("facility") else thing.facility
    data_class = facts.choice("data_class", DataClass.values, thing.data_class)
    services.assign_station(thing, office=office, facility=facility, data_class=data_class, by=scope.by)
