"""A commune's monthly report of domestic waste: begun from the last one, saved as a draft, sent, corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.access import Rights, Subject
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.places import selectors as places
from nonnuoc.records.places.models import Commune
from nonnuoc.records.registers.waste.models import CommuneReport

#: What is told, in the order of the form.
STANDING = ("households", "served", "separating", "separation", "points", "rounds_week")  # seldom changes
TONNES = (
    "urban_generated_t",
    "urban_collected_t",
    "urban_treated_t",
    "rural_generated_t",
    "rural_collected_t",
    "rural_treated_t",
)
TOLD = (*STANDING, *TONNES, "basis", "note")
TEXTS = ("separation", "basis", "note")  # empty where nothing is known; the others are null


def subject(commune: Commune) -> Subject:
    """What access decides on."""
    return Subject(commune_id=commune.id)


def sent(commune: Commune, month: date) -> CommuneReport | None:
    """The report that holds of this month."""
    return CommuneReport.objects.filter(commune=commune, month=month, draft=False, current=True).first()


def before(commune: Commune, month: date) -> CommuneReport | None:
    """The last report of an earlier month."""
    return CommuneReport.objects.filter(commune=commune, month__lt=month, draft=False, current=True).first()


def replaced(commune: Commune, month: date) -> QuerySet[CommuneReport]:
    """Reports of a month that were corrected since, newest first."""
    old = CommuneReport.objects.filter(commune=commune, month=month, draft=False, current=False)
    return old.select_related("by", "replaced_by__by")


@dataclass(frozen=True, slots=True)
class Line:
    """A commune, and what it told of a month: "sent", "draft", or nothing ("")."""

    commune: Commune
    report: CommuneReport | None
    state: str
    may_report: bool


def board(rights: Rights, month: date) -> list[Line]:
    """Every commune of the reader's reach; three queries, however many there are."""
    inside, writing = rights.reach("data.internal"), rights.reach("waste.report")
    told = CommuneReport.objects.filter(Q(draft=True) | Q(current=True), month=month).order_by("-draft")
    by = {report.commune_id: report for report in told}  # what was sent goes before a draft of its correction
    return [
        Line(
            one,
            report := by.get(one.id),
            "" if report is None else "draft" if report.draft else "sent",
            writing.part(subject(one)) is not None,
        )
        for one in places.communes()
        if inside.part(subject(one)) is not None
    ]


def begun(commune: Commune, month: date) -> CommuneReport:
    """What the form begins with: the draft, else the report that holds, else what stays the same of the last month.

    What is taken from an earlier month is not kept by this: it is a proposal on the form.
    """
    draft = CommuneReport.objects.filter(commune=commune, month=month, draft=True).first()
    if found := draft or sent(commune, month):
        return found
    last = before(commune, month)
    same = {name: getattr(last, name) for name in (*STANDING, "basis")} if last else {}
    return CommuneReport(commune=commune, month=month, **same)


@transaction.atomic
def save(
    commune: Commune,
    month: date,
    told: Mapping[str, Any],
    *,
    by: Person | None,
    draft: bool,
    reason: str = "",
    simulated: bool = False,
) -> CommuneReport:
    """Keep a draft, or send the report; where one was sent already, the new one replaces it and needs a reason.

    Repeating it changes nothing. Raises ValidationError and PermissionDenied.
    """
    through = access.of(by).require("waste.report", subject(commune)).lent
    Commune.objects.select_for_update().get(id=commune.id)  # one at a time
    values = {name: told.get(name) for name in TOLD if name in told}
    old = sent(commune, month)
    if not draft and old is not None and all(getattr(old, name) == value for name, value in values.items()):
        CommuneReport.objects.filter(commune=commune, month=month, draft=True).delete()
        return old
    held = CommuneReport.objects.filter(commune=commune, month=month, draft=True).first()
    held = held or CommuneReport(commune=commune, month=month)
    for name, value in values.items():
        setattr(held, name, "" if value is None and name in TEXTS else value)
    held.draft, held.by, held.at, held.simulated = draft, by, timezone.now(), simulated
    _check(held, old, reason)
    if draft:
        held.save()
        return held
    if old is not None:
        old.current = False
        old.save(update_fields=["current"])
        held.replaces, held.reason = old, reason.strip()[:300]
    held.save()
    before = facts(old) if old else {}
    audit.record(
        by,
        "collection.reported",
        f"{commune.full_name} {month:%m/%Y}",
        before=before,
        after=facts(held),
        through=through,
        reason=held.reason,
    )
    return held


def facts(report: CommuneReport) -> dict[str, Any]:
    """What it tells, without what is not known."""
    return {name: value for name in TOLD if (value := getattr(report, name)) not in (None, "")}


def _check(report: CommuneReport, old: CommuneReport | None, reason: str) -> None:
    """A draft may be half; it may not be impossible. What is sent says of every tonne how it is known."""
    wrong: dict[str, str] = {}
    today = timezone.localdate()
    if report.month.day != 1 or report.month > today:
        wrong["month"] = _("Report a month that has begun.")
    for name in (*STANDING, *TONNES):
        value = getattr(report, name)
        if isinstance(value, int | float) and value < 0:
            wrong[name] = _("Less than nothing cannot be.")
    for part in ("served", "separating"):
        if _more(getattr(report, part), report.households):
            wrong[part] = _("More households than there are.")
    for where in ("urban", "rural"):
        generated, collected, treated = (
            getattr(report, f"{where}_{step}_t") for step in ("generated", "collected", "treated")
        )
        if _more(collected, generated):
            wrong[f"{where}_collected_t"] = _("More was collected than came about. Correct one of the two.")
        if _more(treated, collected if collected is not None else generated):
            wrong[f"{where}_treated_t"] = _("More was treated than was collected. Correct one of the two.")
    if not report.draft:
        if any(getattr(report, name) is not None for name in TONNES) and not report.basis:
            wrong["basis"] = _("Say how the tonnes are known: weighed, calculated or estimated.")
        if not any(getattr(report, name) not in (None, "") for name in (*STANDING, *TONNES)):
            wrong["households"] = _("Nothing is told yet. Leave unknown what you do not know, but tell something.")
        if old is not None and not reason.strip():
            wrong["reason"] = _("Say why: the report sent before stays beside this one.")
    if wrong:
        raise ValidationError(wrong)


def _more(part: float | None, whole: float | None) -> bool:
    return part is not None and whole is not None and part > whole
