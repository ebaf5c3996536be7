"""What happens to incidents, as server-sent events, for who has signed in: /api/stream?incidents=1.

An event says that something has happened to an incident within the caller's reach, and what it is now; whoever wants to
know more asks for it. The web server says what happened since the last id and lets go; the part `news` holds the line.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import orjson
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponse

from nonnuoc.api.doors.callers import Caller
from nonnuoc.api.doors.problems import Problem
from nonnuoc.api.live import again, newest
from nonnuoc.ingest.away import is_away
from nonnuoc.records.accounts.audit import ORIGIN
from nonnuoc.records.alerts import news
from nonnuoc.records.alerts.news import Happened, Sight

log = logging.getLogger(__name__)

#: Seconds between two tries while the database is away, and until it is noticed that all this is to end.
AGAIN_S = (0.5, 1, 2, 5, 10)
GLANCE_S = 0.25


@dataclass(frozen=True, slots=True)
class Watching:
    """Who wants to know what happens to incidents; one of api.live.again.Listener."""

    request: HttpRequest
    caller: Caller
    sight: Sight
    address: str

    def renewed(self) -> Watching:
        """With the rights of now. Raises Problem 401 where the key or the session is over."""
        caller = again.identified(self.caller, self.request)
        return replace(self, caller=caller, sight=Sight(caller.rights))


@dataclass(frozen=True, slots=True)
class Batch:
    """What happened together, and the mark of whoever hears it."""

    found: Sequence[Happened]
    heard: int

    def told_to(self, listener: object) -> bytes:
        """What of it this listener may see; b"" for nothing, and for who listens to something else."""
        if not isinstance(listener, Watching):
            return b""
        return events([one for one in self.found if listener.sight.may_see(one)], self.heard)


class Ear(threading.Thread):
    """Gives every batch to `tell`, from its own thread and with its own connection, until `stop`."""

    def __init__(self, tell: Callable[[Batch], object]) -> None:
        super().__init__(name="incidents", daemon=True)
        self.tell = tell
        self._heard: int | None = None
        self._ended = threading.Event()

    def stop(self) -> None:
        """Soon."""
        self._ended.set()

    def run(self) -> None:
        tries = 0
        while not self._ended.is_set():
            try:
                news.listen()
                self._missed()
                tries = 0
                while not self._ended.is_set():
                    if ids := news.wait(GLANCE_S):
                        self._heard = news.mark()
                        self.tell(Batch(news.of(ids), self._heard))
            except Exception as error:
                if not (isinstance(error, DatabaseError) and is_away(error)):
                    log.exception("what happens to incidents could not be read")
                connection.close()
                self._ended.wait(AGAIN_S[min(tries, len(AGAIN_S) - 1)])
                tries += 1
        connection.close()

    def _missed(self) -> None:
        """What happened while nobody listened."""
        before, self._heard = self._heard, news.mark()
        if before is not None and (found := news.since(before)):
            self.tell(Batch(found, self._heard))


def answer(request: HttpRequest, caller: Caller, heard: int | None, opening: Callable[[int], bytes]) -> HttpResponse:
    """What happened since `heard`; None: only where to go on from. Raises Problem 401 and 403."""
    if caller.is_stranger:
        raise Problem(401, "key", "Incidents are told to who has signed in, or sends a key.")
    caller.rights.require("incidents.read")
    now, sight = news.mark(), Sight(caller.rights)
    found = [] if heard is None or heard >= now else [one for one in news.since(heard) if sight.may_see(one)]
    said = HttpResponse(opening(now) + events(found, now), content_type="text/event-stream")
    said.headers["X-Accel-Buffering"] = "no"
    said.following = Watching(request, caller, sight, ORIGIN.get() or "")  # type: ignore[attr-defined]
    return said


def events(found: Sequence[Happened], heard: int) -> bytes:
    """An event an incident."""
    return b"".join(b"event: incident\nid: %d\ndata: %b\n\n" % (heard, orjson.dumps(_told(one))) for one in found)


def _told(one: Happened) -> dict[str, object]:
    return {
        "id": one.id,
        "state": one.state,
        "severity": one.severity,
        "acknowledged": one.acknowledged,
        "changed": newest.instant(one.changed),
    }
