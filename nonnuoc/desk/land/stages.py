"""The stages of a contaminated site or a closed dump: gates as a line with what is missing, and what can be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.land import forms
from nonnuoc.desk.land.forms import Deed
from nonnuoc.desk.registers import finding
from nonnuoc.domain.gates import ORDER, Stage
from nonnuoc.look.registers import telling
from nonnuoc.records.registers.land import selectors, soil, staging, words
from nonnuoc.records.registers.land.declared import DUMPS, SITES
from nonnuoc.records.registers.land.models.ground import Stage as Named
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.register import Register


@dataclass(frozen=True, slots=True)
class Step:
    """A stage on the line of gates."""

    name: str
    standing: str  # "passed", "here", "ahead"
    said: str
    missing: tuple[str, ...]
    opens: bool


@dataclass(frozen=True, slots=True)
class Result:
    """A result in words."""

    sampled: str
    phase: str
    place: str
    depth: str
    parameter: str
    value: str
    limit: str
    verdict: str  # domain/soil.py
    says: str
    laboratory: str


@allowed("data.internal", "GET", "HEAD")
def site(request: Entered, code: str) -> HttpResponse:
    """The stages of a contaminated site."""
    return _page(request, SITES, _internal(request, SITES, code))


@allowed("data.internal", "GET", "HEAD")
def dump(request: Entered, code: str) -> HttpResponse:
    """The stages of a closed dump."""
    return _page(request, DUMPS, _internal(request, DUMPS, code))


@allowed("registers.keep", "POST")
def site_act(request: Entered, code: str) -> HttpResponse:
    """Do what one of the forms says, to a contaminated site."""
    return _act(request, SITES, code, "land-site")


@allowed("registers.keep", "POST")
def dump_act(request: Entered, code: str) -> HttpResponse:
    """Do what one of the forms says, to a closed dump."""
    return _act(request, DUMPS, code, "land-dump")


def _internal(request: Entered, register: Register, code: str) -> Any:
    """An entry whose internal data this person may read. Raises Http404, or PermissionDenied with the reason."""
    found = finding.entry(register, code, request.rights)
    request.rights.require("data.internal", reading.subject(register, found))
    return found


def _act(request: Entered, register: Register, code: str, route: str) -> HttpResponse:
    ground = finding.own(register, code, request.rights)
    kind = forms.DEEDS.get(request.POST.get("deed", ""))
    if kind is None:
        raise Http404(_("There is nothing like that to be done."))
    request.rights.require(kind.action, reading.subject(register, ground))
    form = kind(ground, request.rights, request.POST)
    if form.is_valid():
        try:
            form.do(request.user)
        except ValidationError as error:
            forms.tell(form, error)
        else:
            messages.success(request, form.done)
            return redirect(route, code=code)
    return _page(request, register, finding.entry(register, code, request.rights), form)


def _page(request: Entered, register: Register, ground: Any, refused: Deed | None = None) -> HttpResponse:
    on = reading.subject(register, ground)
    deeds = [
        refused if refused is not None and kind.key == refused.key else kind(ground, request.rights)
        for kind in forms.DEEDS.values()
        if request.rights.may(kind.action, on) and request.rights.may(register.keep, on)
    ]
    steps = steps_of(ground)
    here = next(one for one in steps if one.standing == "here")
    context = {
        "ground": ground,
        "register": register,
        "entry": reverse("desk-register-entry", args=[register.key, ground.code]),
        "act": reverse("land-site-act" if register is SITES else "land-dump-act", args=[ground.code]),
        "steps": steps,
        "here": here,
        "doubts": [(one.name, one.missing) for one in steps if one.standing == "passed" and one.missing],
        "papers": selectors.papers(ground),
        "results": [result(one, ground.land_class) for one in selectors.results(ground)],
        "taken_back": selectors.taken_back(ground),
        "milestones": selectors.milestones(ground),
        "restrictions": selectors.restrictions(ground),
        "moves": selectors.moves(ground),
        "deeds": [one for one in deeds if one.offered and one.key != "advance"],
        "advance": next((one for one in deeds if one.key == "advance"), None),
        "simulated": ground.simulated,
    }
    return render(request, "desk/land/stages.html", context, status=422 if refused else 200)


def steps_of(ground: Any) -> list[Step]:
    """The line of gates."""
    here = ORDER.index(Stage(ground.stage))
    found = []
    for place, gate in enumerate(staging.gates_of(ground)):
        standing = "passed" if place < here else "here" if place == here else "ahead"
        said = {"passed": _("passed"), "here": _("it stands here"), "ahead": _("still to come")}[standing]
        missing = tuple(words.of_shut(one) for one in gate.shut)
        found.append(Step(str(Named(gate.stage.value).label), standing, said, missing, gate.opens))
    return found


def result(one: Any, land_class: str) -> Result:
    """A result of the laboratory beside its limit."""
    beside = soil.compared(one, land_class)
    return Result(
        sampled=telling.plain(one.sampled),
        phase=one.get_phase_display(),
        place=one.place,
        depth="" if one.from_cm is None else f"{telling.number(one.from_cm)}–{telling.number(one.to_cm)} cm",
        parameter=soil.name_of(one.parameter, one.sampled),
        value=f"{'< ' if one.below_detection else ''}{telling.number(one.value)} {one.unit}",
        limit=f"{telling.number(beside.limit)} {beside.unit}" if beside.limit is not None and beside.unit else "",
        verdict=beside.verdict.value,
        says=str(words.VERDICTS[beside.verdict]),
        laboratory=f"{one.laboratory}, {one.report}",
    )
