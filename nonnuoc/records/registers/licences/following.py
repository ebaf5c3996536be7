"""The obligations that follow from dossiers: from their conditions, from the law, and from their own end.

`refresh` brings what is kept to what is wanted (domain/obligations.py decides); done again it changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from nonnuoc import rules
from nonnuoc.domain import obligations
from nonnuoc.domain.obligations import Due, Kept, Period
from nonnuoc.records.registers.facilities.models import Facility, Zone
from nonnuoc.records.registers.licences import standing
from nonnuoc.records.registers.licences.models import Condition, Dossier, Obligation
from nonnuoc.records.registers.licences.standing import InForce

Kind = Obligation.Kind
#: Made that far ahead, so that the calendar always holds a year.
AHEAD = timedelta(days=400)
#: Facilities that one transaction brings up to date.
AT_ONCE = 500
#: The papers of which the law asks a report each year (02/2022/TT-BTNMT, điều 66).
REPORTING = frozenset({Dossier.Kind.LICENCE, Dossier.Kind.REGISTRATION})


class Wanted(NamedTuple):
    """An obligation as it should be: when it is due, and what it follows from."""

    due: Due
    dossier: Dossier
    condition: Condition | None
    kind: str


def refresh(facilities: Collection[int] | None = None, *, today: date | None = None) -> int:
    """Make, move and drop obligations of these facilities (None: of all); give how many changed."""
    today = today or timezone.localdate()
    known = Dossier.objects.order_by("facility").values_list("facility", flat=True).distinct()
    ids = sorted(set(known if facilities is None else facilities))
    return sum(_refresh(ids[start : start + AT_ONCE], today) for start in range(0, len(ids), AT_ONCE))


@transaction.atomic
def _refresh(ids: Sequence[int], today: date) -> int:
    # whoever else brings the same facilities up to date waits
    list(Facility.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk").values_list("pk"))
    dossiers = list(Dossier.objects.filter(facility__in=ids).defer("shape", "words"))
    kept: dict[int, list[Obligation]] = defaultdict(list)
    for one in Obligation.objects.filter(dossier__facility__in=ids).select_related("dossier"):
        kept[one.dossier.facility_id].append(one)
    conditions: dict[int, list[Condition]] = defaultdict(list)
    for condition in Condition.objects.filter(dossier__facility__in=ids, withdrawn=None):
        conditions[condition.dossier_id].append(condition)
    replaced = standing.replaced_from([one.pk for one in dossiers])
    owners = set(Zone.objects.filter(owner__in=ids, withdrawn=None).values_list("owner_id", flat=True))
    of_facility: dict[int, list[Dossier]] = defaultdict(list)
    for dossier in dossiers:
        of_facility[dossier.facility_id].append(dossier)
    changed = 0
    for id, several in of_facility.items():
        holding = {one.pk: standing.in_force(one, replaced.get(one.pk)) for one in several}
        wanted = list(_wanted(id, several, holding, conditions, owner=id in owners, today=today))
        changed += _settle(wanted, kept[id], several, conditions, today)
    return changed


def _wanted(
    facility: int,
    dossiers: Sequence[Dossier],
    holding: Mapping[int, InForce | None],
    conditions: Mapping[int, Sequence[Condition]],
    *,
    owner: bool,
    today: date,
) -> Iterator[Wanted]:
    horizon = today + AHEAD
    for dossier in dossiers:
        held = holding[dossier.pk]
        if held is None:
            continue
        for condition in conditions.get(dossier.pk, ()):
            for due in _of_condition(condition, held, horizon):
                yield Wanted(due, dossier, condition, condition.kind)
        if dossier.valid_until is not None and held.until == dossier.valid_until <= horizon:
            yield Wanted(obligations.once(f"renewal-{dossier.pk}", held.until), dossier, None, Kind.RENEWAL)
    yield from _yearly(facility, dossiers, holding, owner=owner, today=today)


def _of_condition(condition: Condition, held: InForce, horizon: date) -> Iterator[Due]:
    source = f"condition-{condition.pk}"
    since = max(day for day in (held.since, condition.valid_from, date.min) if day is not None)
    ends = [day for day in (held.until, condition.valid_until) if day is not None]
    until = min(ends) if ends else None
    if condition.every_months:
        # counted from the paper's first day, so that periods stay the same whatever else is changed
        since = since if since > date.min else condition.counted_from
        yield from obligations.repeated(
            source, condition.every_months, since=since, until=until, lag_days=condition.lag_days, horizon=horizon
        )
    elif condition.due is not None and condition.due <= horizon and (until is None or condition.due <= until):
        yield obligations.once(source, condition.due)


def _yearly(
    facility: int,
    dossiers: Sequence[Dossier],
    holding: Mapping[int, InForce | None],
    *,
    owner: bool,
    today: date,
) -> Iterator[Wanted]:
    """One report of a facility and year, of the paper that was in force on the year's last day."""
    reporting = [one for one in dossiers if one.kind in REPORTING]
    first = min((one.valid_from.year for one in reporting if one.valid_from is not None), default=today.year + 1)
    for year in range(max(first, today.year - 10), today.year + 1):
        period = Period(date(year, 1, 1), date(year, 12, 31))
        covering = [one for one in reporting if (held := holding[one.pk]) is not None and held.covers(period.last)]
        table = rules.find("environmental_report", period.last)
        if not covering or table is None:
            continue
        dossier = max(covering, key=lambda one: (one.valid_from, one.pk))
        before = table.data["zone_owner" if owner else "facility"]
        source = f"yearly-{facility}"
        last_day = date(year + 1, before["month"], before["day"]) - obligations.ONE_DAY
        yield Wanted(Due(f"{source}:{year}", source, period, last_day), dossier, None, Kind.YEARLY)


