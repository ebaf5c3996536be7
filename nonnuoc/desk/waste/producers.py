"""Extended producer responsibility: what is late, and who is named in public as doing well."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk import choices
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.records.registers.waste import praising


class PraiseForm(forms.Form):
    """For which year a producer is named, and what for."""

    year = forms.IntegerField(label=gettext_lazy("Year"))
    words = forms.CharField(
        label=gettext_lazy("What it does well"),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("In Vietnamese; everybody reads it."),
    )


class Decision(forms.Form):
    """What the second person says."""

    answer = forms.CharField(max_length=300, required=False)


@allowed("data.internal", "GET", "HEAD")
def listing(request: Entered) -> HttpResponse:
    """Every declaration, late ones first; who is named, and who is proposed."""
    standings = praising.standings(request.rights, timezone.localdate())
    context = {
        "standings": standings,
        "late": sum(one.late is True for one in standings),
        "undated": sum(one.late is None for one in standings),
        "praises": praising.praises(request.rights),
        "may_decide": request.rights.may("producers.publish"),
        "simulated": any(one.declaration.simulated for one in standings),
    }
    return render(request, "desk/waste/producers.html", context)


@allowed("registers.keep", "GET", "HEAD", "POST")
def praise(request: Entered, code: str) -> HttpResponse:
    """Propose to name a producer in public."""
    producer = praising.producer(code, request.rights)
    if producer is None:
        raise Http404
    request.rights.require("registers.keep", praising.subject(producer))
    form = PraiseForm(request.POST or None, initial={"year": timezone.localdate().year - 1})
    if request.method == "POST" and form.is_valid():
        try:
            praising.propose(producer, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            choices.refuse(form, error)
        else:
            messages.success(request, _("Proposed. Another person publishes it."))
            return redirect("waste-producers")
    context = {"producer": producer, "form": form, "simulated": producer.simulated}
    return render(request, "desk/waste/praise.html", context, status=422 if form.errors else 200)


@allowed("producers.publish", "POST")
def decide(request: Entered, identity: int) -> HttpResponse:
    """Publish what was proposed, decline it, or take it back."""
    if praising.one(identity, request.rights) is None:
        raise Http404
    form = Decision(request.POST)
    answer, do = form.data.get("answer", "")[:300], request.POST.get("do")
    try:
        if do == "end":
            praising.take_back(identity, why=answer, by=request.user)
        else:
            praising.decide(identity, publish=do == "publish", answer=answer, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Decided."))
    return redirect("waste-producers")
