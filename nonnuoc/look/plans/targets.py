"""What pages say of a target: its value, what is wanted, and how the one stands against the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from nonnuoc.domain.plan.path import Word
from nonnuoc.look import figures
from nonnuoc.look.plans import target_drawing
from nonnuoc.look.plans.target_drawing import Spark
from nonnuoc.records.plans.models import Target, Value
from nonnuoc.records.plans.targets import wording
from nonnuoc.records.plans.targets.projecting import Course
from nonnuoc.records.plans.targets.standings import Standing

MOST_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Line:
    """A target as a list shows it, in words."""

    standing: Standing
    value: str  # "" where there is none
    stands: str
    stands_why: str  # in short, where there is a value and it cannot be said how it stands
    wanted_now: str
    wanted_end: str
    baseline: str
    who_sets: str  # the baseline, while it is not known
    missing: str  # of the value that is shown
    other: str  # the value of the other kind, where there are two
    spark: Spark | None


def line(standing: Standing, values: list[Value]) -> Line:
    """Of a standing and the values of its target."""
    target = standing.target
    return Line(
        standing=standing,
        value="" if standing.value is None else amount(target, standing.value),
        stands=stands(standing),
        stands_why="" if standing.value is None else wording.briefly(target, standing.judged.why),
        wanted_now="" if standing.wanted_now is None else wanted(target, standing.wanted_now),
        wanted_end=target.wanted_text if target.wanted is None else wanted(target, target.wanted),
        baseline="" if target.baseline is None else amount(target, target.baseline),
        who_sets="" if target.baseline is not None else wording.who_sets(target),
        missing="" if standing.first is None else partial(standing.first),
        other=_other(standing),
        spark=target_drawing.spark(standing, values),
    )


def _other(standing: Standing) -> str:
    other = standing.declared if standing.first is standing.measured else standing.measured
    if standing.first is None or other is None:
        return ""
    if other.value is None:
        return wording.no_value(standing.target, other) if other is standing.measured else ""
    told = {"kind": other.get_kind_display(), "value": amount(standing.target, other.value), "day": day(other.day)}
    return _("%(kind)s: %(value)s, %(day)s") % told


def decimals(target: Target) -> int:
    """As many as what the plan wants has; one for shares and amounts that it wants whole."""
    if target.kind == Target.Kind.COUNT:
        return 0
    plain = "" if target.wanted is None else f"{target.wanted:.{MOST_DECIMALS}f}".rstrip("0").partition(".")[2]
    return max(1, len(plain))


def amount(target: Target, value: float) -> str:
    """A value with its unit; a whole number without decimals."""
    shown = figures.number(value, 0 if value == int(value) else decimals(target))
    return f"{shown}\N{NO-BREAK SPACE}{target.unit}"


def wanted(target: Target, value: float) -> str:
    """What is wanted: "at least 95 %", "30–40 ha"."""
    if target.sense == Target.Sense.BETWEEN and target.wanted_to is not None:
        return f"{figures.number(value, 0 if value == int(value) else decimals(target))}–" + amount(
            target, target.wanted_to
        )
    words = _("at most %(value)s") if target.sense == Target.Sense.AT_MOST else _("at least %(value)s")
    return words % {"value": amount(target, value)}


def stands(standing: Standing) -> str:
    """ "Behind the path by 3.2 points", in words a reader can act on."""
    judged, target = standing.judged, standing.target
    if judged.by is None:
        return _("cannot be said")
    by = figures.number(judged.by, 0 if judged.by == int(judged.by) else decimals(target))
    unit = _("percentage points") if target.unit == "%" else target.unit
    said = {"by": f"{by}\N{NO-BREAK SPACE}{unit}"}
    return {
        Word.AHEAD: _("ahead of the path by %(by)s"),
        Word.ON: _("on the path"),
        Word.BEHIND: _("behind the path by %(by)s"),
        Word.OVER: _("above what is wanted by %(by)s"),
    }[judged.word] % said


def title(standing: Standing) -> str:
    """What the chart shows, in one line."""
    if standing.value is None:
        return _("No value yet")
    said = {"value": amount(standing.target, standing.value), "stands": stands(standing)}
    if standing.judged.word is Word.UNKNOWN:
        return _("%(value)s; how that stands against the path cannot be said") % said
    return _("%(value)s: %(stands)s") % said


def sentence(standing: Standing, course: Course) -> str:
    """The same for those who do not see the chart: since when, what is wanted today, where it is heading."""
    target, first = standing.target, standing.first
    said = []
    if first is not None and first.value is not None:
        told = {"value": amount(target, first.value), "day": day(first.day), "kind": first.get_kind_display()}
        said.append(_("%(value)s, %(kind)s for %(day)s.") % told)
    if standing.wanted_now is not None:
        said.append(_("Wanted today: %(wanted)s.") % {"wanted": wanted(target, standing.wanted_now)})
    elif standing.why:
        said.append(standing.why)
    said.append(heading(standing, course))
    return " ".join(said)


def heading(standing: Standing, course: Course) -> str:
    """Where the values are heading, and how sure that is; else what it takes to say it."""
    target, end = standing.target, course.end
    if end.value is None or end.low is None or end.high is None:
        return {
            "too_few": _("Where it is heading cannot be said yet: that takes values of three quarters."),
            "too_short": _("Where it is heading cannot be said yet: that takes values over a year at least."),
        }[end.why_none]
    told = {
        "value": amount(target, end.value),
        "low": amount(target, end.low),
        "high": amount(target, end.high),
        "day": day(course.due),
        "level": round(100 * end.level),
    }
    said = _("If it goes on as it has, it is %(value)s on %(day)s; with %(level)s %% likelihood %(low)s to %(high)s.")
    if end.low == end.high:  # all of it beyond the bounds of what can be
        said = _("If it goes on as it has, it is %(value)s on %(day)s.")
    reaches = {
        "yes": _("That is what is wanted."),
        "no": _("That is not what is wanted."),
        "unsure": _("Whether that is what is wanted is not sure."),
        "": "",
    }[course.reaches(target)]
    return f"{said % told} {reaches}".strip()


def partial(value: Value) -> str:
    """What is missing of a value that is there; empty where nothing is."""
    return wording.why(value) if value.quality == Value.Quality.PARTIAL and value.why else ""


def day(on: date) -> str:
    return f"{on:%d/%m/%Y}"
