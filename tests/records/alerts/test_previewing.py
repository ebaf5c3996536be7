from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from nonnuoc.records.accounts import access
from nonnuoc.records.alerts.judging.found import Found
from nonnuoc.records.alerts.rulebook import drafting, previewing, rules, scoping
from nonnuoc.records.alerts.rulebook.drafting import Draft
from nonnuoc.records.monitoring import counting, observations
from nonnuoc.records.monitoring.models import Delivery, Thing
from nonnuoc.records.monitoring.rows import Rows, micros
from tests import factories

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
STEP = timedelta(minutes=5)
EVERYWHERE = access.SYSTEM.reach("alarm_rules.manage")
DRAFT = Draft(
    code="cod", kind="limit", name_vi="COD", meaning_vi="…", action_vi="…", article="convention: …",
    observed_property="COD", procedure="raw", unit="mg/L", steps=({"severity": 2, "above": 60.0, "clear": 50.0},),
    need=2, among=3,
)  # fmt: skip


def outlet(code: str = "NT01", symbols: tuple[str, ...] = ("COD",)) -> Thing:
    return factories.station(code, symbols, kind=Thing.Kind.WASTEWATER)


def write(thing: Thing, code: str, values: object, *, start: datetime = START, gap: slice | None = None) -> None:
    """A value every five minutes from `start` on; those of `gap` never came."""
    value = np.asarray(values, np.float64)
    time = micros(start) + np.arange(len(value)) * int(STEP.total_seconds() * 1e6)
    there = np.ones(len(value), bool)
    if gap is not None:
        there[gap] = False
    stream = np.full(len(value), factories.stream(thing, code).id)
    rows = Rows(stream, time, value, np.zeros(len(value)), np.ones(len(value)))
    observations.write(rows.take(there), by="test", reason="test", at=start)


def previewed(draft: Draft, days: int = 2, **more: int) -> previewing.Preview:
    version = drafting.candidate(draft, since=START)
    return previewing.preview(version, scoping.where(version), START, START + days * DAY, **more)


def beside(draft: Draft, at: datetime) -> list[scoping.Overlap]:
    version = drafting.candidate(draft, since=START)
    return scoping.overlapping(version, scoping.where(version), at)


def test_candidate_tells_what_it_would_have_raised_before_it_is_saved():
    values = np.full(400, 20.0)
    values[50:60], values[61:63], values[200:230], values[300] = 80, 90, 70, 99
    values[60] = 55  # under the level, not calm
    write(outlet(), "COD", values)
    found = previewed(DRAFT)
    assert (found.stations, found.next, found.values, found.incidents) == (1, None, 400, 2)
    first, second = found.spots[0].raised
    assert (first.onset, first.cleared) == (START + 50 * STEP, START + 64 * STEP)
    assert (first.alarms[0].peak, second.severity, second.onset) == (90.0, 2, START + 200 * STEP)


def test_preview_of_a_saved_rule_reaches_behind_the_day_it_was_made():
    write(outlet(), "COD", np.full(20, 80.0))
    made = rules.make(DRAFT, by=None)
    assert previewed(drafting.of_rule(made)).incidents == 1


def test_parameters_that_are_beyond_at_once_are_one_incident():
    thing = outlet(symbols=("COD", "TSS"))
    for code in ("COD", "TSS"):
        write(thing, code, np.concatenate([np.full(30, 80.0), np.full(30, 1.0)]))
    every = replace(DRAFT, kind="stuck", observed_property="", procedure="", unit="", steps=({"severity": 1},))
    assert previewed(every).incidents == 0
    times = [(START, START + DAY), (START + DAY, START + 2 * DAY), (START + 3 * DAY, None), (START + 9 * DAY, None)]
    alarms = [Found("a", 1, 1, n, since, since, since, until, severity=n + 1) for n, (since, until) in enumerate(times)]
    together = list(previewing.together(alarms))
    assert [(one.onset, one.cleared, one.severity, len(one.alarms)) for one in together] == [
        (START, START + 2 * DAY, 2, 2),
        (START + 3 * DAY, None, 4, 2),
    ]


