"""An address counts once a code that was sent there has come back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from nonnuoc.records.accounts.models import AuditEntry, Person, Role
from nonnuoc.records.outbox import contacts, gateways, selectors
from nonnuoc.records.outbox.models import Contact, Message
from tests.records.outbox.people import somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> Person:
    gateways.set_up("sms", text="GET https://sms.example/?to={to}&text={text}", by=None)
    return somebody(Role.OFFICER)


def add(officer: Person, address: str = "0912 345 678") -> Contact:
    return contacts.add_contact(officer, "sms", address, by=officer)


def right(contact: Contact, ago: timedelta = timedelta(0)) -> str:
    return contacts.code(contact.id, timezone.now() - ago)[1]


def test_a_code_makes_an_address_count(officer):
    contact = add(officer)
    assert selectors.addresses([officer.id], "sms") == {}
    (message,) = Message.objects.all()
    assert (message.topic, message.channel, message.facts) == ("contact.code", "sms", {"contact": contact.id})
    assert contacts.verify(contact, f" {right(contact)} ", by=officer).verified
    assert selectors.addresses([officer.id], "sms") == {officer.id: "84912345678"}
    deeds = AuditEntry.objects.order_by("id").values_list("action", flat=True)
    assert list(deeds) == ["gateway.set", "contact.added", "contact.verified"]


def test_another_address_has_to_be_verified_anew(officer):
    contact = add(officer)
    old = right(contact)
    contacts.verify(contact, old, by=officer)
    changed = add(officer, "+84 98 765 4321")
    assert (changed.id, changed.verified, changed.address) == (contact.id, None, "84987654321")
    with pytest.raises(ValidationError):
        contacts.verify(changed, old, by=officer)


def test_the_same_verified_address_given_again_stays(officer):
    contacts.verify(contact := add(officer), right(contact), by=officer)
    assert add(officer, "+84912345678").verified
    assert Message.objects.count() == 1


def test_a_code_is_good_for_ten_minutes_and_no_more_than_twenty(officer):
    contact = add(officer)
    with pytest.raises(ValidationError):
        contacts.verify(contact, right(contact, timedelta(minutes=21)), by=officer)
    assert contacts.verify(contact, right(contact, timedelta(minutes=9, seconds=59)), by=officer).verified


def test_nobody_guesses_a_code(officer):
    contact = add(officer)
    for _ in range(contacts.GUESSES.most):
        with pytest.raises(ValidationError):
            contacts.verify(contact, "x", by=officer)
    with pytest.raises(ValidationError, match=r"nhập sai|wrong"):
        contacts.verify(contact, right(contact), by=officer)
    assert Contact.objects.get().verified is None


def test_nobody_is_flooded_with_codes(officer):
    contact = add(officer)
    for _ in range(contacts.SENDINGS.most - 1):
        contacts.send_code(contact, by=officer)
    with pytest.raises(ValidationError):
        contacts.send_code(contact, by=officer)
    assert Message.objects.count() == contacts.SENDINGS.most


def test_nobody_gives_an_address_for_somebody_else(officer):
    with pytest.raises(PermissionDenied):
        contacts.add_contact(officer, "sms", "0912345678", by=somebody(Role.LEADER))


def test_without_a_gateway_there_is_no_address_to_give(officer):
    with pytest.raises(ValidationError):
        contacts.add_contact(officer, "zalo", "1234567890", by=officer)


def test_a_removed_address_is_gone(officer):
    contacts.remove_contact(add(officer), by=officer)
    assert Contact.objects.count() == 0
    assert AuditEntry.objects.latest("id").action == "contact.removed"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        *(("0912345678", "84912345678"), ("+84 912-345-678", "84912345678"), ("0084912345678", "84912345678")),
        *(("(020) 6385.2345", "84206385 2345".replace(" ", "")), ("+1 415 555 0100", "14155550100")),
    ],
)
def test_telephone_numbers_are_kept_as_gateways_take_them(written, kept):
    assert contacts.telephone(written) == kept


@pytest.mark.parametrize(
    "written", ["", "an", "113", "+", "0912345678901234567", "0912345678\r\nX: y", "{to}", "٠٩١٢٣٤٥٦٧٨"]
)
def test_what_is_no_number_is_refused(written):
    with pytest.raises(ValidationError):
        contacts.telephone(written)


@pytest.mark.parametrize("written", ["", "abc", "12", "1" * 30, "1234567&x"])
def test_what_is_no_zalo_account_is_refused(written):
    with pytest.raises(ValidationError):
        contacts.zalo_id(written)
