"""Forgotten passwords, invitations, and what is left when everything is lost."""

from __future__ import annotations

import re
import socket
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from click.testing import CliRunner
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from nonnuoc.config.cli import nonnuoc
from nonnuoc.desk import tasks
from nonnuoc.records.accounts import invitations, selectors, services
from nonnuoc.records.accounts.entrance import attempts, passwords, recovery, recovery_codes
from nonnuoc.records.accounts.entrance.models import Authenticator, Presence
from nonnuoc.records.accounts.models import AuditEntry, Invitation, Person, Role
from tests.desk import staff
from tests.desk.staff import EMAIL, try_password

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NEW = "quay son river at dawn"


class Kept(Message):
    """A post office that keeps what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.letters: list[object] = []

    def handle_message(self, message: object) -> None:
        self.letters.append(message)


@pytest.fixture
def post_office(settings):
    """A real SMTP server on loopback, and Django told of it."""
    kept = Kept()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(kept, hostname="127.0.0.1", port=port)
    server.start()
    settings.MAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield kept
    server.stop()


@pytest.fixture
def person() -> Person:
    return staff.administrator()


def forgotten(client: Client, email: str = EMAIL, address: str = "10.0.0.1"):
    return client.post("/desk/sign-in/forgotten/", {"email": email}, REMOTE_ADDR=address)


def link(letter) -> str:
    text = letter.get_payload(decode=True).decode()
    (found,) = set(re.findall(r"http://testserver(/\S+)", text))
    return found


def test_a_letter_brings_the_link_that_sets_a_new_password_once(client, person, post_office):
    guest = Client()
    assert try_password(guest).status_code == 302
    assert "thư kèm liên kết đang được gửi" in staff.said(forgotten(client))
    (job,) = ProcrastinateJob.objects.filter(task_name="nonnuoc.desk.tasks.send_reset")
    assert job.args == {"email": EMAIL, "site": "http://testserver/"}  # no secret waits in the queue
    assert tasks.send_reset(**job.args)
    (letter,) = post_office.letters
    assert letter["To"] == EMAIL and letter.get_content_type() == "text/plain"
    text = letter.get_payload(decode=True).decode()
    assert text.index("Kính gửi Nông Thị An") < text.index("Dear Nông Thị An")
    path = link(letter)
    assert client.get(path).status_code == 200
    assert client.post(path, {"password": "Matkhau@123456"}).status_code == 422
    assert client.post(path, {"password": NEW}).url == "/desk/sign-in/"
    assert not staff.is_in(guest) and Presence.objects.count() == 0
    assert client.get(path).status_code == 404
    assert client.post(path, {"password": "yet another good one"}).status_code == 404
    assert try_password(client).status_code == 403
    assert try_password(client, NEW).status_code == 302
    assert staff.deeds("password") == ["password.reset"]


def test_the_answer_is_the_same_for_every_address(client, person, post_office):
    known, unknown = forgotten(client), forgotten(client, "nobody@example.vn")
    assert staff.said(known).replace(EMAIL, "") == staff.said(unknown).replace("nobody@example.vn", "")
    for job in ProcrastinateJob.objects.filter(task_name="nonnuoc.desk.tasks.send_reset"):
        tasks.send_reset(**job.args)
    assert [letter["To"] for letter in post_office.letters] == [EMAIL]


def test_the_second_proof_is_asked_for_after_a_reset_too(client, person):
    staff.with_authenticator(person)
    client.post("/desk/sign-in/forgotten/{}/{}/".format(*passwords.reset_key(person)), {"password": NEW})
    assert try_password(client, NEW).url == "/desk/sign-in/second/"


def test_the_link_is_good_for_an_hour(client, person, monkeypatch):
    path = "/desk/sign-in/forgotten/{}/{}/".format(*passwords.reset_key(person))
    now = PasswordResetTokenGenerator()._now()
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: now + timedelta(minutes=59))
    assert client.get(path).status_code == 200
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: now + timedelta(minutes=61))
    assert client.get(path).status_code == 404


def test_signing_in_ends_links_that_were_sent_before(client, person):
    path = "/desk/sign-in/forgotten/{}/{}/".format(*passwords.reset_key(person))
    try_password(client)
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize("who", ["", "MQ", "%00", "x" * 5000, "OTk5OTk5OTk5OTk5OTk5", "4pm9", "LTE"])
def test_links_that_make_no_sense_are_told_so(client, person, who):
    answer = client.get(f"/desk/sign-in/forgotten/{who or '-'}/cx-0123456789abcdef/")
    assert answer.status_code == 404
    assert "không còn dùng được" in staff.said(answer)


def test_a_link_is_of_one_person(client, person):
    other = staff.colleague("binh@example.vn")
    who, _ = passwords.reset_key(other)
    _, token = passwords.reset_key(person)
    assert client.get(f"/desk/sign-in/forgotten/{who}/{token}/").status_code == 404


def test_nobody_is_flooded_with_letters_and_nobody_kept_from_them(client, person, post_office):
    for number in range(attempts.RESET_TO.most + 3):
        forgotten(client, address=f"10.0.1.{number}")
    for job in ProcrastinateJob.objects.filter(task_name="nonnuoc.desk.tasks.send_reset"):
        tasks.send_reset(**job.args)
    assert len(post_office.letters) == attempts.RESET_TO.most
    assert client.get(link(post_office.letters[0])).status_code == 200  # the first is as good as the last


def test_one_address_asks_for_so_many_links_an_hour(client, settings):
    settings.MAIL = True
    for number in range(attempts.RESET_FROM.most):
        assert forgotten(client, f"{number}@example.vn").status_code == 200
    assert forgotten(client).status_code == 429
    assert forgotten(client, address="10.0.0.2").status_code == 200


def test_without_a_post_office_the_page_says_what_to_do(client, person, settings):
    settings.MAIL = False
    assert "chưa gửi được thư điện tử" in staff.said(client.get("/desk/sign-in/forgotten/"))
    assert forgotten(client).status_code == 422
    assert not ProcrastinateJob.objects.filter(task_name="nonnuoc.desk.tasks.send_reset").exists()


def test_a_post_office_that_is_away_is_asked_again_and_counts_no_letter(person, settings):
    settings.MAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    for _ in range(attempts.RESET_TO.most + 1):
        with pytest.raises(OSError, match="refused"):
            tasks.send_reset(email=EMAIL, site="http://testserver/")
    assert tasks.send_reset.retry_strategy.max_attempts == 8


def invited(by: Person | None = None) -> str:
    office = services.root_office()
    return invitations.invite("Binh@example.vn", name="Nông Văn Bình", office=office, role=Role.OFFICER, by=by)


def test_an_invitation_becomes_an_account(client, person, post_office):
    token = invited(person)
    assert tasks.send_invitation(token=token, site="http://testserver/")
    (letter,) = post_office.letters
    path = link(letter)
    page = client.get(path)
    assert "Nông Thị An" in staff.said(page) and "binh@example.vn" in staff.said(page)
    assert client.post(path, {"password": "Nông Văn Bình 1990"}).status_code == 422
    assert client.post(path, {"password": NEW}).url == "/desk/"
    assert staff.is_in(client)
    assert client.get(path).status_code == 404
    assert not tasks.send_invitation(token=token, site="http://testserver/")
    assert try_password(Client(), NEW, email="binh@example.vn").status_code == 302
    assert {"person.invited", "invitation.accepted", "person.registered", "appointment.given"} <= set(staff.deeds())


def test_an_invited_administrator_is_led_to_a_second_proof(client, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    office = services.root_office()
    token = invitations.invite("c@example.vn", name="C", office=office, role=Role.ADMINISTRATOR, by=None)
    client.post(f"/desk/invitation/{token}/", {"password": NEW})
    assert client.get("/desk/").url == "/desk/account/"


@pytest.mark.parametrize("change", [{"revoked": timezone.now()}, {"expires": timezone.now() - timedelta(seconds=1)}])
def test_an_invitation_withdrawn_or_run_out_opens_nothing(client, change):
    token = invited()
    Invitation.objects.update(**change)
    assert client.get(f"/desk/invitation/{token}/").status_code == 404
    assert client.post(f"/desk/invitation/{token}/", {"password": NEW}).status_code == 404
    assert selectors.person_by_email("binh@example.vn") is None


def test_guessing_invitations_is_slow_and_the_right_one_is_always_opened(client):
    token = invited()
    for _ in range(attempts.INVITATION_FROM.most):
        assert client.get("/desk/invitation/wrong/").status_code == 404
    assert client.get("/desk/invitation/wrong/").status_code == 429
    assert client.get(f"/desk/invitation/{token}/").status_code == 200


def test_the_machine_itself_lets_somebody_begin_anew(client, person):
    staff.with_authenticator(person)
    recovery_codes.renew(person)
    client.force_login(person)
    assert staff.is_in(client)
    answer = CliRunner().invoke(nonnuoc, ["admin", "--reset", "An@example.vn"])
    assert answer.exit_code == 0
    (password,) = re.findall(r"password: +(\S+)", answer.output)
    assert not staff.is_in(client)
    assert not Authenticator.objects.exists() and recovery_codes.left(person) == 0
    assert try_password(client, password).url == "/desk/"
    entry = AuditEntry.objects.get(action="password.reset")
    assert (entry.by, entry.subject, entry.detail) == (None, EMAIL, {"how": "machine"})


def test_the_machine_knows_whom_it_does_not_know():
    answer = CliRunner().invoke(nonnuoc, ["admin", "--reset", "nobody@example.vn"])
    assert answer.exit_code == 1 and "Nobody signs in as nobody@example.vn." in answer.output


def test_another_administrator_gives_a_link_and_takes_the_lost_proofs_away(client, person):
    other = staff.colleague("binh@example.vn")
    staff.with_authenticator(other)
    path = "/desk/sign-in/forgotten/{}/{}/".format(*recovery.give_link(other, by=person))
    assert not Authenticator.objects.exists()
    assert client.post(path, {"password": NEW}).status_code == 302
    assert try_password(client, NEW, email="binh@example.vn").status_code == 302
    assert staff.deeds("recovery") == ["recovery.link-given"]
