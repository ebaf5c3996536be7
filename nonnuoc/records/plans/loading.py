"""The plans a province begins with: files in `data/<province>/`, taken in by the services a person would use.

Each plan is a text (`<name>.md`) and what a reader makes of it (`<name>.toml`, `<name>.<part>.toml`, read as one
table); docs/PLANS.md says what stands in them.
"""

from __future__ import annotations

import hashlib
import logging
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from nonnuoc.records.accounts import audit, offices, trail
from nonnuoc.records.accounts.access import SYSTEM
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.models import Plan, Task
from nonnuoc.records.plans.targets import keeping as targets
from nonnuoc.records.plans.tasks import assigning, waiting
from nonnuoc.records.plans.text import heading, importing, marking, questions

DATA = Path(__file__).parent / "data"
MARKDOWN = "text/markdown"
_LOADED = "plan.loaded"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Files:
    """What there is of one plan."""

    text: Path
    facts: Mapping[str, Any]
    digest: str  # of all its files: another one is told, and nothing is overwritten


def load(province: str) -> int:
    """Take in the plans that are not there yet; give how many. Each whole, or not at all.

    A plan that is there is left alone, whatever its files say by now: people have worked on it. Where they differ from
    those it was made from, the log says so once for every start.
    """
    made = 0
    for files in found(DATA / province):
        code = str(files.facts["plan"]["code"])
        plan = selectors.plan(code, SYSTEM)
        if plan is None:
            _take(files)
            made += 1
        elif (known := _digest(code)) and known != files.digest:
            _log.warning("the files of plan %s differ from those it was made from: nothing was overwritten", code)
    return made


def found(folder: Path) -> Iterator[Files]:
    """Every plan with its files. Raises ValidationError for a text without the table that goes with it."""
    for text in sorted(folder.glob("*.md")):
        parts = sorted({*folder.glob(f"{text.stem}.toml"), *folder.glob(f"{text.stem}.*.toml")})
        if not parts and text.stem != "README":
            raise ValidationError(f"{text.name}: there is no {text.stem}.toml beside it.")
        if parts:
            facts: dict[str, Any] = {}
            for part in parts:
                facts |= tomllib.loads(part.read_text(encoding="utf-8"))
            digest = hashlib.sha256(b"\0".join(one.read_bytes() for one in (text, *parts))).hexdigest()
            yield Files(text, facts, digest)


def said(draft: importing.Draft, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What a person would confirm of the draft, from the files: the head, who each unit is, each time as it reads."""
    head = facts["plan"]
    starts, ends = (date.fromisoformat(str(head[name])) for name in ("starts", "ends"))
    agreed = importing.agreed(importing.proposals(draft, starts=starts, ends=ends))
    rows = {code: {"units": row["units"]} for code, row in facts.get("rows", {}).items() if "units" in row}
    return {"plan": head, "units": facts["units"], "times": {**agreed["times"], **facts.get("times", {})}, "rows": rows}


@transaction.atomic
def _take(files: Files) -> None:
    at, facts = timezone.now(), files.facts
    draft = importing.read(files.text.read_bytes(), files.text.name, MARKDOWN)
    plan = importing.take(draft, said(draft, facts), by=None, at=at)
    tasks = {one.code: one for one in plan.tasks.all()}
    _parts(tasks, facts, at)
    for one in facts.get("dependency", ()):
        waiting.add(tasks[one["task"]], tasks[one["on"]], why=one["why"], source=one["source"], by=None, at=at)
    _targets(plan, tasks, facts, at)
    lines = [marking.parsed(anchor, line) for anchor, held in facts.get("marks", {}).items() for line in held]
    marking.put_all(plan, lines, by=None, at=at)
    for one in facts.get("question", ()):
        questions.ask(plan, by=None, at=at, **one)
    if facts["plan"].get("state") == Plan.State.ISSUED:
        heading.issue(plan, by=None, at=at)
    audit.record(None, "plan.loaded", f"plan {plan.code}", after={"sha256": files.digest, "source": plan.source})


def _parts(tasks: Mapping[str, Task], facts: Mapping[str, Any], at: datetime) -> None:
    """What each office's own part of a task is, where the plan says it."""
    for code, row in facts.get("rows", {}).items():
        parts = row.get("parts", {})
        for one in tasks[code].assignments.filter(office__code__in=parts).select_related("office"):
            part = parts[one.office.code]
            assigning.assign(tasks[code], one.office, role=one.role, named=one.named, part=part, by=None, at=at)


def _targets(plan: Plan, tasks: Mapping[str, Task], facts: Mapping[str, Any], at: datetime) -> None:
    known = {one.code: one for one in offices.every()}
    for order, one in enumerate(facts.get("target", ()), start=1):
        given = {name: value for name, value in one.items() if name not in ("code", "task", "responsible")}
        targets.create(
            plan,
            one["code"],
            by=None,
            at=at,
            order=order,
            task=tasks[one["task"]] if "task" in one else None,
            responsible=known[one["responsible"]] if "responsible" in one else None,
            **given,
        )


def _digest(code: str) -> str:
    """That of the files the plan was made from; "" where a person made it."""
    subject = f"plan {code}"
    entries = trail.find(trail.Asked(action=_LOADED, subject=subject))
    return next((str(one.after.get("sha256", "")) for one in entries if one.subject == subject), "")
