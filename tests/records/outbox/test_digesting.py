"""A digest instead of a flood: nobody is told more often than they want, and nothing is left out."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time, timedelta

import pytest

from nonnuoc.records.accounts.models import Person, Role
from nonnuoc.records.outbox import delivering, inbox, ledger, services, webhooks, wishes
from nonnuoc.records.outbox.digesting import HOUR, LOUD_WAITS
from nonnuoc.records.outbox.models import Message
from tests.records.outbox.people import AT, news, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(settings) -> Person:
    settings.MAIL = True
    return somebody(Role.OFFICER)


def flood(count: int, *, at: datetime = AT, severity: int = 2, name: str = "k") -> None:
    with services.together(at):
        for number in range(count):
            services.announce(news(key=f"{name}:{number}", severity=severity), at=at)


def states() -> dict[str, int]:
    return dict(Counter(Message.objects.values_list("state", flat=True)))


def test_five_hundred_at_once_are_six_messages_and_a_digest(officer):
    flood(500)
    assert states() == {"queued": 7, "digested": 494}
    digest = Message.objects.get(template="digest")
    assert digest.due == AT + HOUR and digest.parts.count() == 494
    assert digest.severity == 2 and digest.give_up > digest.due


def test_of_one_moment_the_gravest_need_not_wait(officer):
    wishes.set_preferences(
        officer, language="vi", quiet_from=None, quiet_until=None, loud_severity=4, most_an_hour=1, by=officer
    )
    flood(2)
    flood(1, severity=4, name="loud")
    digest = Message.objects.get(template="digest")
    assert digest.due == AT + LOUD_WAITS and digest.severity == 4
    assert [part.key for part in ledger.parts(digest)] == ["loud:0", "k:1"]


def test_what_comes_later_in_the_hour_joins_the_digest_that_waits(officer):
    flood(7)
    flood(5, at=AT + timedelta(minutes=20), name="later")
    (digest,) = Message.objects.filter(template="digest")
    assert digest.parts.count() == 6 and digest.due == AT + HOUR


def test_once_the_digest_is_on_its_way_another_begins(officer):
    flood(7)
    taken = delivering.take(10, at=AT + HOUR)
    assert [one.template for one in taken].count("digest") == 1
    flood(7, at=AT + HOUR, name="later")
    assert Message.objects.filter(template="digest").count() == 2


def test_an_hour_later_messages_go_by_themselves_again(officer):
    flood(6)
    flood(6, at=AT + HOUR, name="later")
    assert states() == {"queued": 12}


def test_after_a_night_they_come_together(officer):
    wishes.set_preferences(
        officer, language="vi", quiet_from=time(22), quiet_until=time(6), loud_severity=4, most_an_hour=2, by=officer
    )
    night = AT.replace(hour=23)
    for hour in range(6):
        flood(1, at=night + timedelta(hours=hour), name=f"n{hour}")
    morning = AT.replace(hour=6) + timedelta(days=1)
    assert {one.due for one in Message.objects.filter(state="queued").exclude(template="digest")} == {morning}
    assert states() == {"queued": 3, "digested": 4}


def test_machines_are_told_everything_one_by_one(settings):
    webhooks.make_webhook("machine", "https://a.example/", by=somebody(Role.ADMINISTRATOR))
    flood(20)
    assert states() == {"queued": 20}


@pytest.fixture
def on_the_desk(settings) -> Person:
    settings.MAIL = False
    return somebody(Role.OFFICER)


def test_the_desk_is_no_flood_either(on_the_desk):
    flood(300)
    assert states() == {"delivered": 7, "digested": 294}
    digest = Message.objects.get(template="digest")
    assert (digest.channel, digest.state, digest.due, digest.delivered) == ("app", "delivered", AT, AT)
    assert delivering.take(10, at=AT + HOUR) == []
    unread = inbox.unread(on_the_desk)
    assert len(unread) == 7 and digest in unread


def test_on_the_desk_a_digest_grows_until_it_is_read_or_an_hour_old(on_the_desk):
    flood(7)
    flood(1, at=AT + timedelta(minutes=20), name="later", severity=3)
    (digest,) = Message.objects.filter(template="digest")
    assert (digest.parts.count(), digest.severity, digest.due) == (2, 3, AT)
    inbox.read(on_the_desk, [digest.id], at=AT)
    flood(1, at=AT + timedelta(minutes=30), name="after")
    assert Message.objects.filter(template="digest").count() == 2
    flood(6, at=AT + timedelta(minutes=59), name="more")
    assert Message.objects.filter(template="digest").count() == 2
    flood(7, at=AT + timedelta(minutes=91), name="next")
    assert Message.objects.filter(template="digest").count() == 3


def test_a_digest_on_the_desk_of_what_was_all_acted_on_waits_for_nobody(on_the_desk):
    flood(8)
    services.acknowledged("k:6", on_the_desk, at=AT)
    assert len(inbox.unread(on_the_desk)) == 7
    services.acknowledged("k:7", on_the_desk, at=AT)
    assert {one.key for one in inbox.unread(on_the_desk)} == {f"k:{n}" for n in range(6)}


def test_what_is_over_before_the_digest_goes_is_not_in_it(officer):
    flood(8)
    digest = Message.objects.get(template="digest")
    assert services.drop("k:7", "over") == 1
    assert [part.key for part in ledger.parts(digest)] == ["k:6"]
    services.drop("k:6", "over")
    assert ledger.parts(digest) == []


def test_a_digest_another_transaction_holds_is_not_waited_for(officer):
    flood(7)
    Message.objects.filter(template="digest").update(attempts=1)  # as one that is being tried again
    flood(1, name="more")
    assert Message.objects.filter(template="digest").count() == 2
