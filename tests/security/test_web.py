"""What every answer carries, what requests cannot do, and what becomes of a session (ASVS 3, 4, 7, 13, 14, 15)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError, transaction
from django.test import Client, RequestFactory
from django.urls import get_resolver

from nonnuoc.look import csp, origin
from nonnuoc.records.accounts.entrance import presences, sealing
from nonnuoc.records.accounts.models import Appointment, AuditEntry, Person
from tests.desk import staff

pytestmark = pytest.mark.django_db

#: One address of every kind of answer the public gets.
ADDRESSES = (
    "/", "/method", "/network", "/catalogue", "/unknown", "/communes/", "/desk/sign-in/", "/nowhere", "/api/nowhere",
    "/data/stations.geojson", "/data/communes.geojson", "/data/network", "/feed.atom", "/sitemap.xml", "/robots.txt",
    "/manifest.webmanifest", "/offline", "/healthz", "/readyz",
)  # fmt: skip
#: Types that are UTF-8 by their own definition, and have no parameter to say so.
UTF8_BY_ITSELF = re.compile(r"application/([\w.-]+\+)?json$")


@pytest.fixture
def administrator(client: Client, second_factor_is_optional) -> Person:
    person = staff.administrator()
    assert staff.try_password(client).status_code == 302
    return person


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_says_what_it_is_and_in_which_letters(client: Client, address: str) -> None:
    told = client.get(address).headers["Content-Type"]
    assert told.endswith("; charset=utf-8") or UTF8_BY_ITSELF.match(told)


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_answer_may_be_framed_or_take_objects(client: Client, address: str) -> None:
    policy = client.get(address).headers["Content-Security-Policy"].split("; ")
    assert {"object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "default-src 'none'"} <= set(policy)
    assert policy == csp.POLICY.split("; ")


@pytest.mark.parametrize("address", ["/", "/desk/", "/desk/sign-in/", "/api/deliveries", "/healthz"])
def test_trace_is_not_spoken(client: Client, address: str) -> None:
    assert client.generic("TRACE", address).status_code in (302, 405)


@pytest.mark.parametrize(
    "address",
    ["/.git/config", "/.git/HEAD", "/static/", "/static/built/", "/static/..%2f..%2fpyproject.toml", "/media/",
     "/secrets/django", "/api/swagger", "/api/redoc", "/admin/", "/metrics", "/__debug__/"],
)  # fmt: skip
def test_nothing_is_listed_and_nothing_inside_is_shown(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_every_cookie_is_for_this_host_by_tls_and_out_of_scripts_reach() -> None:
    asks = (
        "import django; django.setup(); from django.conf import settings as s; "
        "print(s.MESSAGE_STORAGE, s.DEVICE_COOKIE_NAME, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE, "
        "s.SECURE_HSTS_SECONDS, s.SECURE_HSTS_INCLUDE_SUBDOMAINS)"
    )
    env = os.environ | {"NONNUOC_HTTPS": "1", "DJANGO_SETTINGS_MODULE": "nonnuoc.config.settings"}
    said = subprocess.run([sys.executable, "-c", asks], env=env, capture_output=True, text=True, check=True).stdout
    messages, *rest = said.split()
    assert messages.endswith("SessionStorage")  # the only other cookie Django sets would be that of messages
    assert rest == ["__Host-nonnuoc_device", "True", "Lax", "31536000", "True"]


def test_a_message_makes_no_cookie(client: Client, administrator: Person) -> None:
    client.post("/desk/account/sessions/end-others")
    assert set(client.cookies) <= {"sessionid", "csrftoken", "nonnuoc_device"}
    assert client.cookies["sessionid"]["httponly"] and client.cookies["nonnuoc_device"]["httponly"]


def test_session_names_are_random_and_long() -> None:
    names = set()
    for _ in range(200):
        store = SessionStore()
        store.create()
        names.add(store.session_key)
    assert len(names) == 200
    assert {len(name) for name in names} == {32}  # of 36 signs: 165 bits
    assert len(set("".join(names))) == 36


def test_proving_oneself_again_gives_the_session_a_new_name(client: Client, administrator: Person) -> None:
    before = client.cookies["sessionid"].value
    session = client.session
    session["confirmed"] = 0
    session.save()
    answer = client.post("/desk/account/confirm/", {"password": staff.PASSWORD, "next": "/desk/account/codes/"})
    assert answer.url == "/desk/account/codes/"
    assert client.cookies["sessionid"].value != before
    assert staff.is_in(client)
    assert [held.session for held in presences.of(administrator)] == [client.cookies["sessionid"].value]
    copied = Client()
    copied.cookies["sessionid"] = before
    assert not staff.is_in(copied)


def test_a_form_changes_what_it_asks_for_and_nothing_else(client: Client, administrator: Person) -> None:
    person = staff.colleague()
    more = {"email": "evil@example.vn", "password": "x", "id": "1", "role": "administrator", "is_superuser": "on"}
    answer = client.post(f"/desk/people/{person.id}/", {"name": "Bình mới", "is_active": "on", **more})
    assert answer.status_code == 302
    changed = Person.objects.get(id=person.id)
    assert (changed.name, changed.email) == ("Bình mới", person.email)
    assert changed.check_password(staff.PASSWORD)
    assert not Appointment.objects.filter(person=person).exists()


def test_a_parameter_given_twice_or_in_the_wrong_place_is_no_other_parameter(client: Client) -> None:
    assert client.get("/?page=1&page=x&since=1&since=2").status_code == 200
    staff.administrator()
    address = f"/desk/sign-in/?email={staff.EMAIL}&password=limestone%20and%20clear%20water"
    assert client.post(address).status_code == 422  # a proof in the address is none
    assert not staff.is_in(client)


def test_who_leaves_takes_no_page_along(client: Client, administrator: Person) -> None:
    for address in ("/desk/", "/desk/account/", "/desk/people/", "/desk/audit/", "/desk/deliveries/"):
        answer = client.get(address)
        assert "no-store" in answer.headers["Cache-Control"] and "private" in answer.headers["Cache-Control"]
        assert 'action="/desk/sign-out/"' in answer.content.decode(), address


def test_closing_an_account_ends_every_session_of_it(client: Client, administrator: Person) -> None:
    person = staff.colleague()
    there = Client()
    assert staff.try_password(there, email=person.email).status_code == 302
    client.post(f"/desk/people/{person.id}/", {"name": person.name})  # without "the account is open"
    assert not Person.objects.get(id=person.id).is_active
    assert not staff.is_in(there)


def test_a_seal_broken_or_of_another_key_opens_nothing(settings) -> None:
    sealed = sealing.seal("secret")
    assert sealing.open_sealed(sealed) == "secret"
    assert sealing.seal("secret") != sealed  # another nonce each time
    for broken in (b"", sealed[:-1], bytes([sealed[0] ^ 1]) + sealed[1:], sealed + b"x"):
        with pytest.raises(sealing.SealBrokenError):
            sealing.open_sealed(broken)
    settings.SECRET_KEY = "another"
    with pytest.raises(sealing.SealBrokenError):
        sealing.open_sealed(sealed)


def test_an_application_sealed_with_another_key_is_no_error_page(client: Client, settings, caplog) -> None:
    secret = staff.with_authenticator(staff.administrator())
    settings.SECRET_KEY = "another"
    staff.try_password(client)
    assert client.post("/desk/sign-in/second/", {"code": staff.code(secret)}).status_code == 403
    assert "sealed with another key" in caplog.text


def test_sessions_are_over_after_an_hour_unused_and_after_twelve(settings) -> None:
    assert (timedelta(hours=1), timedelta(hours=12)) == (settings.SESSION_IDLE, settings.SESSION_LONGEST)
    assert timedelta(seconds=settings.SESSION_COOKIE_AGE) == settings.SESSION_LONGEST


def test_no_page_is_for_trying_things_out() -> None:
    patterns = {str(pattern.pattern) for pattern in get_resolver().url_patterns}
    assert patterns == {"healthz", "readyz", "", "api/"}


@pytest.mark.parametrize("deed", ["update", "delete"])
def test_the_database_refuses_to_change_the_audit_trail(deed: str) -> None:
    staff.administrator()
    entries = AuditEntry.objects.all()
    before = list(entries.values_list("id", "subject"))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entries.update(subject="nothing") if deed == "update" else entries._raw_delete(entries.db)
    assert list(entries.values_list("id", "subject")) == before


@pytest.mark.parametrize(
    ("proxies", "forwarded", "found"),
    [
        ((), "6.6.6.6", "127.0.0.1"),  # nobody before us: what it says is the client's own
        (("127.0.0.1",), "6.6.6.6, 203.0.113.5", "203.0.113.5"),  # the nearest one the proxy heard
        (("127.0.0.1",), "", "127.0.0.1"),
        (("127.0.0.1",), "not an address", "127.0.0.1"),
    ],
)
def test_nobody_chooses_the_address_they_are_counted_under(settings, proxies, forwarded, found) -> None:
    settings.PROXIES = tuple(map(ip_network, proxies))
    request = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", headers={"x-forwarded-for": forwarded})
    assert origin.address_of(request) == found
