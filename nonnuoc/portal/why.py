"""Why this number: from an index back to the delivered file and the rule, each step one click, printable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from nonnuoc.domain import quality as q
from nonnuoc.look import words
from nonnuoc.look.access import public
from nonnuoc.portal import (
    why_absent,
    why_air,
    why_answer,
    why_chain,
    why_files,
    why_mean,
    why_number,
    why_rules,
    why_values,
    why_water,
)
from nonnuoc.portal.why_case import AIR, WATER, Case, address, case, chosen, time_of
from nonnuoc.records.monitoring import lineage, recomputing
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring.lineage import Procedure
from nonnuoc.records.monitoring.recomputing import PARTICLES


@dataclass(frozen=True, slots=True)
class Nearest:
    """The numbers before and after, to go on to."""

    earlier: str
    later: str


@public(max_age=60)
def why(request: HttpRequest, code: str) -> HttpResponse:
    at = timezone.now()
    station = monitoring.station_now(code, at)
    if station is None:
        raise Http404
    streams = lineage.streams(station.id)
    source = chosen(streams, request.GET.dict())
    stamp = request.GET.get("at", "")
    asked = time_of(stamp) if stamp else (source.latest_time if source else None)
    if source is None or asked is None or (found := case(station, streams, source, asked, at)) is None:
        context = why_absent.context(station, streams, source, asked, stamp, at)
        return render(request, "portal/why_absent.html", context, status=404)
    context = dossier(found)
    context["address"] = request.build_absolute_uri(context["link"])
    return render(request, "portal/why.html", context)


def dossier(found: Case) -> dict[str, Any]:
    """Everything the page says of one number."""
    procedure, index = found.source.procedure, found.working
    parameters = why_air.parameters(found, index) if index and procedure in AIR else []
    tables = _tables(found)
    values = why_values.behind(found, _codes(found))
    counts = why_answer.total(values)
    single = values[0].source if values and procedure in (Procedure.RAW, Procedure.MEAN_1H) else None
    files = why_files.files(found, single)
    changes = found.changes()
    limit = why_number.limit(found)
    documents = why_rules.documents(found, limited=limit is not None)
    links = why_answer.links(found, parameters, tables, counts, files)
    return {
        "case": found,
        "station": found.station,
        "at": found.at,
        "link": address(found.station.code, found.source, found.moment),
        "question": why_number.question(found),
        "answer": why_answer.answer(found, parameters, tables, counts),
        "behind": why_answer.behind(found, counts, files),
        "name": why_number.name(found),
        "how": words.procedure(procedure),
        "figure": why_number.figure(found),
        "exact": why_number.exact(found, found.value),
        "category": why_number.category(found),
        "mark": why_number.mark(found),
        "again": why_number.again(found),
        "reason": _reason(found),
        "doubts": why_number.doubts(found, counts),
        "limit": limit,
        "computed": why_number.computed(found, lineage.first_told(found.station.id, found.moment), changes),
        "past": why_number.past(found, changes),
        "changed": why_number.changed_inputs(found, changes),
        "uses": why_number.uses(found),
        "nearest": nearest(found),
        "chain": why_chain.chain(links, why_answer.rule(documents[0].table if documents else None)),
        "parameters": parameters,
        "water": why_water.of(found, index) if index and procedure in WATER else None,
        "tables": tables,
        "sum": _sum(found, values),
        "values": values,
        "details": why_files.details(values[0], files) if values and (single or procedure == Procedure.SAMPLE) else [],
        "sampled": procedure == Procedure.WQI,
        "files": files,
        "documents": documents,
        "registered": why_rules.registered(found),
        "checks": why_rules.checks(found, [one.source for one in values]),
        "threshold": recomputing.threshold(),
        "simulated": found.station.simulated,
    }


def nearest(found: Case) -> Nearest:
    """The numbers of the same kind before and after this one."""
    before, after = lineage.nearest(found.source.id, found.moment)
    code = found.station.code
    return Nearest(
        address(code, found.source, before) if before else "", address(code, found.source, after) if after else ""
    )


def _tables(found: Case) -> list[why_mean.Table]:
    """The means behind a number; none behind a measured one, and none behind an index of samples."""
    procedure = found.source.procedure
    if procedure in AIR:
        return why_air.tables(found, found.working) if found.working else []
    if procedure in recomputing.MEASURED or procedure == Procedure.WQI:
        return []
    if procedure == Procedure.WQI_1H:
        hours = found.working.hours if found.working else {}
        wanted, leading = _codes(found), found.working.leading if found.working else ""
        return [
            why_mean.table(found, one, Procedure.MEAN_1H, leading=code == leading, in_detail=False)
            for code, one in hours.items()
            if code in wanted
        ]
    width = recomputing.HOURS[Procedure(procedure)]
    sources = recomputing.hourly_sources(found.streams, found.source)[:1]
    return [
        why_mean.table(found, recomputing.hours(found.held, one, found.time, width), procedure, leading=True)
        for one in sources
    ]


def _codes(found: Case) -> list[str]:
    """The properties whose single values are shown: what leads, what an index lacks, all of an index of water."""
    index, procedure = found.working, found.source.procedure
    if index is None:
        return [found.source.observed.code]
    if procedure in AIR:
        return [index.leading] if index.leading else [code for code in PARTICLES if code in index.hours]
    return [code for code in index.values if code in index.index.parameters or code == "Temp"]


def _reason(found: Case) -> str:
    """Why there is no index; empty where there is one."""
    if found.working is None:
        return ""
    return why_air.reason(found.working) if found.source.procedure in AIR else why_water.reason(found.working)


def _sum(found: Case, values: list[why_values.Values]) -> str:
    """The sum of an hour's values, with its numbers."""
    if found.source.procedure != Procedure.MEAN_1H or not values:
        return ""
    rows = found.held.of(values[0].source.id, found.since, found.time)
    used = rows.value[q.usable(rows.quality) & np.isfinite(rows.value)]
    return why_mean.of_values(found.source, used, found.value)
