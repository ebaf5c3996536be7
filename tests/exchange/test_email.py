"""Letters go through a real post office, carry an id that tells doubles, and nothing slips into their headers."""

from __future__ import annotations

import email
import email.policy
import socket
from datetime import UTC, datetime

import pytest

from nonnuoc.exchange.adapters import email as post
from nonnuoc.exchange.rendering import Text

QUEUED = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
UUID = "5e1c94c5-8b1f-4b43-9c2a-6f3c0f0a7b11"


def send(to="an@example.vn", subject="Trạm Sông Bằng", body="PM2.5 vượt ngưỡng\n"):
    return post.send(UUID, to, Text(subject, body), queued=QUEUED, topic="incident.environment")


def letter(post_office):
    return email.message_from_bytes(post_office.letters[-1][1], policy=email.policy.default)


def test_a_letter_says_who_wrote_it_and_which_it_is(post_office):
    verdict = send()
    assert (verdict.result, verdict.down) == ("sent", False)
    found = letter(post_office)
    assert found["To"] == "an@example.vn" and found["From"] == "Non Nước <nonnuoc@quantrac.example>"
    assert (found["Subject"], found.get_content_type()) == ("Trạm Sông Bằng", "text/plain")
    assert found.get_content().strip() == "PM2.5 vượt ngưỡng"
    assert found["Message-ID"] == f"<{UUID}@quantrac.example>"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["List-Id"] == "<incident.environment.nonnuoc.quantrac.example>"
    assert found["Date"] == "Mon, 02 Mar 2026 05:00:00 -0000"


def test_the_same_message_sent_again_is_the_same_letter(post_office):
    send()
    send()
    one, two = (content for _, content in post_office.letters)
    assert one == two


@pytest.mark.parametrize("evil", ["a\r\nBcc: all@example.vn", "a\nX: b", "a\r\n\r\nbody", "a\x00b", "a\u2028b"])
def test_nothing_is_slipped_into_the_headers(post_office, evil):
    assert send(subject=evil).result == "sent"
    found = letter(post_office)
    assert found["Bcc"] is None and found["X"] is None
    assert found.get_content().strip() == "PM2.5 vượt ngưỡng"
    assert post_office.letters[-1][0] == ["an@example.vn"]


@pytest.mark.parametrize("to", ["a@b.vn\r\nBcc: x@y.vn", "a@b.vn\r\nRCPT TO:<x@y.vn>"])
def test_an_address_that_is_none_is_refused(post_office, to):
    assert send(to=to).result == "refused"
    assert post_office.letters == []


@pytest.mark.parametrize(
    ("answer", "result", "down"),
    [
        ("550 no such user", "refused", False),
        ("552 mailbox full", "refused", False),
        ("450 greylisted", "later", False),
        ("421 closing", "later", True),
    ],
)
def test_what_the_post_office_says_of_the_recipient(post_office, answer, result, down):
    post_office.refuse["an@example.vn"] = answer
    verdict = send()
    assert (verdict.result, verdict.down) == (result, down)
    assert answer in verdict.answer


@pytest.mark.parametrize(("answer", "result"), [("554 spam", "refused"), ("451 later", "later")])
def test_what_it_says_of_the_letter(post_office, answer, result):
    post_office.at_the_end = answer
    assert send().result == result


def test_a_post_office_that_is_closed_is_down(post_office, settings):
    with socket.create_server(("127.0.0.1", 0)) as free:
        settings.EMAIL_PORT = free.getsockname()[1]
    verdict = send()
    assert (verdict.result, verdict.down) == ("unreachable", True)


@pytest.mark.slow
def test_one_that_accepts_and_never_speaks_is_left_in_time(post_office, settings, monkeypatch):
    monkeypatch.setattr(post, "STEP_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_PORT = silent.getsockname()[1]
        verdict = send()
    assert (verdict.result, verdict.down) == ("unreachable", True)


def test_one_that_wants_a_password_we_have_wrong_is_no_fault_of_the_letter(post_office, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "nonnuoc", "wrong"
    verdict = send()
    assert (verdict.result, verdict.down) == ("later", True)
