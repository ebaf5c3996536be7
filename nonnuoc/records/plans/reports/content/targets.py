"""What the report says of each target: its value, measured or declared and which, against the path; what is unknown."""

from __future__ import annotations

from typing import Any

from nonnuoc.records.plans.models import Target, Value
from nonnuoc.records.plans.reports import sentence as s
from nonnuoc.records.plans.reports.gathering import Gathered
from nonnuoc.records.plans.reports.sentence import Sentence
from nonnuoc.records.plans.targets.standings import Standing


def entry(found: Gathered, standing: Standing) -> dict[str, Any]:
    """One target: what a table shows of it, and its sentences."""
    one = standing.target
    path = list(one.path.all())
    return {
        "code": one.code,
        "title": one.title,
        "unit": one.unit,
        "section": one.section,
        "anchor": one.anchor,
        "sense": one.sense,
        "wanted": one.wanted,
        "wanted_text": one.wanted_text,
        "due": one.due.isoformat() if one.due else None,
        "baseline": one.baseline,
        "baseline_day": one.baseline_day.isoformat() if one.baseline_day else None,
        "path": {str(point.year): point.value for point in path},
        "wanted_now": standing.wanted_now,
        "judged": str(standing.judged.word),
        "measured": _value(standing.measured),
        "declared": _value(standing.declared),
        "sentences": [*_values(one, standing), _path(found, one, standing), _baseline(one)],
    }


def is_told(value: Value | None) -> bool:
    """Whether there is a number."""
    return value is not None and value.value is not None


def _values(one: Target, standing: Standing) -> list[Sentence]:
    """Measured and declared, each said as what it is; that there is neither, too."""
    said = []
    for kind, value in (("measured", standing.measured), ("declared", standing.declared)):
        if value is None:
            continue
        rests = [s.value(value, one)]
        if value.value is None:
            said.append(s.say("target.cannot", rests, of=kind, day=value.day, why=value.why, facts=_facts(value)))
            continue
        given = {"value": value.value, "unit": one.unit, "day": value.day, "quality": value.quality}
        more = {"why": value.why, "facts": _facts(value), "evidence": value.evidence, "simulated": value.simulated}
        said.append(s.say(f"target.{kind}", rests, **given, **more))
    return said or [s.say("target.no_value", [s.target(one)])]


def _path(found: Gathered, one: Target, standing: Standing) -> Sentence:
    """Where the path of the target wants it by now, and whether it is there."""
    given = {"wanted": standing.wanted_now, "unit": one.unit, "sense": one.sense, "judged": str(standing.judged.word)}
    kind = "target.path" if standing.wanted_now is not None else "target.no_path"
    return s.say(kind, [s.target(one)], text=one.wanted_text, due=one.due, on=found.on, **given)


def _baseline(one: Target) -> Sentence:
    rests = [s.target(one)]
    if one.baseline is None:
        office = one.baseline_by.name if one.baseline_by else None
        return s.say("target.no_baseline", rests, office=office, due=one.baseline_due)
    given = {"value": one.baseline, "unit": one.unit, "source": one.baseline_source}
    return s.say("target.baseline", rests, day=one.baseline_day, **given)


def _facts(value: Value) -> dict[str, Any]:
    """The numbers and names its words are made of; not the lists of what was counted."""
    return {name: one for name, one in value.facts.items() if isinstance(one, (str, int, float))}


def _value(value: Value | None) -> dict[str, Any] | None:
    if value is None:
        return None
    plain = {"value": value.value, "day": value.day.isoformat(), "quality": value.quality}
    return {**plain, "why": value.why, "facts": _facts(value), "evidence": value.evidence, "simulated": value.simulated}
