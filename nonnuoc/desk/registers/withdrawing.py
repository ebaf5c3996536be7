"""An entry leaves the register, or comes back; either with a reason."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk import choices
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.registers import finding
from nonnuoc.look.registers import faces
from nonnuoc.records.registers.pattern import keeping


class Reason(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=500, help_text=gettext_lazy("Stays in the history of the entry.")
    )


@allowed("desk.enter", "GET", "HEAD", "POST")
def withdraw(request: Entered, key: str, code: str) -> HttpResponse:
    """Take it out of the register, or, where it is out, bring it back."""
    register = finding.written(key, request.rights)
    entry = finding.own(register, code, request.rights)
    form, out = Reason(request.POST or None), entry.withdrawn is not None
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            if out:
                keeping.restore(register, code, reason=reason, by=request.user)
            else:
                keeping.withdraw(register, code, reason=reason, by=request.user)
        except ValidationError as error:
            choices.refuse(form, error)
        else:
            messages.success(request, _("It stands in the register again.") if out else _("It is withdrawn."))
            return redirect("desk-register-entry", key=key, code=code)
    back = faces.of_desk(request.rights).entry(key, code)
    context = {"register": register, "entry": entry, "form": form, "out": out, "back": back}
    return render(request, "desk/registers/withdraw.html", context, status=422 if form.errors else 200)
