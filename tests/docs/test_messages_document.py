"""docs/MESSAGES.md: its program verifies what we send, its gateways can be set up, its topics are ours."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from nonnuoc.exchange.adapters import webhook
from nonnuoc.records.outbox import gateways, topics, webhooks
from tests.exchange import receiver as receivers

PAGE = (Path(__file__).resolve().parents[2] / "docs/MESSAGES.md").read_text()
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.mark.django_db
def test_the_program_believes_us_and_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, object] = {}
    exec(program, names)
    verified = names["verified"]
    monkeypatch.setattr("nonnuoc.records.outbox.targets.is_listed", lambda *_: True)
    now = int(time.time())
    with receivers.running() as receiver:
        webhook.send("uuid-1", receiver.url, [b"older", webhooks.key(SECRET)], {"type": "Đỏ"}, now=now)
        webhook.send("uuid-2", receiver.url, [webhooks.key(SECRET)], {}, now=now - 301)
    good, old = receiver.requests
    assert verified(SECRET, good.headers, good.body)
    assert not verified(SECRET, good.headers, good.body + b" ")
    assert not verified(SECRET.replace("M", "N"), good.headers, good.body)
    assert not verified(SECRET, {**good.headers, "webhook-id": "uuid-3"}, good.body)
    assert not verified(SECRET, old.headers, old.body)


@pytest.mark.django_db
def test_the_gateways_can_be_set_up_as_they_stand_there() -> None:
    examples = re.findall(r"```\n(POST .*?)\n```", PAGE, re.DOTALL)
    assert len(examples) == 2
    for channel, text in zip(("sms", "zalo"), examples, strict=True):
        assert gateways.set_up(channel, text=text, success="error = 0", secret="x", by=None).request.method == "POST"


def test_every_topic_is_told() -> None:
    cells = re.findall(r"^\| (`(?:incident|warning|obligation|plan|system)\.[^|]+) \|", PAGE, re.MULTILINE)
    assert [topic for cell in cells for topic in re.findall(r"`([a-z.]+)`", cell)] == list(topics.ALL)
