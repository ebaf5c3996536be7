"""A rule of alarm as somebody proposes it, before it is one: plain values, compared and checked as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from nonnuoc.records.accounts.access import Subject
from nonnuoc.records.alerts.levels import bounding
from nonnuoc.records.alerts.levels.bounding import Version
from nonnuoc.records.alerts.models import AlarmRule, Family
from nonnuoc.records.monitoring.models import ObservedProperty, Thing
from nonnuoc.records.monitoring.selectors import subject
from nonnuoc.records.places.models import Commune

Kind = AlarmRule.Kind

#: What an incident that a rule of this kind opens is about.
FAMILIES: Mapping[str, Family] = {
    Kind.LIMIT: Family.ENVIRONMENT,
    Kind.INDEX: Family.ENVIRONMENT,
    Kind.LEVEL: Family.ENVIRONMENT,
    Kind.RATE: Family.ENVIRONMENT,
    Kind.SILENCE: Family.SILENCE,
    Kind.STUCK: Family.OPERATION,
    Kind.STATUS: Family.OPERATION,
    Kind.CLOCK: Family.OPERATION,
    Kind.AVAILABILITY: Family.OPERATION,
    Kind.REFUSED: Family.OPERATION,
    Kind.LAG: Family.SYSTEM,
}


@dataclass(frozen=True)
class Draft:
    """What a version of a rule says; the fields of `AlarmRule`, with codes where that has keys."""

    code: str
    kind: str
    name_vi: str
    meaning_vi: str
    action_vi: str
    article: str
    name_en: str = ""  # blank: the Vietnamese, until somebody translates it
    meaning_en: str = ""
    action_en: str = ""
    observed_property: str = ""
    procedure: str = ""
    thing_kind: str = ""
    thing: str = ""
    communes: tuple[str, ...] = ()
    basis: str = ""
    source: str = ""
    unit: str = ""
    steps: tuple[Mapping[str, Any], ...] = ()
    need: int = 1
    among: int = 1
    hold_s: int = 0
    parameters: Mapping[str, Any] = field(default_factory=dict)


#: Fields of a draft that stand in the rule's row just so.
PLAIN = tuple(
    one.name
    for one in fields(Draft)
    if one.name not in {"observed_property", "thing", "communes", "steps", "parameters"}
)


def of_rule(rule: AlarmRule) -> Draft:
    """What a saved version says. Two queries, unless its communes are at hand."""
    return Draft(
        **{name: getattr(rule, name) for name in PLAIN},
        observed_property=rule.observed_property.code if rule.observed_property else "",
        thing=rule.thing.code if rule.thing else "",
        communes=tuple(sorted(commune.code for commune in rule.communes.all())),
        steps=tuple(rule.steps),
        parameters=dict(rule.parameters),
    )


def filled(draft: Draft) -> Draft:
    """As it will stand in the row: English that nobody wrote is the Vietnamese, communes in order."""
    english = {
        f"{name}_en": getattr(draft, f"{name}_en") or getattr(draft, f"{name}_vi")
        for name in ("name", "meaning", "action")
    }
    return replace(draft, **english, communes=tuple(sorted(draft.communes)))


def facts(draft: Draft) -> dict[str, Any]:
    """As the audit trail keeps it."""
    return {one.name: _plain(getattr(draft, one.name)) for one in fields(Draft)}


def unsaved(draft: Draft, *, since: datetime) -> tuple[AlarmRule, list[Commune]]:
    """The row it would be, in force and enabled from `since` on; its property and thing must exist."""
    draft = filled(draft)
    rule = AlarmRule(
        **{name: getattr(draft, name) for name in PLAIN},
        version=0,
        observed_property=ObservedProperty.objects.filter(code=draft.observed_property).first()
        if draft.observed_property
        else None,
        thing=Thing.objects.filter(code=draft.thing).first() if draft.thing else None,
        steps=[dict(step) for step in draft.steps],
        parameters=dict(draft.parameters),
        enabled=True,
        valid_from=since,
    )
    return rule, list(Commune.objects.filter(code__in=draft.communes)) if draft.communes else []


def subjects(rule: AlarmRule, communes: Iterable[Commune]) -> list[Subject]:
    """What the rule is about, as access sees it: who changes it must reach all of it. Without bounds: everything."""
    if rule.thing is not None:
        return [subject(rule.thing)]
    return [Subject(commune_id=commune.pk) for commune in communes] or [Subject()]


def candidate(draft: Draft, *, since: datetime) -> Version:
    """The draft as something that can be applied without being saved."""
    rule, communes = unsaved(draft, since=since)
    return bounding.version_of(rule, frozenset(commune.pk for commune in communes))


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [dict(one) if isinstance(one, Mapping) else one for one in value]
    return dict(value) if isinstance(value, Mapping) else value
