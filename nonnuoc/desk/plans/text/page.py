"""The document as it is read, sentence by sentence, with what each says and what it became."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.plans.finding import plan_of
from nonnuoc.desk.plans.text import composing, finding
from nonnuoc.desk.plans.text.marking import MarkForm
from nonnuoc.records.plans.models import Mark, Plan
from nonnuoc.records.plans.text import editions, marks, reading

SHOWN = ("uncovered", "unread")


@allowed("plans.read", "GET", "HEAD")
def page(request: Entered, plan: str, number: int | None = None) -> HttpResponse:
    """The text of the newest edition, or of one that was in force before."""
    found = plan_of(request, plan)
    return render(request, "desk/plans/text/text.html", _page(request, found, number))


@allowed("plans.keep", "POST")
def passage(request: Entered, plan: str) -> HttpResponse:
    """Say what a sentence says, or take such a mark away; refused, the form comes back with the reason."""
    found = plan_of(request, plan)
    anchor = request.POST.get("anchor", "")[:60]
    back = f"{reverse('plan-text', args=[found.code])}?mark={anchor}#{anchor}"
    if (gone := request.POST.get("remove", "")).isdecimal():
        held = next((one for one in marks.of(found).get(anchor, ()) if one.pk == int(gone)), None)
        if held is not None:
            marks.remove(held, by=request.user, at=timezone.now())
            messages.success(request, _("The mark was taken away."))
        return redirect(back)
    form = MarkForm(found, request.POST)
    if form.is_valid():
        try:
            marks.put(found, anchor, by=request.user, at=timezone.now(), **form.said())
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("What the sentence says was written down."))
            return redirect(back)
    return render(request, "desk/plans/text/text.html", _page(request, found, None, anchor, form), status=422)


def _page(
    request: Entered, plan: Plan, number: int | None, anchor: str = "", form: MarkForm | None = None
) -> dict[str, Any]:
    edition = finding.edition(plan, number)
    keeps = finding.may_keep(plan, request.rights)
    context: dict[str, Any] = {"plan": plan, "edition": edition, "may_keep": keeps}
    if edition is None:
        return context
    show = request.GET.get("show", "") if request.GET.get("show") in SHOWN else ""
    text = reading.text(edition, request.rights)
    newest = editions.current(plan) == edition
    marked = (anchor or request.GET.get("mark", "")) if keeps and newest else ""
    return {
        **context,
        "newest": newest,
        "editions": editions.of(plan),
        "text": text,
        "show": show,
        "contents": composing.contents(composing.compose(text.lines, text.names)),
        "blocks": composing.compose(text.lines, text.names, show),
        "marked": marked,
        "form": (form or MarkForm(plan, initial={"kind": Mark.Kind.DUTY})) if marked else None,
        "may_mark": keeps and newest,
    }
