"""Alarms as the data tell them, beside those that are kept: what is new, what changed, and what is no more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from nonnuoc.records.alerts.judging import incidents, keeping, regrouping
from nonnuoc.records.alerts.judging.found import Found, Kept
from nonnuoc.records.alerts.judging.grouping import Member
from nonnuoc.records.alerts.judging.incidents import Change
from nonnuoc.records.alerts.models import Alarm, AlarmRule, Incident

State = Incident.State

__all__ = ["Found", "Judged", "clear", "open_", "reconcile"]


@dataclass(frozen=True, slots=True)
class Judged:
    """What a rule finds in a piece of a series, and what is kept of that piece; both in order of onset."""

    found: Sequence[Found]
    stored: Sequence[Kept]  # what is among these and not found again is no more
    heard: datetime | None  # the newest value that counts, where an alarm goes on
    interval_s: int | None


def reconcile(judged: Sequence[Judged], *, at: datetime) -> list[Change]:
    """Keep what was found in place of what was stored, and give what that means for incidents, in order.

    In the caller's transaction, which holds the stations.
    """
    changed: list[tuple[Judged, Found, Kept | None, set[int]]] = []
    gone: list[Kept] = []
    quiet: list[tuple[int, int, Found]] = []
    for one in judged:
        left = list(one.stored)
        for found in one.found:
            kept = next((kept for kept in left if _overlap(found, kept.found)), None)
            left = [other for other in left if other is not kept]
            if kept is None or not _is_quiet(one, found, kept, at):
                was = {other.incident_id for other in one.stored if _overlap(found, other.found)}
                changed.append((one, found, kept, was))
            elif found != kept.found:
                quiet.append((kept.id, kept.incident_id, found))
        gone += left
    keeping.update(quiet)
    kinds = _kinds({found.rule_id for _, found, _, _ in changed})
    members = [_member(found, kept, kinds[found.rule_id], one, was, at) for one, found, kept, was in changed]
    return regrouping.regroup(members, gone, at=at)


@transaction.atomic
def open_(*found: Found, at: datetime) -> list[Change]:
    """Alarms that the watch found; one that is on already is not opened again."""
    on = Alarm.objects.filter(cleared=None, code__in={one.code for one in found})
    known = set(on.values_list("code", "thing_id", "datastream_id"))
    new = [one for one in found if (one.code, one.thing_id, one.datastream_id) not in known]
    kinds = _kinds({one.rule_id for one in new})
    nothing = Judged((), (), None, None)
    members = [_member(one, None, kinds[one.rule_id], nothing, set(), at) for one in new]
    return regrouping.regroup(members, (), at=at)


@transaction.atomic
def clear(alarm_ids: Collection[int], *, cleared: datetime, at: datetime) -> list[Change]:
    """Alarms of which the watch, or whoever ended their rule, says that they are over; what was over stays so."""
    members = [one for one in regrouping.members(alarms=alarm_ids, at=at) if one.found.cleared is None]
    for one in members:
        one.found = replace(one.found, cleared=max(cleared, one.found.onset))
    return regrouping.regroup(members, (), at=at)


def _member(found: Found, kept: Kept | None, kind: str, judged: Judged, was: set[int], at: datetime) -> Member:
    heard = judged.heard if found.cleared is None else None
    return Member(
        id=kept.id if kept else None,
        incident_id=kept.incident_id if kept else None,
        home=found.thing_id,
        family=incidents.FAMILIES[kind],
        found=found,
        fresh=incidents.is_of_now(kind, found.last_beyond, judged.interval_s, at),
        heard=incidents.is_heard(heard, judged.interval_s, at),
        was_in=was,
    )


def _is_quiet(judged: Judged, found: Found, kept: Kept, at: datetime) -> bool:
    """Whether an incident stays as it is, whatever else the alarm says now: there is nothing to decide or to tell."""
    was = kept.found
    if (found.onset, found.cleared, found.severity) != (was.onset, was.cleared, was.severity):
        return False
    if kept.state == State.HELD:
        return not incidents.is_heard(judged.heard, judged.interval_s, at)
    told = kept.state != State.OPEN or found.severity <= kept.told_severity
    return told or not incidents.is_fresh(found.last_beyond, judged.interval_s, at)


def _overlap(one: Found, other: Found) -> bool:
    return (one.cleared is None or other.onset <= one.cleared) and (other.cleared is None or one.onset <= other.cleared)


def _kinds(rule_ids: Collection[int]) -> dict[int, str]:
    return dict(AlarmRule.objects.filter(id__in=rule_ids).values_list("id", "kind")) if rule_ids else {}
