"""What is announced is queued once, in the transaction that makes it necessary."""

from __future__ import annotations

import threading
from datetime import time, timedelta

import pytest
from django.db import connection, connections, transaction

from nonnuoc.records.accounts.access import Subject
from nonnuoc.records.accounts.models import Role
from nonnuoc.records.outbox import delivering, services, webhooks, wishes
from nonnuoc.records.outbox.models import Channel, Message
from tests.records.accounts import staff
from tests.records.outbox.people import AT, VIETNAM, names, news, somebody

pytestmark = pytest.mark.django_db
State = Message.State


@pytest.fixture(autouse=True)
def mail(settings):
    settings.MAIL = True


def test_the_same_key_is_queued_once_whatever_channel_it_took():
    officer = somebody(Role.OFFICER)
    (first,) = services.announce(news(), at=AT)
    wishes.subscribe(officer, "incident.environment", channels=["app"], by=officer)
    assert services.announce(news(), at=AT) == []
    assert list(Message.objects.values_list("id", "channel")) == [(first.id, "email")]
    assert len(services.announce(news(key="incident:1:worse:1"), at=AT)) == 1


def test_somebody_new_is_told_of_a_key_that_others_know():
    somebody(Role.OFFICER)
    services.announce(news(), at=AT)
    somebody(Role.OFFICER, "late")
    assert names(services.announce(news(), at=AT)) == ["late"]


@pytest.mark.django_db(transaction=True)
def test_two_who_announce_the_same_at_once_queue_it_once():
    somebody(Role.OFFICER)
    begun, go_on = threading.Event(), threading.Event()

    def other() -> None:
        with transaction.atomic():
            services.announce(news(), at=AT)
            begun.set()
            go_on.wait(5)
        connections.close_all()

    thread = threading.Thread(target=other)
    thread.start()
    assert begun.wait(5)
    threading.Timer(0.2, go_on.set).start()
    assert services.announce(news(), at=AT) == []  # waits for the other's commit
    thread.join(5)
    assert Message.objects.count() == 1


def test_what_is_undone_was_not_announced():
    somebody(Role.OFFICER)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        services.announce(news(), at=AT)
        raise ZeroDivisionError
    assert Message.objects.count() == 0


def test_a_message_knows_what_it_takes_to_send_it():
    somebody(Role.OFFICER)
    (message,) = services.announce(news(simulated=True, escalation=1), at=AT)
    assert (message.state, message.channel, message.topic, message.severity) == (
        *("queued", "email", "incident.environment", 2),
    )
    assert message.facts == {"webhook": "Đỏ", "by": "An", "simulated": True, "escalation": 1}
    assert (message.due, message.give_up) == (AT, AT + timedelta(hours=24))


def test_on_the_desk_a_message_has_arrived_at_once(settings):
    settings.MAIL = False
    somebody(Role.OFFICER)
    (message,) = services.announce(news(), at=AT)
    assert (message.channel, message.state, message.delivered) == (Channel.APP, State.DELIVERED, AT)
    assert delivering.take(10, at=AT) == []


def test_webhooks_hear_the_topics_they_were_opened_for():
    by = somebody(Role.ADMINISTRATOR)
    here, there = staff.commune("01273"), staff.commune("01279")
    webhooks.make_webhook("all", "https://a.example/", by=by)
    webhooks.make_webhook("silence", "https://b.example/", by=by, topics=["incident.silence"])
    webhooks.make_webhook("grave", "https://c.example/", by=by, least_severity=3)
    webhooks.make_webhook("there", "https://d.example/", by=by, communes=[there])
    off, _ = webhooks.make_webhook("off", "https://e.example/", by=by)
    off.active = False
    off.save()

    def heard(**facts: object) -> list[str]:
        return sorted(one.webhook.name for one in services.announce(news(**facts), at=AT) if one.webhook)

    assert heard(key="a", subject=Subject(commune_id=here.id)) == ["all"]
    assert heard(key="b", severity=3, subject=Subject(commune_id=there.id)) == ["all", "grave", "there"]
    assert heard(key="c", topic="incident.silence", everywhere=True) == ["all", "silence", "there"]
    assert heard(key="a", subject=Subject(commune_id=here.id)) == []


def test_machines_hear_with_those_named_or_alone_where_the_news_says_so():
    officer = somebody(Role.OFFICER)
    webhooks.make_webhook("m", "https://a.example/", by=somebody(Role.ADMINISTRATOR))
    for key, facts, people, machines in (
        ("a", {}, 1, 0),
        ("b", {"machines": True}, 1, 1),
        ("c", {"to": (), "machines": True}, 0, 1),
    ):
        made = services.announce(news(key=key, **{"to": [officer], **facts}), at=AT)
        assert (sum(one.person is not None for one in made), sum(one.webhook is not None for one in made)) == (
            *(people, machines),
        )


def test_announced_together_nobody_has_a_key_twice(queries):
    officer, other = somebody(Role.OFFICER), somebody(Role.OFFICER, "other")
    both = [news(key="a"), news(key="a", to=[officer, other]), news(key="b", to=[other])]
    made = services.announce_all(both, at=AT)
    assert sorted((one.key, one.person.name) for one in made) == [("a", "officer"), ("a", "other"), ("b", "other")]
    assert [one.id for one in made] == sorted(Message.objects.values_list("id", flat=True))
    assert services.announce_all(both, at=AT) == []


