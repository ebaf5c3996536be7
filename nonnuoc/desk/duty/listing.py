"""The duty desk: what is open, who looks after it, and what was closed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk import choices
from nonnuoc.desk.choices import DaysForm
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.duty import telling
from nonnuoc.look import figures
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.alerts import selectors
from nonnuoc.records.alerts.attending import shifts
from nonnuoc.records.alerts.models import Family, Incident
from nonnuoc.records.alerts.selectors import Asked, Listed, Part, Standing

State = Incident.State
PAGE = 50
MOST_PAGES = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """One incident as the list tells it."""

    incident: Incident
    where: str
    what: str
    now: str
    lasting: str
    whose: str
    silenced: str
    simulated: bool
    waits: bool
    may_acknowledge: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the list; `whole`: how many there are in it, on all pages."""

    part: Part
    heading: str
    rows: Sequence[Row]
    whole: int


class Filter(forms.Form):
    """Which incidents, of those that are not closed."""

    family = forms.ChoiceField(
        label=gettext_lazy("About"), required=False, choices=[("", gettext_lazy("everything")), *Family.choices]
    )
    area = forms.ChoiceField(label=gettext_lazy("Commune"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", gettext_lazy("all that are not closed")),
            *((value, label) for value, label in State.choices if value != State.CLOSED),
        ],
    )
    mine = forms.BooleanField(label=gettext_lazy("Only mine"), required=False)
    page = forms.IntegerField(required=False, min_value=1, max_value=MOST_PAGES, widget=forms.HiddenInput)

    def __init__(self, request: Entered) -> None:
        super().__init__(request.GET)
        self.person = request.user
        self.communes = {one.code: one for one in selectors.communes(request.rights)}
        offered = [(code, one.full_name) for code, one in self.communes.items()]
        self.fields["area"].choices = [("", _("everywhere")), *offered]  # type: ignore[attr-defined]
        if not self.is_valid():  # what cannot be asked for is not asked for
            self.cleaned_data = {name: value for name, value in self.cleaned_data.items() if name not in self.errors}

    @property
    def asked(self) -> Asked:
        told = self.cleaned_data
        area = self.communes.get(told.get("area", ""))
        return Asked(
            family=told.get("family", ""),
            state=told.get("state", ""),
            commune_id=area.id if area else None,
            mine=self.person.id if told.get("mine") else None,
        )

    @property
    def given(self) -> dict[str, str]:
        """The filter as the address of a page carries it."""
        told = self.cleaned_data
        return {name: str(told[name]) for name in ("family", "area", "state") if told.get(name)} | (
            {"mine": "on"} if told.get("mine") else {}
        )

    @property
    def number(self) -> int:
        """Of the page."""
        return self.cleaned_data.get("page") or 1


@allowed("incidents.read", "GET", "HEAD")
def duty(request: Entered) -> HttpResponse:
    """The whole page."""
    return render(request, "desk/duty/duty.html", _now(request) | {"watch": shifts.watch()})


@allowed("incidents.read", "GET", "HEAD")
def part(request: Entered) -> HttpResponse:
    """Only what changes, for the page's script."""
    return render(request, "desk/duty/now.html", _now(request))


def _now(request: Entered) -> dict[str, Any]:
    at, form = timezone.now(), Filter(request)
    rights = request.rights
    standing = selectors.standing(rights, form.asked)
    skip = (form.number - 1) * PAGE
    found = selectors.listed(rights, form.asked, skip=skip, most=PAGE + 1)
    first, second = telling.answer(standing)
    more = len(found) > PAGE
    rows = [row(one, rights, at) for one in found[:PAGE]]
    return {
        "at": at,
        "form": form,
        "given": form.given,
        "query": urlencode(form.given),
        "standing": standing,
        "sentence": first,
        "second": second,
        "first": telling.line(found[0]) if found and found[0].part is Part.WAITS and form.number == 1 else "",
        "sections": list(_sections(found[:PAGE], rows, standing)),
        "simulated": any(one.simulated for one in rows),
        "previous": _page(form, -1) if form.number > 1 else "",
        "next": _page(form, 1) if more else "",
        "last_closed": None if found or form.given else _last(rights, at),
    }


