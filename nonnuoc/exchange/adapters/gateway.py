"""SMS and Zalo, through the gateway an administrator has described (`records/outbox/gateways.py`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

from nonnuoc.exchange import pinned
from nonnuoc.exchange.adapters.verdict import Verdict, of_http
from nonnuoc.exchange.pinned import Answer
from nonnuoc.records.outbox.delivering import Result
from nonnuoc.records.outbox.gateways import PLACEHOLDERS, Gateway

Write = Callable[[str], str]


def send(gateway: Gateway, uuid: str, to: str, text: str) -> Verdict:
    """Hand one message over to the gateway; what becomes of it there, we do not hear."""
    request = gateway.request
    values = {"to": to, "text": text, "key": uuid, "secret": gateway.secret}
    url = filled(request.url, values, lambda value: quote(value, safe=""))
    headers = {name: filled(value, values, str) for name, value in request.headers}
    body = filled(request.body, values, writing(request.content_type)).encode()

    def judged(answer: Answer) -> Verdict:
        return _judged(answer, gateway)

    return of_http(lambda: pinned.ask(request.method, url, {"Idempotency-Key": uuid, **headers}, body), judged)


def filled(template: str, values: Mapping[str, str], write: Write) -> str:
    """The template with each placeholder's value, written so that it stays a value. What is filled in is not looked
    through again."""
    parts = template.split("{")
    found = [parts[0]]
    for part in parts[1:]:
        name, brace, rest = part.partition("}")
        known = brace and name in PLACEHOLDERS
        found.append(write(values[name]) + rest if known else "{" + part)
    return "".join(found)


def writing(content_type: str) -> Write:
    """How a value is written within a body of this type."""
    if "json" in content_type:
        return lambda value: json.dumps(value, ensure_ascii=False)[1:-1]
    if "xml" in content_type:
        return lambda value: escape(value, {'"': "&quot;", "'": "&apos;"})
    return str if content_type.startswith("text/") else quote_plus


def _judged(answer: Answer, gateway: Gateway) -> Verdict:
    """A gateway may answer 200 and say in the body that it would not."""
    if not gateway.rules:
        return Verdict(Result.SENT, answer.words)
    if not answer.whole:
        return Verdict(Result.UNREACHABLE, "the answer broke off", down=True)
    try:
        told = json.loads(answer.body)
    except ValueError:
        return Verdict(Result.REFUSED, f"no JSON: {answer.words}")
    good = all(_there(told, path) == wanted for path, wanted in gateway.rules)
    return Verdict(Result.SENT if good else Result.REFUSED, answer.words)


def _there(told: Any, path: tuple[str, ...]) -> str | None:
    """What stands there, as JSON writes it; text without its quotation marks."""
    for step in path:
        if isinstance(told, list) and step.isdigit() and int(step) < len(told):
            told = told[int(step)]
        elif isinstance(told, dict) and step in told:
            told = told[step]
        else:
            return None
    return told if isinstance(told, str) else json.dumps(told)
