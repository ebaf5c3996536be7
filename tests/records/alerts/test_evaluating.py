"""Whatever pieces values come in, the alarms that are kept are those of the whole series."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from django.db import transaction

from nonnuoc.domain import quality as q
from nonnuoc.records.alerts.judging import evaluating, series
from nonnuoc.records.alerts.levels import applying
from nonnuoc.records.alerts.models import Alarm, Incident
from nonnuoc.records.monitoring import observations, streams
from nonnuoc.records.monitoring.observations import micros, moment
from tests.records.alerts import judging as j

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


FIELDS = (
    *("code", "datastream_id", "rule_id", "onset", "raised", "last_beyond", "cleared", "step", "severity"),
    *("level", "peak", "peak_time", "beyond", "suspect"),
)


def whole(stream, at):
    """What each rule finds in everything that is stored of a station, in one go."""
    found = []
    catalogue = streams.of_things([stream.thing_id])
    applied = applying.of_catalogue(catalogue)
    for one in catalogue:
        held = observations.read_spans(one.id, 0, 2**60)
        for judged in series.of_stream(one, applied[one.id]):
            found += [judged.ended(f, micros(at)) for f in judged.find(judged.signal(held, 0), None)]
    return sorted((tuple(getattr(one, name) for name in FIELDS) for one in found), key=repr)


def kept():
    return sorted(Alarm.objects.values_list(*FIELDS), key=repr)


def noisy(rng, n):
    """A series that hovers about its levels, with gaps, missing and failed values, suspect ones, other statuses."""
    x = 50 + np.cumsum(rng.normal(0, 4, n))
    x = 50 + (x - 50) * rng.choice([0.3, 1.0]) + rng.normal(0, rng.choice([1, 6, 20]), n)
    flags = rng.choice([q.Flag.GOOD, q.Flag.SUSPECT, q.Flag.FAIL], n, p=[0.85, 0.1, 0.05]).astype(np.int16)
    flags |= np.where(rng.random(n) < 0.15, q.Check.FLAT_LINE, 0).astype(np.int16)
    x = np.where(rng.random(n) < 0.03, np.nan, x)
    flags = np.where(np.isnan(x), q.Flag.MISSING, flags)
    status = rng.choice([0, 1, 2], n, p=[0.9, 0.05, 0.05])
    return x, flags, status


def rules_of(rng):
    need = int(rng.integers(1, 4))
    counted = {"need": need, "among": need + int(rng.integers(0, 6)), "hold_s": int(rng.choice([0, 600, 3600]))}
    cut = j.START + timedelta(hours=float(rng.uniform(1, 8)))
    end = cut + timedelta(hours=float(rng.uniform(1, 8)))
    clear = {"parameters": {"clear_percent": float(rng.choice([0, 5, 20]))}}
    j.rule("over", above=(50, 60, 75), valid_to=cut, **counted, **clear)
    other = {"need": int(rng.integers(1, 4)), "among": 4, "hold_s": 1200}
    later = {"valid_from": cut, "version": 2, "valid_to": None if rng.random() < 0.5 else end}
    rule = j.rule("over", above=(47, 65), **later, **other, **clear)
    assert rule.version == 2
    j.rule("low", above=(), below=(45, 35), **counted)
    j.rule("jump", above=(12,), kind="rate", parameters={"span_s": 1800}, **counted)
    j.rule("flat", kind="stuck", above=(), parameters={"for_s": 900}, steps=[{"severity": 2}], hold_s=600)
    j.rule("broken", kind="status", steps=[{"severity": 2}], parameters={"statuses": [2], "for_s": 300})


@pytest.mark.parametrize("seed", range(20))
def test_pieces_in_any_order_with_corrections_leave_what_the_whole_series_gives(seed):
    rng = np.random.default_rng(seed)
    _, stream = j.station()
    rules_of(rng)
    n = int(rng.integers(30, 130))
    gaps = rng.choice([1, 2, 10, 40], n, p=[[0.9, 0.08, 0.01, 0.01], [0.4, 0.2, 0.2, 0.2]][seed % 2])
    places = np.cumsum(gaps)
    x, flags, status = noisy(rng, n)
    all_rows = j.rows(stream, x, places=places, flags=flags, status=status)
    at = moment(int(all_rows.time[-1])) + timedelta(hours=1)
    order = {0: np.arange(n), 1: np.arange(n)[::-1], 2: rng.permutation(n)}[seed % 3]
    cuts = np.sort(rng.choice(n, min(n - 1, int(rng.integers(1, 25))), replace=False))
    for piece in np.split(order, cuts):
        if len(piece):
            j.bring(all_rows.take(np.sort(piece)), at=at)
            assert kept() == whole(stream, at)
    assert kept()
    for _ in range(8):
        some = np.sort(rng.choice(n, int(rng.integers(1, 5)), replace=False))
        x, flags, status = noisy(rng, len(some))
        j.bring(j.rows(stream, x, places=places[some], flags=flags, status=status), at=at)
        assert kept() == whole(stream, at)
    some = np.sort(rng.choice(n, n // 4, replace=False))
    j.take(all_rows.take(some), at=at)
    assert kept() == whole(stream, at)


def test_it_is_judged_on_as_long_as_what_came_before_counts_differently():
    """Old and new agree that nothing is on, but not yet on what counts towards the next alarm."""
    _, stream = j.station()
    j.rule("pair", above=(50,), need=2, among=4, parameters={"clear_percent": 10})
    at = j.START + timedelta(hours=2)
    values = [60, 44, *[49] * 5, 60, 44, 44, 60, *[44] * 5]
    j.bring(j.rows(stream, values), at=at)
    before = kept()
    assert [one[3] for one in before] == [j.START + 7 * j.STEP]  # the two of 00:35 and 00:50
    j.bring(j.rows(stream, [60], places=[1]), at=at)
    assert kept() == whole(stream, at) != before


def test_what_was_calm_for_long_before_a_gap_ends_an_alarm():
    _, stream = j.station()
    j.rule("over", above=(50,), hold_s=6 * 3600)
    at = j.START + timedelta(days=1)
    j.bring(j.rows(stream, [60, *[40] * 60]), at=at)
    assert Alarm.objects.get().cleared is None
    j.bring(j.rows(stream, [40], places=[100]), at=at)
    assert Alarm.objects.get().cleared == j.START + 100 * j.STEP


def test_values_that_pass_nothing_read_nothing_back(queries):
    _, stream = j.station()
    j.rule("over", above=(50,))
    j.bring(j.rows(stream, [10.0] * 20))
    few = queries(lambda: j.bring(j.rows(stream, [10.0], places=[30])))
    many = queries(lambda: j.bring(j.rows(stream, [10.0] * 50, places=range(40, 90))))
    assert few == many
    assert not Incident.objects.exists()


def test_it_costs_as_many_statements_for_two_stations_as_for_five(queries):
    raw = [j.station(f"KK0{n}")[1] for n in range(7)]
    j.rule("over", above=(50,))
    j.bring(*(j.rows(one, [10.0]) for one in raw))

    def cost(some, value, place):
        return queries(lambda: j.bring(*(j.rows(one, [value], places=[place]) for one in some)))

    assert cost(raw[:2], 60.0, 1) == cost(raw[2:], 60.0, 1)
    assert set(Incident.objects.values_list("state", flat=True)) == {"open"}
    assert cost(raw[:2], 61.0, 2) == cost(raw[2:], 61.0, 2)
    assert cost(raw[:2], 10.0, 3) == cost(raw[2:], 10.0, 3)
    assert list(Incident.objects.values_list("state", flat=True)) == ["cleared"] * 7


def test_a_long_alarm_is_carried_on_from_its_end_and_not_read_from_its_beginning(monkeypatch):
    _, stream = j.station()
    j.rule("over", above=(50,), hold_s=600)
    j.bring(j.rows(stream, [60.0] * 2000))
    read = []
    whole_read = observations.read_spans
    monkeypatch.setattr(observations, "read_spans", lambda *a: read.append(len(r := whole_read(*a))) or r)
    j.bring(j.rows(stream, [61.0], places=[2000]))
    assert Alarm.objects.get().beyond == 2001
    assert max(read) < 50


def again(stream, at, since=j.START, **more):
    with transaction.atomic():
        return evaluating.again(streams.of_things([stream.thing_id]), since, at=at, **more)


def test_a_rule_made_afterwards_judges_the_past_when_asked_to():
    _, stream = j.station()
    at = j.START + timedelta(days=1)
    x, flags, status = noisy(np.random.default_rng(3), 120)
    j.bring(j.rows(stream, x, flags=flags, status=status), at=at)
    rules_of(np.random.default_rng(4))
    assert kept() == []
    again(stream, at, codes=["over"])
    assert {one[0] for one in kept()} == {"over"}
    again(stream, at)
    assert kept() == whole(stream, at)
    assert again(stream, at) == []


def test_a_rule_that_judges_nothing_here_any_more_leaves_nothing_on():
    _, stream = j.station()
    rule = j.rule("over")
    j.bring(j.rows(stream, [60, 60]))
    rule.thing_kind = "surface_water"
    rule.save()
    at = j.START + timedelta(hours=1)
    again(stream, at)
    assert Alarm.objects.get().cleared == at


def test_a_change_of_level_is_judged_by_the_time_the_value_is_of():
    _, stream = j.station()
    rule = j.rule("over", above=(50,))
    at = j.START + timedelta(hours=2)
    j.bring(j.rows(stream, [48.0] * 12), at=at)
    rule.valid_to = j.START + 6 * j.STEP
    rule.save()
    j.rule("over", above=(45,), version=2, valid_from=rule.valid_to)
    again(stream, at, since=rule.valid_to)
    (alarm,) = Alarm.objects.all()
    assert (alarm.onset, alarm.level, alarm.rule.version) == (rule.valid_to, 45, 2)
