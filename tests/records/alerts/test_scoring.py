from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from nonnuoc.records.alerts.models import Alarm, Incident, Missed
from nonnuoc.records.alerts.rulebook import scoring
from tests import factories
from tests.records.accounts import staff
from tests.records.alerts import incidents

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, tzinfo=UTC)
YEAR = timedelta(days=365)
Outcome, State = Incident.Outcome, Incident.State


def opened(
    thing, code: str, *, outcome: str = "", delay: int = 10, answer: int | None = None, days: int = 1
) -> Incident:
    """An incident of a rule, told `delay` minutes after it began, and acknowledged `answer` minutes later."""
    onset = NOW - timedelta(days=days)
    told = onset + timedelta(minutes=delay)
    facts = {"told": told, "acknowledged": told + timedelta(minutes=answer) if answer is not None else None}
    if outcome:
        facts |= {"state": State.CLOSED, "outcome": outcome, "closed": NOW, "cleared": NOW}
    made = Incident.objects.create(
        family="environment", thing=thing, severity=2, onset=onset, opened=told, changed=told, **facts
    )
    Alarm.objects.create(
        incident=made, code=code, rule=incidents.rule(code), thing=thing, onset=onset, raised=onset, last_beyond=onset,
        cleared=onset, severity=2, recorded=told,
    )  # fmt: skip
    return made


@pytest.fixture
def thing():
    return factories.station()


def test_score_counts_outcomes_and_takes_medians(thing):
    for outcome, delay, answer in (
        (Outcome.CONFIRMED, 10, 5), (Outcome.CONFIRMED, 20, 15), (Outcome.FALSE_ALARM, 60, None),
        (Outcome.WITHDRAWN, 30, None), (Outcome.EXERCISE, 30, None), ("", 15, 25),
    ):  # fmt: skip
        opened(thing, "limit", outcome=outcome, delay=delay, answer=answer)
    person = staff.person()
    Missed.objects.create(code="limit", thing=thing, since=NOW - YEAR / 2, note="cá chết", by=person)
    score = scoring.scores(NOW - YEAR, NOW)["limit"]
    assert (score.confirmed, score.false_alarm, score.withdrawn, score.exercise, score.open) == (2, 1, 1, 1, 1)
    assert (score.missed, score.total, score.precision, score.found) == (1, 6, 2 / 3, 2 / 3)
    assert (score.delay, score.answer) == (timedelta(minutes=25), timedelta(minutes=15))
    (one,) = scoring.missed("limit", NOW - YEAR, NOW)
    assert (one.note, one.station, one.by) == ("cá chết", thing.name, person.name)


def test_what_was_recorded_afterwards_has_no_delay_and_what_was_merged_does_not_count(thing):
    late = opened(thing, "limit", outcome=Outcome.RECORDED)
    Incident.objects.filter(pk=late.pk).update(told=None)
    merged = opened(thing, "limit", outcome=Outcome.MERGED)
    Incident.objects.filter(pk=merged.pk).update(merged_into=late)
    score = scoring.scores(NOW - YEAR, NOW)["limit"]
    assert (score.recorded, score.total, score.delay, score.precision) == (1, 1, None, None)


def test_incident_of_two_rules_counts_for_both_and_only_within_the_span(thing):
    both = opened(thing, "limit", outcome=Outcome.CONFIRMED)
    first = both.alarms.get()
    Alarm.objects.create(
        incident=both, code="index", rule=incidents.rule("index"), thing=thing, onset=first.onset, raised=first.raised,
        last_beyond=first.last_beyond, severity=2, recorded=NOW,
    )  # fmt: skip
    opened(thing, "old", outcome=Outcome.CONFIRMED, days=400)
    found = scoring.scores(NOW - YEAR, NOW)
    assert {code: score.confirmed for code, score in found.items()} == {"limit": 1, "index": 1}


def test_all_rules_are_scored_in_one_query(thing, queries):
    for n in range(3):
        opened(thing, f"rule-{n}", outcome=Outcome.CONFIRMED)
    assert queries(lambda: scoring.scores(NOW - YEAR, NOW)) == 1
