"""The sender: takes what is due out of the outbox, hands it over, and keeps what came of it. A thread of the worker.

One loop holds the one connection to the database; handing over happens in threads that do not need it, so that a
receiver that hangs holds up nobody but itself. What was taken is leased, not gone: killed at any moment, this loses
nothing, and what was perhaps handed over goes again under the same key.
"""

from __future__ import annotations

import logging
import os
import select
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone

from nonnuoc.exchange import parcels
from nonnuoc.exchange.adapters.verdict import Verdict
from nonnuoc.exchange.parcels import Parcel, Receiver
from nonnuoc.records.outbox import delivering, retrying
from nonnuoc.records.outbox.delivering import Outcome, Result
from nonnuoc.records.outbox.models import Message
from nonnuoc.records.outbox.services import CHANNEL

log = logging.getLogger(__name__)

#: Threads in all, and for one receiver.
MOST_AT_ONCE, MOST_FOR_ONE = 48, 4
MOST_TAKEN = 8
#: Seconds between two looks when nobody has said that there is something.
LOOK_EVERY_S = 2.0
GIVE_UP_EVERY_S = 30.0
#: Seconds until it is noticed that all this is to end.
GLANCE_S = 0.25
#: After so many failures in a row a receiver is down, and is tried with one message at a time.
DOWN_AFTER = 5
#: The longest that all that waits for a receiver that is down waits.
LONGEST_PAUSE = timedelta(minutes=5)
AGAIN_S = (0.5, 1, 2, 5, 10)
STOP_PATIENCE_S = 16.0
_LISTEN = f"LISTEN {CHANNEL}"


@dataclass(slots=True)
class _Circuit:
    """How a receiver has done lately."""

    failures: int = 0

    @property
    def most(self) -> int:
        return 1 if self.failures >= DOWN_AFTER else MOST_FOR_ONE


