"""Signing in with a password: the way in, the way of those who guess, and that nobody locks another out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from nonnuoc.records.accounts.entrance import attempts
from nonnuoc.records.accounts.entrance.models import Tries
from nonnuoc.records.accounts.models import AuditEntry, Person
from tests.desk import staff
from tests.desk.staff import EMAIL, PASSWORD, try_password

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def person() -> Person:
    return staff.administrator()


def test_the_right_password_leads_to_where_one_wanted_to_go(client, person):
    assert client.get("/desk/upload/").url == "/desk/sign-in/?next=/desk/upload/"
    assert "Non Nước" in client.get("/desk/sign-in/?next=/desk/upload/").content.decode()
    assert try_password(client, next="/desk/upload/").url == "/desk/upload/"
    assert client.get("/desk/upload/").status_code == 200
    assert client.get("/desk/sign-in/").url == "/desk/"  # there is nothing more to do there
    assert client.post("/desk/sign-out/").url == "/desk/sign-in/"
    assert client.get("/desk/upload/").status_code == 302
    assert staff.deeds("sign") == ["sign-in", "sign-out"]


def test_capital_letters_in_the_address_do_not_matter(client, person):
    assert try_password(client, email=" An@Example.VN ").url == "/desk/"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example"]
)
def test_signing_in_leads_to_no_other_site(client, person, target):
    assert try_password(client, next=target).url == "/desk/"


def test_the_session_is_a_new_one_after_signing_in(client, person):
    client.post("/desk/sign-in/passkey/options")  # a session before anybody signed in
    before = client.cookies["sessionid"].value
    try_password(client)
    assert client.cookies["sessionid"].value != before
    stale = Client()
    stale.cookies["sessionid"] = before
    assert not staff.is_in(stale)


def test_a_wrong_password_and_an_unknown_address_look_the_same(client, person):
    wrong, unknown = try_password(client, "wrong"), try_password(client, "wrong", email="nobody@example.vn")
    assert (wrong.status_code, unknown.status_code) == (403, 403)
    assert wrong.context["form"].errors == unknown.context["form"].errors


def test_a_closed_account_opens_nothing(client, person):
    Person.objects.update(is_active=False)
    assert try_password(client).status_code == 403


def test_failures_are_told_without_what_was_typed(client, person):
    try_password(client, "hunter2 hunter2")
    try_password(client, "hunter2 hunter2", email="my-password@example.vn")
    entries = AuditEntry.objects.filter(action="sign-in.refused").order_by("id")
    assert [(entry.subject, entry.address) for entry in entries] == [(EMAIL, "10.0.0.1"), ("–", "10.0.0.1")]
    assert "hunter2" not in str([vars(entry) for entry in entries])


def test_guessing_is_stopped_and_locks_nobody_else_out(client, person):
    owners_browser = Client()
    assert try_password(owners_browser, address="10.0.0.1").status_code == 302
    owners_browser.post("/desk/sign-out/")
    for _ in range(attempts.PASSWORD.most):
        assert try_password(client, "wrong", address="10.0.0.1").status_code == 403
    assert try_password(client, address="10.0.0.1").status_code == 429
    assert "Đã thử quá nhiều lần" in staff.said(try_password(client, address="10.0.0.1"))
    assert try_password(Client(), address="10.0.0.2").status_code == 302  # the owner, elsewhere
    assert try_password(owners_browser, address="10.0.0.1").status_code == 302  # and beside the guesser
    owners_browser.post("/desk/sign-out/")
    owners_browser.cookies["nonnuoc_device"] = "forged"
    assert try_password(owners_browser, address="10.0.0.1").status_code == 429


def test_a_known_browser_cannot_guess_for_ever_either(client, person):
    try_password(client)
    client.post("/desk/sign-out/")
    for _ in range(attempts.PASSWORD.most):
        assert try_password(client, "wrong").status_code == 403
    assert try_password(client).status_code == 429


def test_a_browser_is_known_for_its_own_account_alone(client, person):
    staff.colleague("binh@example.vn")
    assert try_password(client, email="binh@example.vn").status_code == 302
    client.post("/desk/sign-out/")
    for _ in range(attempts.PASSWORD.most):
        try_password(client, "wrong")
    assert try_password(client).status_code == 429
    assert try_password(Client()).status_code == 429  # it was counted where it came from, as a stranger's


def test_one_address_cannot_try_one_password_on_many_accounts(client, person, monkeypatch):
    monkeypatch.setattr(attempts, "PASSWORD_FROM", attempts.Limit("password from", 3, attempts.QUARTER))
    for number in range(3):
        assert try_password(client, "wrong", email=f"{number}@example.vn").status_code == 403
    assert try_password(client, email="other@example.vn").status_code == 429
    assert try_password(Client(), address="10.0.0.2").status_code == 302


def test_an_ipv6_household_counts_as_one(client, person):
    for number in range(attempts.PASSWORD.most):
        assert try_password(client, "wrong", address=f"2001:db8:0:1::{number + 1}").status_code == 403
    assert try_password(client, address="2001:db8:0:1:ffff::1").status_code == 429
    assert try_password(client, address="2001:db8:0:2::1").status_code == 302


def test_what_is_held_up_is_held_up_in_every_process_and_only_for_a_quarter_of_an_hour(client, person):
    for _ in range(attempts.PASSWORD.most):
        try_password(client, "wrong")
    assert Tries.objects.count() == 2  # in the database: this account from here, and this address
    assert try_password(client).status_code == 429
    Tries.objects.update(first=timezone.now() - timedelta(minutes=15, seconds=1))
    assert try_password(client).status_code == 302


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({}, 422),
        ({"email": "x" * 10_000, "password": "x"}, 422),
        ({"email": EMAIL, "password": "x" * 201}, 422),
        ({"email": "an\x00@example.vn", "password": "x"}, 422),
        ({"email": EMAIL, "password": "a\x00b"}, 422),
        ({"email": "‮an@example.vn", "password": "x"}, 422),
    ],
)
def test_what_makes_no_sense_is_answered(client, person, data, status):
    assert client.post("/desk/sign-in/", data).status_code == status


def test_the_form_needs_its_token(person):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/desk/sign-in/", {"email": EMAIL, "password": PASSWORD}).status_code == 403
    assert not staff.is_in(strict)


@pytest.mark.parametrize("path", ["/desk/sign-in/", "/desk/account/", "/desk/sign-in/forgotten/"])
def test_no_cache_keeps_these_pages(client, person, path):
    try_password(client)
    assert "no-store" in client.get(path).headers["Cache-Control"]


def test_there_is_no_way_to_register_oneself(client):
    for path in ("/desk/sign-up/", "/desk/register/", "/desk/account/new/"):
        assert client.get(path).status_code == 404
