"""Whole stories: from a station's value over a level to the letter in somebody's hands, and the answer to it."""

from __future__ import annotations

import email
import email.policy
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from nonnuoc.exchange.sending import Sender
from nonnuoc.ingest import pipeline
from nonnuoc.records.accounts import preferences
from nonnuoc.records.accounts.models import Person, Role, Setting
from nonnuoc.records.alerts.attending import handling
from nonnuoc.records.alerts.models import Incident
from nonnuoc.records.monitoring import deliveries
from nonnuoc.records.monitoring.models import ObservedProperty
from nonnuoc.records.outbox import delivering, webhooks
from nonnuoc.records.outbox.models import Message
from tests import factories as f
from tests.exchange import receiver as receivers
from tests.exchange.conftest import PostOffice, post_office
from tests.exchange.receiver import Receiver
from tests.records.alerts import incidents
from tests.records.outbox.people import somebody

__all__ = ["post_office"]
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
STEP = timedelta(minutes=5)


@pytest.fixture
def officer() -> Person:
    return somebody(Role.OFFICER)


@pytest.fixture
def machine() -> Iterator[Receiver]:
    """A webhook on this machine, which the administrator has listed."""
    Setting.objects.create(code="outbox.allowed_targets", value="127.0.0.1")
    preferences.forget()
    with receivers.running() as receiver:
        webhooks.make_webhook("machine", receiver.url, by=somebody(Role.ADMINISTRATOR))
        yield receiver


def network(count: int) -> datetime:
    """Stations of raw PM2.5, a rule that 50 is too much, and a moment that is now, on the cadence."""
    for number in range(count):
        f.station(f"KK{number:02}", ["PM2.5"])
    dust = ObservedProperty.objects.get(code="PM2.5")
    incidents.rule("dust", observed_property=dust, procedure="raw", steps=[{"above": 50, "severity": 2}], enabled=True)
    return timezone.now().replace(second=0, microsecond=0) - timedelta(minutes=1)


def drain() -> None:
    sender = Sender(threading.Event())
    until = time.monotonic() + 20
    while sender.step() or sender.busy:
        assert time.monotonic() < until
        time.sleep(0.01)


def letters(office: PostOffice) -> list[email.message.EmailMessage]:
    return [email.message_from_bytes(content, policy=email.policy.default) for _, content in office.letters]


def test_a_value_over_a_level_becomes_a_letter_and_an_answer_ends_the_matter(officer, machine, post_office):
    now = network(1)
    f.send(f.line("PM2.5", 87.5, now), code="KK00", at=now)
    incident = Incident.objects.get()
    drain()
    (letter,) = letters(post_office)
    assert letter["To"] == officer.email
    assert "KK00" in letter["Subject"] and f"/desk/duty/{incident.id}/" in letter.get_content()
    (request,) = machine.requests
    assert request.json["type"] == "incident.environment"
    assert request.json["data"]["facts"]["station_code"] == "KK00"
    assert set(Message.objects.values_list("channel", "state")) == {("email", "sent"), ("webhook", "delivered")}

    handling.acknowledge(incident, by=officer)
    assert Message.objects.get(person=officer).state == "acknowledged"
    f.send(f.line("PM2.5", 88.5, now + STEP), code="KK00", at=now + STEP)
    drain()
    assert len(post_office.letters) == 1, "the same excursion spoke twice"


def test_what_was_answered_before_it_was_sent_is_not_sent(officer, post_office):
    now = network(1)
    f.send(f.line("PM2.5", 87.5, now), code="KK00", at=now)
    handling.acknowledge(Incident.objects.get(), by=officer)
    drain()
    assert post_office.letters == []


def test_twenty_stations_at_once_are_seven_letters_and_twenty_messages_to_a_machine(officer, machine, post_office):
    now = network(20)
    for number in range(20):
        f.send(f.line("PM2.5", 80 + number, now), code=f"KK{number:02}", at=now)
    drain()
    assert len(post_office.letters) == 6
    assert sorted(machine.deeds) == sorted(f"incident:{one.id}:opened:1" for one in Incident.objects.all())
    Message.objects.filter(template="digest").update(due=timezone.now())
    drain()
    digest = letters(post_office)[-1]
    assert digest["Subject"].startswith("14 ") and digest.get_content().count("\n- ") == 14
    assert Counter(Message.objects.filter(person=officer).values_list("state", flat=True)) == {
        "sent": 7,
        "digested": 14,
    }


def test_the_transaction_that_fails_tells_nobody(officer, post_office, monkeypatch):
    now = network(1)
    monkeypatch.setattr(deliveries, "add", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        pipeline.accept([f.arrival(f.tt10(f.line("PM2.5", 87.5, now)), "KK00", at=now)])
    assert (Incident.objects.count(), Message.objects.count()) == (0, 0)
    assert delivering.take(9, at=timezone.now()) == []