class Sender:
    """Sends until it is told to stop; what is being handed over then is waited for."""

    def __init__(self, stop: threading.Event, *, pack: Callable[..., list[Parcel]] = parcels.pack) -> None:
        self._stop, self._pack = stop, pack
        self._pool = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="sending")
        self._in_hand: Counter[Receiver] = Counter()
        self._circuits: dict[Receiver, _Circuit] = {}
        self._done: deque[tuple[Receiver, Outcome, bool]] = deque()
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._woken, False)
        self._next_give_up = 0.0
        self._heard = False

    def run(self) -> None:
        """Until stopped; while the database is away, try again and again."""
        tries = 0
        while not self._stop.is_set():
            try:
                if self._begin():
                    tries = 0
                    self._work()
            except DatabaseError as error:
                log.warning("The outbox waits: %s", str(error).strip())
            except Exception:
                log.exception("The outbox could not be sent")
            connection.close()
            self._stop.wait(AGAIN_S[min(tries, len(AGAIN_S) - 1)])
            tries += 1
        self._end()

    def step(self) -> int:
        """Keep what is done, hand over what is due; how many were begun."""
        self._settle()
        if time.monotonic() >= self._next_give_up:
            delivering.give_up(at=timezone.now())
            self._next_give_up = time.monotonic() + GIVE_UP_EVERY_S
        begun = 0
        while (free := MOST_AT_ONCE - self._in_hand.total()) > 0:
            some = self._hand_over(free)
            begun += some
            if not some:
                break
        return begun

    @property
    def busy(self) -> bool:
        """Whether anything is being handed over, or done and not kept yet."""
        return bool(self._in_hand.total() or self._done)

    def _begin(self) -> bool:
        """Listen, as the only sender there is. What another one left half sent is due at once."""
        if not delivering.be_the_only_one():
            return False
        with connection.cursor() as cursor:
            cursor.execute(_LISTEN)
        self._wire().add_notify_handler(self._hear)
        if not self.busy:
            delivering.take_back(at=timezone.now())
        return True

    def _work(self) -> None:
        while not self._stop.is_set():
            begun = self.step()
            if not begun and not self._done:
                self._nap()

    def _hear(self, _notification: object) -> None:
        """Called by the driver whenever it comes across a notification, also amid another query."""
        self._heard = True

    def _nap(self) -> None:
        """Until something is queued, something is done, or it is time to look."""
        now = timezone.now()
        due = delivering.next_due(at=now)
        wait_s = LOOK_EVERY_S if due is None else min((due - now).total_seconds(), LOOK_EVERY_S)
        until = time.monotonic() + (0.0 if self._heard else wait_s)
        self._heard = False
        ready: list[int] = []
        while not ready and not self._stop.is_set() and (left := until - time.monotonic()) > 0:
            ready, _, _ = select.select([self._wire().fileno(), self._woken], [], [], min(left, GLANCE_S))
        if self._wire().fileno() in ready:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")  # what the server has said is read with its answer
        with suppress(BlockingIOError):
            while os.read(self._woken, 1024):
                pass

    def _wire(self) -> Any:
        """The driver's own connection. Raises DatabaseError once it is lost."""
        if connection.connection is None:
            raise DatabaseError("the connection is lost")
        return connection.connection

    def _hand_over(self, free: int) -> int:
        """Begin with some of what is due, of receivers that have room."""
        full = [one for one, number in self._in_hand.items() if number >= self._circuit(one).most]
        at = timezone.now()
        found = delivering.take(
            min(free, MOST_TAKEN),
            at=at,
            without=[one.channel for one in full if one.webhook_id is None],
            hooks=[one.webhook_id for one in full if one.webhook_id is not None],
        )
        mine = self._with_room(found)
        for parcel in self._pack(mine, at=at):
            self._in_hand[parcel.receiver] += 1
            self._pool.submit(self._deliver, parcel)
        return len(mine)

    def _with_room(self, found: list[Message]) -> list[Message]:
        """As many as their receivers have room for; the others are put back."""
        coming = Counter(self._in_hand)
        mine: list[Message] = []
        too_many: list[Message] = []
        for message in found:
            receiver = parcels.receiver(message)
            room = coming[receiver] < self._circuit(receiver).most
            coming[receiver] += room
            (mine if room else too_many).append(message)
        delivering.put_back(too_many)
        return mine

    def _deliver(self, parcel: Parcel) -> None:
        """In a thread of its own. Whatever happens, the loop hears of it."""
        at, began = timezone.now(), time.monotonic()
        try:
            verdict = parcel.send()
        except Exception as error:
            log.exception("message %d could not be handed over", parcel.message_id)
            verdict = Verdict(Result.BROKEN, f"{type(error).__name__}: {error}")
        took_ms = int((time.monotonic() - began) * 1000)
        outcome = Outcome(parcel.message_id, verdict.result, verdict.answer, at, took_ms, verdict.wait_s)
        self._done.append((parcel.receiver, outcome, verdict.down))
        os.write(self._wake, b"\0")

    def _settle(self) -> None:
        """Keep what came of what was handed over. It is forgotten here only once it is kept there."""
        done = list(self._done)
        if not done:
            return
        delivering.settle([outcome for _, outcome, _ in done])
        for receiver, outcome, down in done:
            self._done.popleft()
            self._in_hand[receiver] -= 1
            self._learn(receiver, outcome, down=down)
        self._in_hand += Counter()  # forget whom nothing is handed over to

    def _learn(self, receiver: Receiver, outcome: Outcome, *, down: bool) -> None:
        """A receiver that fails again and again, or asks for time, is left alone for a while with all that waits."""
        circuit = self._circuit(receiver)
        circuit.failures = circuit.failures + 1 if down else 0
        pause = timedelta(0)
        if down and circuit.failures >= DOWN_AFTER:
            pause = retrying.wait(circuit.failures - DOWN_AFTER + 1, 0.0, outcome.wait_s)
        elif down and outcome.wait_s:
            pause = retrying.wait(1, 0.0, outcome.wait_s)
        if pause:
            until: datetime = outcome.at + min(pause, LONGEST_PAUSE)
            delivering.postpone(until, channel=receiver.channel, webhook_id=receiver.webhook_id)

    def _circuit(self, receiver: Receiver) -> _Circuit:
        return self._circuits.setdefault(receiver, _Circuit())

    def _end(self) -> None:
        until = time.monotonic() + STOP_PATIENCE_S
        while self._in_hand.total() and time.monotonic() < until:
            with suppress(DatabaseError):
                self._settle()
            time.sleep(0.05)
        self._pool.shutdown(wait=False, cancel_futures=True)
        connection.close()


def start(stop: threading.Event) -> threading.Thread:
    """Send until `stop` is set."""
    thread = threading.Thread(target=Sender(stop).run, name="outbox")
    thread.start()
    return thread
