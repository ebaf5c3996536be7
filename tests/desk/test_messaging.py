"""What one wants to hear and where, on the desk; the ledger; channels, gateways and webhooks."""

from __future__ import annotations

import re
import time as clock
from datetime import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nonnuoc.records.accounts.models import AuditEntry, Role
from nonnuoc.records.outbox import contacts, gateways
from nonnuoc.records.outbox.models import Channel, Contact, Message, Preference, Subscription, Webhook
from tests.desk.staff import administrator, said
from tests.records.accounts import staff
from tests.records.outbox import letters

pytestmark = pytest.mark.django_db
State = Message.State
HOW = {
    "language": "en",
    "quiet_from": "22:00",
    "quiet_until": "06:00",
    "loud_severity": "3",
    "most_an_hour": "4",
}
SMS = (
    "POST https://sms.example.vn/send\nAuthorization: Bearer {secret}\nContent-Type: application/json\n\n"
    '{"phone": "{to}", "message": "{text}"}'
)


@pytest.fixture
def me():
    someone = staff.person("An")
    staff.task(someone, staff.office("so"), Role.OFFICER)
    return someone


@pytest.fixture
def desk(client, me):
    client.force_login(me)
    return client


@pytest.fixture
def office(client):
    """An administrator's desk, proved a moment ago."""
    client.force_login(administrator())
    session = client.session
    session["confirmed"] = clock.time()
    session.save()
    return client


def set_up_sms() -> None:
    gateways.set_up(Channel.SMS, text=SMS, secret="s3cret", by=administrator("gate@example.vn"))


# ---------------------------------------------------------------- what one wants


def test_without_a_choice_the_page_says_what_ones_tasks_bring(desk):
    page = desk.get("/desk/messages/preferences/")
    told = {one.topic: one for one, _ in page.context["topics"]}
    assert set(told) == {
        *("incident.environment", "incident.silence", "incident.operation", "incident.system"),
        *("warning.approval", "warning.published", "obligation.due", "obligation.overdue"),
        *("plan.asked", "plan.due", "plan.late", "plan.returned", "plan.approved", "plan.blocker", "plan.decided"),
    }
    assert told["incident.environment"].hears and not told["incident.silence"].hears
    assert "Theo nhiệm vụ của tôi" in said(page)


def test_quiet_hours_are_kept_and_shown(desk, me):
    assert desk.post("/desk/messages/preferences/", HOW).status_code == 302
    kept = Preference.objects.get(person=me)
    assert (kept.quiet_from, kept.quiet_until, kept.loud_severity) == (time(22), time(6), 3)
    page = desk.get("/desk/messages/preferences/").content.decode()
    assert 'value="22:00"' in page and 'value="06:00"' in page


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"quiet_until": ""}, "quiet_until"),
        ({"quiet_until": "22:00"}, "quiet_until"),
        ({"quiet_from": "25:00"}, "quiet_from"),
        ({"most_an_hour": "0"}, "most_an_hour"),
        ({"most_an_hour": "1000"}, "most_an_hour"),
        ({"language": "xx"}, "language"),
        ({"loud_severity": "9"}, "loud_severity"),
    ],
)
def test_what_cannot_hold_is_refused_beside_its_field(desk, told, field):
    page = desk.post("/desk/messages/preferences/", {**HOW, **told})
    assert page.status_code == 422 and set(page.context["form"].errors) == {field}
    assert not Preference.objects.exists()


def test_a_topic_is_chosen_narrowed_and_given_back_to_ones_tasks(desk, me):
    where = staff.commune("01279")
    address = "/desk/messages/preferences/about/incident.silence/"
    wish = {"wish": "own", "least_severity": "2", "first": "app", "second": "", "third": "", "communes": [where.code]}
    assert desk.post(address, wish).status_code == 302
    kept = Subscription.objects.get(person=me)
    assert (kept.active, kept.least_severity, kept.channels, list(kept.communes.all())) == (True, 2, ["app"], [where])
    assert "Do tôi chọn" in said(desk.get("/desk/messages/preferences/"))
    desk.post(address, {**wish, "wish": "none"})
    assert not Subscription.objects.get(person=me).active
    desk.post(address, {**wish, "wish": "tasks"})
    assert not Subscription.objects.exists()


def test_a_channel_named_twice_is_refused_beside_its_field(desk):
    wish = {"wish": "own", "least_severity": "1", "first": "email", "second": "email", "third": ""}
    page = desk.post("/desk/messages/preferences/about/incident.silence/", wish)
    assert page.status_code == 422 and set(page.context["form"].errors) == {"second"}


