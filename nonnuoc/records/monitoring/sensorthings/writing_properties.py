"""ObservedProperties. Those of the catalogue (rules/data/properties.toml) are ours; others may describe their own."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from nonnuoc import rules
from nonnuoc.records.accounts import audit
from nonnuoc.records.monitoring.models import ObservedProperty
from nonnuoc.records.monitoring.sensorthings import writing_names
from nonnuoc.records.monitoring.sensorthings.writing_body import Body, WritingError, merged
from nonnuoc.records.monitoring.sensorthings.writing_scope import Scope, one_at_a_time

#: Behind those of the catalogue wherever properties are listed.
LAST = 1_000
_FACTS = ("name_vi", "name_en", "description", "definition", "decimals", "properties")


def create(body: Body, scope: Scope) -> ObservedProperty:
    """A new property, without a unit: its first datastream brings one. Its datastreams are not looked at here."""
    lent = scope.require(None)
    body.numbered(None)
    given = body.within("properties") or Body({}, body.at("properties"))
    wanted = given.text("code", 40)
    facts = _described(body, given)
    one_at_a_time("observed property")
    _refuse_known(body, given, wanted or facts["name_en"])
    code = writing_names.unused(wanted or facts["name_en"], 40, _is_taken)
    if wanted and code != wanted:
        raise given.fault(
            "code", f"{wanted!r} is no code, or taken: leave it out, and one is made.", "held", status=409
        )
    observed = ObservedProperty(code=code, order=LAST, unit="", **facts)
    observed.full_clean(exclude=["properties"])
    observed.save()
    audit.record(scope.by, "entity.added", f"ObservedProperty {code}", after=facts, through=lent)
    return observed


def change(observed: ObservedProperty, body: Body, scope: Scope, *, whole: bool) -> None:
    """What a PATCH, or with `whole` a PUT, says of it."""
    refuse_ours(observed)
    lent = scope.require_all(Q(datastreams__observed_property=observed))
    body.numbered(observed.id)
    body.refuse({"Datastreams": "A change describes no datastreams: write them on their own."})
    given = body.within("properties") or Body({}, body.at("properties"))
    if given.has("code") and given.given["code"] != observed.code:
        raise given.fault("code", f"The code of a property never changes; it is {observed.code}.", "code")
    before = _facts(observed)
    facts = _described(body, given, observed, whole=whole)
    body.finish("an ObservedProperty", ("@iot.id",))
    if facts == before:
        return
    for name, value in facts.items():
        setattr(observed, name, value)
    observed.full_clean(exclude=["properties"])
    observed.save()
    audit.record(
        scope.by, "entity.changed", f"ObservedProperty {observed.code}", before=before, after=facts, through=lent
    )


def is_ours(observed: ObservedProperty) -> bool:
    """Whether it stands in the catalogue."""
    table = rules.load("properties", on=date.today()).data["property"]
    return any(entry["code"] == observed.code for entry in table)


def refuse_ours(observed: ObservedProperty) -> None:
    """Raise where it stands in the catalogue."""
    if is_ours(observed):
        said = f"{observed.code} stands in the catalogue of this house, and what that says holds for every station."
        raise WritingError(said, code="catalogue", status=409)


def facts_of(observed: ObservedProperty) -> dict[str, Any]:
    """What it is, for the audit trail."""
    return {"code": observed.code, "unit": observed.unit, **_facts(observed)}


def _described(body: Body, given: Body, held: ObservedProperty | None = None, *, whole: bool = True) -> dict[str, Any]:
    kept = None if whole else held
    for told in ("code", "unit"):
        given.has(told)
    name = kept.name_en if kept and not body.has("name") else body.text("name", 120, required=True, empty=False)
    description = kept.description if kept and not body.has("description") else None
    definition = kept.definition if kept and not body.has("definition") else None
    decimals = given.whole("decimals", 0, 9) if given.has("decimals") else None
    if decimals is None:
        decimals = 2 if kept is None else kept.decimals
    in_vietnamese = given.text("name_vi", 120) or (kept.name_vi if kept and not body.has("name") else name)
    free = merged({} if kept is None else dict(kept.properties), dict(given.rest()), given.path)
    return {
        "name_vi": in_vietnamese,
        "name_en": name,
        "description": body.text("description", 10_000, required=whole) if description is None else description,
        "definition": body.text("definition", 300, required=True) if definition is None else definition,
        "decimals": decimals,
        "properties": free,
    }


def _facts(observed: ObservedProperty) -> dict[str, Any]:
    return {name: getattr(observed, name) for name in _FACTS}


def _refuse_known(body: Body, given: Body, name: str) -> None:
    """Raise where the catalogue has it: two properties of one name would be two columns of one thing."""
    same = ObservedProperty.objects.filter(Q(code__iexact=name) | Q(name_en__iexact=name) | Q(name_vi__iexact=name))
    for known in same:
        if is_ours(known):
            said = f'The catalogue has {known.code} ({known.name_en}): link it, {{"@iot.id": {known.id}}}.'
            at = given if given.has("code") and given.given["code"] else body
            name = "code" if at is given else "name"
            raise at.fault(name, said, "held", status=409, held=("ObservedProperties", known.id))


def _is_taken(code: str) -> bool:
    return ObservedProperty.objects.filter(code__iexact=code).exists()
