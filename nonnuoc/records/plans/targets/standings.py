"""Where each target stands: measured and declared side by side, what is wanted today, and how that is met."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, DateTimeField, F, QuerySet, When
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.domain.plan import path
from nonnuoc.domain.plan.path import Judged, Word
from nonnuoc.records.plans.models import Plan, Target, Value
from nonnuoc.records.plans.targets import wording

LATE = (Word.BEHIND, Word.OVER)


@dataclass(frozen=True, slots=True)
class Standing:
    """A target on a day. `measured` and `declared` are the newest of each kind; `first` is the one shown first."""

    target: Target
    measured: Value | None
    declared: Value | None
    first: Value | None  # with a value; None: there is none to show
    first_why: str  # why this one, where there are two
    wanted_now: float | None
    judged: Judged
    why: str  # in words, where there is no value, or it cannot be said how it stands; else ""
    points: tuple[tuple[date, float], ...]  # of the path, with the baseline and the end

    @property
    def value(self) -> float | None:
        """What is shown first."""
        return None if self.first is None else self.first.value

    @property
    def late(self) -> bool:
        return self.judged.word in LATE

    @property
    def weight(self) -> int:
        """For lists that put first what is late, and next what nobody knows."""
        return 0 if self.late else 1 if self.judged.word is Word.UNKNOWN else 2


def latest(plans: Iterable[Plan], on: date | None = None) -> Mapping[int, Standing]:
    """Target id -> where it stands on a day (today), in the order of the plans; three queries for any number."""
    day = on or timezone.localdate()
    targets = list(_targets().filter(plan__in=list(plans)))
    return of(targets, day)


def of(targets: Iterable[Target], on: date) -> Mapping[int, Standing]:
    """The same of targets read with `targets_of`."""
    listed = list(targets)
    found: dict[tuple[int, str], Value] = {}
    held = Value.objects.filter(target__in=listed, commune=None, current=True, day__lte=on)
    for one in newest(held, "target_id", "kind"):
        found[one.target_id, one.kind] = one
    kinds = Value.Kind
    return {
        one.pk: _standing(one, found.get((one.pk, kinds.MEASURED)), found.get((one.pk, kinds.DECLARED)), on)
        for one in listed
    }


def newest(rows: QuerySet[Value], *each: str) -> QuerySet[Value]:
    """Of values that differ in the columns `each`, the one that holds.

    Of declared ones that for the latest day. Of measured ones the last that was computed: a table that comes in late
    gives a value for the end of the year before, and that is what is known then.
    """
    computed = When(kind=Value.Kind.MEASURED, then=F("at"))
    told = rows.annotate(told=Case(computed, default=Cast("day", DateTimeField())))
    return told.order_by(*each, "-told", "-id").distinct(*each)


def targets_of(plan: Plan) -> QuerySet[Target]:
    """Those of a plan that hold, in its order, with all that a standing reads of them."""
    return _targets().filter(plan=plan)


def public(plan: Plan, on: date) -> list[Standing]:
    """What everybody may read of a plan's targets: those that are public, of a plan that is."""
    if not plan.public or plan.state == Plan.State.DRAFT:
        return []
    return list(of(targets_of(plan).filter(public=True), on).values())


def points(target: Target) -> tuple[tuple[date, float], ...]:
    """The way from the baseline over the years to the end; what is to be kept up is so from the plan's first day."""
    found: list[tuple[date, float]] = []
    if target.kind == Target.Kind.KEPT and target.wanted is not None:
        found.append((target.plan.starts, target.wanted))
    elif target.baseline is not None and target.baseline_day is not None:
        found.append((target.baseline_day, target.baseline))
    found += [(date(one.year, 12, 31), one.value) for one in target.path.all()]
    if target.due is not None and target.wanted is not None:
        found.append((target.due, target.wanted))
    return tuple(sorted(dict(found).items()))


def wanted_on(target: Target, way: tuple[tuple[date, float], ...], on: date) -> float | None:
    """What is wanted on a day; of things that are counted, a whole number."""
    found = path.wanted(way, on)
    return path.whole(found, target.sense) if target.kind == Target.Kind.COUNT else found


def _targets() -> QuerySet[Target]:
    related = ("plan", "responsible", "baseline_by", "task")
    kept = Target.objects.filter(withdrawn=None).select_related(*related).prefetch_related("path")
    return kept.order_by("plan", "order")


def _standing(target: Target, measured: Value | None, declared: Value | None, on: date) -> Standing:
    way = points(target)
    wanted = wanted_on(target, way, on)
    first, first_why = _first(measured, declared)
    value = None if first is None else first.value
    judged = path.standing(value, wanted, target.sense, wanted_to=target.wanted_to)
    return Standing(
        target=target,
        measured=measured,
        declared=declared,
        first=first,
        first_why=first_why,
        wanted_now=wanted,
        judged=judged,
        why=_why(target, measured, judged),
        points=way,
    )


def _first(measured: Value | None, declared: Value | None) -> tuple[Value | None, str]:
    """Measured before declared, whichever is newer: what it is made of can be followed record by record."""
    known = [one for one in (measured, declared) if one is not None and one.value is not None]
    if len(known) == 2:
        return measured, _("The measured value stands first: every record in it can be followed.")
    if known and known[0] is declared and measured is not None:
        said = {"why": wording.why(measured)}
        return declared, _("The declared value stands first: it cannot be computed, because %(why)s.") % said
    return (known[0] if known else None), ""


def _why(target: Target, measured: Value | None, judged: Judged) -> str:
    if judged.word is not Word.UNKNOWN:
        return ""
    if judged.why == "no_value":
        return wording.no_value(target, measured)
    if judged.why == "no_wanted":
        return _("The plan gives no upper bound.")
    return wording.no_path(target)
