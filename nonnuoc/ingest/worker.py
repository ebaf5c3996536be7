"""The worker: what waits in the spool and in the swept folder goes into the river, in order, many in one transaction.

Files are removed only after the commit, so a worker killed at any point has lost nothing and, as the same bytes again
are the same delivery, counted nothing twice.
"""

from __future__ import annotations

import json
import logging
import signal
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from nonnuoc.ingest import background, pipeline
from nonnuoc.ingest.arrival import Arrival
from nonnuoc.ingest.away import is_away
from nonnuoc.ingest.spool import Envelope, Spool
from nonnuoc.ingest.sweep import Sweep

log = logging.getLogger(__name__)

MOST_FILES, FEWEST_FILES = 2000, 50
MOST_BYTES = 16 * 1024 * 1024
#: What a batch may take: a file that arrives now waits for one batch, and is in the next.
BATCH_S = 0.8
SHORTEST_NAP_S, LONGEST_NAP_S = 0.005, 0.1
SWEEP_EVERY_S = 1.0
LONGEST_WAIT_S = 10.0
#: A file that was in hand each time the worker died is set aside after so many deaths.
DEATHS = 3
Accept = Callable[[Sequence[Arrival]], object]


class Worker:
    """Drains both folders until it is stopped."""

    def __init__(self, spool: Spool, sweep: Sweep, stop: threading.Event, *, accept: Accept = pipeline.accept) -> None:
        self._spool, self._sweep, self._stop, self._accept = spool, sweep, stop, accept
        self._in_hand = spool.new.parent / "in-hand"
        self._files = MOST_FILES
        self._next_sweep = 0.0

    def run(self) -> None:
        """Drain until stopped; a batch that was begun is finished."""
        self._recover()
        nap, wait = SHORTEST_NAP_S, 0.5
        while not self._stop.is_set():
            try:
                busy = self.drain_once()
            except DatabaseError as error:
                log.warning("The database is away, deliveries wait in the spool: %s", str(error).strip())
                connection.close()
                self._stop.wait(wait)
                wait = min(wait * 2, LONGEST_WAIT_S)
            except OSError:
                log.exception("The spool cannot be read or written")
                self._stop.wait(LONGEST_WAIT_S)
            else:
                wait = 0.5
                nap = SHORTEST_NAP_S if busy else min(nap * 1.5, LONGEST_NAP_S)
                if not busy:
                    self._stop.wait(nap)
        connection.close()

    def drain_once(self) -> bool:
        """One batch from the spool and, every second, one from the swept folder; whether there was any."""
        busy = self._drain_spool()
        if time.monotonic() >= self._next_sweep:
            busy |= self._drain_sweep()
            self._next_sweep = time.monotonic() + SWEEP_EVERY_S
        return busy

    def _drain_spool(self) -> bool:
        names = self._spool.take(files=self._files, size=MOST_BYTES)
        if not names:
            return False
        started = time.monotonic()
        batch = [(name, arrival) for name in names if (arrival := self._read(name)) is not None]
        if batch:
            self._note([name for name, _ in batch], deaths=0)
            if self._take_in([arrival for _, arrival in batch]):
                self._one_by_one(batch)
            else:
                self._spool.done([name for name, _ in batch])
            self._in_hand.unlink(missing_ok=True)
            self._pace(len(batch), time.monotonic() - started)
        return True

    def _drain_sweep(self) -> bool:
        dropped = self._sweep.take(files=self._files, size=MOST_BYTES)
        if not dropped:
            return False
        if not self._take_in([one.arrival for one in dropped]):
            self._sweep.done(dropped)
            return True
        for one in dropped:
            why = self._take_in([one.arrival])
            if why:
                kept = self._spool.put(Envelope(one.arrival.door, "", one.arrival.name), one.arrival.body)
                self._spool.hold(kept, why)
            self._sweep.done([one])
        return True

    def _take_in(self, arrivals: Sequence[Arrival]) -> str:
        """Have them committed; give "" or, of something unforeseen, the traceback.

        Raises DatabaseError when the database is away: that is no fault of theirs, and they wait.
        """
        try:
            self._accept(arrivals)
        except DatabaseError as error:
            if is_away(error):
                raise
            return self._unforeseen(len(arrivals))
        except Exception:
            return self._unforeseen(len(arrivals))
        return ""

    def _unforeseen(self, count: int) -> str:
        log.exception("%d deliveries were not accepted", count)
        return traceback.format_exc()

    def _one_by_one(self, batch: Sequence[tuple[str, Arrival]], deaths: int = 0) -> None:
        """Find the delivery that stops a batch, and set it aside."""
        for name, arrival in batch:
            self._note([name], deaths=deaths)
            why = self._take_in([arrival])
            if why:
                self._spool.hold(name, why)
            else:
                self._spool.done([name])

    def _read(self, name: str) -> Arrival | None:
        try:
            return self._spool.read(name)
        except ValueError as error:
            self._spool.hold(name, str(error))
            return None

    def _pace(self, files: int, took_s: float) -> None:
        """Batches of about BATCH_S, however fast the machine is."""
        if took_s > BATCH_S:
            self._files = max(FEWEST_FILES, self._files // 2)
        elif files >= self._files and took_s < BATCH_S / 2:
            self._files = min(MOST_FILES, self._files * 2)

    def _note(self, names: Sequence[str], *, deaths: int) -> None:
        """Write down what is in hand, so that a file the worker dies of is known by it."""
        with suppress(OSError):  # a full disk: then without
            self._in_hand.write_text(json.dumps({"deaths": deaths, "names": names}))

    def _recover(self) -> None:
        """After a death: what was in hand goes one by one; what was alone in hand too often is set aside."""
        try:
            note = json.loads(self._in_hand.read_text())
        except (FileNotFoundError, ValueError):
            return
        names = [name for name in note["names"] if (self._spool.new / name).exists()]
        deaths = note["deaths"] + 1 if len(note["names"]) == 1 else 0
        if deaths >= DEATHS:
            for name in names:
                self._spool.hold(name, f"The worker died {deaths} times with this delivery in hand.")
            self._in_hand.unlink(missing_ok=True)
            return
        if names:
            log.warning("The worker died with %d deliveries in hand; they go one by one", len(names))
        batch = [(name, arrival) for name in names if (arrival := self._read(name)) is not None]
        with suppress(DatabaseError):
            self._one_by_one(batch, deaths)
            self._in_hand.unlink(missing_ok=True)


def run(*, beside: Sequence[Callable[[threading.Event], threading.Thread]] = ()) -> None:
    """Drain, and run the jobs of the queue, until SIGTERM or Ctrl-C; a batch that was begun is finished.

    `beside` starts threads of others that end with it.
    """
    home = Path(settings.HOME)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threads = [start(stop) for start in (background.start, background.start_watch, *beside)]
    Worker(Spool(home), Sweep(home), stop).run()
    for thread in threads:
        thread.join(timeout=20)