def test_a_topic_ones_tasks_do_not_reach_is_refused_with_the_reason(desk):
    assert desk.get("/desk/messages/preferences/about/system.failure/").status_code == 403
    assert desk.get("/desk/messages/preferences/about/nothing/").status_code == 404


def test_the_preview_speaks_the_language_of_ones_messages_and_says_that_it_is_invented(desk):
    desk.post("/desk/messages/preferences/", HOW)
    example = desk.get("/desk/messages/preferences/").context["example"]
    assert example.subject.startswith("[SIMULATED]") and "58" in example.letter + example.subject
    assert example.parts in (1, 2, 3)


def test_a_trial_arrives_on_the_desk_and_only_where_something_can_be_sent(desk, me):
    page = desk.post("/desk/messages/preferences/trial", {"channel": "app"}, follow=True)
    assert "đang được gửi" in said(page)
    message = Message.objects.get()
    assert (message.person, message.state) == (me, State.DELIVERED)
    assert len(desk.get("/desk/messages/").context["unread"]) == 1
    desk.post("/desk/messages/preferences/trial", {"channel": "sms"})
    desk.post("/desk/messages/preferences/trial", {"channel": "pigeon"})
    assert Message.objects.count() == 1


def test_trials_come_to_an_end(desk):
    for _ in range(12):
        desk.post("/desk/messages/preferences/trial", {"channel": "app"})
    assert Message.objects.count() == 10


# ---------------------------------------------------------------- where


def test_a_telephone_number_is_proved_by_the_code_that_was_sent_there(desk, me):
    set_up_sms()
    address = "/desk/messages/preferences/to/sms/"
    assert desk.post(address, {"deed": "address", "address": "0912 345 678"}).url == address
    contact = Contact.objects.get(person=me)
    assert contact.address == "84912345678" and contact.verified is None
    message = Message.objects.get()
    wrong = desk.post(address, {"deed": "code", "code": "000000x"})
    assert wrong.status_code == 422 and "code" in wrong.context["code"].errors
    code = contacts.code(contact.id, message.queued)[1]
    assert desk.post(address, {"deed": "code", "code": code}).url == "/desk/messages/preferences/"
    contact.refresh_from_db()
    assert contact.verified is not None
    assert desk.post(address, {"deed": "remove"}).status_code == 302
    assert not Contact.objects.exists()


def test_what_is_no_number_is_refused_beside_its_field(desk):
    set_up_sms()
    page = desk.post("/desk/messages/preferences/to/sms/", {"deed": "address", "address": "abc"})
    assert page.status_code == 422 and "address" in page.context["address"].errors


@pytest.mark.parametrize("channel", ["email", "app", "webhook", "x"])
def test_other_channels_have_no_number_to_give(desk, channel):
    assert desk.get(f"/desk/messages/preferences/to/{channel}/").status_code == 404


# ---------------------------------------------------------------- the ledger


def test_the_ledger_tells_who_was_told_and_is_filtered(office):
    chi, binh = staff.person("Chi"), staff.person("Binh")
    sent = letters.letter(chi, Channel.EMAIL, State.SENT)
    failed = letters.letter(binh, Channel.EMAIL, State.FAILED, why="550 no such user")
    other = letters.letter(binh, key="incident:71:opened:1", topic="incident.silence")

    def found(query: str) -> list[int]:
        return [row.id for row in office.get(f"/desk/messages/ledger/?{query}").context["rows"]]

    assert found("") == [other.id, failed.id, sent.id]
    assert found("state=failed") == [failed.id]
    assert found("to=chi") == [sent.id]
    assert found("topic=incident.silence") == [other.id]
    assert found("incident=7") == [failed.id, sent.id]
    assert found("channel=app") == [other.id]
    page = said(office.get("/desk/messages/ledger/"))
    assert "550 no such user" in page and "Chi" in page


def test_a_message_shows_its_attempts_and_is_sent_again_when_it_failed(office):
    message = letters.to_a_machine(administrator("x@example.vn"))
    address = f"/desk/messages/ledger/{message.id}/"
    page = office.get(address)
    assert "503 no" in said(page) and "Gửi lại" in said(page)
    assert office.post(f"{address}again", follow=True).status_code == 200
    message.refresh_from_db()
    assert (message.state, message.why) == (State.QUEUED, "")
    assert AuditEntry.objects.filter(action="message.sent-again").count() == 1
    office.post(f"{address}again")  # it waits already
    assert AuditEntry.objects.filter(action="message.sent-again").count() == 1


def test_a_code_that_proves_an_address_is_shown_to_nobody(office):
    set_up_sms()
    chi = staff.person("Chi")
    contact = contacts.add_contact(chi, Channel.SMS, "0912345678", by=chi)
    message = Message.objects.get()
    code = contacts.code(contact.id, message.queued)[1]
    page = office.get(f"/desk/messages/ledger/{message.id}/").content.decode()
    assert code not in page
    contact.delete()
    assert office.get(f"/desk/messages/ledger/{message.id}/").status_code == 200


