"""The sender: fast where it can be, patient where it must be, and nobody's trouble is another's."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from nonnuoc.exchange import pinned, sending
from nonnuoc.exchange.sending import Sender
from nonnuoc.records.accounts import preferences
from nonnuoc.records.accounts.models import Person, Role, Setting
from nonnuoc.records.outbox import delivering, retrying, selectors, services, webhooks, wishes
from nonnuoc.records.outbox.models import Attempt, Message, Webhook
from tests.exchange import receiver as receivers
from tests.records.outbox.people import news, somebody

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.usefixtures("loopback_is_listed"),
]
State = Message.State
TOPIC = "incident.silence"  # of which administrators hear nothing by default


@pytest.fixture
def by() -> Person:
    return somebody(Role.ADMINISTRATOR)


@contextmanager
def sender() -> Iterator[None]:
    stop = threading.Event()
    thread = sending.start(stop)
    try:
        yield
    finally:
        stop.set()
        thread.join(20)


def hook(by: Person, receiver, name: str = "machine") -> Webhook:
    return webhooks.make_webhook(name, receiver.url, by=by)[0]


def announce(key: str = "a", **facts: object) -> Message:
    return services.announce(news(key=key, topic=TOPIC, **facts), at=timezone.now())[-1]


def until(true, seconds: float = 8.0) -> float:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, "it never came"
        time.sleep(0.01)
    return time.monotonic() - began


def states() -> dict[str, str]:
    return dict(Message.objects.values_list("key", "state"))


def drain(times: int = 200) -> None:
    """All that is due now, in this thread."""
    one = Sender(threading.Event())
    for _ in range(times):
        if not one.step() and not one.busy:
            return
        time.sleep(0.01)
    raise AssertionError("it never ended")


def test_what_is_queued_leaves_within_a_second(by, receiver):
    hook(by, receiver)
    with sender():
        time.sleep(0.5)
        announce()
        assert until(lambda: receiver.requests) < 1.0
        until(lambda: states() == {"a": "delivered"})
    (attempt,) = Attempt.objects.all()
    assert (attempt.result, attempt.answer) == ("delivered", "200 thanks")
    message = Message.objects.get()
    assert message.sent and message.delivered and message.attempts == 1 and message.why == ""


def test_the_message_carries_its_key_and_says_it_in_both_languages(by, receiver):
    hook(by, receiver)
    message = announce(facts={"webhook": "Đỏ", "by": "An"})
    drain()
    (request,) = receiver.requests
    assert request.headers["idempotency-key"] == request.json["data"]["id"] == str(message.uuid)
    assert request.json["type"] == TOPIC
    assert set(request.json["data"]["text"]) == {"vi", "en"}


def test_people_get_letters_in_their_language(by, post_office):
    operator = somebody(Role.OPERATOR)
    wishes.set_preferences(
        operator, language="en", quiet_from=None, quiet_until=None, loud_severity=4, most_an_hour=6, by=operator
    )
    announce()
    drain()
    (letter,) = post_office.letters
    assert letter[0] == ["operator@example.vn"] and b"Subject: A trial" in letter[1]
    assert states() == {"a": "sent"}


def test_a_dead_receiver_holds_up_nobody(by, receiver):
    with receivers.running(behave=lambda request: "silent") as dead:
        hook(by, dead, "dead")
        for number in range(30):
            announce(f"dead:{number}", severity=4)
        hook(by, receiver, "alive")
        with sender():
            until(lambda: Message.objects.filter(state="sending").exists())
            began = time.monotonic()
            announce("alive", severity=1)
            until(lambda: any(one.subject == "alive" for one in receiver.requests))
            assert time.monotonic() - began < 1.5
            assert Message.objects.filter(state=State.SENDING).count() <= sending.MOST_FOR_ONE + 1
            dead.closing.set()


def test_a_receiver_that_is_down_is_asked_seldom_and_nothing_waits_as_overdue(by, receiver, monkeypatch):
    monkeypatch.setattr(retrying, "FIRST_S", 30.0)
    receiver.behave = lambda request: 503
    asked = []
    receiver.behave = lambda request: asked.append(1) or 503
    hook(by, receiver)
    for number in range(40):
        announce(f"k:{number}")
    drain()
    assert sending.DOWN_AFTER <= len(asked) <= sending.DOWN_AFTER + sending.MOST_FOR_ONE
    assert set(states().values()) == {"queued"}
    assert selectors.oldest_due_s() == 0


def test_a_receiver_that_asks_for_time_gets_it(by, receiver):
    receiver.behave, receiver.headers = (lambda request: 429), {"Retry-After": "100"}
    hook(by, receiver)
    began = timezone.now()
    announce("a")
    drain()
    announce("b")
    message = Message.objects.get(key="a")
    assert message.state == "queued" and message.attempts == 1
    assert timedelta(seconds=99) < message.due - began < timedelta(seconds=110)
    assert message.why == "429 thanks"


def test_what_failed_goes_again_and_arrives(by, receiver, monkeypatch):
    monkeypatch.setattr(retrying, "FIRST_S", 0.05)
    told = []
    receiver.behave = lambda request: told.append(1) or ("reset" if len(told) < 3 else 200)
    hook(by, receiver)
    with sender():
        announce()
        until(lambda: states() == {"a": "delivered"})
    assert list(Attempt.objects.values_list("result", flat=True)) == ["unreachable", "unreachable", "delivered"]


def test_a_refusal_is_final_and_the_administrators_hear_of_it(by, receiver):
    receiver.behave = lambda request: 410
    hook(by, receiver)
    announce()
    drain()
    message = Message.objects.get(key="a")
    assert (message.state, message.attempts, message.why) == ("failed", 1, "410 thanks")
    (told,) = Message.objects.filter(topic="system.failure", person=by)
    assert (told.channel, told.state) == ("app", "delivered")
    assert told.facts["why"] == "410 thanks"


def test_an_inner_address_is_forbidden_once_it_is_not_listed_any_more(by, receiver):
    hook(by, receiver)
    Setting.objects.filter(code="outbox.allowed_targets").delete()
    preferences.forget()
    announce()
    drain()
    assert receiver.requests == []
    assert Attempt.objects.get().result == "forbidden"
    assert states()["a"] == "failed"


def test_after_the_last_try_the_next_channel_is_taken(by, post_office):
    post_office.refuse[""] = "550 no such user"
    operator = somebody(Role.OPERATOR)
    announce()
    drain()
    first, second = Message.objects.filter(key="a").order_by("id")
    assert (first.channel, first.state, first.why) == ("email", "failed", "550 no such user")
    assert (second.channel, second.state, second.instead_of, second.person) == ("app", "delivered", first, operator)


def test_what_cannot_be_put_into_words_is_told_and_stops_nobody(by, receiver):
    hook(by, receiver)
    announce("broken", template="there_is_none", severity=4)
    announce("good")
    drain()
    assert (states()["broken"], states()["good"]) == ("failed", "delivered")
    assert Attempt.objects.get(message__key="broken").result == "broken"


def test_what_is_no_longer_needed_while_it_is_sent_stays_dropped(by, receiver):
    def behave(request):
        dropped = services.drop("a", "acknowledged")
        connections.close_all()
        assert dropped == 1
        return 500

    receiver.behave = behave
    hook(by, receiver)
    announce("a")
    drain()
    message = Message.objects.get(key="a")
    assert (message.state, message.why, message.attempts) == ("dropped", "acknowledged", 1)


def test_closed_accounts_and_switched_off_webhooks_get_nothing_that_waited(by, receiver, post_office):
    one = hook(by, receiver)
    operator = somebody(Role.OPERATOR)
    announce()
    Person.objects.filter(id=operator.id).update(is_active=False)
    Webhook.objects.filter(id=one.id).update(active=False)
    drain()
    assert set(Message.objects.values_list("state", "why")) == {
        ("dropped", "the account is closed"),
        ("dropped", "the webhook was switched off"),
    }
    assert receiver.requests == [] and post_office.letters == []


def test_what_a_dead_sender_had_in_hand_is_sent_by_the_next_one_at_once(by, receiver):
    hook(by, receiver)
    announce()
    (leased,) = delivering.take(1, at=timezone.now())  # and then it died
    assert Message.objects.get().state == State.SENDING
    with sender():
        until(lambda: states() == {"a": "delivered"})
    assert receiver.requests[0].headers["idempotency-key"] == str(leased.uuid)


def test_a_lease_that_is_over_is_taken_again(by, receiver):
    hook(by, receiver)
    announce()
    delivering.take(1, at=timezone.now() - delivering.LEASE * 2)
    drain()
    assert states() == {"a": "delivered"}


def test_of_two_senders_one_works(by, receiver):
    hook(by, receiver)
    with sender(), sender():
        for number in range(50):
            announce(f"k:{number}")
        until(lambda: set(states().values()) == {"delivered"})
    assert len(receiver.requests) == 50


def test_while_the_database_is_away_it_waits_and_goes_on(by, receiver):
    hook(by, receiver)
    with sender():
        time.sleep(0.3)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        announce()
        until(lambda: states() == {"a": "delivered"})


def test_an_idle_sender_sleeps():
    with sender():
        time.sleep(0.3)
        began = time.process_time()
        time.sleep(1)
        assert time.process_time() - began < 0.1


def test_while_a_receiver_hangs_the_sender_does_not_spin(by, monkeypatch):
    with receivers.running(behave=lambda request: "silent") as dead:
        hook(by, dead)
        for number in range(10):
            announce(f"k:{number}")
        with sender():
            until(lambda: Message.objects.filter(state="sending").count() == sending.MOST_FOR_ONE)
            time.sleep(0.2)
            began = time.process_time()
            time.sleep(1)
            spent = time.process_time() - began
            dead.closing.set()
    assert spent < 0.2


def test_stopping_waits_for_what_is_being_handed_over(by, monkeypatch):
    monkeypatch.setattr(pinned, "WHOLE_S", 3.0)

    def slowly(request):
        time.sleep(0.5)
        return 200

    with receivers.running(behave=slowly) as receiver:
        hook(by, receiver)
        with sender():
            announce()
            until(lambda: Message.objects.filter(state="sending").exists())
    assert states() == {"a": "delivered"}
