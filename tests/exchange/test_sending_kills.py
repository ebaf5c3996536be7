"""The sender is killed again and again while its receiver fails: nothing is lost, and nothing is done twice.

Each control breaks one promise and is noticed by the very same test.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import threading
import time
import uuid
from collections import Counter
from contextlib import suppress

import pytest
from django.db import connections

from nonnuoc.exchange import parcels, pinned, sending
from nonnuoc.records.accounts import preferences, services
from nonnuoc.records.accounts.models import Role
from nonnuoc.records.outbox import delivering, retrying, webhooks
from nonnuoc.records.outbox import services as outbox
from nonnuoc.records.outbox.models import Message
from tests.exchange import receiver as receivers
from tests.records.outbox.people import AT, news, somebody

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PATIENCE_S = 40.0
State = Message.State


def hasty() -> None:
    """In the sender's process: it waits for nothing as long as it would in earnest."""
    retrying.FIRST_S, retrying.LONGEST_S = 0.05, 0.5
    pinned.WHOLE_S = 0.5
    sending.AGAIN_S = (0.02,)  # until it is the only one: the one before was killed a moment ago


def without_key() -> None:
    """Control: every try comes under another key."""
    packed = parcels.pack

    def pack(messages, *, at):
        for message in messages:
            message.uuid = uuid.uuid4()
        return packed(messages, at=at)

    parcels.pack = pack


def sent_before_sending() -> None:
    """Control: what is taken is called sent before it is handed over."""
    taken = delivering.take

    def take(*args, **kwargs):
        found = taken(*args, **kwargs)
        Message.objects.filter(id__in=[one.id for one in found]).update(state=State.SENT)
        return found

    delivering.take = take


def live(seconds: float | None, spoil) -> None:
    """A sender in a process of its own, killed after so many seconds; None: until nothing is left to send."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            hasty()
            spoil()
            sending.Sender(threading.Event(), pack=lambda *args, **more: parcels.pack(*args, **more)).run()
        os._exit(1)
    if seconds is None:
        until = time.monotonic() + PATIENCE_S
        while Message.objects.filter(state__in=("queued", "sending")).exists() and time.monotonic() < until:
            time.sleep(0.1)
    else:
        time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "the sender ended by itself"


def deeds(spoil=lambda: None, *, messages: int = 80, kills: int = 4) -> tuple[int, int, int]:
    """Queue, kill and fail; how many messages are lost, done twice, and how often one was sent twice."""
    drawn = random.Random(5)
    with receivers.running(behave=receivers.moody()) as receiver:
        services.choose_setting("outbox.allowed_targets", "127.0.0.1", by=None)
        preferences.forget()
        by = somebody(Role.ADMINISTRATOR)
        webhooks.make_webhook("machine", receiver.url, by=by)
        with outbox.together(AT):
            for number in range(messages):
                outbox.announce(news(key=f"crossing:{number}", topic="incident.silence"), at=AT)
        for _ in range(kills):
            live(drawn.uniform(0.1, 0.5), spoil)
        live(None, spoil)
        done = Counter(receiver.deeds)
        lost = messages - sum(f"crossing:{number}" in done for number in range(messages))
        again = len(receiver.requests) - len(receiver.keys)
        return lost, sum(count - 1 for count in done.values()), again


def test_nothing_is_lost_and_nothing_done_twice():
    lost, twice, sent_again = deeds(messages=300, kills=12)
    assert (lost, twice) == (0, 0)
    assert sent_again > 0, "nothing was ever sent twice: this test proves nothing about keys"
    assert dict(Counter(Message.objects.values_list("state", flat=True))) == {"delivered": 300}


def test_control_without_a_key_doubles_are_noticed():
    lost, twice, _ = deeds(without_key)
    assert lost == 0 and twice > 0


def test_control_called_sent_before_it_is_sent_losses_are_noticed():
    lost, _, _ = deeds(sent_before_sending)
    assert lost > 0


def test_a_request_that_breaks_off_asks_for_nothing(receiver):
    """As a sender leaves it that is killed amid it. A receiver that took the key would lose the message."""
    with socket.create_connection(("127.0.0.1", receiver.port)) as line:
        line.sendall(b"POST /hook HTTP/1.1\r\nHost: x\r\nIdempotency-Key: k\r\nContent-Length: 40\r\n\r\n{")
        line.shutdown(socket.SHUT_WR)
        assert line.recv(100) == b""
    assert (receiver.keys, receiver.requests, receiver.cut_off) == (set(), [], 1)
