"""Where somebody is signed in: listed, ended, and ended by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from nonnuoc.records.accounts.entrance import presences
from nonnuoc.records.accounts.entrance.models import Presence
from tests.desk import staff

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"


@pytest.fixture
def person():
    return staff.administrator()


def signed_in(agent: str = FIREFOX, address: str = "10.0.0.1") -> Client:
    browser = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    assert staff.try_password(browser, address=address).status_code == 302
    return browser


def test_every_browser_is_listed_with_where_and_since_when(person):
    desk = signed_in()
    signed_in(PHONE, "2001:db8::5")
    text = staff.said(desk.get("/desk/account/"))
    assert "Firefox, Windows ở đây 10.0.0.1" in text
    assert "Chrome, Android 2001:db8::5" in text


def test_one_is_ended_from_another(person):
    desk, phone = signed_in(), signed_in(PHONE)
    (there,) = Presence.objects.filter(browser=PHONE)
    assert desk.post(f"/desk/account/sessions/{there.id}/end").url == "/desk/account/"
    assert staff.is_in(desk) and not staff.is_in(phone)
    assert not Session.objects.filter(session_key=there.session).exists()
    assert staff.deeds("session") == ["session.ended"]
    assert desk.post(f"/desk/account/sessions/{there.id}/end").status_code == 302  # once more: nothing happens
    assert staff.deeds("session") == ["session.ended"]


def test_all_others_are_ended_at_once(person):
    desk, phone, tablet = signed_in(), signed_in(PHONE), signed_in()
    desk.post("/desk/account/sessions/end-others")
    assert [staff.is_in(one) for one in (desk, phone, tablet)] == [True, False, False]


def test_nobody_ends_those_of_another_person(person):
    mine = signed_in()
    staff.colleague("binh@example.vn")
    other = Client()
    staff.try_password(other, email="binh@example.vn")
    (here,) = Presence.objects.filter(person=person)
    other.post(f"/desk/account/sessions/{here.id}/end")
    assert staff.is_in(mine)


def test_an_hour_unused_ends_it_and_says_so(person):
    desk = signed_in()
    Presence.objects.update(seen=timezone.now() - timedelta(minutes=59))
    assert staff.is_in(desk)
    Presence.objects.update(seen=timezone.now() - timedelta(minutes=61))
    answer = desk.get("/desk/account/")
    assert answer.url == "/desk/sign-in/?next=/desk/account/"
    assert "lâu không dùng" in staff.said(desk.get(answer.url))
    assert Presence.objects.count() == 0


def test_twelve_hours_end_it_however_busy(person):
    desk = signed_in()
    Presence.objects.update(since=timezone.now() - timedelta(hours=12, minutes=1))
    assert not staff.is_in(desk)


def test_looking_is_written_down_once_a_minute(person, queries):
    desk = signed_in()
    earlier = timezone.now() - timedelta(minutes=2)
    Presence.objects.update(seen=earlier)
    staff.is_in(desk)
    seen = Presence.objects.get().seen
    assert seen > earlier
    staff.is_in(desk)
    assert Presence.objects.get().seen == seen


def test_a_copied_cookie_is_worth_nothing_after_signing_out(person):
    desk = signed_in()
    thief = Client()
    thief.cookies["sessionid"] = desk.cookies["sessionid"].value
    assert staff.is_in(thief)
    desk.post("/desk/sign-out/")
    assert not staff.is_in(thief)
    assert Presence.objects.count() == 0


def test_a_new_password_ends_the_others_and_keeps_this_one(person):
    desk, phone = signed_in(), signed_in(PHONE)
    before = desk.cookies["sessionid"].value
    answer = desk.post("/desk/account/password/", {"old": staff.PASSWORD, "password": "quay son river at dawn"})
    assert answer.url == "/desk/account/"
    assert (staff.is_in(desk), staff.is_in(phone)) == (True, False)
    assert desk.cookies["sessionid"].value != before
    assert Presence.objects.count() == 1
    assert staff.try_password(Client(), "quay son river at dawn").status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        ("wrong", "quay son river at dawn", 403),
        (staff.PASSWORD, staff.PASSWORD, 422),
        (staff.PASSWORD, "short", 422),
        (staff.PASSWORD, "Matkhau@123456", 422),
    ],
)
def test_a_new_password_needs_the_old_one_and_must_be_good(person, old, new, status):
    desk = signed_in()
    assert desk.post("/desk/account/password/", {"old": old, "password": new}).status_code == status
    assert staff.try_password(Client()).status_code == 302


def test_a_closed_account_is_out_at_once(person):
    desk = signed_in()
    type(person).objects.update(is_active=False)
    assert not staff.is_in(desk)


def test_what_is_over_is_forgotten(person):
    signed_in()
    signed_in(PHONE)
    Presence.objects.filter(browser=PHONE).update(seen=timezone.now() - timedelta(hours=2))
    presences.forget_old(at=timezone.now())
    assert [one.browser for one in Presence.objects.all()] == [FIREFOX]
    assert Session.objects.count() == 1


def test_public_pages_ask_for_no_session(person, client, queries):
    desk = signed_in()
    as_stranger, as_person = (queries(lambda one=one: one.get("/healthz")) for one in (client, desk))
    assert as_person == as_stranger
