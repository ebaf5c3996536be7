"""The second proof: required of administrators, a code good once, changed only by those who prove themselves."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from nonnuoc.desk import entering
from nonnuoc.records.accounts import preferences, services
from nonnuoc.records.accounts.entrance import attempts, recovery_codes
from nonnuoc.records.accounts.entrance.models import Authenticator, Passkey
from nonnuoc.records.accounts.models import Person
from tests.desk import staff
from tests.desk.staff import code, try_password

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _required(second_factor_is_optional, settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def person() -> Person:
    return staff.administrator()


@pytest.fixture
def secret(person: Person) -> str:
    return staff.with_authenticator(person)


def give_code(client: Client, typed: str, address: str = "10.0.0.1"):
    return client.post("/desk/sign-in/second/", {"code": typed}, REMOTE_ADDR=address)


def later(client: Client, seconds: float) -> None:
    """As if the last proof had been given so long ago."""
    session = client.session
    session[entering.CONFIRMED] = time.time() - seconds
    session.save()


def test_an_administrator_without_one_reaches_nothing_but_its_enrolment(client, person):
    assert try_password(client).url == "/desk/"
    for path in ("/desk/", "/desk/upload/"):
        assert client.get(path).url == "/desk/account/"
    assert client.post("/desk/upload/").url == "/desk/account/"
    assert "bắt buộc có xác thực bước hai" in staff.said(client.get("/desk/account/"))
    page = client.get("/desk/account/authenticator/")
    proposed = client.session["proposed_secret"]
    assert proposed in page.content.decode().replace(" ", "")
    assert 'src="data:image/svg+xml' in page.content.decode()
    assert client.post("/desk/account/authenticator/", {"code": code(proposed)}).url == "/desk/account/codes/"
    assert client.get("/desk/upload/").status_code == 200
    assert staff.deeds("second-factor") == ["second-factor.added"]


def test_who_has_no_such_task_is_asked_for_nothing(client):
    staff.colleague("binh@example.vn")
    try_password(client, email="binh@example.vn")
    assert client.get("/desk/").status_code != 302


def test_the_setting_makes_everybody_need_one(client):
    staff.colleague("binh@example.vn")
    services.choose_setting("second_factor.everyone", True, by=None)
    preferences.forget()
    try_password(client, email="binh@example.vn")
    assert client.get("/desk/").url == "/desk/account/"


def test_the_password_alone_does_not_open_then(client, secret):
    assert try_password(client, next="/desk/upload/").url == "/desk/sign-in/second/"
    assert client.get("/desk/").url.startswith("/desk/sign-in/")
    assert not staff.is_in(client)
    assert client.get("/desk/sign-in/second/").status_code == 200
    assert give_code(client, code(secret)).url == "/desk/upload/"
    assert client.get("/desk/upload/").status_code == 200


def test_no_second_step_without_a_first(client, secret):
    assert client.get("/desk/sign-in/second/").url == "/desk/sign-in/"
    assert give_code(client, code(secret)).url == "/desk/sign-in/"
    assert client.post("/desk/sign-in/second/passkey/options").status_code == 403
    assert client.post("/desk/sign-in/second/passkey/").url == "/desk/sign-in/"
    assert not staff.is_in(client)


def test_half_way_in_is_over_after_ten_minutes_and_with_a_new_password(client, person, secret):
    try_password(client)
    session = client.session
    session[entering.HALF_WAY] = session[entering.HALF_WAY] | {"at": time.time() - 601}
    session.save()
    assert give_code(client, code(secret)).url == "/desk/sign-in/"
    try_password(client)
    person.set_password("another one entirely")
    person.save()
    assert give_code(client, code(secret)).url == "/desk/sign-in/"


def test_a_code_counts_once(client, secret):
    try_password(client)
    assert give_code(client, code(secret)).status_code == 302
    other = Client()
    try_password(other)
    answer = give_code(other, code(secret))
    assert answer.status_code == 403
    assert "đã được dùng" in staff.said(answer)


@pytest.mark.parametrize("typed", ["000000", "12345", "abcdef", "", "１２３４５６", "1" * 61, "\x00", "1e5   "])
def test_wrong_codes_are_refused(client, secret, typed):
    try_password(client)
    assert give_code(client, typed).status_code in (403, 422)
    assert not staff.is_in(client)


def test_guessing_codes_is_slow_from_anywhere_and_never_holds_up_the_owner(person, secret):
    owner = Client()
    try_password(owner)
    give_code(owner, code(secret))
    owner.post("/desk/sign-out/")
    guesser = Client()
    try_password(guesser)
    for _ in range(attempts.CODE.most):
        assert give_code(guesser, "000000").status_code == 403
    assert give_code(guesser, code(secret, 1)).status_code == 429
    for number in range(attempts.CODE_FROM_STRANGERS.most):  # and from many addresses
        give_code(guesser, "000000", address=f"10.1.0.{number}")
    assert give_code(guesser, code(secret, 1), address="10.2.0.1").status_code == 429
    try_password(owner)
    assert give_code(owner, code(secret, 1)).status_code == 302


def test_a_recovery_code_opens_once_and_says_how_many_are_left(client, person, secret):
    first, *rest = recovery_codes.renew(person)
    try_password(client)
    assert give_code(client, first.upper().replace("-", " ")).status_code == 302
    assert "Còn 7 mã" in staff.said(client.get("/desk/account/"))
    other = Client()
    try_password(other)
    assert give_code(other, first).status_code == 403
    assert give_code(other, rest[0]).status_code == 302
    assert staff.deeds("recovery") == ["recovery-codes.made", "recovery-code.used", "recovery-code.used"]


def test_recovery_codes_are_shown_once_and_new_ones_end_the_old(client, person, secret):
    (old, *_) = recovery_codes.renew(person)
    client.force_login(person)
    later(client, 0)
    shown = client.post("/desk/account/codes/").content.decode()
    codes = re.findall(r"<code>([a-z2-9-]{29})</code>", shown)
    assert len(set(codes)) == recovery_codes.HOW_MANY
    assert codes[0] not in client.get("/desk/account/codes/").content.decode()
    assert not recovery_codes.use(person, old)
    assert recovery_codes.use(person, codes[0])


CHANGES = [
    ("GET", "/desk/account/authenticator/"),
    ("POST", "/desk/account/authenticator/"),
    ("POST", "/desk/account/authenticator/remove"),
    ("GET", "/desk/account/passkey/"),
    ("POST", "/desk/account/passkey/options"),
    ("POST", "/desk/account/passkey/1/remove"),
    ("GET", "/desk/account/codes/"),
    ("POST", "/desk/account/codes/"),
    ("POST", "/desk/account/sessions/1/end"),
    ("POST", "/desk/account/sessions/end-others"),
]


@pytest.mark.parametrize(("method", "path"), CHANGES)
def test_whoever_proved_nothing_lately_is_asked_before_anything_changes(client, person, secret, method, path):
    client.force_login(person)
    later(client, 601)
    back = path if method == "GET" else "/desk/account/"
    answer = client.generic(method, path)
    assert answer.url == "/desk/account/confirm/?next=" + back.replace("/", "%2F")
    assert Authenticator.objects.count() == 1 and recovery_codes.left(person) == 0


def test_confirming_takes_all_that_signing_in_takes(client, person, secret):
    client.force_login(person)
    later(client, 601)
    confirm = "/desk/account/confirm/?next=/desk/account/codes/"
    assert client.post(confirm, {"password": staff.PASSWORD}).status_code == 422
    assert client.post(confirm, {"password": "wrong", "code": code(secret)}).status_code == 403
    assert client.post(confirm, {"password": staff.PASSWORD, "code": "000000"}).status_code == 403
    assert client.get("/desk/account/codes/").status_code == 302
    assert client.post(confirm, {"password": staff.PASSWORD, "code": code(secret)}).url == "/desk/account/codes/"
    assert client.get("/desk/account/codes/").status_code == 200


def test_the_password_alone_confirms_nobody_who_has_a_passkey(client, person):
    Passkey.objects.create(person=person, name="k", credential=b"1", public_key=b"1", sign_count=0)
    (first, *_) = recovery_codes.renew(person)
    client.force_login(person)
    later(client, 601)
    assert client.post("/desk/account/confirm/", {"password": staff.PASSWORD}).status_code == 422
    answer = client.post("/desk/account/confirm/", {"password": staff.PASSWORD, "code": first})
    assert answer.url == "/desk/account/"


def test_confirming_leads_to_no_other_site(client, person, secret):
    client.force_login(person)
    data = {"password": staff.PASSWORD, "code": code(secret), "next": "https://evil.example/"}
    assert client.post("/desk/account/confirm/", data).url == "/desk/account/"


def test_confirming_cannot_be_used_to_guess_the_password(client, person):
    client.force_login(person)
    for _ in range(attempts.PASSWORD.most):
        assert client.post("/desk/account/confirm/", {"password": "wrong"}).status_code == 403
    assert client.post("/desk/account/confirm/", {"password": staff.PASSWORD}).status_code == 429


def test_who_must_have_one_keeps_the_last(client, person, secret):
    client.force_login(person)
    later(client, 0)
    answer = client.post("/desk/account/authenticator/remove", follow=True)
    assert "Hãy thêm một cách khác trước" in staff.said(answer)
    assert Authenticator.objects.count() == 1
    Passkey.objects.create(person=person, name="k", credential=b"1", public_key=b"1", sign_count=0)
    client.post("/desk/account/authenticator/remove")
    assert Authenticator.objects.count() == 0
    (key,) = Passkey.objects.all()
    client.post(f"/desk/account/passkey/{key.id}/remove")
    assert Passkey.objects.count() == 1


def test_who_need_not_may_remove_it(client):
    other = staff.colleague("binh@example.vn")
    staff.with_authenticator(other)
    client.force_login(other)
    later(client, 0)
    client.post("/desk/account/authenticator/remove")
    assert Authenticator.objects.count() == 0
    assert staff.deeds("second-factor") == ["second-factor.added", "second-factor.removed"]


def test_nobody_removes_the_passkey_of_another(client, person, secret):
    other = staff.colleague("binh@example.vn")
    key = Passkey.objects.create(person=other, name="k", credential=b"1", public_key=b"1", sign_count=0)
    client.force_login(person)
    later(client, 0)
    assert client.post(f"/desk/account/passkey/{key.id}/remove").status_code == 404
    assert Passkey.objects.count() == 1


def test_the_clock_of_the_telephone_may_be_half_a_minute_off(client, person, secret):
    for steps in (-1, 0, 1):
        Authenticator.objects.update(last_step=0)
        guest = Client()
        try_password(guest)
        assert give_code(guest, code(secret, steps)).status_code == 302
    for steps in (-3, 3):
        Authenticator.objects.update(last_step=0)
        guest = Client()
        try_password(guest)
        assert give_code(guest, code(secret, steps)).status_code == 403


def test_a_new_application_ends_the_old_one(client, person, secret):
    client.force_login(person)
    later(client, 0)
    client.get("/desk/account/authenticator/")
    newer = client.session["proposed_secret"]
    assert client.post("/desk/account/authenticator/", {"code": "000000"}).status_code == 422
    client.post("/desk/account/authenticator/", {"code": code(newer)})
    Authenticator.objects.update(last_step=0)
    guest = Client()
    try_password(guest)
    assert give_code(guest, code(secret)).status_code == 403
    assert give_code(guest, code(newer)).status_code == 302


def test_the_secret_is_not_readable_in_the_database(person, secret):
    sealed = bytes(Authenticator.objects.get().sealed)
    assert secret.encode() not in sealed and len(sealed) > len(secret)


def test_the_last_use_is_kept(client, person, secret):
    try_password(client)
    give_code(client, code(secret))
    assert timezone.now() - Authenticator.objects.get().used < timedelta(minutes=1)