def test_announcing_a_thousand_costs_as_many_queries_as_two(queries):
    somebody(Role.OFFICER)
    webhooks.make_webhook("m", "https://a.example/", by=somebody(Role.ADMINISTRATOR))
    few = queries(lambda: services.announce_all([news(key=f"a:{n}") for n in range(2)], at=AT))
    at = AT + timedelta(hours=3)
    alone = [news(key=f"b:{n}", to=(), machines=True) for n in range(500)]
    assert queries(lambda: services.announce_all(alone, at=at)) <= few


QUIET = {"language": "vi", "quiet_from": time(22), "quiet_until": time(6), "loud_severity": 4, "most_an_hour": 6}


@pytest.mark.parametrize(
    ("hour", "severity", "wanted"),
    [(21, 2, 21), (22, 2, 30), (2, 2, 6), (6, 2, 6), (23, 4, 23), (23, 3, 30)],
)
def test_at_night_only_what_is_grave_disturbs(hour, severity, wanted):
    officer = somebody(Role.OFFICER)
    wishes.set_preferences(officer, **QUIET, by=officer)
    day = AT.astimezone(VIETNAM).replace(hour=0)
    (message,) = services.announce(news(severity=severity), at=day + timedelta(hours=hour))
    assert message.due == day + timedelta(hours=wanted)
    assert message.give_up == message.due + timedelta(hours=24)


def test_what_is_no_longer_needed_is_dropped_and_nothing_else():
    somebody(Role.OFFICER)
    for key in ("incident:1:opened:1", "incident:1:worse:1", "incident:12:opened:1"):
        services.announce(news(key=key), at=AT)
    sent = Message.objects.get(key="incident:1:opened:1")
    Message.objects.filter(id=sent.id).update(state=State.SENT)
    assert services.drop("incident:1:", "acknowledged") == 1
    assert dict(Message.objects.values_list("key", "state")) == {
        "incident:1:opened:1": "sent",
        "incident:1:worse:1": "dropped",
        "incident:12:opened:1": "queued",
    }


def test_many_are_dropped_at_once_and_nothing_beside_them(queries):
    somebody(Role.OFFICER)
    services.announce_all([news(key=f"incident:{n}:opened:1") for n in (1, 2, 12, 3)], at=AT)
    Message.objects.filter(key="incident:2:opened:1").update(state=State.SENT)
    assert queries(lambda: services.drop_each(["incident:1:", "incident:2:", "incident:3:"], "over")) == 2
    assert dict(Message.objects.values_list("key", "state")) == {
        "incident:1:opened:1": "dropped",
        "incident:2:opened:1": "sent",
        "incident:12:opened:1": "queued",
        "incident:3:opened:1": "dropped",
    }
    assert services.drop_each([], "over") == 0


def test_an_underscore_or_percent_in_a_key_is_itself():
    somebody(Role.OFFICER)
    services.announce(news(key="a_b:1"), at=AT)
    services.announce(news(key="axb:1"), at=AT)
    assert services.drop("a_b:", "over") == 1
    assert services.drop("%", "over") == 0


def test_whoever_acted_has_acknowledged_every_message_of_theirs():
    first, second = somebody(Role.OFFICER, "first"), somebody(Role.OFFICER, "second")
    services.announce(news(), at=AT)
    assert services.recipients(["incident:1:opened:1", "incident:1:worse:1"]) == {
        "incident:1:opened:1": [first, second]
    }
    services.acknowledged("incident:1:", first, at=AT)
    assert dict(Message.objects.values_list("person__name", "state")) == {"first": "acknowledged", "second": "queued"}
    assert delivering.take(9, at=AT)[0].person == second


def test_announcing_much_at_once_asks_once_who_everybody_is(queries):
    for number in range(3):
        somebody(Role.OFFICER, f"officer{number}")
    alone = queries(lambda: services.announce(news(key="first"), at=AT))

    def many() -> None:
        with services.together(AT):
            for number in range(10):
                services.announce(news(key=f"many:{number}", severity=4), at=AT)

    assert queries(many) < 10 * alone * 0.8


def test_announcing_costs_as_many_queries_for_many_people_as_for_few(queries):
    somebody(Role.OFFICER)
    few = queries(lambda: services.announce(news(key="a"), at=AT))
    for number in range(6):
        somebody(Role.OFFICER, f"officer{number}")
    assert queries(lambda: services.announce(news(key="b"), at=AT)) == few <= 22


@pytest.mark.django_db(transaction=True)
def test_the_sender_is_woken_by_the_commit():
    somebody(Role.OFFICER)
    heard = []
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {services.CHANNEL}")
    connection.connection.add_notify_handler(heard.append)
    with transaction.atomic():
        services.announce(news(), at=AT)
        connection.cursor().execute("SELECT 1")
        assert heard == []
    connection.cursor().execute("SELECT 1")
    assert len(heard) == 1
    connection.close()