def _settle(
    wanted: Sequence[Wanted],
    kept: Sequence[Obligation],
    dossiers: Sequence[Dossier],
    conditions: Mapping[int, Sequence[Condition]],
    today: date,
) -> int:
    by_key = {one.due.key: one for one in wanted}
    rows = {one.key: one for one in kept}
    steps = obligations.reconcile(
        [one.due for one in wanted],
        [Kept(_due(one), one.settled != Obligation.Settled.OPEN) for one in kept],
        today=today,
        counted_from=_counted_from(dossiers, conditions),
    )
    Obligation.objects.bulk_create(_row(by_key[one.key]) for one in steps.make)
    moved = [_moved(rows[one.key], by_key[one.key]) for one in steps.move]
    moved += [one for key, one in rows.items() if _belongs_elsewhere(one, by_key.get(key), today)]
    Obligation.objects.bulk_update(moved, ["due", "dossier", "condition", "kind"])
    # what was returned to whoever reported it is still theirs to do: its reports speak of it
    droppable = [key for key in steps.drop if not rows[key].reports.exists()]
    Obligation.objects.filter(key__in=droppable).delete()
    return len(steps.make) + len(moved) + len(droppable)


def _counted_from(dossiers: Sequence[Dossier], conditions: Mapping[int, Sequence[Condition]]) -> dict[str, date]:
    """From when on what follows from each source is made."""
    found = {}
    for dossier in dossiers:
        since = followed_from(dossier)
        found[f"renewal-{dossier.pk}"] = since
        if dossier.kind in REPORTING:
            yearly = f"yearly-{dossier.facility_id}"
            found[yearly] = min(since, found.get(yearly, since))
        for condition in conditions.get(dossier.pk, ()):
            found[f"condition-{condition.pk}"] = condition.counted_from
    return found


def followed_from(dossier: Dossier) -> date:
    """The first day of which obligations are followed: as somebody said, else the day it was registered here."""
    return dossier.followed_from or timezone.localtime(dossier.created).date()


def _belongs_elsewhere(row: Obligation, wanted: Wanted | None, today: date) -> bool:
    """An open report of a year that is another paper's by now: moved where it belongs, by the way."""
    if wanted is None or row.settled != Obligation.Settled.OPEN or row.due < today:
        return False
    if row.dossier_id == wanted.dossier.pk:
        return False
    row.dossier = wanted.dossier
    return True


def _moved(row: Obligation, wanted: Wanted) -> Obligation:
    row.due, row.dossier, row.condition, row.kind = wanted.due.due, wanted.dossier, wanted.condition, wanted.kind
    return row


def _row(one: Wanted) -> Obligation:
    period = one.due.period
    return Obligation(
        key=one.due.key,
        source=one.due.source,
        dossier=one.dossier,
        condition=one.condition,
        kind=one.kind,
        period_from=period.first if period else None,
        period_until=period.last if period else None,
        due=one.due.due,
    )


def _due(row: Obligation) -> Due:
    period = Period(row.period_from, row.period_until) if row.period_from and row.period_until else None
    return Due(row.key, row.source, period, row.due)
