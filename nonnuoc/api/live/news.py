"""What is new, as server-sent events (WHATWG HTML, 9.2), for whoever may see it.

Two servers give the same events. The web server has few threads: it says what is new since the caller's last id, and
lets go; browsers come again by themselves. The part `news` holds the line (held.py). What is said is made here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import orjson
from django.http import HttpRequest, HttpResponse

from nonnuoc.api.doors import callers, problems
from nonnuoc.api.doors.callers import Caller
from nonnuoc.api.live import again, incidents, newest
from nonnuoc.records.accounts.access import Reach, Rights
from nonnuoc.records.accounts.audit import ORIGIN
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.monitoring import news
from nonnuoc.records.monitoring.news import Asked, Newest

CONTENT_TYPE = "text/event-stream"
#: ms until whoever was let go comes again.
RETRY_MS = 3000
#: Of more datastreams at once it is only said that there are many.
MOST = 10_000
_MANY = "More than {most} datastreams have news: read /api/stations/latest or /api/datastreams/latest, then listen on."


@dataclass(frozen=True, slots=True)
class Following:
    """Who listens for what, and up to where they have heard."""

    request: HttpRequest
    caller: Caller
    #: What they may read of each class of data: settled once, so that nothing is asked of the database on each event.
    reach: Mapping[str, Reach]
    address: str
    asked: Asked
    heard: int

    def may_see(self, one: Newest) -> bool:
        """Whether this is theirs to read: by the class the station is of at this moment."""
        if one.data_class == DataClass.PUBLIC or one.station == self.caller.station:
            return True
        return self.reach[one.data_class].part(one.subject) is not None

    def renewed(self) -> Following:
        """With the rights of now. Raises Problem 401 where the key or the session is over."""
        if self.caller.is_stranger:
            return self
        caller = again.identified(self.caller, self.request)
        return replace(self, caller=caller, reach=_reach(caller.rights))


@callers.read(max_age=0)
def stream(request: HttpRequest, caller: Caller) -> HttpResponse:
    """What is new since Last-Event-ID (or `after`); without one, only where to go on from."""
    if request.GET.get("incidents", "") == "1":
        return incidents.answer(request, caller, _heard(request), lambda now: opening(RETRY_MS) + mark(now))
    asked = newest.asked(request.GET, caller.rights)
    now = news.mark()
    heard = _heard(request)
    if heard is not None and heard > now.next:  # of a database that was brought back from a copy
        heard = 0
    found = [] if heard is None else news.since(heard, now, asked, caller.rights, most=MOST + 1)
    body = opening(RETRY_MS) + (events(found, before=heard, heard=now.heard) if found else mark(now.heard))
    answer = HttpResponse(body, content_type=CONTENT_TYPE)
    answer.headers["X-Accel-Buffering"] = "no"
    following = Following(request, caller, _reach(caller.rights), ORIGIN.get() or "", asked, now.heard)
    answer.following = following  # type: ignore[attr-defined]
    return answer


def _reach(rights: Rights) -> Mapping[str, Reach]:
    return {name: rights.reach(f"data.{name}") for name in (DataClass.INTERNAL, DataClass.RESTRICTED)}


def opening(retry_ms: int) -> bytes:
    """How soon to come again."""
    return b"retry: %d\n\n" % retry_ms


def later(problem: HttpResponse) -> HttpResponse:
    """The same as an answer that makes browsers come again when the problem may be over."""
    pause_s = int(problem.get("Retry-After") or 0) or RETRY_MS // 1000
    words = comment(str(orjson.loads(problem.content).get("detail", "")))
    answer = HttpResponse(words + opening(pause_s * 1000), content_type=CONTENT_TYPE)
    answer.headers["Cache-Control"] = "no-store"
    if "Access-Control-Allow-Origin" in problem:
        answer.headers["Access-Control-Allow-Origin"] = problem["Access-Control-Allow-Origin"]
    return answer


def mark(heard: int) -> bytes:
    """Where to go on from; no browser's script sees it as an event."""
    return b"id: %d\n\n" % heard


def comment(words: str) -> bytes:
    """For people who look at the bytes; programs leave it out."""
    return f": {words}\n\n".encode()


def events(found: Sequence[Newest], *, before: int | None, heard: int) -> bytes:
    """An event a station; `found` in the order of stations. Whoever is cut off before the last one hears all again."""
    if len(found) > MOST:
        return _event("many", heard, {"advice": _MANY.format(most=MOST)})
    parts = [_station(code, list(some)) for code, some in groupby(found, key=lambda one: one.station)]
    said = [_event("observations", before or 0, data) for data in parts[:-1]]
    return b"".join([*said, *(_event("observations", heard, data) for data in parts[-1:])])


def _station(code: str, found: Sequence[Newest]) -> dict[str, object]:
    first = found[0]
    streams = [newest.told(one) for one in found]
    return {"station": code, "kind": first.kind, "simulated": first.simulated, "datastreams": streams}


def _event(name: str, id_: int, data: dict[str, object]) -> bytes:
    return b"event: %b\nid: %d\ndata: %b\n\n" % (name.encode(), id_, orjson.dumps(data))


def _heard(request: HttpRequest) -> int | None:
    name, told = "after", request.GET.get("after", "")
    if known := request.headers.get("Last-Event-ID", ""):  # a browser that comes again asks the same address as before
        name, told = "Last-Event-ID", known
    if not told:
        return None
    if not re.fullmatch(r"\d{1,18}", told, re.ASCII):
        raise problems.in_query(name, f"{name}: give the id of the last event as it was, or none.", text=told)
    return int(told)
