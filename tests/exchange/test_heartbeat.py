"""The sign of life: given while everything moves, to a real server on loopback."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from nonnuoc.exchange import heartbeat
from nonnuoc.records.accounts import preferences, services
from nonnuoc.records.accounts.models import Setting
from nonnuoc.records.alerts.models import Watch

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def address(receiver, loopback_is_listed):
    Setting.objects.create(code="heartbeat.url", value=receiver.url)
    preferences.forget()


def moving(at=AT, **waiting) -> None:
    Watch.objects.update_or_create(id=1, defaults={"at": at, "since": at, "waiting": waiting})


def test_it_is_given_while_everything_moves(receiver):
    moving(AT - timedelta(minutes=1), deliveries=5.0)
    assert heartbeat.beat(AT)
    assert [(one.method, one.path) for one in receiver.requests] == [("GET", "/hook")]


@pytest.mark.parametrize(
    ("last", "waiting"),
    [
        (timedelta(minutes=4), {}),
        (timedelta(0), {"deliveries": 901.0}),
        (timedelta(0), {"jobs": 901.0}),
        (timedelta(0), {"messages": 901.0}),
    ],
)
def test_it_stays_away_when_something_does_not(receiver, last, waiting):
    moving(AT - last, **waiting)
    assert not heartbeat.beat(AT)
    assert receiver.requests == []


def test_it_stays_away_where_nobody_ever_watched(receiver):
    assert not heartbeat.beat(AT)
    assert receiver.requests == []


@pytest.mark.parametrize("how", [500, 404, "reset"])
def test_that_it_did_not_arrive_is_no_more_than_a_line_in_the_log(receiver, how, caplog):
    moving()
    receiver.behave = lambda request: how
    assert not heartbeat.beat(AT)
    assert "heartbeat" in caplog.text


def test_it_is_due_as_often_as_the_settings_say():
    minutes = [AT + timedelta(minutes=n, seconds=1) for n in range(10)]
    assert [heartbeat.is_due(at) for at in minutes] == [True, False, False, False, False] * 2
    services.choose_setting("heartbeat.every_s", "120", by=None)
    preferences.forget()
    assert sum(heartbeat.is_due(at) for at in minutes) == 5
    services.choose_setting("heartbeat.url", "", by=None)
    preferences.forget()
    assert not any(heartbeat.is_due(at) for at in minutes)
