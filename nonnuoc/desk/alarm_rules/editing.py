"""A new rule of alarm, or what one says from a moment on: chosen by kind, written, previewed, kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from nonnuoc.desk.alarm_rules import preview, rule, shown, wording
from nonnuoc.desk.alarm_rules.form import RuleForm
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.records.alerts.levels import bounding
from nonnuoc.records.alerts.levels.kinds import BASES
from nonnuoc.records.alerts.models import AlarmRule
from nonnuoc.records.alerts.rulebook import checking, drafting, rules
from nonnuoc.records.alerts.rulebook.faults import RefusedError

Kind = AlarmRule.Kind


@dataclass(frozen=True, slots=True)
class Offer:
    """A kind of rule to begin with."""

    kind: str
    basis: str
    words: str
    about: str


@allowed("alarm_rules.manage", "GET", "HEAD", "POST")
def new(request: Entered) -> HttpResponse:
    """First the kind, then its form."""
    told = request.POST or request.GET
    kind, basis = told.get("kind", ""), told.get("basis", "")
    if kind not in Kind.values or basis not in BASES.get(kind, ("",)):
        return render(request, "desk/alarm_rules/kinds.html", {"kinds": list(offers())})
    form = RuleForm(request.POST or None, kind=kind, basis=basis)
    return _written(request, form, None)


@allowed("alarm_rules.manage", "GET", "HEAD", "POST")
def change(request: Entered, code: str) -> HttpResponse:
    """What the rule says from a moment on."""
    versions, _line = rule.managed(request, code)
    held = drafting.of_rule(versions[0])
    form = RuleForm(request.POST or None, kind=held.kind, basis=held.basis, held=held)
    return _written(request, form, versions[0])


def offers() -> Iterator[Offer]:
    """Every kind there is, with its basis, in words."""
    yield Offer(Kind.LIMIT, "qcvn05", _("Limit of ambient air"), _("of QCVN 05:2023/BTNMT, for the mean it states"))
    yield Offer(
        Kind.LIMIT, "qcvn08", _("Limit of surface water"), _("of QCVN 08:2023/BTNMT, by the class of the reach")
    )
    yield Offer(
        Kind.LIMIT,
        bounding.LICENCE,
        _("Limit of the facility's own licence"),
        _("of the paper that is in force where the value is measured, as the registers have it"),
    )
    yield Offer(
        Kind.LIMIT, "", _("Limit of its own"), _("of a permit, or of your own: the level is written in the rule")
    )
    yield Offer(Kind.INDEX, "vn_aqi", _("Category of VN_AQI"), _("the hourly or the daily index reaches a category"))
    yield Offer(Kind.INDEX, "vn_wqi", _("Category of VN_WQI"), _("the index of water falls to a category"))
    yield Offer(Kind.LEVEL, "water_levels", _("Flood alarm level"), _("of 05/2020/QĐ-TTg, at a hydrological station"))
    yield Offer(Kind.LEVEL, "", _("Water level of its own"), _("of a station without levels of law"))
    yield Offer(Kind.RATE, "", _("Rise"), _("values rise by so much within so long"))
    yield Offer(Kind.SILENCE, "", _("Silence"), _("a parameter sends nothing"))
    yield Offer(Kind.STUCK, "", _("Stuck value"), _("a parameter sends the same number for hours"))
    yield Offer(
        Kind.STATUS, "", _("Instrument not measuring"), _("in fault, in calibration or in maintenance too long")
    )
    yield Offer(Kind.AVAILABILITY, "", _("Availability"), _("too few usable values over days"))
    yield Offer(Kind.REFUSED, "", _("Files refused"), _("again and again, of one station"))
    yield Offer(Kind.CLOCK, "", _("Clock"), _("of a station is off"))
    yield Offer(Kind.LAG, "", _("Lag"), _("of the system itself: files wait"))


def _written(request: Entered, form: RuleForm, held: AlarmRule | None) -> HttpResponse:
    """The form; on POST the preview of what was written, or the rule, if nothing is wrong with it."""
    context: dict[str, Any] = {"form": form, "rule": held, "periods": shown.period_words()}
    context["name"] = wording.told(held, "name") if held else ""
    if request.method == "POST" and form.is_valid():
        draft, since = form.draft(), form.since()
        form.refuse(checking.faults(draft, since=since))
        if not form.refused and request.POST.get("do") == "keep":
            try:
                kept = rules.change(held.code, draft, by=request.user, since=since) if held else None
                kept = kept or rules.make(draft, by=request.user, since=since)
            except RefusedError as error:
                form.refuse(list(error.faults))
            else:
                messages.success(request, _kept(kept))
                return redirect("alarm-rule", code=kept.code)
        elif not form.refused:
            wanted = preview.asked(request.POST)
            reach = request.rights.reach("alarm_rules.manage")
            context["previewed"] = preview.run(draft, wanted, reach)
            context["sentence"] = wording.sentence(drafting.unsaved(draft, since=wanted.since)[0])
    return render(request, "desk/alarm_rules/form.html", context, status=422 if form.refused else 200)


def _kept(kept: AlarmRule) -> str:
    if kept.enabled:
        return _("The rule is kept. It judges by what it says now from the moment you gave.")
    return _("The rule is kept, switched off. Look at what it would have raised, then switch it on.")
