"""What the query of a download or of aggregates asks for. Whatever is not understood is refused, naming its place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from nonnuoc.api.doors.problems import Problem, in_query
from nonnuoc.api.downloads import periods
from nonnuoc.records.monitoring.aggregates import Resolution

RAW = "raw"
RESOLUTIONS = (RAW, *(one.value for one in Resolution))
ALL, USABLE, VALIDATED = "all", "usable", "validated"
QUALITIES = (ALL, USABLE, VALIDATED)
FUNCTIONS = ("mean", "min", "max", "count")
PARAMETERS = ("since", "until", "resolution", "quality", "as_of", "function")
MOST = 100  # datastreams at once
HIGHEST = 2**31 - 1  # id there can be
_TIMES = (
    "write 2026-11-23, 2026-11, 2026, 2026-11-23T14:05, 2026-11-23T07:05:00Z, or a word:"
    f" {', '.join(periods.WORDS)}, last-24h, last-7d"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """`since` None: was not told. `as_of` None: as things stand now."""

    since: datetime | None
    until: datetime
    resolution: str
    quality: str
    as_of: datetime | None
    functions: tuple[str, ...]

    @property
    def validated(self) -> bool:
        return self.quality == VALIDATED


def of_file(query: QueryDict, now: datetime) -> Asked:
    """Of a download. Raises Problem 400."""
    _known(query, PARAMETERS)
    resolution = _one_of(query, "resolution", RESOLUTIONS, RAW)
    if resolution == RAW and "function" in query:
        raise in_query("function", "Single values have no function: ask for a resolution of hourly, daily or monthly.")
    return _asked(query, now, resolution)


def of_aggregates(query: QueryDict, now: datetime, *further: str) -> Asked:
    """Of aggregates; `further` parameters are known there. Raises Problem 400."""
    _known(query, (*PARAMETERS, *further))
    return _asked(query, now, _one_of(query, "resolution", RESOLUTIONS[1:], Resolution.HOURLY.value))


def datastreams(query: QueryDict) -> list[int]:
    """The ids in `datastreams`, each once, in its order. Raises Problem 400."""
    text = _single(query, "datastreams")
    if not text:
        raise in_query("datastreams", f"Name up to {MOST} datastreams by their ids: datastreams=1,2,3.")
    ids: dict[int, None] = {}
    position = 0
    for part in text.split(","):
        if not (part.isascii() and part.isdigit() and len(part) <= 10 and int(part) <= HIGHEST):
            raise in_query("datastreams", f"'{part[:40]}' is no id: write 1,2,3.", position=position, text=text)
        ids[int(part)] = None
        position += len(part) + 1
    if len(ids) > MOST:
        raise in_query("datastreams", f"At most {MOST} datastreams at once; these are {len(ids)}.", text=text)
    return list(ids)


def _asked(query: QueryDict, now: datetime, resolution: str) -> Asked:
    quality = _one_of(query, "quality", QUALITIES, ALL if resolution == RAW else USABLE)
    if resolution != RAW and quality == ALL:
        raise in_query("quality", "Aggregates are of usable values: ask for usable or validated, or for raw values.")
    since, until = _span(query, now)
    return Asked(since, until, resolution, quality, _as_of(query, now), _functions(query))


def _span(query: QueryDict, now: datetime) -> tuple[datetime | None, datetime]:
    """A word alone is its whole span: since=last-month. A time alone goes on until now."""
    said = {name: _single(query, name) for name in ("since", "until")}
    words = {name: _word(name, text, now) for name, text in said.items()}
    since = words["since"].since if words["since"] else _moment("since", said["since"])
    until = words["until"].until if words["until"] else _moment("until", said["until"])
    if until is None:
        until = words["since"].until if words["since"] else now
    if since is not None and since >= until:
        raise in_query("since", f"The span ends ({until.isoformat()}) before it begins.", text=said["since"])
    return since, until


def _word(name: str, text: str, now: datetime) -> periods.Span | None:
    try:
        return periods.word(text, now)
    except ValueError as error:
        raise in_query(name, f"{error}.", text=text) from error


def _moment(name: str, text: str) -> datetime | None:
    try:
        return periods.moment(text) if text else None
    except ValueError as error:
        raise in_query(name, f"{error}: {_TIMES}.", text=text) from error


def _as_of(query: QueryDict, now: datetime) -> datetime | None:
    text = _single(query, "as_of")
    word = _word("as_of", text, now)
    at = word.since if word else _moment("as_of", text)
    if at is not None and at > now:
        raise in_query("as_of", "That moment is yet to come: nobody knows what will stand then.", text=text)
    return at


def _functions(query: QueryDict) -> tuple[str, ...]:
    text = _single(query, "function")
    if not text:
        return FUNCTIONS
    position = 0
    for part in text.split(","):
        if part not in FUNCTIONS:
            told = f"'{part[:40]}' is not one of {', '.join(FUNCTIONS)}"
            raise in_query("function", f"{told}. No sum is given: of which properties one means anything is not told.",
                position=position, text=text)  # fmt: skip
        position += len(part) + 1
    return tuple(one for one in FUNCTIONS if one in text.split(","))


def _one_of(query: QueryDict, name: str, among: Collection[str], otherwise: str) -> str:
    text = _single(query, name)
    if text and text not in among:
        raise in_query(name, f"'{text[:40]}' is not one of {', '.join(among)}.", text=text)
    return text or otherwise


def _single(query: QueryDict, name: str) -> str:
    if len(query.getlist(name)) > 1:
        raise in_query(name, "Given more than once: say it once.", text=query.getlist(name)[0])
    return query.get(name, "").strip()


def _known(query: QueryDict, names: Collection[str]) -> None:
    for name in query:
        if name not in names:
            raise Problem(400, "query", f"There is no such parameter here; there are {', '.join(sorted(names))}.",
                parameter=name[:80])  # fmt: skip
