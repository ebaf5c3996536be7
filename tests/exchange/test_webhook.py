"""Webhooks are signed as the Standard Webhooks specification says, and every answer is understood."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from nonnuoc.exchange.adapters import webhook
from nonnuoc.exchange.adapters.verdict import seconds
from nonnuoc.records.outbox import webhooks

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loopback_is_listed")]
UUID = "5e1c94c5-8b1f-4b43-9c2a-6f3c0f0a7b11"
KEY = b"0123456789abcdef01234567"


def send(receiver):
    return webhook.send(UUID, receiver.url, [KEY], {"type": "incident.environment", "name": "Đỏ"}, now=1_700_000_000)


def test_the_signature_is_that_of_the_specification():
    """The example of the specification's own test suite (libraries/python/tests/test_standardwebhooks.py)."""
    key = webhooks.key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    drawn = webhook.signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert drawn == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_message_is_signed_and_carries_its_key(receiver):
    verdict = send(receiver)
    (request,) = receiver.requests
    assert (verdict.result, verdict.answer) == ("delivered", "200 thanks")
    assert request.json == {"type": "incident.environment", "name": "Đỏ"}
    assert request.headers["idempotency-key"] == request.headers["webhook-id"] == UUID
    assert request.headers["webhook-timestamp"] == "1700000000"
    assert request.headers["webhook-signature"] == webhook.signature(KEY, UUID, 1_700_000_000, request.body)
    assert request.headers["content-type"] == "application/json"


def test_while_a_secret_changes_both_sign(receiver):
    webhook.send(UUID, receiver.url, [KEY, b"older"], {}, now=1)
    said = receiver.requests[0].headers["webhook-signature"].split(" ")
    assert said == [webhook.signature(key, UUID, 1, b"{}") for key in (KEY, b"older")]


@pytest.mark.parametrize(
    ("status", "result", "down"),
    [
        *((200, "delivered", False), (204, "delivered", False)),
        *((301, "refused", False), (307, "refused", False)),
        *((400, "refused", False), (401, "refused", False), (404, "refused", False), (410, "refused", False)),
        *((408, "later", True), (425, "later", True), (429, "later", True)),
        *((500, "later", True), (502, "later", True), (503, "later", True)),
        ("reset", "unreachable", True),
    ],
)
def test_every_answer_has_its_meaning(receiver, status, result, down):
    receiver.behave = lambda request: status
    verdict = send(receiver)
    assert (verdict.result, verdict.down) == (result, down)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [("120", 120.0), ("Thu, 01 Jan 2026 00:01:00 GMT", 60.0), ("Wed, 01 Jan 2025 00:00:00 GMT", 0.0), ("soon", None)],
)
def test_a_receiver_may_say_when_to_come_again(said, wanted):
    assert seconds(said, datetime(2026, 1, 1, tzinfo=UTC)) == wanted


def test_what_it_says_is_handed_on(receiver):
    receiver.behave, receiver.headers = (lambda request: 429), {"Retry-After": "7"}
    assert send(receiver).wait_s == 7.0


def test_an_answer_is_kept_short_and_readable(receiver):
    receiver.answer = b"<html>\n\n" + b"\xff x" * 5000
    answer = send(receiver).answer
    assert len(answer) == 300 and "\n" not in answer
    json.dumps(answer)


def test_secrets_are_long_enough_for_the_specification():
    assert 24 <= len(webhooks.key(webhooks._drawn())) <= 64