def row(one: Listed, rights: Rights, at: datetime) -> Row:
    """One incident in words."""
    incident = one.incident
    waits = one.part is Part.WAITS
    return Row(
        incident,
        telling.where(incident),
        telling.what(one),
        telling.now(one.lead, at) if incident.cleared is None else "",
        telling.lasting(incident, at),
        telling.whose(incident, at),
        telling.silenced(incident, at),
        is_simulated(one),
        waits,
        waits and rights.may("incidents.handle", selectors.subject(incident)),
    )


def is_simulated(one: Listed) -> bool:
    """Whether it rests on invented data."""
    thing = one.incident.thing or (one.lead.thing if one.lead else None)
    return thing is not None and thing.simulated


def _sections(found: Sequence[Listed], rows: Sequence[Row], standing: Standing) -> Iterator[Section]:
    whole = {Part.WAITS: standing.waiting, Part.LOOKED_AFTER: standing.looked_after, Part.OVER: standing.over}
    for part, pairs in groupby(zip(found, rows, strict=True), key=lambda pair: pair[0].part):
        yield Section(part, telling.heading(part), [one for _, one in pairs], whole[part])


def _page(form: Filter, step: int) -> str:
    return "?" + urlencode(form.given | {"page": str(form.number + step)})


def _last(rights: Rights, at: datetime) -> str:
    """What was closed last, where nothing is open."""
    found = selectors.closed(rights, most=1)
    if not found or found[0].incident.closed is None:
        return ""
    said = {"what": telling.line(found[0]), "when": figures.when(found[0].incident.closed, at)}
    return _("Closed last: %(what)s, at %(when)s.") % said


class Search(DaysForm):
    """Which of the closed incidents."""

    station = forms.CharField(label=gettext_lazy("Station"), required=False, max_length=120)
    family = forms.ChoiceField(
        label=gettext_lazy("About"), required=False, choices=[("", gettext_lazy("everything")), *Family.choices]
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("Closed as"),
        required=False,
        choices=[("", gettext_lazy("anything")), *Incident.Outcome.choices],
    )
    before = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)
    field_order = ("station", "family", "outcome", "since", "until")

    @property
    def asked(self) -> Asked:
        """What a valid form asks for."""
        told = self.cleaned_data
        return replace(
            Asked(station=told["station"], family=told["family"], outcome=told["outcome"]),
            since=choices.begin(told["since"]) if told["since"] else None,
            until=choices.end(told["until"]) if told["until"] else None,
        )

    @property
    def given(self) -> dict[str, str]:
        """The search as the address of a page carries it."""
        names = ("station", "family", "outcome", "since", "until")
        return {name: str(self.cleaned_data[name]) for name in names if self.cleaned_data[name]}


@allowed("incidents.read", "GET", "HEAD")
def archive(request: Entered) -> HttpResponse:
    """What was closed, the newest first, page by page."""
    form, at = Search(request.GET), timezone.now()
    context: dict[str, Any] = {"form": form, "given": {}, "rows": [], "at": at}
    if form.is_valid():
        before = form.cleaned_data["before"]
        found = selectors.closed(request.rights, form.asked, before=before, most=PAGE + 1)
        rows = [row(one, request.rights, at) for one in found[:PAGE]]
        context |= {"rows": rows, "given": form.given, "newest": before is None}
        context["simulated"] = any(one.simulated for one in rows)
        if len(found) > PAGE:
            context["older"] = urlencode(form.given | {"before": rows[-1].incident.id})
    return render(request, "desk/duty/archive.html", context, status=200 if form.is_valid() else 422)