def test_many_stations_come_portion_by_portion(monkeypatch):
    for n in range(3):
        write(outlet(f"NT0{n}"), "COD", np.full(10, 80.0))
    monkeypatch.setattr(previewing, "MOST_ROWS", 300)  # a station's day is 288
    seen, start = [], 0
    while start is not None:
        found = previewed(DRAFT, days=1, start=start)
        seen += [spot.where.station.code for spot in found.spots]
        start = found.next
    assert seen == ["NT00", "NT01", "NT02"]


def test_silence_is_a_gap_longer_than_the_rules_patience():
    write(outlet(), "COD", np.full(500, 20.0), gap=slice(100, 130))
    silent = replace(DRAFT, kind="silence", steps=({"severity": 1},), unit="", procedure="", need=1, among=1)
    found = previewed(replace(silent, parameters={"intervals": 2, "at_least_s": 600}))
    gap, open_ = found.spots[0].raised
    assert (gap.onset, gap.cleared) == (START + 99 * STEP, START + 130 * STEP)
    assert (open_.onset, open_.cleared) == (START + 499 * STEP, None)
    patient = replace(silent, parameters={"intervals": 2, "at_least_s": 3 * 3600})
    assert [one.onset for one in previewed(patient).spots[0].raised] == [START + 499 * STEP]


def test_refused_files_are_counted_within_their_span():
    thing = outlet()
    for n, minutes in enumerate((0, 10, 20, 60 * 40)):
        Delivery.objects.create(
            thing=thing, station_code=thing.code, door="ftp", file_name="x", size=1, body=b"x", code="number",
            sha256=bytes([n]) * 32, state=Delivery.State.QUARANTINED, received=START + timedelta(minutes=minutes),
        )  # fmt: skip
    draft = replace(DRAFT, kind="refused", observed_property="", procedure="", unit="", steps=({"severity": 1},))
    found = previewed(replace(draft, parameters={"files": 3, "within_s": 86400}))
    (one,) = found.spots[0].raised
    assert (one.onset, one.alarms[0].raised, one.alarms[0].beyond) == (START, START + timedelta(minutes=20), 3)


def test_low_availability_is_a_run_of_days():
    thing = outlet()
    values = np.full(288 * 12, 20.0)
    write(thing, "COD", values, gap=slice(288 * 4, 288 * 7))
    counting.refresh(START + 12 * DAY)
    draft = replace(DRAFT, kind="availability", procedure="", unit="", steps=({"severity": 1},), need=1, among=1)
    version = drafting.candidate(replace(draft, parameters={"below_percent": 80, "days": 1}), since=START)
    found = previewing.preview(version, scoping.where(version), START + 2 * DAY, START + 11 * DAY)
    (one,) = found.spots[0].raised
    assert one.cleared - one.onset == 4 * DAY  # of local days: the gap touches four
    assert one.alarms[0].peak < 40


def test_only_stations_within_reach_are_looked_at():
    write(outlet(), "COD", np.full(10, 80.0))
    nowhere = access.ANYBODY.reach("alarm_rules.manage")
    version = drafting.candidate(DRAFT, since=START)
    assert scoping.where(version, nowhere) == []
    assert len(scoping.where(version, EVERYWHERE)) == 1


def test_rules_that_judge_the_same_are_shown_with_what_differs():
    thing = outlet(symbols=("COD", "TSS"))
    rules.make(DRAFT, by=None, since=START)
    rules.enable("cod", by=None, since=START)
    rules.make(replace(DRAFT, code="tss", observed_property="TSS"), by=None, since=START)
    rules.enable("tss", by=None, since=START)
    stricter = replace(DRAFT, code="permit", thing=thing.code, steps=({"severity": 3, "above": 40.0},))
    at = START + DAY
    (one,) = beside(stricter, at)
    assert (one.rule.code, one.streams, one.same, one.earlier, one.later) == ("cod", 1, 0, 1, 0)
    low = replace(stricter, steps=({"severity": 3, "below": 1.0},))
    assert beside(low, at) == []


def test_where_a_rule_applies_costs_the_same_for_one_station_and_three(queries):
    version = drafting.candidate(replace(DRAFT, observed_property="", unit=""), since=START)
    outlet("NT01")
    one = queries(lambda: scoping.where(version))
    outlet("NT02"), outlet("NT03")
    assert queries(lambda: scoping.where(version)) == one
