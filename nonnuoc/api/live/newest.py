"""The newest value of a datastream as machines are told it: the same in lists, on the map and in the stream."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.http import QueryDict

from nonnuoc.api.doors import problems
from nonnuoc.domain import quality as q
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.monitoring import news
from nonnuoc.records.monitoring.models import Datastream, Thing
from nonnuoc.records.monitoring.news import Asked, Newest

#: Values one parameter may list, and their length.
MOST = 1000
LONGEST = 60
_LAST_ID = 2**31 - 1


def told(one: Newest) -> dict[str, Any]:
    """Without its station."""
    return {
        "id": one.datastream_id,
        "property": one.property,
        "procedure": one.procedure,
        "time": instant(one.time),
        "value": one.value,
        "unit": one.unit,
        "quality": q.told(one.quality),
    }


def instant(time: datetime) -> str:
    """ISO 8601 in UTC; a fraction only where there is one."""
    return time.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def asked(query: QueryDict, reader: Rights) -> Asked:
    """What `station`, `kind`, `property`, `procedure` and `ids` choose: each may be repeated, or list with commas.

    Raises Problem 400 for a word that is none of those there are and for what is no list; 404 for a station that the
    reader cannot see, whether it is there or not.
    """
    chosen = Asked(
        stations=frozenset(_listed(query, "station")),
        kinds=frozenset(_one_of(query, "kind", Thing.Kind.values)),
        properties=frozenset(_listed(query, "property")),
        procedures=frozenset(_one_of(query, "procedure", Datastream.Procedure.values)),
        datastreams=frozenset(_ids(query, "ids")),
    )
    match news.unknown(chosen, reader):
        case ("station", code):
            raise problems.Problem(
                404, "unknown_station", f"No station {code!r} can be read here.", parameter="station"
            )
        case ("property", code):
            raise problems.in_query("property", f"property: nothing is called {code!r} here.", text=code)
    return chosen


def _listed(query: QueryDict, name: str) -> list[str]:
    found = [word.strip() for told in query.getlist(name) for word in told.split(",")]
    for word in found:
        if not word or len(word) > LONGEST or not word.isprintable():
            raise problems.in_query(name, f"{name}: write codes with commas between.", text=",".join(found)[:200])
    if len(found) > MOST:
        raise problems.in_query(name, f"{name}: {len(found)} are more than the {MOST} there may be.")
    return found


def _one_of(query: QueryDict, name: str, known: Iterable[str]) -> list[str]:
    there = list(known)
    for word in (found := _listed(query, name)):
        if word not in there:
            raise problems.in_query(name, f"{name}: there is no {word!r}; there are {', '.join(there)}.", text=word)
    return found


def _ids(query: QueryDict, name: str) -> list[int]:
    found = _listed(query, name)
    for word in found:
        if not (word.isascii() and word.isdigit() and 0 < int(word) <= _LAST_ID):
            raise problems.in_query(name, f"{name}: {word!r} is no id; write numbers with commas between.", text=word)
    return [int(word) for word in found]
