"""What who follows the plan does with a round: with the whole of it, or with chosen units."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.plans.finding import round_of
from nonnuoc.desk.plans.rounds import deeds, page
from nonnuoc.records.plans.models import Form, Round
from nonnuoc.records.plans.rounds import deciding, reminding, selectors


@allowed("plans.steer", "POST")
def act(request: Entered, plan: str, code: str) -> HttpResponse:
    """Do it; refused, the page comes back with the reason."""
    found = round_of(request, plan, code)
    deed = request.POST.get("deed", "")
    if deed in ("urge", "approve"):
        _with_units(request, found, deed)
        return redirect("plan-round", plan=plan, code=code)
    if deed not in deeds.DEEDS:
        messages.error(request, _("This cannot be done with the round."))
        return redirect("plan-round", plan=plan, code=code)
    form = deeds.DEEDS[deed](found, request.POST)
    if form.is_valid():
        try:
            messages.success(request, form.do(request.user))
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect("plan-round", plan=plan, code=code)
    return render(request, "desk/plans/rounds/round.html", page.context(request, found, form), status=422)


def _with_units(request: Entered, of: Round, deed: str) -> None:
    """Urge the chosen units, or approve their forms: all of them or none."""
    asked = set(request.POST.getlist("unit"))
    forms: list[Form] = list(selectors.forms(of, request.rights).filter(office__code__in=asked))
    if not forms:
        messages.error(request, _("Choose at least one unit."))
        return
    try:
        if deed == "urge":
            number = reminding.urge(of, forms, request.POST.get("words", ""), by=request.user, at=timezone.now())
            words = ngettext("%(number)d message is on its way.", "%(number)d messages are on their way.", number)
        else:
            number = deciding.approve_all(forms, by=request.user, at=timezone.now())
            words = ngettext("%(number)d form approved.", "%(number)d forms approved.", number)
        messages.success(request, words % {"number": number})
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
