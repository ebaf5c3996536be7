"""Values are judged by one person and approved by another: what waits, the values themselves, the decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk.doors import allowed, rights
from nonnuoc.domain import quality as q
from nonnuoc.ingest import validating
from nonnuoc.look import words
from nonnuoc.records.monitoring import judgements, observations, selectors
from nonnuoc.records.monitoring import network as monitoring
from nonnuoc.records.monitoring.models import Datastream, Judgement
from nonnuoc.records.monitoring.rows import Rows, moment

State = Judgement.State
PERIODS = (1, 7, 30, 90)
SHOWN = 300  # values on the page, the doubted ones first
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Value:
    """One value as the checks left it."""

    time: datetime
    value: float | None
    flags: str
    status: str
    validated: bool


@dataclass(frozen=True, slots=True)
class Held:
    """The values of a span: how many of which flag, and the most doubted of them."""

    values: int
    good: int
    suspect: int
    failed: int
    validated: int
    listed: list[Value]


class Proposal(forms.Form):
    """What somebody says of a span of values. Times are local, the end is not included."""

    since = forms.DateTimeField(
        label=gettext_lazy("From"), widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M")
    )
    until = forms.DateTimeField(
        label=gettext_lazy("Until"),
        help_text=gettext_lazy("Not included."),
        widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
    )
    verdict = forms.ChoiceField(label=gettext_lazy("Judgement"), choices=Judgement.Verdict.choices)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("What it rests on: the station's log, a calibration, the neighbours, the weather."),
    )

    def clean(self) -> dict[str, object]:
        """A span there can be."""
        cleaned: dict[str, object] = super().clean() or {}
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and not timedelta(0) < until - since <= LONGEST:
            self.add_error("until", _("The end must lie after the beginning, at most a year."))
        return cleaned


class Decision(forms.Form):
    """What the second person says."""

    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)


@allowed("observations.correct", "GET", "HEAD")
def listing(request: HttpRequest) -> HttpResponse:
    """Judgements that wait, and what nobody has judged yet."""
    asked = request.GET.get("days", "")
    days = int(asked) if asked in map(str, PERIODS) else 7
    at = timezone.now()
    reach = rights(request).reach("observations.correct")
    found = judgements.unjudged(reach, at - timedelta(days=days), at)
    context = {
        "at": at,
        "days": days,
        "periods": PERIODS,
        "waiting": list(judgements.listed(reach, [State.WAITING])),
        "decided": list(judgements.listed(reach, [State.APPROVED, State.RETURNED])[:20]),
        "unjudged": found,
        "simulated": any(one.datastream.thing.simulated for one in found),
    }
    return render(request, "desk/judging.html", context)


@allowed("observations.correct", "GET", "HEAD", "POST")
def stream(request: HttpRequest, identity: int) -> HttpResponse:
    """The values of one datastream over a span, and the form."""
    found = monitoring.datastream(identity)
    if found is None or found.procedure not in (Datastream.Procedure.RAW, Datastream.Procedure.SAMPLE):
        raise Http404
    rights(request).require("observations.correct", selectors.subject(found.thing))
    since, until = _span(request, found)
    form = Proposal(request.POST or None, initial={"since": since, "until": until, "verdict": "as_checked"})
    if request.method == "POST" and form.is_valid():
        try:
            judgement = judgements.propose(found, **form.cleaned_data, by=request.user)  # type: ignore[arg-type]
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The judgement waits for somebody else to approve it."))
            return redirect("judgement", identity=judgement.id)
    context = {
        "stream": found,
        "name": words.name(selectors.observed(found)),
        "since": since,
        "until": until,
        "held": _held(found, since, until),
        "form": form,
        "simulated": found.thing.simulated,
    }
    return render(request, "desk/judging_stream.html", context, status=422 if form.errors else 200)


@allowed("observations.correct", "GET", "HEAD", "POST")
def judgement(request: HttpRequest, identity: int) -> HttpResponse:
    """One judgement with its values; and the decision, of somebody else."""
    found = judgements.by_id(identity)
    if found is None:
        raise Http404
    subject = selectors.subject(found.datastream.thing)
    mine = rights(request)
    mine.require("observations.correct", subject)
    form = Decision(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _decide(request, found, form.cleaned_data["note"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("judgement", identity=found.id)
    own = mine.person is not None and found.proposed_by_id == mine.person.id
    context = {
        "judgement": found,
        "name": words.name(selectors.observed(found.datastream)),
        "held": _held(found.datastream, found.since, found.until),
        "own": own,
        "may_decide": found.state == State.WAITING and not own and mine.may("observations.approve", subject),
        "form": form,
        "simulated": found.datastream.thing.simulated,
    }
    return render(request, "desk/judgement.html", context, status=422 if form.errors else 200)


def _decide(request: HttpRequest, found: Judgement, note: str) -> None:
    person = request.user
    decision = request.POST.get("decision")
    if decision == "approve":
        changed = validating.approve(found, by=person, note=note)  # type: ignore[arg-type]
        messages.success(request, _("Approved. %(n)d values are validated now.") % {"n": changed})
    elif decision == "return":
        judgements.send_back(found, note=note, by=person)  # type: ignore[arg-type]
        messages.success(request, _("Returned to the reviewer."))
    elif decision == "withdraw":
        judgements.withdraw(found, by=person)  # type: ignore[arg-type]
        messages.success(request, _("Taken back."))
    else:
        raise ValidationError(_("Choose one of the buttons."))


def _span(request: HttpRequest, found: Datastream) -> tuple[datetime, datetime]:
    """What was asked for; at first the last day there are values of."""
    asked = Proposal(request.POST or request.GET)
    asked.is_valid()
    given = getattr(asked, "cleaned_data", {})
    since, until = given.get("since"), given.get("until")
    if since and until and timedelta(0) < until - since <= LONGEST:
        return since, until
    last = timezone.localtime(found.latest_time or timezone.now())
    midnight = last.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight, midnight + timedelta(days=1)


def _held(found: Datastream, since: datetime, until: datetime) -> Held:
    rows = observations.read(found.id, since, until)
    flag = q.flag(rows.quality)
    order = np.lexsort((rows.time, -flag))[:SHOWN]
    return Held(
        values=len(rows),
        good=int((flag == q.Flag.GOOD).sum()),
        suspect=int((flag == q.Flag.SUSPECT).sum()),
        failed=int((flag == q.Flag.FAIL).sum()),
        validated=int(q.is_validated(rows.quality).sum()),
        listed=[_value(rows, int(place)) for place in order],
    )


def _value(rows: Rows, place: int) -> Value:
    value = float(rows.value[place])
    return Value(
        time=moment(int(rows.time[place])),
        value=None if value != value else value,
        flags=words.flags(int(rows.quality[place])),
        status=words.status(int(rows.status[place])),
        validated=bool(rows.quality[place] < 0),
    )
