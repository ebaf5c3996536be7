"""Which datastreams measure an outfall or a stack, since when and until when."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk import choices
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.facilities import finding
from nonnuoc.records.registers.facilities import selectors, sources, works
from nonnuoc.records.registers.facilities.declared import OUTFALLS, STACKS
from nonnuoc.records.registers.pattern.register import Register


class Links(forms.Form):
    """Datastreams, from a day on."""

    streams = forms.MultipleChoiceField(
        label=gettext_lazy("Datastreams"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick at least one datastream.")},
    )
    since = choices.DayField(
        label=gettext_lazy("Since"), help_text=gettext_lazy("The first day whose values are of this source.")
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Where the instrument stands: before or behind the works, in which channel."),
    )

    def among(self, offered: Any) -> None:
        """Offer these, station by station."""
        self.known = {str(one.pk): one for one in offered}
        self.fields["streams"].choices = [  # type: ignore[attr-defined]
            (f"{thing.name} ({thing.code})", [(str(one.pk), told(one)) for one in found])
            for thing, found in groupby(self.known.values(), key=lambda one: one.thing)
        ]


class Ending(forms.Form):
    """The last day."""

    until = choices.DayField(label=gettext_lazy("Last day"))


def told(datastream: Any) -> str:
    """A datastream within its station: "Chemical oxygen demand, hourly mean"."""
    name = works.called(datastream.observed_property.name_vi, datastream.observed_property.name_en)
    said = works.PROCEDURES.get(datastream.procedure, datastream.procedure)
    return f"{name}, {said}"


@allowed("registers.keep", "GET", "HEAD", "POST")
def of_outfall(request: Entered, code: str) -> HttpResponse:
    """Telemetry of an outfall."""
    return _page(request, OUTFALLS, code)


@allowed("registers.keep", "GET", "HEAD", "POST")
def of_stack(request: Entered, code: str) -> HttpResponse:
    """Telemetry of a stack."""
    return _page(request, STACKS, code)


def _page(request: Entered, register: Register, code: str) -> HttpResponse:
    entry = finding.entry(register, code, request.rights, "registers.keep")
    form = Links(request.POST or None)
    form.among(sources.linkable(entry))
    if form.is_bound and form.is_valid():
        since = choices.begin(form.cleaned_data["since"])
        try:
            chosen = [form.known[one] for one in form.cleaned_data["streams"]]
            sources.link_all(entry, chosen, since=since, note=form.cleaned_data["note"], by=request.user)
        except ValidationError as error:
            choices.refuse(form, error)
        else:
            messages.success(request, _("Linked. From that day on these values are of this source."))
            return redirect(request.path)
    context = {
        "register": register,
        "entry": entry,
        "form": form,
        "links": [
            (one, works.called(*one.names), works.PROCEDURES.get(one.procedure, one.procedure))
            for one in selectors.streams_of(entry)
        ],
        "stations": list(sources.stations(entry)),
        "offered": bool(form.known),
        "may_stations": request.rights.may("stations.register"),
        "simulated": entry.simulated,
    }
    return render(request, "desk/facilities/streams.html", context, status=422 if form.errors else 200)


@allowed("registers.keep", "GET", "HEAD", "POST")
def end(request: Entered, identity: int) -> HttpResponse:
    """A link ends with a day."""
    link = selectors.link(identity)
    if link is None:
        raise Http404(_("There is no such link."))
    register = OUTFALLS if link.outfall_id else STACKS
    entry = finding.entry(register, (link.outfall or link.stack).code, request.rights, "registers.keep")  # type: ignore[union-attr]
    back = f"facilities-{'outfall' if link.outfall_id else 'stack'}-streams"
    form = Ending(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            sources.end(link, until=choices.end(form.cleaned_data["until"]), by=request.user)
        except ValidationError as error:
            choices.refuse(form, error)
        else:
            messages.success(request, _("The link ends with that day."))
            return redirect(back, code=entry.code)
    context = {"link": link, "told": told(link.datastream), "entry": entry, "form": form, "back": back}
    return render(request, "desk/facilities/end.html", context, status=422 if form.errors else 200)
