"""What a report says, as plain JSON: it is frozen as it is when the report is issued.

    {"version": 1, "head": {…}, "general": [sentence …],
     "sections": [{"section", "title", "tasks": [{"code", "printed", "title", "time", "lead", "light", …}]}],
     "targets": [{"code", "title", "sentences": […], …}], "units": [{"code", "name", "sentences": […], …}],
     "difficulties": [{"task", "sentences": […]}], "proposals": […], "next": […], "missing": [sentence …]}

A sentence is as `reports/sentence.py` says: no words, so that it can be read in either language. What is not known is
null or left out, never 0.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from nonnuoc.records.accounts.models import Office
from nonnuoc.records.places import province
from nonnuoc.records.plans.models import Round
from nonnuoc.records.plans.reports.content import difficulties, general, targets, tasks, units
from nonnuoc.records.plans.reports.gathering import Gathered, gather

VERSION = 1
Content = dict[str, Any]


def build(round_: Round, on: date) -> Content:
    """The report on a round as its answers and the records stand now; how tasks stand is judged on `on`."""
    return of(gather(round_, on))


def of(found: Gathered) -> Content:
    """The report on what was gathered."""
    return {
        "version": VERSION,
        "head": _head(found),
        "general": general.sentences(found),
        "sections": tasks.sections(found),
        "targets": [targets.entry(found, one) for one in found.targets],
        "units": units.entries(found),
        "difficulties": difficulties.entries(found),
        "proposals": difficulties.proposals(found),
        "next": tasks.coming(found),
        "missing": units.missing(found),
    }


def seal(content: Content) -> str:
    """The SHA-256 of a report's content, as hexadecimal digits: of its JSON with sorted keys, no spaces, in UTF-8."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _head(found: Gathered) -> dict[str, Any]:
    plan, asked = found.plan, found.round
    addressees = [_office(plan.issuer), *(_office(one) for one in found.ministries)]
    return {
        "plan": {
            "code": plan.code,
            "title": plan.title,
            "short_title": plan.short_title,
            "number": plan.number,
            "issued": plan.issued.isoformat() if plan.issued else None,
            "issued_text": plan.issued_text,
            "issuer": _office(plan.issuer),
        },
        "round": {
            "code": asked.code,
            "kind": asked.kind,
            "title": asked.title,
            "begins": asked.begins.isoformat(),
            "ends": asked.ends.isoformat(),
            "due": asked.due.isoformat(),
        },
        "writer": {**_office(plan.leading), "under": plan.leading.parent.name if plan.leading.parent else ""},
        "addressees": [one for one in addressees if one["code"] != plan.leading.code],
        "place": province.read().name,
        "on": found.on.isoformat(),
        "number": "",
        "day": None,
        "simulated": is_simulated(found),
        "units": len(found.forms),
        "tasks": len(found.tasks),
    }


def is_simulated(found: Gathered) -> bool:
    """Whether anything the report tells is invented for demonstration."""
    budgets = (one for some in found.budgets.values() for one in some)
    values = (one for each in found.targets for one in (each.measured, each.declared) if one is not None)
    things: list[Any] = [found.plan, found.round, *found.tasks, *budgets, *values]
    return any(one.simulated for one in (*things, *(one.target for one in found.targets)))


def _office(one: Office) -> dict[str, str]:
    return {"code": one.code, "name": one.name, "kind": one.kind}
