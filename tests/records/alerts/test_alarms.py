"""From alarms to incidents: one a cause, whatever order the data come in; what sounds, and what never does."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest

from nonnuoc.domain import quality as q
from nonnuoc.records.accounts.models import Person, Role
from nonnuoc.records.alerts.attending import handling
from nonnuoc.records.alerts.judging import alarms
from nonnuoc.records.alerts.judging.found import Found
from nonnuoc.records.alerts.models import Alarm, AlarmRule, Entry, Family, Incident
from nonnuoc.records.monitoring.models import Datastream, ObservedProperty, Thing
from tests import factories as f
from tests.records.accounts import staff
from tests.records.alerts import judging as j

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

Kind, State, Outcome = Entry.Kind, Incident.State, Incident.Outcome
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def stream() -> Datastream:
    _, raw = j.station()
    j.rule("over", above=(50, 80), hold_s=600)
    return raw


def both(code):
    """Raw PM2.5 and PM10 of a station."""
    thing = f.station(code, ["PM2.5", "PM10"])
    return f.stream(thing, "PM2.5"), f.stream(thing, "PM10")


@pytest.fixture
def pair() -> tuple[Datastream, Datastream]:
    """Two parameters of one station, each with a rule."""
    found = both("KK01")
    j.rule("over", above=(50, 80), hold_s=600)
    j.rule("over-pm10", above=(50, 80), hold_s=600, observed_property=ObservedProperty.objects.get(code="PM10"))
    return found


@pytest.fixture
def officer() -> Person:
    someone = staff.person("Truc")
    staff.task(someone, staff.office("SO"), Role.OFFICER)
    return someone


def kinds(incident):
    return list(incident.log.values_list("kind", flat=True))


def sounds(changes):
    return [(change.kind, change.incident.severity) for change in changes if change.sounds]


def test_an_exceedance_is_one_incident_that_sounds_once(stream):
    assert sounds(j.bring(j.rows(stream, [40, 60]))) == [(Kind.OPENED, 1)]
    assert j.bring(j.rows(stream, [61, 62], places=[2, 3])) == []
    one = Incident.objects.get()
    assert (one.state, one.onset, one.severity, one.cleared) == (State.OPEN, j.START + j.STEP, 1, None)
    assert one.told is not None
    assert (one.told_severity, one.family, one.thing) == (1, Family.ENVIRONMENT, stream.thing)
    alarm = Alarm.objects.get()
    assert (alarm.peak, alarm.peak_time, alarm.beyond, alarm.level) == (62, j.START + 3 * j.STEP, 3, 50)
    changes = j.bring(j.rows(stream, [40, 40, 40], places=[4, 5, 6]))
    assert [change.kind for change in changes] == [Kind.CLEARED]
    one.refresh_from_db()
    assert (one.state, one.cleared) == (State.CLEARED, j.START + 6 * j.STEP)
    assert kinds(one) == [Kind.OPENED, Kind.CLEARED]


def test_it_sounds_again_only_when_it_gets_worse(stream):
    j.bring(j.rows(stream, [60]))
    assert sounds(j.bring(j.rows(stream, [90], places=[1]))) == [(Kind.WORSE, 2)]
    assert sounds(j.bring(j.rows(stream, [95, 60, 95], places=[2, 3, 4]))) == []
    one = Incident.objects.get()
    assert (one.severity, one.told_severity, kinds(one)) == (2, 2, [Kind.OPENED, Kind.WORSE])
    assert (Alarm.objects.get().level, Alarm.objects.get().step) == (80, 1)


def test_alarms_of_one_station_that_overlap_are_one_incident(pair):
    one, other = pair
    j.bring(j.rows(one, [60, 60]))
    changes = j.bring(j.rows(other, [60], places=[2]))
    assert ([change.kind for change in changes], sounds(changes)) == ([Kind.JOINED], [])
    incident = Incident.objects.get()
    assert incident.alarms.count() == 2
    j.bring(j.rows(one, [40] * 3, places=[3, 4, 5]))
    incident.refresh_from_db()
    assert incident.state == State.OPEN  # the other one goes on
    j.bring(j.rows(other, [40] * 3, places=[6, 7, 8]))
    incident.refresh_from_db()
    assert (incident.state, incident.cleared) == (State.CLEARED, j.START + 8 * j.STEP)


def test_what_comes_after_it_was_over_is_another_incident(stream):
    j.bring(j.rows(stream, [60, 40, 40, 40]))
    assert sounds(j.bring(j.rows(stream, [60], places=[4]))) == [(Kind.OPENED, 1)]
    assert sorted(Incident.objects.values_list("state", flat=True)) == ["cleared", "open"]


def test_late_data_never_sound_and_wait_for_nobody(stream):
    changes = j.bring(j.rows(stream, [60, 60, 40, 40, 40]), at=j.START + DAY)
    assert sounds(changes) == []
    one = Incident.objects.get()
    assert (one.state, one.outcome, one.told) == (State.CLOSED, Outcome.RECORDED, None)
    assert one.opened == j.START + DAY
    assert one.onset == j.START


def test_what_is_late_but_not_over_is_open_and_sounds_once_it_is_of_now(stream):
    assert sounds(j.bring(j.rows(stream, [60, 60]), at=j.START + DAY)) == []
    assert Incident.objects.get().state == State.OPEN
    now = j.START + DAY
    assert sounds(j.bring(j.rows(stream, [60], start=now), at=now + MINUTE)) == [(Kind.OPENED, 1)]
    assert kinds(Incident.objects.get()) == [Kind.OPENED]


def test_a_backlog_in_pieces_is_recorded_without_a_sound(stream):
    at = j.START + DAY
    heard = []
    for place in range(0, 40, 4):
        heard += j.bring(
            j.rows(stream, [60 if 6 < n < 21 else 40 for n in range(place, place + 4)], places=range(place, place + 4)),
            at=at,
        )
    assert sounds(heard) == []
    one = Incident.objects.get()
    assert (one.state, one.outcome) == (State.CLOSED, Outcome.RECORDED)


def test_late_data_merge_what_they_connect_and_what_people_did_stays(stream, officer):
    at = j.START + 30 * j.STEP
    j.bring(j.rows(stream, [60, 40, 40, 40]), at=j.START + 4 * j.STEP)
    first = Incident.objects.get()
    handling.acknowledge(first, by=officer)
    changes = j.bring(j.rows(stream, [60], places=[29]), at=at)
    second = changes[0].incident
    assert sounds(changes) == [(Kind.OPENED, 1)]
    changes = j.bring(j.rows(stream, [60, 60, 60], places=[1, 2, 3]), at=at)
    assert sounds(changes) == []
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.cleared, first.acknowledged_by) == (State.OPEN, None, officer)
    assert (second.state, second.outcome, second.merged_into) == (State.CLOSED, Outcome.MERGED, first)
    assert (Alarm.objects.get().incident, Alarm.objects.get().onset) == (first, j.START)
    assert Kind.MERGED in kinds(first)
    assert kinds(second)[-1] == Kind.MERGED


def test_a_correction_splits_an_incident_and_both_parts_are_acknowledged(stream, officer):
    j.bring(j.rows(stream, [60, 60, 60, 60, 60, 60, 60, 60]))
    whole = Incident.objects.get()
    handling.acknowledge(whole, by=officer)
    changes = j.bring(j.rows(stream, [40, 40, 40], places=[2, 3, 4]), at=j.START + 9 * j.STEP)
    assert sounds(changes) == []
    first, second = Incident.objects.order_by("onset")
    assert first == whole
    assert (first.state, second.state) == (State.CLEARED, State.OPEN)
    assert first.acknowledged_by == second.acknowledged_by == officer
    assert (second.told, kinds(second)) == (first.told, [Kind.SPLIT])
    assert Kind.SPLIT in kinds(first)


def test_a_correction_withdraws_an_incident_nobody_had_taken_up(stream):
    j.bring(j.rows(stream, [40, 60, 40]))
    j.bring(j.rows(stream, [60], places=[1], flags=q.Flag.FAIL | q.VALIDATED))
    one = Incident.objects.get()
    assert (one.state, one.outcome, one.alarms.count()) == (State.CLOSED, Outcome.WITHDRAWN, 0)
    assert one.log.last().facts["withdrawn"][0]["peak"] == 60


def test_a_correction_leaves_what_somebody_took_up_to_them(stream, officer):
    j.bring(j.rows(stream, [40, 60, 40]))
    handling.note(Incident.objects.get(), "Tôi đang xem.", by=officer)
    j.bring(j.rows(stream, [40], places=[1]))
    one = Incident.objects.get()
    assert (one.state, one.outcome) == (State.CLEARED, "")
    assert kinds(one)[-2:] == [Kind.COMPLETED, Kind.CLEARED]


def test_deleted_values_withdraw_as_well(stream):
    j.bring(j.rows(stream, [40, 60, 40]))
    j.take(j.rows(stream, [60], places=[1]), at=j.START + HOUR)
    assert Incident.objects.get().outcome == Outcome.WITHDRAWN


def test_what_is_closed_stays_closed_while_the_alarm_goes_on(stream, officer):
    j.bring(j.rows(stream, [60]))
    handling.close(Incident.objects.get(), Outcome.CONFIRMED, "đốt rơm rạ", by=officer)
    assert sounds(j.bring(j.rows(stream, [60, 70], places=[1, 2]))) == []
    j.bring(j.rows(stream, [40] * 3, places=[3, 4, 5]))
    one = Incident.objects.get()
    assert (one.state, one.outcome, one.cleared) == (State.CLOSED, Outcome.CONFIRMED, j.START + 5 * j.STEP)


def test_a_new_alarm_reopens_what_was_closed_and_so_does_a_graver_step(pair, officer):
    one, other = pair
    j.bring(j.rows(one, [60]))
    handling.close(Incident.objects.get(), Outcome.CONFIRMED, "đốt rơm rạ", by=officer)
    assert sounds(j.bring(j.rows(other, [60], places=[1]))) == [(Kind.REOPENED, 1)]
    incident = Incident.objects.get()
    assert (incident.state, incident.outcome, incident.acknowledged, incident.closed) == (State.OPEN, "", None, None)
    assert incident.log.get(kind=Kind.REOPENED).facts["was"] == {"outcome": "confirmed", "cause": "đốt rơm rạ"}
    handling.close(incident, Outcome.CONFIRMED, "đốt rơm rạ", by=officer)
    assert sounds(j.bring(j.rows(one, [90], places=[2]))) == [(Kind.REOPENED, 2)]


def test_no_data_clear_nothing_and_data_resume_what_was_held(stream):
    j.bring(j.rows(stream, [60]))
    Incident.objects.update(state=State.HELD)
    j.bring(j.rows(stream, [np.nan, 45], places=[5, 6], flags=[q.Flag.MISSING, q.Flag.FAIL]))
    assert Incident.objects.get().state == State.HELD
    j.bring(j.rows(stream, [49], places=[100]))
    one = Incident.objects.get()
    assert (one.state, one.cleared, kinds(one)) == (State.OPEN, None, [Kind.OPENED, Kind.RESUMED])


@pytest.mark.parametrize("status", [1, 2, 3])
def test_what_the_instrument_did_not_measure_raises_nothing(stream, status):
    assert j.bring(j.rows(stream, [60, 90, 400], status=status)) == []
    assert not Alarm.objects.exists()


def test_a_rule_that_ends_ends_what_it_found(stream):
    j.bring(j.rows(stream, [60, 60]))
    AlarmRule.objects.update(valid_to=j.START + 2 * j.STEP)
    j.bring(j.rows(stream, [60], places=[3]))
    assert Alarm.objects.get().cleared == Incident.objects.get().cleared == j.START + 2 * j.STEP


def silent(thing, stream, since):
    rule = j.rule("silence", kind="silence", steps=[{"severity": 2}])
    told = since + 10 * MINUTE
    return Found("silence", rule.id, thing.id, stream.id, since, told, told, severity=2)


def test_the_watch_opens_once_and_clears(pair):
    one, other = pair
    found = [silent(one.thing, raw, j.START) for raw in pair]
    at = j.START + 11 * MINUTE
    assert sounds(alarms.open_(*found, at=at)) == [(Kind.OPENED, 2)]
    assert alarms.open_(*found, at=at + MINUTE) == []
    incident = Incident.objects.get()
    assert (incident.family, incident.alarms.count()) == (Family.SILENCE, 2)
    first, last = incident.alarms.order_by("id")
    assert alarms.clear([first.id], cleared=at, at=at) == []
    changes = alarms.clear([last.id, first.id], cleared=at + HOUR, at=at + HOUR)
    assert [change.kind for change in changes] == [Kind.CLEARED]
    first.refresh_from_db()
    assert first.cleared == at
    assert other.thing == one.thing


def test_families_and_stations_never_share_an_incident(pair):
    _, raw = j.station("KK02")
    j.bring(j.rows(pair[0], [60]), j.rows(raw, [60]))
    alarms.open_(silent(pair[0].thing, pair[0], j.START), at=j.START + HOUR)
    assert sorted(Incident.objects.values_list("thing__code", "family")) == [
        ("KK01", "environment"),
        ("KK01", "silence"),
        ("KK02", "environment"),
    ]


def network(prefix, model):
    """A thousand stations of one stream each."""
    things = Thing.objects.bulk_create(
        Thing(code=f"{prefix}-{n:04}", name=prefix, kind=Thing.Kind.AMBIENT_AIR, state="active") for n in range(1000)
    )
    copied = ("observed_property_id", "sensor_id", "procedure", "symbol", "interval_s")
    facts = {name: getattr(model, name) for name in copied}
    return Datastream.objects.bulk_create(Datastream(thing=thing, **facts) for thing in things)


def test_a_thousand_noisy_series_give_one_incident_an_excursion_in_any_order(stream):
    rng = np.random.default_rng(5)
    n, at = 80, j.START + 81 * j.STEP
    drift = np.cumsum(rng.normal(0, 3, (1000, n)), axis=1)
    values = 48 + drift + rng.normal(0, rng.choice([1, 5, 15], (1000, 1)), (1000, n))
    straight, mixed = network("A", stream), network("B", stream)
    for place in range(0, n, 20):
        span = np.arange(place, place + 20)
        j.bring(*(j.rows(one, x[span], places=span) for one, x in zip(straight, values, strict=True)), at=at)
    order = rng.permuted(np.tile(np.arange(n), (1000, 1)), axis=1)
    for place in range(0, n, 20):
        chosen = np.sort(order[:, place : place + 20], axis=1)
        j.bring(*(j.rows(one, x[c], places=c) for one, x, c in zip(mixed, values, chosen, strict=True)), at=at)

    def told(prefix):
        names = ("onset", "raised", "last_beyond", "cleared", "step", "severity", "peak", "peak_time", "beyond")
        inside = ("incident__family", "incident__onset", "incident__cleared", "incident__severity")
        rows = Alarm.objects.filter(thing__code__startswith=prefix).order_by("thing__code", "onset")
        return [(code[2:], *more) for code, *more in rows.values_list("thing__code", *names, *inside)]

    assert told("A") == told("B")
    assert len(told("A")) > 1500
    for prefix in "AB":
        on = Alarm.objects.filter(thing__code__startswith=prefix)
        assert on.values("incident").distinct().count() == on.count()


@pytest.mark.parametrize("seed", range(12))
def test_two_parameters_group_alike_in_any_order(pair, seed):
    rng = np.random.default_rng(seed)
    n, at = 70, j.START + 71 * j.STEP
    values = [48 + np.cumsum(rng.normal(0, 3, n)) + rng.normal(0, 8, n) for _ in pair]
    split = [
        (raw, x, np.sort(piece))
        for raw, x in zip(pair, values, strict=True)
        for piece in np.array_split(rng.permutation(n), 6)
    ]
    rng.shuffle(split)
    for raw, x, piece in split:
        j.bring(j.rows(raw, x[piece], places=piece), at=at)
    other = both("KK02")
    j.bring(*(j.rows(raw, x) for raw, x in zip(other, values, strict=True)), at=at)
    mixed, straight = (grouped(raw.thing) for raw in (pair[0], other[0]))
    assert mixed == straight
    for before, after in pairwise(mixed):  # no two overlap: they would be one
        assert before[2] is not None
        assert before[2] < after[1]


def grouped(thing):
    """Every incident of a station as the data tell it, with its alarms; not what was merged or withdrawn."""
    return sorted(
        (one.family, one.onset, one.cleared, one.severity, sorted(one.alarms.values_list("code", "onset", "peak")))
        for one in Incident.objects.filter(thing=thing, alarms__isnull=False).distinct()
    )
