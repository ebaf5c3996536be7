"""The address of whoever asks: behind a proxy too, and never because they say so."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from django.test import RequestFactory

from nonnuoc.config import neighbours
from nonnuoc.look import origin
from nonnuoc.records.accounts.models import AuditEntry
from tests.desk import staff

OURS = (ip_network("127.0.0.1"), ip_network("10.9.0.0/16"))


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"),  # the first one is what the client claims
        ("127.0.0.1", "203.0.113.7, 10.9.3.4", "203.0.113.7"),  # two proxies of ours
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "10.9.0.1, 127.0.0.1", "127.0.0.1"),  # nobody but us
        ("127.0.0.1", "unknown", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.7\x00, <script>", "127.0.0.1"),
        ("127.0.0.1", "2001:db8::1", "2001:db8::1"),
        ("127.0.0.1", "::ffff:203.0.113.7", "203.0.113.7"),
        ("198.51.100.9", "203.0.113.7", "198.51.100.9"),  # a stranger who says so
        ("", "203.0.113.7", None),  # a socket of the machine, not one of the proxies
    ],
)
def test_only_our_proxies_are_believed(settings, remote, forwarded, address) -> None:
    settings.PROXIES = OURS
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    assert origin.address_of(request) == address


def test_without_proxies_nothing_is_believed(settings) -> None:
    settings.PROXIES = ()
    request = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.7")
    assert origin.address_of(request) == "127.0.0.1"


@pytest.mark.parametrize(
    ("address", "place"),
    [("203.0.113.7", "203.0.113.7"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"), (None, "")],
)
def test_a_household_with_ipv6_is_one_place(address, place) -> None:
    assert origin.neighbourhood(address) == place


@pytest.mark.django_db
def test_a_guesser_who_changes_what_they_claim_is_held_up_all_the_same(client, settings) -> None:
    settings.PROXIES = OURS
    staff.administrator()
    answers = [
        client.post(
            "/desk/sign-in/",
            {"email": staff.EMAIL, "password": "wrong"},
            REMOTE_ADDR="127.0.0.1",
            HTTP_X_FORWARDED_FOR=f"10.0.0.{number}, 203.0.113.7",
        ).status_code
        for number in range(7)
    ]
    assert answers == [403] * 5 + [429] * 2
    assert {entry.address for entry in AuditEntry.objects.filter(action="sign-in.refused")} == {"203.0.113.7"}


def test_with_https_the_proxy_of_this_machine_is_ours(monkeypatch) -> None:
    monkeypatch.delenv("NONNUOC_PROXIES", raising=False)
    assert neighbours.proxies(https=True) == (ip_network("127.0.0.1"), ip_network("::1"))
    assert neighbours.proxies(https=False) == ()
    monkeypatch.setenv("NONNUOC_PROXIES", "10.9.0.0/16, 192.0.2.1")
    assert neighbours.proxies(https=True) == (ip_network("10.9.0.0/16"), ip_network("192.0.2.1"))
    monkeypatch.setenv("NONNUOC_PROXIES", "proxy.example")
    with pytest.raises(neighbours.SettingError, match="NONNUOC_PROXIES"):
        neighbours.proxies(https=True)
