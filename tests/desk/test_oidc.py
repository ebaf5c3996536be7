"""The province's single sign-on, against a provider that is not ours and speaks over a real network."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from nonnuoc.config import neighbours
from nonnuoc.records.accounts.entrance.models import ProviderAccount
from nonnuoc.records.accounts.models import Person
from tests.desk import single_sign_on, staff

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with single_sign_on.running(tmp_path_factory.mktemp("sso")) as provider:
        yield provider


@pytest.fixture
def provider(running, settings):
    running.lie()
    settings.OIDC = _told(running.issuer)
    return running


def _told(issuer: str) -> neighbours.Oidc:
    return neighbours.Oidc(issuer, single_sign_on.CLIENT, single_sign_on.SECRET, "Cổng dịch vụ công Cao Bằng")


@pytest.fixture
def person() -> Person:
    return staff.administrator()


def begin(client: Client, target: str = "") -> str:
    """To the provider; gives the address one is sent to."""
    return client.post("/desk/sign-in/provider/", {"next": target}).url


def through(client: Client, provider, target: str = ""):
    return client.get(provider.sign_in(begin(client, target)))


def test_the_button_stands_there_only_where_there_is_a_provider(client, settings):
    assert "Đăng nhập bằng Cổng" not in staff.said(client.get("/desk/sign-in/"))
    assert client.post("/desk/sign-in/provider/").status_code == 404
    assert client.get("/desk/sign-in/provider/back").status_code == 404
    settings.OIDC = _told("https://sso.example")
    assert "Đăng nhập bằng Cổng dịch vụ công Cao Bằng" in staff.said(client.get("/desk/sign-in/"))


def test_somebody_invited_signs_in(client, provider, person):
    address = begin(client, "/desk/upload/")
    asked = parse_qs(urlsplit(address).query)
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    assert asked["code_challenge_method"] == ["S256"] and asked["response_type"] == ["code"]
    assert client.get(provider.sign_in(address)).url == "/desk/upload/"
    assert client.get("/desk/upload/").status_code == 200
    assert ProviderAccount.objects.get().person == person
    assert staff.deeds("provider") == ["provider-account.tied"]
    assert "sign-in" in staff.deeds()
    assert through(Client(), provider).url == "/desk/"  # a second time: tied already
    assert ProviderAccount.objects.count() == 1


def test_the_second_proof_is_asked_for_here_too(client, provider, person):
    secret = staff.with_authenticator(person)
    assert through(client, provider, "/desk/upload/").url == "/desk/sign-in/second/"
    assert not staff.is_in(client)
    assert client.post("/desk/sign-in/second/", {"code": staff.code(secret)}).url == "/desk/upload/"


def test_who_is_tied_stays_so_when_the_address_changes_there(client, provider, person):
    through(client, provider)
    provider.lie(facts={"email": "married@example.vn", "email_verified": False})
    assert through(Client(), provider).url == "/desk/"


def test_an_address_that_went_to_somebody_else_opens_nothing(client, provider, person):
    through(client, provider)
    provider.lie(facts={"sub": "another-human"})
    other = Client()
    answer = through(other, provider)
    assert answer.status_code == 403 and "gắn với một người khác" in staff.said(answer)
    assert not staff.is_in(other)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"email": "nobody@example.vn"}, "chưa ai mời bạn"),
        ({"email_verified": False}, "chưa xác minh"),
        ({"email_verified": "true"}, "chưa xác minh"),
        ({"email_verified": None}, "chưa xác minh"),
        ({"email": ""}, "chưa ai mời bạn"),
    ],
)
def test_nobody_is_made_and_no_address_believed_unproven(client, provider, person, facts, words):
    provider.lie(facts=facts)
    answer = through(client, provider)
    assert answer.status_code == 403 and words in staff.said(answer)
    assert not staff.is_in(client)
    assert (Person.objects.count(), ProviderAccount.objects.count()) == (1, 0)
    assert staff.deeds("sign-in") == ["sign-in.refused"]


def test_a_closed_account_stays_closed(client, provider, person):
    through(client, provider)
    Person.objects.update(is_active=False)
    assert through(Client(), provider).status_code == 403


@pytest.mark.parametrize(
    "lie",
    [
        {"claims": {"nonce": "of another sign-in"}},
        {"hide": ["nonce"], "claims": {"nonce": None}},
        {"claims": {"aud": "another-client"}},
        {"claims": {"aud": []}},
        {"claims": {"iss": "https://evil.example"}},
        {"claims": {"exp": 1_000_000_000}},
        {"claims": {"sub": None}},
        {"signature": "broken"},
        {"signature": "none"},
        {"signature": "stranger"},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_this_sign_in_proves_nothing(client, provider, person, lie):
    provider.lie(**lie)
    answer = through(client, provider)
    assert answer.status_code == 403 and "không xác nhận được bạn là ai" in staff.said(answer)
    assert not staff.is_in(client)
    assert ProviderAccount.objects.count() == 0


def test_an_address_only_userinfo_tells_is_believed_of_the_same_subject_alone(client, provider, person):
    provider.lie(hide=["email", "email_verified"])
    assert through(client, provider).url == "/desk/"
    provider.lie(hide=["email", "email_verified"], claims={"sub": "somebody else"})
    assert through(Client(), provider).status_code == 403


def test_coming_back_without_having_left_proves_nothing(client, provider, person):
    for query in ("", "?code=x", "?code=x&state=forged", "?state=x", "?error=access_denied", f"?code={'x' * 10_000}"):
        assert client.get(f"/desk/sign-in/provider/back{query}").status_code == 403
    assert not staff.is_in(client)


def test_the_answer_belongs_to_the_browser_that_asked(client, provider, person):
    back = provider.sign_in(begin(client))
    victim = Client()
    assert victim.get(back).status_code == 403
    assert not staff.is_in(victim)
    assert client.get(back).status_code == 302
    client.post("/desk/sign-out/")
    assert client.get(back).status_code == 403  # and counts once


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example"])
def test_it_leads_to_no_other_site(client, provider, person, target):
    assert through(client, provider, target).url == "/desk/"


def test_a_provider_that_is_away_is_told_of_with_another_way_in(client, settings, person):
    settings.OIDC = _told("http://127.0.0.1:9/o")
    answer = client.post("/desk/sign-in/provider/")
    assert answer.status_code == 502
    assert "Cổng dịch vụ công Cao Bằng không trả lời" in staff.said(answer)
    assert "mật khẩu hoặc khóa truy cập" in staff.said(answer)
    assert staff.try_password(client).status_code == 302


def test_one_that_goes_away_in_between_is_told_of_too(client, tmp_path, settings, person):
    with single_sign_on.running(tmp_path) as provider:
        settings.OIDC = _told(provider.issuer)
        back = provider.sign_in(begin(client))
    assert client.get(back).status_code == 502


def test_metadata_of_another_issuer_are_not_believed(client, provider, settings, person):
    settings.OIDC = _told(provider.issuer + "/")  # the same place, which says that it is another
    answer = client.post("/desk/sign-in/provider/")
    assert answer.status_code == 502


def test_it_begins_by_a_form_of_ours_alone(provider):
    assert Client().get("/desk/sign-in/provider/").status_code == 405
    assert Client(enforce_csrf_checks=True).post("/desk/sign-in/provider/").status_code == 403


@pytest.mark.parametrize(
    ("variables", "fails"),
    [
        ({}, False),
        ({"NONNUOC_OIDC_ISSUER": "https://sso.example"}, True),
        ({"NONNUOC_OIDC_ISSUER": "http://sso.example", "NONNUOC_OIDC_CLIENT_ID": "a"}, True),
        ({"NONNUOC_OIDC_ISSUER": "https://sso.example", "NONNUOC_OIDC_CLIENT_ID": "a"}, True),
        ({"NONNUOC_OIDC_CLIENT_SECRET_FILE": "/nowhere", "NONNUOC_OIDC_ISSUER": "https://sso.example"}, True),
    ],
)
def test_half_a_configuration_is_refused_with_a_word(monkeypatch, variables, fails):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    if fails:
        with pytest.raises(neighbours.SettingError, match="NONNUOC_OIDC"):
            neighbours.oidc()
    else:
        assert neighbours.oidc() is None


def test_the_secret_may_stand_in_a_file(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("of the province\n")
    monkeypatch.setenv("NONNUOC_OIDC_ISSUER", "https://sso.example")
    monkeypatch.setenv("NONNUOC_OIDC_CLIENT_ID", "nonnuoc")
    monkeypatch.setenv("NONNUOC_OIDC_CLIENT_SECRET_FILE", str(tmp_path / "secret"))
    assert neighbours.oidc() == neighbours.Oidc("https://sso.example", "nonnuoc", "of the province", "SSO")
