"""Policy, errors, language: what is true of every page."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils.translation import get_language
from django.views import defaults

from nonnuoc.look.csp import POLICY, ContentSecurityPolicy
from nonnuoc.look.language import Language
from tests.look import messages


def test_the_policy_allows_nothing_inline_and_nobody_else() -> None:
    assert "unsafe" not in POLICY
    assert not re.search(r"https?:|\*", POLICY)
    assert POLICY.startswith("default-src 'none'")


@pytest.mark.django_db
def test_every_answer_carries_the_policy(client: Client) -> None:
    assert client.get("/").headers["content-security-policy"] == POLICY
    assert client.get("/nowhere").headers["content-security-policy"] == POLICY


def test_an_answer_may_bring_a_policy_of_its_own() -> None:
    response = HttpResponse(headers={"Content-Security-Policy": "default-src 'self'"})
    answered = ContentSecurityPolicy(lambda _: response)(RequestFactory().get("/"))
    assert answered.headers["content-security-policy"] == "default-src 'self'"


def test_no_template_holds_inline_script_or_style() -> None:
    for path in messages.ROOT.rglob("*.html"):
        found = re.findall(r"<style|\sstyle=|\son\w+=\"|<script(?![^>]*\bsrc=)", path.read_text())
        assert found == [], path


@pytest.mark.django_db
def test_not_found_says_what_to_do(client: Client) -> None:
    response = client.get("/nowhere", headers={"accept-language": "vi"})
    assert response.status_code == 404
    assert "Không có trang nào ở địa chỉ này." in response.content.decode()


def test_refused_says_why() -> None:
    request = RequestFactory().get("/")
    page = defaults.permission_denied(request, PermissionDenied("Only an administrator may read deliveries."))
    assert "Only an administrator may read deliveries." in page.content.decode()


def test_broken_needs_no_database_and_no_request() -> None:
    page = defaults.server_error(RequestFactory().get("/"))
    assert page.status_code == 500
    assert "500" in page.content.decode()


def test_language_is_vietnamese_whatever_the_browser_says_until_one_is_chosen() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(get_language())

    request = RequestFactory().get("/", headers={"accept-language": "en"})
    assert Language(view)(request).content == b"vi"
    request.COOKIES["django_language"] = "en"
    assert Language(view)(request).content == b"en"
    request.COOKIES["django_language"] = "tlh"
    assert Language(view)(request).content == b"vi"
