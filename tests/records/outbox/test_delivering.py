"""Taking what is due, and keeping what became of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nonnuoc.records.accounts.models import Person, Role
from nonnuoc.records.outbox import delivering, failing, retrying, selectors, services, topics, wishes
from nonnuoc.records.outbox.delivering import LEASE, Outcome, Result
from nonnuoc.records.outbox.models import Message
from tests.records.outbox.people import AT, news, somebody

pytestmark = pytest.mark.django_db
State = Message.State


@pytest.fixture(autouse=True)
def officer(settings) -> Person:
    settings.MAIL = True
    return somebody(Role.OFFICER)


def queue(key: str = "a", **facts: object) -> Message:
    return services.announce(news(key=key, **facts), at=AT)[-1]


def came(message: Message, result: Result, *, after: timedelta = timedelta(0), **facts: object) -> Message:
    delivering.take(10, at=AT + after)
    delivering.settle([Outcome(message.id, result, "the answer", AT + after, **facts)])
    message.refresh_from_db()
    return message


def test_the_gravest_and_oldest_go_first():
    for key, severity in (("mild", 1), ("grave", 3), ("middle", 2)):
        queue(key, severity=severity)
    assert [one.key for one in delivering.take(2, at=AT)] == ["grave", "middle"]
    assert [one.key for one in delivering.take(2, at=AT)] == ["mild"]


def test_nothing_goes_before_it_is_due():
    message = queue()
    Message.objects.update(due=AT + timedelta(seconds=1))
    assert delivering.take(9, at=AT) == []
    assert delivering.next_due(at=AT) == AT + timedelta(seconds=1)
    assert delivering.take(9, at=AT + timedelta(seconds=1)) == [message]


def test_what_is_taken_is_leased():
    message = queue()
    delivering.take(9, at=AT)
    message.refresh_from_db()
    assert (message.state, message.due) == (State.SENDING, AT + LEASE)
    assert delivering.take(9, at=AT + LEASE - timedelta(seconds=1)) == []
    assert delivering.take(9, at=AT + LEASE) == [message]


def test_what_is_put_back_waits_as_it_did():
    queue()
    delivering.put_back(delivering.take(9, at=AT))
    message = Message.objects.get()
    assert (message.state, message.due) == (State.QUEUED, AT)


def test_a_success_is_kept_with_its_attempt():
    message = came(queue(), Result.SENT, took_ms=7)
    assert (message.state, message.sent, message.delivered, message.attempts) == (State.SENT, AT, None, 1)
    (attempt,) = message.tries.all()
    assert (attempt.at, attempt.took_ms, attempt.result, attempt.answer) == (AT, 7, "sent", "the answer")


@pytest.mark.parametrize("result", [Result.LATER, Result.UNREACHABLE])
def test_what_may_succeed_later_waits_longer_each_time(result):
    message, waits = queue(), []
    for _ in range(4):
        after = message.due - AT
        came(message, result, after=after)
        assert (message.state, message.why) == (State.QUEUED, "the answer")
        waits.append((message.due - AT - after).total_seconds())
    assert [1, 2, 4, 8] <= waits <= [2, 4, 8, 16]
    assert message.attempts == 4


def test_a_receiver_that_asks_for_time_gets_it_up_to_an_hour():
    assert came(queue(), Result.LATER, wait_s=100.0).due == AT + timedelta(seconds=100)
    assert came(queue("b"), Result.LATER, wait_s=1e9).due == AT + timedelta(hours=1)


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True), st.none() | st.floats(-1e9, 1e9))
def test_a_wait_is_never_nothing_and_never_more_than_an_hour(attempts, luck, asked):
    assert timedelta(seconds=1) <= retrying.wait(attempts, luck, asked) <= timedelta(hours=1)


def test_over_24_hours_a_dead_receiver_is_tried_some_sixty_times():
    spent, tries = timedelta(0), 0
    while spent < timedelta(hours=24):
        tries += 1
        spent += retrying.wait(tries, 0.25)
    assert 50 < tries < 80


@pytest.mark.parametrize("result", [Result.REFUSED, Result.FORBIDDEN, Result.BROKEN])
def test_a_refusal_ends_this_channel_at_once(result, officer):
    message = came(queue(), result)
    assert (message.state, message.why, message.attempts) == (State.FAILED, "the answer", 1)
    (successor,) = message.then.all()
    assert (successor.channel, successor.key, successor.person, successor.state) == ("app", "a", officer, "delivered")


def test_after_24_hours_this_channel_has_failed():
    message = queue()
    day = timedelta(hours=24)
    assert came(message, Result.LATER, after=day - timedelta(hours=1)).state == State.QUEUED
    assert came(message, Result.LATER, after=day - timedelta(milliseconds=1)).state == State.FAILED


def test_what_waits_for_a_receiver_that_is_down_is_given_up_in_time_too():
    message = queue()
    assert delivering.postpone(AT + timedelta(hours=30), channel="email", webhook_id=None) == 1
    assert delivering.give_up(at=AT + timedelta(hours=23)) == 0
    assert delivering.give_up(at=AT + timedelta(hours=24)) == 1
    message.refresh_from_db()
    assert (message.state, message.why) == (State.FAILED, "it could not be delivered in time")
    assert message.then.get().channel == "app"


def test_a_sender_that_was_away_for_days_tries_before_it_gives_up():
    message = queue()
    late = AT + timedelta(hours=50)
    assert delivering.give_up(at=late) == 0
    assert delivering.take(9, at=late) == [message]


def test_to_postpone_moves_nothing_forward_and_no_other_receiver():
    queue()
    Message.objects.update(due=AT + timedelta(hours=2))
    assert delivering.postpone(AT + timedelta(hours=1), channel="email", webhook_id=None) == 0
    assert delivering.postpone(AT + timedelta(hours=3), channel="sms", webhook_id=None) == 0
    assert delivering.postpone(AT + timedelta(hours=3), channel="email", webhook_id=1) == 0


@pytest.mark.parametrize("result", [Result.SENT, Result.LATER, Result.REFUSED])
def test_what_was_acknowledged_meanwhile_stays_so(result, officer):
    message = queue()
    delivering.take(9, at=AT)
    services.acknowledged("a", officer, at=AT)
    delivering.settle([Outcome(message.id, result, "the answer", AT)])
    message.refresh_from_db()
    assert message.state == State.ACKNOWLEDGED and message.attempts == 1
    assert (message.sent is not None) == (result == Result.SENT)
    assert message.then.count() == 0


def test_the_administrators_are_told_once_an_hour_of_a_channel(officer, settings):
    somebody(Role.ADMINISTRATOR)
    for number in range(3):
        came(queue(f"k:{number}"), Result.REFUSED)
    (told,) = Message.objects.filter(topic="system.failure")
    assert told.facts["channel"] == "email" and told.facts["next_channel"] == "app"
    assert told.person.name == "administrator"


def test_they_are_told_of_everybody_who_cannot_be_reached_at_all(officer):
    somebody(Role.ADMINISTRATOR)
    wishes.subscribe(officer, "incident.environment", channels=["email"], by=officer)
    came(queue(), Result.REFUSED)
    told = Message.objects.get(topic="system.failure")
    assert (told.facts["recipient"], told.facts["next_channel"]) == ("officer", "")


def test_that_telling_the_administrators_fails_is_told_nobody():
    somebody(Role.ADMINISTRATOR)
    message = queue(topic="system.failure", severity=3)
    came(message, Result.REFUSED)
    assert set(Message.objects.values_list("topic", "channel", "state")) == {
        ("system.failure", "email", "failed"),
        ("system.failure", "app", "delivered"),
    }


def test_a_code_that_does_not_arrive_goes_no_other_way(officer):
    somebody(Role.ADMINISTRATOR)
    code = queue()
    Message.objects.update(topic=topics.CONTACT_CODE)
    came(code, Result.REFUSED)
    failing.follow([Message.objects.get()], at=AT)
    assert Message.objects.count() == 1


def test_a_digest_that_fails_takes_its_parts_along(officer):
    with services.together(AT):
        for number in range(8):
            queue(f"k:{number}")
    digest = Message.objects.get(template="digest")
    came(digest, Result.REFUSED, after=timedelta(hours=1))
    successor = digest.then.get()
    assert successor.channel == "app" and successor.parts.count() == 2 and digest.parts.count() == 0


def test_how_long_the_oldest_has_waited():
    assert selectors.oldest_due_s(AT) == 0
    queue()
    assert selectors.oldest_due_s(AT - timedelta(seconds=1)) == 0
    assert selectors.oldest_due_s(AT + timedelta(seconds=90)) == 90
    delivering.take(9, at=AT)
    assert selectors.oldest_due_s(AT + timedelta(seconds=90)) == 0
