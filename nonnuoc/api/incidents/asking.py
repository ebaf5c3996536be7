"""What the query of /api/incidents asks for. Whatever is not understood is refused, naming its place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from nonnuoc.api.doors.problems import Problem, in_query
from nonnuoc.api.downloads import periods
from nonnuoc.records.alerts.models import Family, Incident, Severity
from nonnuoc.records.alerts.selectors import Asked

PARAMETERS = ("since", "until", "station", "family", "severity", "state", "before", "limit", "f")
SEVERITIES = {one.name.lower(): int(one) for one in Severity}
FORMATS = ("json", "csv")
DEFAULT, MOST = 100, 1000
LONGEST_CODE = 32
HIGHEST = 2**62


@dataclass(frozen=True, slots=True)
class Wanted:
    """The choice, where to go on from, how many at most, and as what."""

    asked: Asked
    before: int | None
    most: int
    format: str


def of(query: QueryDict, now: datetime) -> Wanted:
    """Raises Problem 400."""
    for name in query:
        if name not in PARAMETERS:
            told = f"There is no such parameter here; there are {', '.join(PARAMETERS)}."
            raise Problem(400, "query", told, parameter=name[:80])
    since, until = (_moment(query, name, now) for name in ("since", "until"))
    if since is not None and until is not None and since >= until:
        raise in_query("since", f"The span ends ({until.isoformat()}) before it begins.", text=_single(query, "since"))
    station = _single(query, "station")
    if len(station) > LONGEST_CODE or not station.isprintable():
        raise in_query("station", "station: write its code.", text=station)
    asked = Asked(
        family=_one_of(query, "family", Family.values),
        state=_one_of(query, "state", Incident.State.values),
        severity=SEVERITIES.get(_one_of(query, "severity", SEVERITIES), 0),
        code=station,
        since=since,
        until=until,
    )
    before, most = _number(query, "before", HIGHEST), _number(query, "limit", MOST)
    return Wanted(asked, before, most or DEFAULT, _one_of(query, "f", FORMATS) or "json")


def format_of(query: QueryDict) -> None:
    """Of a single incident, which has no parameters. Raises Problem 400."""
    for name in query:
        raise Problem(400, "query", "There is no such parameter here: there are none.", parameter=name[:80])


def _moment(query: QueryDict, name: str, now: datetime) -> datetime | None:
    text = _single(query, name)
    try:
        word = periods.word(text, now)
        if word is not None:
            return word.since if name == "since" else word.until
        return periods.moment(text) if text else None
    except ValueError as error:
        raise in_query(
            name, f"{error}: write 2026-11-23, 2026-11-23T14:05 or a word such as last-7d.", text=text
        ) from error


def _one_of(query: QueryDict, name: str, among: Collection[str]) -> str:
    text = _single(query, name)
    if text and text not in among:
        raise in_query(name, f"'{text[:40]}' is not one of {', '.join(among)}.", text=text)
    return text


def _number(query: QueryDict, name: str, most: int) -> int | None:
    text = _single(query, name)
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 20 and 0 < int(text) <= most):
        raise in_query(name, f"{name}: write a number from 1 to {most}.", text=text)
    return int(text)


def _single(query: QueryDict, name: str) -> str:
    if len(query.getlist(name)) > 1:
        raise in_query(name, "Given more than once: say it once.", text=query.getlist(name)[0])
    return query.get(name, "").strip()
