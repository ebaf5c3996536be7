"""SMS and Zalo gateways: whatever stands in a message stays a value in the request."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from nonnuoc.exchange.adapters import gateway
from nonnuoc.records.outbox.gateways import Gateway
from nonnuoc.records.outbox.models import Channel

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loopback_is_listed")]
EVIL = """Đỏ "x" {secret} {key} \\ \n&to=1</a>%0a'"""
JSON = """POST {url}/send
Content-Type: application/json
Authorization: Bearer {{secret}}

{{"to": "{{to}}", "text": "{{text}}", "nested": {{"id": "{{key}}"}}}}"""


def there(text: str, receiver, success: str = "") -> Gateway:
    return Gateway(Channel.SMS, text.format(url=f"http://127.0.0.1:{receiver.port}"), success, "s3cret")


def send(way: Gateway, text: str = EVIL):
    return gateway.send(way, "uuid-1", "84912345678", text)


def test_in_json_the_text_stays_text(receiver):
    assert send(there(JSON, receiver)).result == "sent"
    (request,) = receiver.requests
    assert request.json == {"to": "84912345678", "text": EVIL, "nested": {"id": "uuid-1"}}
    assert request.headers["authorization"] == "Bearer s3cret"
    assert request.headers["idempotency-key"] == "uuid-1"


def test_in_a_form_too(receiver):
    form = "POST {url}/\nContent-Type: application/x-www-form-urlencoded\n\nto={{to}}&t={{text}}&k={{secret}}"
    send(there(form, receiver))
    assert parse_qs(receiver.requests[0].body.decode()) == {"to": ["84912345678"], "t": [EVIL], "k": ["s3cret"]}


def test_in_an_address_too(receiver):
    send(there("GET {url}/?to={{to}}&text={{text}}&id={{key}}", receiver))
    (request,) = receiver.requests
    assert request.method == "GET"
    assert parse_qs(urlsplit(request.path).query) == {"to": ["84912345678"], "text": [EVIL], "id": ["uuid-1"]}


def test_in_xml_too(receiver):
    send(there('POST {url}/\nContent-Type: text/xml\n\n<m to="{{to}}">{{text}}</m>', receiver), "a<b & 'c' \"d\"")
    assert receiver.requests[0].body == b'<m to="84912345678">a&lt;b &amp; &apos;c&apos; &quot;d&quot;</m>'


@pytest.mark.parametrize("written", ["{text!r}", "{text.__class__}", "{0}", "{to[0]}", "{{to}}", "{% now %}", "{", "}"])
def test_nothing_but_the_four_words_is_filled_in(written):
    filled = gateway.filled(written, {"to": "T", "text": "X", "key": "K", "secret": "S"}, str)
    assert filled == written.replace("{to}", "T")


ZALO = "error = 0"


@pytest.mark.parametrize(
    ("success", "answer", "result"),
    [
        ("", b"whatever", "sent"),
        (ZALO, b'{"error": 0}', "sent"),
        (ZALO, b'{"error": -216, "message": "Access token has expired"}', "refused"),
        (ZALO, b"{}", "refused"),
        (ZALO, b"<html>", "refused"),
        ("data.0.status = ok\nerror = 0", b'{"error": 0, "data": [{"status": "ok"}]}', "sent"),
        ("data.0.status = ok\nerror = 0", b'{"error": 0, "data": []}', "refused"),
        ("done = true", b'{"done": true}', "sent"),
    ],
)
def test_a_gateway_may_say_no_in_an_answer_of_200(receiver, success, answer, result):
    receiver.answer = answer
    verdict = send(there(JSON, receiver, success))
    assert verdict.result == result
    assert answer.decode() in verdict.answer


def test_the_secret_is_in_no_answer(receiver):
    receiver.behave = lambda request: 400
    assert "s3cret" not in send(there(JSON, receiver)).answer


@pytest.mark.parametrize("status", [429, 503])
def test_a_gateway_that_is_busy_is_asked_again(receiver, status):
    receiver.behave = lambda request: status
    assert send(there(JSON, receiver)).result == "later"
