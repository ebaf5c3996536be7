"""Whether the levels of a rule of alarm can be: rising steps, a clear level inside, numbers within nature, the unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import pairwise
from math import inf, isfinite
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc import rules
from nonnuoc.domain import units
from nonnuoc.records.alerts.levels import bounding
from nonnuoc.records.alerts.levels.kinds import LEVELLED
from nonnuoc.records.alerts.models import AlarmRule, Severity
from nonnuoc.records.alerts.rulebook.drafting import Draft
from nonnuoc.records.alerts.rulebook.faults import Fault, in_step, is_number
from nonnuoc.records.monitoring.models import ObservedProperty, Thing

Kind = AlarmRule.Kind


def faults(draft: Draft, since: datetime) -> Iterator[Fault]:
    """Everything that speaks against its steps and their unit."""
    yield from _steps(draft, since)
    yield from _unit(draft)


def _steps(draft: Draft, since: datetime) -> Iterator[Fault]:
    if not draft.steps:
        yield Fault("steps", _("The rule has no step."), _("Give a severity, and from which level on."))
        return
    allowed = _keys(draft)
    for place, step in enumerate(draft.steps, 1):
        strange = set(step) - allowed
        if strange:
            yield in_step(
                place,
                _("%(names)s is not known here.") % {"names": ", ".join(sorted(strange))},
                _("A step of this kind says %(known)s.") % {"known": ", ".join(sorted(allowed))},
            )
        if step.get("severity") not in Severity.values:
            yield in_step(place, _("The step has no severity."), _("Choose minor, moderate, severe or extreme."))
    severities = [step["severity"] for step in draft.steps if step.get("severity") in Severity.values]
    if any(later <= earlier for earlier, later in pairwise(severities)):
        yield Fault("steps", _("Severity does not rise from step to step."), _("Put the mildest step first."))
    if draft.kind not in LEVELLED:
        if len(draft.steps) > 1:
            yield Fault("steps", _("This kind of rule has one step."), _("Leave out the others."))
    elif draft.basis:
        yield from _of_table(draft, since)
    else:
        yield from _own_levels(draft)


def _keys(draft: Draft) -> set[str]:
    if draft.kind not in LEVELLED:
        return {"severity"}
    if draft.basis:
        key = {Kind.LIMIT: "times", Kind.INDEX: "category", Kind.LEVEL: "alarm"}.get(Kind(draft.kind))
        return {"severity", *([key] if key else [])}
    return {"severity", "above", "clear"} | ({"below"} if draft.kind == Kind.LIMIT else set())


def _of_table(draft: Draft, since: datetime) -> Iterator[Fault]:
    if draft.kind == Kind.LIMIT:
        key, default, least, most = "times", 1, 0.1, 100.0
    elif draft.kind == Kind.INDEX:
        table = rules.find(draft.basis, timezone.localtime(since).date())
        key, default, least, most = "category", None, 2, len(table.data["category"]) if table else 6
    else:
        key, default, least, most = "alarm", None, 1, 3
    values = [step.get(key, default) for step in draft.steps]
    for place, value in enumerate(values, 1):
        whole = draft.kind == Kind.LIMIT or isinstance(value, int)
        if not is_number(value) or not whole or not least <= value <= most:
            yield in_step(
                place,
                _("%(key)s = %(value)s is not possible.") % {"key": key, "value": value},
                _("Give a number from %(least)g to %(most)g.") % {"least": least, "most": most},
            )
            return
    if any(later <= earlier for earlier, later in pairwise(values)):
        yield Fault("steps", _("The levels do not rise from step to step."), _("Put the mildest step first."))


def _own_levels(draft: Draft) -> Iterator[Fault]:
    before = 0
    for place, step in enumerate(draft.steps, 1):
        given = {key: step[key] for key in ("above", "below", "clear") if step.get(key) is not None}
        wrong = [key for key, value in given.items() if not is_number(value)]
        if wrong or not {"above", "below"} & set(given):
            before += 1
            yield in_step(
                place,
                _("%(names)s is no number.") % {"names": ", ".join(wrong)} if wrong else _("The step has no level."),
                _("Give the level as a number, in the property's unit."),
            )
        elif place > 1 and "clear" in given:
            before += 1
            yield in_step(
                place, _("Only the first step has a clear level."), _("Leave it out: the first one's ends all.")
            )
    if before:
        return
    for side, sign in (("above", 1), ("below", -1)):
        values = [step.get(side) for step in draft.steps]
        if any((one is None) != (values[0] is None) for one in values):
            yield Fault(
                "steps",
                _("Some steps have a level %(side)s and some have none.") % {"side": _side(side)},
                _("Give every step the same sides."),
            )
        elif values[0] is not None and any((b - a) * sign <= 0 for a, b in pairwise(values)):  # type: ignore[operator]
            yield Fault("steps", _("The levels do not rise from step to step."), _("Put the mildest step first."))
    yield from _clear(draft.steps[0])
    yield from _possible(draft)


def _clear(first: Mapping[str, Any]) -> Iterator[Fault]:
    clear, above, below = (first.get(key) for key in ("clear", "above", "below"))
    if above is not None and below is not None and above <= below:
        yield in_step(
            1,
            _("Every value is over %(above)g or under %(below)g.") % {"above": above, "below": below},
            _("The upper level must be the larger number."),
        )
    if clear is None:
        return
    if above is not None and below is not None:
        yield in_step(
            1,
            _("One clear level cannot lie inside two levels."),
            _("Leave it out, and say with clear_percent or clear_by how far inside an alarm ends."),
        )
    elif above is not None and clear > above:
        yield in_step(
            1,
            _("The clear level %(clear)g lies over the level %(level)g: an alarm would end while it is exceeded.")
            % {"clear": clear, "level": above},
            _("Give at most %(level)g.") % {"level": above},
        )
    elif below is not None and clear < below:
        yield in_step(
            1,
            _("The clear level %(clear)g lies under the level %(level)g: an alarm would end while it is passed.")
            % {"clear": clear, "level": below},
            _("Give at least %(level)g.") % {"level": below},
        )


def _possible(draft: Draft) -> Iterator[Fault]:
    """Levels within what can be measured at all (rules/data/qc.toml)."""
    least, most = physical(draft.observed_property, _medium(draft))
    if draft.kind == Kind.RATE:
        least, most = 0, most - least
    for place, step in enumerate(draft.steps, 1):
        for key in ("above", "below", "clear"):
            value = step.get(key)
            if value is None or least <= value <= most:
                continue
            yield in_step(
                place,
                _("%(value)g is nothing that %(property)s can be.")
                % {"value": value, "property": draft.observed_property},
                _("Give a number from %(least)g to %(most)g.") % {"least": least, "most": most}
                if isfinite(most)
                else _("Give a number from %(least)g on.") % {"least": least},
            )


def physical(code: str, kind: str) -> tuple[float, float]:
    """(least, most) that a property can be at a kind of station ("": any), in its unit."""
    data = rules.load("qc", on=date.today()).data
    entry = {**data["property"].get(code, {}), **data["kind"].get(kind, {}).get(code, {})}
    return float(entry.get("gross_min", -inf)), float(entry.get("gross_max", inf))


def _medium(draft: Draft) -> str:
    if draft.thing_kind or not draft.thing:
        return draft.thing_kind
    return Thing.objects.filter(code=draft.thing).values_list("kind", flat=True).first() or ""


def _unit(draft: Draft) -> Iterator[Fault]:
    """The unit of own levels is the property's; one that converts is told with its factor."""
    own = draft.kind in LEVELLED and not draft.basis
    if not own:
        if draft.unit:
            yield Fault("unit", _("The levels of this rule have no unit of their own."), _("Leave it out."))
        return
    wanted = ObservedProperty.objects.filter(code=draft.observed_property).values_list("unit", flat=True).first()
    if wanted is None or draft.unit == wanted:
        return
    way = units.factor(bounding.unit_table(), draft.unit, wanted, parameter=draft.observed_property)
    what = _("%(property)s is kept in %(wanted)s, the levels are in %(unit)s.") % {
        "property": draft.observed_property,
        "wanted": wanted,
        "unit": draft.unit or _("no unit"),
    }
    if way is None:
        yield Fault("unit", what, _("Give the levels in %(wanted)s.") % {"wanted": wanted})
        return
    factor, offset = way
    plus = f" {offset:+g}" if offset else ""
    yield Fault(
        "unit",
        what,
        _("Give the levels in %(wanted)s: multiply by %(factor)s.") % {"wanted": wanted, "factor": f"{factor:g}{plus}"},
    )


def _side(side: str) -> str:
    return _("above which it is passed") if side == "above" else _("below which it is passed")
