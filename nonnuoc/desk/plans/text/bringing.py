"""A plan is brought in: the file, then each name and time in it confirmed, then taken over."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.plans.text import confirming, finding
from nonnuoc.desk.plans.text.confirming import Confirming
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.models import Plan, PlanImport
from nonnuoc.records.plans.text.importing import files, holding


class Bring(forms.Form):
    """The file, and whether it amends a plan that is here."""

    file = forms.FileField(
        label=gettext_lazy("The plan, as a DOCX or Markdown file"),
        widget=forms.ClearableFileInput({"accept": ".docx,.md,.markdown,.txt"}),
        max_length=200,
    )
    amends = forms.ChoiceField(label=gettext_lazy("It is"), required=False)

    def __init__(self, plans: list[Plan], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        amended = [(one.code, _("an amendment of “%(plan)s”") % {"plan": one.short_title}) for one in plans]
        self.fields["amends"].choices = [("", _("a new plan")), *amended]  # type: ignore[attr-defined]


@allowed("plans.keep", "GET", "HEAD", "POST")
def new(request: Entered) -> HttpResponse:
    """Choose the file; below it those that wait to be confirmed."""
    plans = [one for one in selectors.plans(request.rights) if finding.may_keep(one, request.rights)]
    begun = {"amends": request.GET.get("amends", "")}
    form = Bring(plans, request.POST or None, request.FILES or None, initial=begun)
    if request.method == "POST" and form.is_valid():
        file, amended = form.cleaned_data["file"], form.cleaned_data["amends"]
        amends = next((one for one in plans if one.code == amended), None)
        body = file.read(files.MOST_BYTES + 1)
        try:
            held = holding.begin(body, file.name, by=request.user, at=timezone.now(), amends=amends)
        except ValidationError as error:
            form.add_error("file", error.messages)
        else:
            return redirect("plan-import-one", token=held.uuid)
    context = {"form": form, "waiting": holding.of(request.user)}
    return render(request, "desk/plans/text/bring.html", context, status=422 if form.errors else 200)


@allowed("plans.keep", "GET", "HEAD", "POST")
def one(request: Entered, token: UUID) -> HttpResponse:
    """Every row with what it would become and what is wrong with it; the forms; and the taking over."""
    held = holding.one(str(token), request.user)
    if held is None:
        raise Http404(
            _("This file is not here: it was taken over, forgotten after some days, or somebody else brought it.")
        )
    if held.state == PlanImport.State.TAKEN and held.plan is not None:
        return redirect("plan-text", plan=held.plan.code)
    deed = request.POST.get("deed", "")
    if deed == "drop":
        holding.drop(held, by=request.user)
        return redirect("plan-import")
    draft = holding.draft(held)
    given = Confirming(draft, held.said, held.plan, request.POST if deed else None)
    faults: list[str] = []
    if deed and given.is_valid():
        said = given.said()
        if held.plan is not None:
            said["plan"] = {"code": held.plan.code}
        held = holding.answer(held, said, by=request.user)
        if deed == "take":
            try:
                plan = holding.finish(held, by=request.user, at=timezone.now())
            except ValidationError as error:
                faults = confirming.refuse(given, error)
            else:
                messages.success(request, _("The plan was taken over."))
                return redirect("plan-text", plan=plan.code)
        else:
            messages.success(request, _("What you said is kept. Nothing has been taken over yet."))
            return redirect("plan-import-one", token=held.uuid)
    refused = bool(faults) or bool(deed and any(one.errors for one in given.forms))
    context = {
        "held": held,
        "draft": draft,
        "given": given,
        "faults": faults,
        "refused": refused,
        "open": sum(bool(one.faults) for one in given.rows),
    }
    return render(request, "desk/plans/text/import.html", context, status=422 if refused else 200)
