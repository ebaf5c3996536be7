"""Vietnamese first; another language for who asks, by a link that is kept or by an address that is passed on."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils.translation import get_language

from nonnuoc.look import language
from nonnuoc.look.language import Language

NAME = settings.LANGUAGE_COOKIE_NAME


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse(get_language())


def asked(address: str = "/", cookie: str = "", browser: str = "en") -> HttpRequest:
    request = RequestFactory().get(address, headers={"accept-language": browser})
    if cookie:
        request.COOKIES[NAME] = cookie
    return request


@pytest.mark.parametrize(
    ("address", "cookie", "spoken"),
    [
        ("/", "", b"vi"),
        ("/", "en", b"en"),
        ("/", "tlh", b"vi"),
        ("/?lang=en", "", b"en"),
        ("/?lang=vi", "en", b"vi"),
        ("/?lang=tlh", "en", b"en"),
        ("/?lang=en%00", "", b"vi"),
        ("/?slang=en", "", b"vi"),
    ],
)
def test_the_address_counts_most_then_what_was_kept_and_never_the_browser(
    address: str, cookie: str, spoken: bytes
) -> None:
    answer = Language(view)(asked(address, cookie))
    assert answer.content == spoken
    assert answer.headers["content-language"] == spoken.decode()


def test_caches_know_that_the_cookie_decides_unless_the_address_does() -> None:
    assert Language(view)(asked("/")).headers["vary"] == "Cookie"
    assert "vary" not in Language(view)(asked("/?lang=en")).headers


def test_an_address_keeps_no_language(client: Client) -> None:
    page = client.get("/components?lang=en")
    assert '<html lang="en">' in page.content.decode()
    assert page.cookies == {}
    assert '<html lang="vi">' in client.get("/components").content.decode()


def offers(address: str, cookie: str = "") -> list[tuple[str, str]]:
    request = asked(address, cookie)
    found: list[language.Offer] = []

    def looking(request: HttpRequest) -> HttpResponse:
        found.extend(language.offers(request))
        return HttpResponse()

    Language(looking)(request)
    return [(offer.code, offer.address) for offer in found]


def test_the_link_leads_back_to_the_same_page() -> None:
    here = "/language/en?next=%2Fstations%2FA1%3Fproperty%3DPM2.5%26period%3Dweek"
    assert offers("/stations/A1?property=PM2.5&period=week") == [("en", here)]
    assert [code for code, _ in offers("/", "en")] == ["vi"]


def test_who_came_by_a_passed_on_address_may_keep_its_language_and_loses_nothing_else() -> None:
    assert offers("/stations/A1?lang=en&property=PM2.5") == [
        ("vi", "/language/vi?next=%2Fstations%2FA1%3Fproperty%3DPM2.5"),
        ("en", "/language/en?next=%2Fstations%2FA1%3Fproperty%3DPM2.5"),
    ]
    assert offers("/?lang=en", "en") == [("vi", "/language/vi?next=%2F")]


def test_a_language_that_was_chosen_is_kept_on_every_page(client: Client) -> None:
    answer = client.get("/language/en?next=/components")
    assert (answer.status_code, answer.headers["location"]) == (302, "/components")
    assert answer.cookies[NAME]["httponly"]
    assert answer.cookies[NAME]["samesite"] == "Lax"
    assert '<html lang="en">' in client.get("/components").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"])
def test_the_link_leads_nowhere_else(client: Client, elsewhere: str) -> None:
    assert client.get("/language/en", {"next": elsewhere}).headers["location"] == "/"


def test_a_language_we_do_not_speak_is_not_found(client: Client) -> None:
    assert client.get("/language/tlh").status_code == 404
