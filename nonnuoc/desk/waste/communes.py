"""Collection of domestic waste, commune by commune: who has told what of a month, and the form to tell it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk import choices
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.waste.fields import NumberField, written
from nonnuoc.records.places import selectors as places
from nonnuoc.records.places.models import Commune
from nonnuoc.records.registers.waste import collecting
from nonnuoc.records.registers.waste.models import Basis, CommuneReport

WHOLE = ("households", "served", "separating", "points")
ZERO = gettext_lazy("0 where the commune has none; empty where nobody knows.")


class ReportForm(forms.Form):
    """A month of a commune. Everything may stay empty: empty is unknown."""

    households = forms.IntegerField(min_value=0)
    served = forms.IntegerField(min_value=0)
    separating = forms.IntegerField(min_value=0)
    separation = forms.ChoiceField(choices=[("", gettext_lazy("not known")), *CommuneReport.Separation.choices])
    points = forms.IntegerField(min_value=0)
    rounds_week = NumberField()
    urban_generated_t = NumberField(help_text=ZERO)
    urban_collected_t = NumberField()
    urban_treated_t = NumberField()
    rural_generated_t = NumberField(help_text=ZERO)
    rural_collected_t = NumberField()
    rural_treated_t = NumberField()
    basis = forms.ChoiceField(choices=[("", gettext_lazy("choose")), *Basis.choices])
    note = forms.CharField(max_length=500, widget=forms.Textarea({"rows": 2}))
    reason = forms.CharField(label=gettext_lazy("Why it changes"), max_length=300)

    def __init__(self, *args: Any, correcting: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not correcting:
            del self.fields["reason"]
        for name, field in self.fields.items():
            field.required = False
            if name != "reason":
                words = str(CommuneReport._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
                field.label = words[:1].upper() + words[1:]
            if name in WHOLE:
                field.widget = forms.TextInput({"inputmode": "numeric"})

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """(heading, fields) as the page shows them."""
        shown = [
            (_("Households"), ("households", "served", "separating", "separation", "points", "rounds_week")),
            (_("Urban domestic waste"), ("urban_generated_t", "urban_collected_t", "urban_treated_t")),
            (_("Rural domestic waste"), ("rural_generated_t", "rural_collected_t", "rural_treated_t")),
            (_("Of these figures"), ("basis", "note", "reason")),
        ]
        return [(heading, [self[name] for name in names if name in self.fields]) for heading, names in shown]


@allowed("data.internal", "GET", "HEAD")
def listing(request: Entered) -> HttpResponse:
    """Every commune of one's reach: what it told of a month."""
    month = _asked(request.GET.get("month", ""))
    board = collecting.board(request.rights, month)
    context = {
        "month": month,
        "before": _shifted(month, -1),
        "after": _shifted(month, 1) if _shifted(month, 1) <= timezone.localdate() else None,
        "board": board,
        "sent": sum(line.state == "sent" for line in board),
        "simulated": any(line.report and line.report.simulated for line in board),
    }
    return render(request, "desk/waste/communes.html", context)


@allowed("waste.report", "GET", "HEAD", "POST")
def one(request: Entered, code: str, year: int, month: int) -> HttpResponse:
    """The form of a commune and a month: begun from the last one, kept as a draft, sent, corrected."""
    commune, of = _commune(code), _month(year, month)
    request.rights.require("waste.report", collecting.subject(commune))
    sent = collecting.sent(commune, of)
    if request.method != "POST":
        return _form(request, commune, of, ReportForm(initial=_initial(commune, of), correcting=sent is not None))
    form = ReportForm(request.POST, correcting=sent is not None)
    draft = request.POST.get("do") != "send"
    if form.is_valid():
        told = {name: form.cleaned_data[name] for name in collecting.TOLD}
        reason = form.cleaned_data.get("reason", "")
        try:
            collecting.save(commune, of, told, by=request.user, draft=draft, reason=reason)
        except ValidationError as error:
            choices.refuse(form, error)
        else:
            messages.success(request, _("Kept as a draft. Send it once it is whole.") if draft else _("Sent."))
            here = reverse("waste-commune", args=[code, year, month])
            return redirect(here if draft else f"{reverse('waste-communes')}?month={of:%Y-%m}")
    return _form(request, commune, of, form, status=422)


def _form(request: Entered, commune: Commune, month: date, form: ReportForm, status: int = 200) -> HttpResponse:
    begun = collecting.begun(commune, month)
    context = {
        "commune": commune,
        "month": month,
        "form": form,
        "sent": collecting.sent(commune, month),
        "draft": begun if begun.pk and begun.draft else None,
        "taken_over": collecting.before(commune, month) if begun.pk is None else None,
        "history": collecting.replaced(commune, month),
        "simulated": begun.simulated,
    }
    return render(request, "desk/waste/commune.html", context, status=status)


def _initial(commune: Commune, month: date) -> dict[str, Any]:
    begun = collecting.begun(commune, month)
    return {name: written(getattr(begun, name)) for name in collecting.TOLD}


def _commune(code: str) -> Commune:
    found = places.commune_by_code(code)
    if found is None:
        raise Http404
    return found


def _month(year: int, month: int) -> date:
    if not (2000 <= year <= 2100 and 1 <= month <= 12):
        raise Http404
    return date(year, month, 1)


def _asked(text: str) -> date:
    """The month asked for as 2026-05; else the last one that is over: that is what is reported now."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return _shifted(timezone.localdate().replace(day=1), -1)


def _shifted(month: date, by: int) -> date:
    count = month.year * 12 + month.month - 1 + by
    return date(count // 12, count % 12 + 1, 1)
