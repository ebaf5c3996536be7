"""Who hears of what: by their tasks, by what they asked for, and never beyond their rights."""

from __future__ import annotations

import pytest

from nonnuoc.records.accounts.access import Subject
from nonnuoc.records.accounts.models import Office, Role
from nonnuoc.records.outbox import gateways, recipients, services, wishes
from nonnuoc.records.outbox.models import Channel, Contact, Message
from tests.records.accounts import staff
from tests.records.outbox.people import AT, names, news, somebody

pytestmark = pytest.mark.django_db


def told(**facts: object) -> list[str]:
    return names(services.announce(news(**facts), at=AT))


@pytest.fixture
def everybody():
    here = staff.commune("01273")
    plant = staff.office("plant", Office.Kind.ENTERPRISE)
    for role in Role:
        where = plant if role == Role.ENTERPRISE else None
        somebody(role, office=where)
    return Subject(office_id=plant.id, commune_id=here.id)


@pytest.mark.parametrize(
    ("topic", "severity", "wanted"),
    [
        ("incident.environment", 2, ["commune_officer", "enterprise", "officer"]),
        ("incident.environment", 3, ["commune_officer", "enterprise", "leader", "officer"]),
        ("incident.silence", 2, ["enterprise", "operator"]),
        ("incident.operation", 4, ["operator"]),
        ("incident.system", 1, ["administrator", "operator"]),
        ("warning.approval", 2, ["leader", "officer"]),
        ("warning.published", 2, ["commune_officer", "leader", "officer", "operator"]),
        ("system.failure", 3, ["administrator"]),
    ],
)
def test_by_default_the_tasks_decide(everybody, topic, severity, wanted):
    assert told(topic=topic, severity=severity, subject=everybody) == wanted


def test_nobody_hears_of_what_their_rights_do_not_reach(everybody):
    elsewhere = Subject(office_id=staff.office("other").id, commune_id=staff.commune("01279").id)
    assert told(subject=elsewhere) == ["officer"]


def test_what_has_no_station_is_for_those_who_reach_everywhere(everybody):
    assert told(topic="incident.silence", subject=Subject(), everywhere=True) == ["operator"]


def test_a_subscription_takes_the_place_of_the_default(everybody):
    reader, officer = (staff.Person.objects.get(name=name) for name in ("reviewer", "officer"))
    wishes.subscribe(reader, "incident.environment", channels=(), least_severity=3, by=reader)
    wishes.subscribe(officer, "incident.environment", channels=(), active=False, by=officer)
    assert told(severity=2, subject=everybody) == ["commune_officer", "enterprise"]
    assert told(key="b", severity=3, subject=everybody) == ["commune_officer", "enterprise", "leader", "reviewer"]
    wishes.forget(officer, "incident.environment", by=officer)
    assert "officer" in told(key="d", severity=2, subject=everybody)


def test_a_subscription_gives_no_right(everybody):
    ministry = staff.Person.objects.get(name="ministry")
    wishes.subscribe(ministry, "incident.environment", channels=(), by=ministry)
    assert "ministry" not in told(subject=everybody)


def test_a_subscription_can_be_narrowed_to_communes():
    here, there = staff.commune("01273"), staff.commune("01279")
    officer = somebody(Role.OFFICER)
    wishes.subscribe(officer, "incident.environment", channels=(), communes=[here], by=officer)
    assert told(key="a", subject=Subject(commune_id=here.id)) == ["officer"]
    assert told(key="b", subject=Subject(commune_id=there.id)) == []
    assert told(key="c", subject=Subject(), everywhere=True) == ["officer"]
    assert told(key="d", subject=Subject(), communes=frozenset({there.id, here.id})) == ["officer"]


def test_closed_accounts_and_ended_tasks_hear_nothing():
    closed, former = somebody(Role.OFFICER, "closed"), somebody(Role.OFFICER, "former")
    closed.is_active = False
    closed.save()
    former.appointments.update(until=AT)
    assert told() == []


def test_who_was_lent_a_task_hears_what_it_brings():
    leader, deputy = somebody(Role.LEADER), somebody(Role.READER, "deputy")
    staff.lend(leader.appointments.get(), deputy)
    assert told(severity=3) == ["deputy", "leader"]


def test_named_people_are_told_whether_they_want_to_or_not_but_not_beyond_their_rights(everybody):
    leader, reader = (staff.Person.objects.get(name=name) for name in ("leader", "reader"))
    wishes.subscribe(leader, "incident.environment", channels=(), active=False, by=leader)
    assert told(to=[leader, reader], subject=everybody) == ["leader"]


def test_a_person_of_two_tasks_is_told_once():
    person = somebody(Role.OFFICER)
    staff.task(person, staff.office("second"), Role.LEADER)
    assert told(severity=4) == ["officer"]


def channel_of(person) -> str:
    services.announce(news(key=f"channel:{Message.objects.count()}"), at=AT)
    return Message.objects.filter(person=person).latest("id").channel


def test_a_message_takes_the_first_channel_that_there_is(settings):
    officer = somebody(Role.OFFICER)
    settings.MAIL = False
    assert channel_of(officer) == Channel.APP
    settings.MAIL = True
    assert channel_of(officer) == Channel.EMAIL
    wishes.subscribe(officer, "incident.environment", channels=["sms", "app", "email"], by=officer)
    assert channel_of(officer) == Channel.APP
    contact = Contact.objects.create(person=officer, channel="sms", address="84912345678")
    gateways.set_up("sms", text="POST https://sms.example/?to={to}&text={text}", by=None)
    assert channel_of(officer) == Channel.APP
    contact.verified = AT
    contact.save()
    assert channel_of(officer) == Channel.SMS
    gateways.remove("sms", by=None)
    assert channel_of(officer) == Channel.APP


def test_the_audience_costs_as_many_queries_for_many_people_as_for_few(queries):
    def one() -> None:
        with_rights = recipients.Audience(AT)
        assert with_rights.of(news(subject=Subject(office_id=1)).about) is not None

    for role in (Role.OFFICER, Role.ENTERPRISE, Role.COMMUNE_OFFICER):
        wishes.subscribe(somebody(role), "incident.silence", channels=(), by=None)
    few = queries(one)
    for number in range(5):
        for role in (Role.OFFICER, Role.ENTERPRISE, Role.COMMUNE_OFFICER):
            person = somebody(role, f"{role.value}{number}")
            wishes.subscribe(person, "incident.silence", channels=(), by=person)
    assert queries(one) == few <= 14
