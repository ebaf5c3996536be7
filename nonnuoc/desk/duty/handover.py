"""The sheet of a shift: printed, read by whoever takes over, and confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.duty import listing, logged, telling
from nonnuoc.look import figures
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.alerts.attending import shifts
from nonnuoc.records.alerts.models import Entry
from nonnuoc.records.alerts.selectors import Listed
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring.models import Thing

HOURS = (8, 12, 24)
Kind = Entry.Kind
#: What people did, and what a reader of the sheet must know; the rest stands on the incident's own page.
TOLD = {
    *(Kind.OPENED, Kind.REOPENED, Kind.WORSE, Kind.CLEARED, Kind.ACKNOWLEDGED, Kind.ASSIGNED, Kind.NOTED),
    *(Kind.ATTACHED, Kind.SILENCED, Kind.UNSILENCED, Kind.ESCALATED, Kind.WARNED, Kind.CLOSED),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One incident on the sheet, with what was done in the shift."""

    row: listing.Row
    deeds: Sequence[str]


@dataclass(frozen=True, slots=True)
class Silent:
    """A station of which nothing has been heard."""

    name: str
    code: str
    since: datetime
    length: str


class TakingOver(forms.Form):
    """I have read it."""

    read = forms.BooleanField(label=gettext_lazy("I have read this sheet and am on watch from now on"))
    note = forms.CharField(label=gettext_lazy("To be remembered"), required=False, max_length=300)


@allowed("incidents.read", "GET", "HEAD", "POST")
def handover(request: Entered) -> HttpResponse:
    """The last 8, 12 or 24 hours; posted, that somebody has taken over."""
    asked = request.GET.get("hours", "")
    hours = int(asked) if asked in map(str, HOURS) else 12
    form = TakingOver(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        request.rights.require("incidents.handle")
        if form.is_valid():
            shifts.take_over(by=request.user, note=form.cleaned_data["note"])
            messages.success(request, _("You are on watch now. Whoever looks at the duty desk sees it."))
            return redirect("duty")
    at = timezone.now()
    found = shifts.shift(request.rights, at - timedelta(hours=hours), at)
    rows = {True: _told(found.open, found, request.rights, at), False: _told(found.closed, found, request.rights, at)}
    context = {
        "at": at,
        "hours": hours,
        "choices": HOURS,
        "shift": found,
        "sentence": sentence(found),
        "open": rows[True],
        "closed": rows[False],
        "silent": silent(request.rights, at),
        "watch": shifts.watch(),
        "form": form,
        "may_take_over": request.rights.may("incidents.handle"),
        "simulated": any(one.row.simulated for every in rows.values() for one in every),
    }
    return render(request, "desk/duty/handover.html", context, status=422 if form.errors else 200)


def sentence(shift: shifts.Shift) -> str:
    """What happened, in one line."""
    open_, opened, closed = len(shift.open) + shift.more, shift.number(Kind.OPENED), len(shift.closed)
    parts = [
        ngettext("%(n)d incident is handed over", "%(n)d incidents are handed over", open_) % {"n": open_}
        if open_
        else _("no incident is handed over"),
        ngettext("%(n)d began", "%(n)d began", opened) % {"n": opened},
        ngettext("%(n)d was closed", "%(n)d were closed", closed) % {"n": closed},
    ]
    whole = ", ".join(parts)
    return f"{whole[0].upper()}{whole[1:]}."


def silent(rights: Rights, at: datetime) -> list[Silent]:
    """Stations at work of which every instrument is silent, the longest silence first."""
    stations = monitoring.stations_now(at, reader=rights, within=rights.reach("incidents.read"))
    mute = [one for one in stations if one.silent_since is not None and one.state == Thing.State.ACTIVE]
    return [
        Silent(one.name, one.code, one.silent_since, telling.span(at - one.silent_since))
        for one in sorted(mute, key=lambda one: one.silent_since or at)
        if one.silent_since is not None
    ]


def _told(found: Sequence[Listed], shift: shifts.Shift, rights: Rights, at: datetime) -> list[Told]:
    return [
        Told(listing.row(one, rights, at), [_deed(entry, at) for entry in shift.log.get(one.incident.id, ())
            if entry.kind in TOLD])
        for one in found
    ]  # fmt: skip


def _deed(entry: Entry, at: datetime) -> str:
    """ "02:10 An: note – the pump has stopped"."""
    who = f" {entry.by.name}:" if entry.by else ""
    note = f" – {entry.note}" if entry.note else ""
    return f"{figures.when(entry.at, at)}{who} {logged.words(entry)}{note}"
