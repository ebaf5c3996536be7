"""Whether something is of now; which alarms are of one cause; who hears of a change."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from nonnuoc.records.alerts.judging import incidents
from nonnuoc.records.alerts.judging.found import Found
from nonnuoc.records.alerts.judging.grouping import Member, groups, together
from nonnuoc.records.alerts.models import AlarmRule, Family
from tests.records.alerts.judging import START

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("interval_s", "age", "fresh"),
    [
        (300, 25 * MINUTE, True),
        (300, 26 * MINUTE, False),
        (3600, 2 * HOUR + 15 * MINUTE, True),
        (3600, 2 * HOUR + 16 * MINUTE, False),
        (86400, 27 * HOUR + 15 * MINUTE, True),  # not two days: the index of yesterday comes within hours
        (86400, 28 * HOUR, False),
        (None, 29 * DAY, True),  # a laboratory takes its time
        (None, 31 * DAY, False),
    ],
)
def test_a_value_tells_of_now_while_the_next_is_hardly_due(interval_s, age, fresh):
    assert incidents.is_fresh(START, interval_s, START + age) is fresh


def test_every_kind_of_rule_has_a_family():
    assert incidents.FAMILIES.keys() == set(AlarmRule.Kind)


def member(onset, cleared, *, home=1, family=Family.ENVIRONMENT, id=None, incident=None):
    at = START + onset * MINUTE
    end = None if cleared is None else START + cleared * MINUTE
    found = Found("code", 1, home, None, at, at, at, end)
    return Member(id, incident, home, family, found, fresh=True)


spans = st.lists(st.tuples(st.integers(0, 50), st.one_of(st.none(), st.integers(0, 15))), max_size=12)


@given(spans, st.randoms())
def test_what_overlaps_is_together_in_any_order(pairs, random):
    members = [member(onset, None if length is None else onset + length) for onset, length in pairs]
    found = [{id(one) for one in part} for part in together(members)]
    random.shuffle(members)
    assert [{id(one) for one in part} for part in together(members)] == found
    for one in members:
        for other in members:
            if one.found.onset <= other.end and other.found.onset <= one.end:
                assert any(id(one) in part and id(other) in part for part in found)


def test_what_is_apart_is_apart():
    assert [len(part) for part in together([member(0, 5), member(6, 9), member(9, 12)])] == [1, 2]


def test_an_outage_of_the_network_stays_as_it_was_put_together():
    outage = [
        member(0, 5, home=None, family=Family.SILENCE, id=1, incident=7),
        member(60, 65, home=None, family=Family.SILENCE, id=2, incident=7),
        member(61, 66, home=None, family=Family.SILENCE, id=3, incident=8),
    ]
    assert [len(one.members) for one in groups(outage)] == [2, 1]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_who_listens_hears_of_a_change_once_it_is_committed():
    wire = psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}, autocommit=True)
    with wire:
        wire.execute(f"LISTEN {incidents.CHANNEL}")
        with transaction.atomic():
            incidents.announce(4, 9, 4)
            assert list(wire.notifies(timeout=0.05)) == []
        heard = [one.payload for one in wire.notifies(timeout=5, stop_after=2)]
    assert heard == ["4", "9"]
