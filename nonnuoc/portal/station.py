"""The page of a station: how it is now, how sure that is, how it was, and which deliveries stand behind a number."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from nonnuoc.look import figures
from nonnuoc.look.access import public
from nonnuoc.portal import charts, law, plot, rows, ruler, words
from nonnuoc.records.monitoring import receipts as ledger
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring.models import Datastream, Thing
from nonnuoc.records.monitoring.receipts import ReceiptBehind
from nonnuoc.records.monitoring.selectors import Latest, StationNow

Procedure = Datastream.Procedure
RECEIPTS = 200  # listed on the page
MEANS = (Procedure.MEAN_1H, Procedure.MEAN_8H, Procedure.MEAN_24H)


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean beside its limit."""

    value: Latest
    words: str
    limit: law.Limit | None
    over: bool


@dataclass(frozen=True, slots=True)
class Parameter:
    """A line of the table of now."""

    latest: Latest
    name: str
    flags: str
    means: list[Mean]
    limit: law.Limit | None  # of single values


@dataclass(frozen=True, slots=True)
class Receipts:
    """The deliveries that brought the values of one hour."""

    since: datetime
    until: datetime
    listed: list[tuple[ReceiptBehind, str, str]]  # with its door and its name in words
    more: int
    earlier: datetime
    later: datetime | None


@public(max_age=30)
def station(request: HttpRequest, code: str) -> HttpResponse:
    at = timezone.now()
    found = monitoring.station_now(code, at)
    if found is None:
        raise Http404
    row = rows.row(found, at)
    chart = charts.chart(found, request.GET.dict(), at)
    day = timezone.localdate(found.index.hour if found.index and found.index.hour else at)
    context = {
        "at": at,
        "station": found,
        "row": row,
        "sentence": sentence(row, at),
        "then": then(row),
        "kind": words.kind(found.kind),
        "ruler": ruler.of(row.now.scheme, [(row.now.value, str(row.now.value))], day) if row.now else None,
        "decision": law.decision(found.index.scheme, day) if found.index else None,
        "parameters": parameters(found, at),
        "chart": chart,
        "plot": plot.plot(chart) if chart else None,
        "limits_json": json.dumps(chart.limits_drawn) if chart else "[]",
        "any_failed": charts.any_failed(chart.series) if chart else False,
        "receipts": receipts(found, request.GET.get("hour", ""), at),
        "simulated": found.simulated,
    }
    return render(request, "portal/station.html", context)


def sentence(row: rows.Row, at: datetime) -> str:
    """The answer first."""
    found = row.station
    if row.now:
        return gettext("%(subject)s at %(when)s: %(word)s (%(value)s).") % {
            "subject": words.medium(found),
            "when": figures.when(row.now.hour, at),
            "word": row.now.category.word,
            "value": row.now.value,
        }
    if found.condition == "measuring":
        said = [words.reading(one) for one in found.latest if one.value is not None and not one.silent_since]
        if said and found.heard:
            return gettext("%(subject)s at %(when)s: %(values)s.") % {
                "subject": words.medium(found),
                "when": figures.when(found.heard, at),
                "values": ", ".join(said[:2]),
            }
    if found.state != Thing.State.ACTIVE:
        return f"{found.name}: {row.state[:1].lower()}{row.state[1:]}."
    return gettext("%(subject)s: not known now.") % {"subject": words.medium(found)}


def then(row: rows.Row) -> str:
    """What follows from it, in the Decision's words; or what was last known."""
    index, state = row.station.index, row.station.state
    if row.now:
        return row.now.category.advice or row.now.category.use
    parts = [row.state.rstrip(".") + "."] if state == Thing.State.ACTIVE and row.state else []
    if index and not index.current and index.value is not None and index.hour:
        known = law.category(index.scheme, index.value, timezone.localdate(index.hour))
        last = {"value": index.value, "word": known.word, "when": figures.stamp(index.hour)}
        parts.append(gettext("The last index was %(value)s (%(word)s) at %(when)s; it says nothing about now.") % last)
    if state == Thing.State.PLANNED:
        parts.append(gettext("It stands in the plan of the province and is shown here so that it is not forgotten."))
    return " ".join(parts)


def parameters(found: StationNow, at: datetime) -> list[Parameter]:
    """Every measured property with its newest value, its means, and what the law allows of each."""
    lines = []
    for latest in found.latest:
        code = latest.observed.code
        limits = {one.averaging: one for one in law.limits(found.kind, code, timezone.localdate(latest.time or at))}
        means = [
            _mean(found.means[code][procedure], limits.get(law.AVERAGING[procedure]))
            for procedure in MEANS
            if procedure in found.means.get(code, {})
        ]
        said = [words.status(latest.status) if latest.procedure == Procedure.RAW else "", words.flags(latest.quality)]
        flags = ", ".join(text for text in said if text) if latest.time else gettext("nothing sent yet")
        lines.append(Parameter(latest, words.name(latest.observed), flags, means, limits.get("")))
    return lines


def _mean(value: Latest, limit: law.Limit | None) -> Mean:
    over = limit is not None and value.value is not None and value.value > limit.value
    return Mean(value, words.procedure(value.procedure), limit, over)


def receipts(found: StationNow, hour: str, at: datetime) -> Receipts | None:
    """The deliveries of the hour that was asked for; at first, the hour of the newest number."""
    if found.heard is None:
        return None
    try:
        asked = parse_datetime(hour.replace(" ", "+"))
    except ValueError:
        asked = None
    newest = found.index.hour if found.index and found.index.hour else _whole_hour(found.heard)
    until = _whole_hour(timezone.make_aware(asked) if asked and timezone.is_naive(asked) else asked or newest)
    since = until - timedelta(hours=1)
    behind = ledger.behind(found.id, since, until)
    return Receipts(
        since=since,
        until=until,
        listed=[(one, words.door(one.door), words.file_name(one.door, one.file_name)) for one in behind[:RECEIPTS]],
        more=max(0, len(behind) - RECEIPTS),
        earlier=since,
        later=until + timedelta(hours=1) if until < at else None,
    )


def _whole_hour(moment: datetime) -> datetime:
    """The hour that ends at or after the moment, local."""
    local = timezone.localtime(moment)
    floor = local.replace(minute=0, second=0, microsecond=0)
    return floor if floor == local else floor + timedelta(hours=1)
