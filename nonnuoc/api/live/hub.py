"""The ear of the held stream: one thread hears from PostgreSQL that something is new, and reads what.

A notification names stations, and only these are looked at, but at most for a second: then everything that has changed
is looked for, and once without any notification. Only that moves the mark up to which nothing can have been missed.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from django.db import Error as DatabaseError
from django.db import connection

from nonnuoc.api.live import news
from nonnuoc.api.live.news import Following
from nonnuoc.ingest.away import is_away
from nonnuoc.records.accounts import access
from nonnuoc.records.monitoring import news as monitoring
from nonnuoc.records.monitoring.news import Asked, Mark, Newest

log = logging.getLogger(__name__)

#: Seconds between two looks at everything, while news comes and while none comes.
SWEEP_S, QUIET_S = 1.0, 15.0
#: Seconds until it is noticed that all this is to end.
GLANCE_S = 0.25
#: Seconds between two tries while the database is away.
AGAIN_S = (0.5, 1, 2, 5, 10)
EVERYTHING = Asked()


class Batch:
    """What became new together. Whoever hears all of it has heard everything up to `heard`; until then, to `before`."""

    def __init__(self, found: list[Newest], before: int, heard: int) -> None:
        self.found, self.before, self.heard = found, before, heard
        self._oldest = min(one.written for one in found)
        self._public: dict[Asked, bytes] = {}

    def told_to(self, listener: object) -> bytes:
        """What of it this listener asked for, has not been told, and may see at this moment; b"" for nothing."""
        if not isinstance(listener, Following):
            return b""
        if not listener.caller.is_stranger or self._oldest < listener.heard:
            return self._told(listener)
        if listener.asked not in self._public:  # all strangers who ask for the same hear the same
            self._public[listener.asked] = self._told(listener)
        return self._public[listener.asked]

    def _told(self, listener: Following) -> bytes:
        chosen = [one for one in self.found if listener.asked.takes(one) and listener.may_see(one)]
        fresh = [one for one in chosen if one.written >= listener.heard]  # older ones stood in the first answer
        return news.events(fresh, before=self.before, heard=self.heard) if fresh else b""


class Ear(threading.Thread):
    """Gives every batch to `tell`, from its own thread, until `stop`."""

    def __init__(self, tell: Callable[[Batch], object]) -> None:
        super().__init__(name="ear", daemon=True)
        self.tell = tell
        self.away = False
        self._swept: Mark | None = None
        self._swept_at = 0.0
        self._behind = False  # something was heard since everything was looked at
        self._told: dict[int, int] = {}  # datastream -> the transaction of its value that was told
        self._ended = threading.Event()

    def stop(self) -> None:
        """Soon."""
        self._ended.set()

    def run(self) -> None:
        tries = 0
        while not self._ended.is_set():
            try:
                monitoring.listen()
                self._look(None)  # what came while nobody listened
                tries, self.away = 0, False
                self._listen()
            except Exception as error:
                if not (isinstance(error, DatabaseError) and is_away(error)):
                    log.exception("what is new could not be read")
                elif not self.away:
                    log.warning("the database is away: %s", str(error).strip())
                self.away = True
                connection.close()
                self._ended.wait(AGAIN_S[min(tries, len(AGAIN_S) - 1)])
                tries += 1
        connection.close()

    def _listen(self) -> None:
        while not self._ended.is_set():
            due_s = self._swept_at + (SWEEP_S if self._behind else QUIET_S) - time.monotonic()
            things = monitoring.wait(min(max(due_s, 0.01), GLANCE_S))
            late = time.monotonic() - self._swept_at >= SWEEP_S
            if things is None or (things and late) or due_s <= GLANCE_S:
                self._look(None)
            elif things:
                self._look(things)

    def _look(self, things: set[int] | None) -> None:
        """Tell what is new, at these things or (None) anywhere."""
        now = monitoring.mark()
        before = self._swept
        if before is None or before.heard > now.next:  # we begin; or another database stands there than before
            before = now
        found = monitoring.since(before.heard, now, EVERYTHING, access.SYSTEM, things=things)
        fresh = [one for one in found if self._told.get(one.datastream_id) != one.written]
        self._behind = things is not None
        if things is None:
            self._swept, self._swept_at = now, time.monotonic()
            self._told = {one.datastream_id: one.written for one in found if one.written >= now.heard}
        else:
            self._told.update((one.datastream_id, one.written) for one in fresh)
        if fresh:
            self.tell(Batch(fresh, before.heard, now.heard if things is None else before.heard))
