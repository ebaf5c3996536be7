"""Pairs of entries that may be one facility: what speaks for it, and what a person decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.facilities import sides
from nonnuoc.desk.facilities.sides import Line
from nonnuoc.look import figures
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.registers.facilities import matching, reasons
from nonnuoc.records.registers.facilities.models import Match

PAGE, DECIDED = 10, 20
State = Match.State


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair as the page shows it."""

    match: Match
    reasons: list[tuple[str, str]]  # words, points with their sign
    lines: list[Line]


class Decision(forms.Form):
    """What was decided of a pair, and why."""

    verdict = forms.ChoiceField(choices=[(one, one) for one in (State.DIFFERENT, State.LATER, State.OPEN)])
    note = forms.CharField(required=False, max_length=500)


@allowed("facilities.merge", "GET", "HEAD", "POST")
def queue(request: Entered) -> HttpResponse:
    """Those that wait, the surest first; POST compares what changed since the last comparison."""
    if request.method == "POST":
        found = matching.compare_waiting()
        messages.success(request, _("Compared. New pairs to look at: %(n)s.") % {"n": figures.number(found)})
        return redirect("facilities-matches")
    rights = request.rights
    later = request.GET.get("later") == "yes"
    waiting = matching.listed(rights, State.LATER if later else State.OPEN)
    page = Paginator(waiting, PAGE).get_page(request.GET.get("page"))
    number = page.paginator.count if not later else matching.number_waiting(rights)
    context = {
        "number": number,
        "sentence": sentence(number),
        "sure": matching.queue(rights).filter(sure=True).count(),
        "later": later,
        "put_off": matching.queue(rights, State.LATER).count(),
        "pairs": [_pair(one, rights) for one in page.object_list],
        "page": page,
        "previous": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "next": f"?page={page.next_page_number()}" if page.has_next() else "",
        "uncompared": matching.waiting().count(),
        "decided": matching.decided(rights)[:DECIDED],
        "simulated": any(one.first.simulated or one.second.simulated for one in page.object_list),
    }
    return render(request, "desk/facilities/queue.html", context)


@allowed("facilities.merge", "POST")
def decide(request: Entered, identity: int) -> HttpResponse:
    """Different, put off, or asked again. That they are the same, the page of merging says."""
    match = matching.one(identity, request.rights)
    if match is None:
        raise Http404(_("This pair does not wait for you: one of the two may have been merged or withdrawn meanwhile."))
    form = Decision(request.POST)
    if form.is_valid():
        try:
            matching.decide(match, form.cleaned_data["verdict"], by=request.user, note=form.cleaned_data["note"])
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            said = {"first": match.first.name, "second": match.second.name}
            messages.success(request, SAID[form.cleaned_data["verdict"]]() % said)
    return redirect("facilities-matches")


SAID = {
    State.DIFFERENT: lambda: _("Kept: “%(first)s” and “%(second)s” are two facilities. Nobody is asked again."),
    State.LATER: lambda: _("Put off: “%(first)s” and “%(second)s”."),
    State.OPEN: lambda: _("“%(first)s” and “%(second)s” wait for a decision again."),
}


def sentence(number: int) -> str:
    """The answer first."""
    if not number:
        return _("No pair of facilities waits for a decision.")
    told = ngettext(
        "%(n)s pair of entries may be one facility.", "%(n)s pairs of entries may be one facility each.", number
    )
    return told % {"n": figures.number(number)}


def _pair(match: Match, rights: Rights) -> Pair:
    told = [(str(reasons.WORDS[name]), _signed(points)) for name, points in match.reasons]
    return Pair(match, told, list(sides.lines(match.first, match.second, rights)))


def _signed(points: Any) -> str:
    return f"+{figures.number(points)}" if points > 0 else figures.number(points) if points else ""