def test_the_ledger_costs_the_same_for_three_rows_as_for_one(office):
    letters.letter(staff.person("Chi"))
    office.get("/desk/messages/ledger/")  # what a process reads once
    with CaptureQueriesContext(connection) as one:
        office.get("/desk/messages/ledger/")
    for number in range(3):
        letters.letter(staff.person(f"P{number}"), Channel.EMAIL, State.FAILED)
    with CaptureQueriesContext(connection) as more:
        office.get("/desk/messages/ledger/")
    assert len(more) == len(one)


# ---------------------------------------------------------------- channels


def test_channels_tell_what_went_what_failed_and_what_is_missing(office):
    letters.letter(
        staff.person("Chi"),
        Channel.EMAIL,
        State.SENT,
        sent=letters.letter(None, webhook=letters.webhook(administrator("y@example.vn"))).queued,
    )
    letters.to_a_machine(administrator("x@example.vn"))
    page = office.get("/desk/messages/channels/")
    told = {one.channel: one for one, _, _ in page.context["channels"]}
    assert (told["email"].sent, told["webhook"].failed, told["webhook"].troubled) == (1, 1, True)
    assert not told["sms"].there
    assert "503 no" in said(page) and "chưa có cổng" in said(page)


def test_a_gateways_secret_goes_in_and_never_comes_out(office):
    address = "/desk/messages/channels/gateway/sms/"
    told = {"text": SMS, "secret": "s3cret-xyz", "success": "", "segments": "2"}
    assert office.post(address, told).status_code == 302
    assert gateways.of(Channel.SMS).secret == "s3cret-xyz"
    assert "s3cret-xyz" not in office.get(address).content.decode()
    assert office.post(address, {**told, "secret": "", "segments": "1"}).status_code == 302
    kept = gateways.of(Channel.SMS)
    assert (kept.secret, kept.segments) == ("s3cret-xyz", 1)
    assert "s3cret-xyz" not in str(list(AuditEntry.objects.values()))
    office.post(address, {"deed": "remove"})
    assert gateways.of(Channel.SMS) is None


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"text": "GET"}, "__all__"),
        ({"text": ""}, "text"),
        ({"segments": "99"}, "segments"),
        ({"success": "x"}, "__all__"),
    ],
)
def test_a_gateway_that_cannot_work_is_refused_with_the_reason(office, told, field):
    page = office.post("/desk/messages/channels/gateway/sms/", {"text": SMS, "segments": "2", **told})
    assert page.status_code == 422 and set(page.context["form"].errors) == {field}
    assert gateways.of(Channel.SMS) is None


def test_a_webhook_is_made_its_secret_shown_once_tried_given_another_and_switched_off(office):
    where = staff.commune("01279")
    told = {"name": "Sở", "url": "https://so.example.vn/in", "topics": ["incident.silence"], "least_severity": "2"}
    made = office.post("/desk/messages/channels/webhooks/new/", told)
    (secret,) = re.findall(r"<code>(whsec_[^<]+)</code>", made.content.decode())
    hook = Webhook.objects.get()
    address = f"/desk/messages/channels/webhooks/{hook.id}/"
    assert secret not in office.get(address).content.decode()
    assert secret not in str(list(AuditEntry.objects.values()))
    office.post(f"{address}trial")
    assert Message.objects.get().webhook == hook
    again = office.post(f"{address}secret/")
    (other,) = re.findall(r"<code>(whsec_[^<]+)</code>", again.content.decode())
    assert other != secret
    changed = {**told, "topics": [], "communes": [where.code]}  # not active
    assert office.post(address, changed).status_code == 302
    hook.refresh_from_db()
    assert (hook.active, hook.topics, list(hook.communes.all())) == (False, [], [where])


@pytest.mark.parametrize("url", ["http://so.example.vn/", "https://127.0.0.1/", "https://10.0.0.3/", "ftp://x/", "x"])
def test_a_webhook_to_an_inner_network_is_refused_beside_its_field(office, url):
    page = office.post("/desk/messages/channels/webhooks/new/", {"name": "x", "url": url, "least_severity": "1"})
    assert page.status_code == 422 and set(page.context["form"].errors) == {"url"}
    assert not Webhook.objects.exists()


def test_secrets_are_asked_for_again_when_who_it_is_was_proved_long_ago(client):
    client.force_login(administrator())
    for address in ("webhooks/new/", "gateway/sms/"):
        assert client.get(f"/desk/messages/channels/{address}").url.startswith("/desk/account/confirm/")
