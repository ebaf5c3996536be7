"""What browsers are told with every answer, whoever gives it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory

from nonnuoc.look import csp
from nonnuoc.look.csp import HEADERS, POLICY, ContentSecurityPolicy

EVERYWHERE = HEADERS | {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
COOKIES = """
import django
django.setup()
from django.conf import settings as s
print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME, s.SECURE_HSTS_SECONDS)
print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.LANGUAGE_COOKIE_SECURE)
"""


@pytest.fixture
def static_file() -> str:
    """The address of a file that whitenoise finds when it starts."""
    Path(settings.STATIC_ROOT, "small.css").write_text("a{}")
    return "/static/small.css"


def test_the_policy_allows_nothing_inline_and_nobody_else() -> None:
    assert "unsafe" not in POLICY
    assert not re.search(r"https?:|\*", POLICY)
    assert POLICY.startswith("default-src 'none'")


def test_no_page_may_use_the_readers_devices() -> None:
    policy = HEADERS["Permissions-Policy"]
    assert {"camera=()", "microphone=()", "geolocation=()"} <= set(policy.split(", "))
    assert set(re.findall(r"=(\S+?)(?:,|$)", policy)) == {"()"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status"),
    [("/", 200), ("/desk/", 302), ("/desk/sign-in/", 200), ("/nowhere", 404), ("/healthz", 200),
     ("/data/stations.geojson", 200)],
)  # fmt: skip
def test_every_answer_carries_them(client: Client, address: str, status: int) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE


@pytest.mark.django_db
def test_refusals_carry_them(client: Client) -> None:
    for answer in (client.post("/"), client.get("/", headers={"host": "evil.example"})):
        assert answer.status_code in (400, 405)
        assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE


def test_static_files_carry_them_and_are_ours_alone(client: Client, static_file: str) -> None:
    answer = client.get(static_file)
    assert answer.status_code == 200
    assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert "access-control-allow-origin" not in answer.headers


def test_an_answer_may_bring_a_policy_of_its_own() -> None:
    response = HttpResponse(headers={"Content-Security-Policy": "default-src 'self'"})
    answered = ContentSecurityPolicy(lambda _: response)(RequestFactory().get("/"))
    assert answered.headers["content-security-policy"] == "default-src 'self'"
    assert answered.headers["cross-origin-resource-policy"] == csp.HEADERS["Cross-Origin-Resource-Policy"]


@pytest.mark.slow
@pytest.mark.parametrize(("https", "told"), [("1", "__Host-"), ("0", "")])
def test_with_tls_cookies_belong_to_this_host_alone(https: str, told: str) -> None:
    env = os.environ | {"NONNUOC_HTTPS": https, "DJANGO_SETTINGS_MODULE": "nonnuoc.config.settings"}
    said = subprocess.run([sys.executable, "-c", COOKIES], env=env, capture_output=True, text=True, check=True).stdout
    names, secure = said.splitlines()
    *cookies, seconds = names.split()
    assert cookies == [f"{told}sessionid", f"{told}csrftoken", f"{told}django_language"]
    assert int(seconds) == (31_536_000 if told else 0)
    assert set(secure.split()) == {"True" if told else "False"}


def test_with_tls_browsers_are_told_to_stay_with_it(settings) -> None:
    told = "max-age=31536000; includeSubDomains"
    settings.SECURE_HSTS_SECONDS = 31_536_000
    assert Client().get("/healthz", secure=True).headers["strict-transport-security"] == told
    assert "strict-transport-security" not in Client().get("/healthz").headers
