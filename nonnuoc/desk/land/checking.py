"""The checklist of a craft village, as somebody fills it in on the spot with a telephone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.land.forms import day
from nonnuoc.desk.registers import finding
from nonnuoc.records.registers.land import craft
from nonnuoc.records.registers.land.craft import Line
from nonnuoc.records.registers.land.declared import CRAFT_VILLAGES


@dataclass(frozen=True, slots=True)
class Asked:
    """A line with its two fields."""

    line: Line
    answer: forms.BoundField
    evidence: forms.BoundField


class Checklist(forms.Form):
    """Every line: an answer, and what it rests on."""

    on = day(_("As of"))

    def __init__(self, data: Any, lines: list[Line]) -> None:
        super().__init__(data)
        self.lines = lines
        self.initial["on"] = timezone.localdate()
        for line in lines:
            self.fields[line.item.value] = forms.ChoiceField(
                label=line.item.label,
                choices=craft.Answer.choices,
                widget=forms.RadioSelect,
                initial=line.answer.value,
            )
            self.fields[f"{line.item.value}_evidence"] = forms.CharField(
                label=_("What the answer rests on"),
                max_length=500,
                required=False,
                initial=line.last.evidence if line.last else "",
                widget=forms.TextInput({"autocomplete": "off"}),
            )

    def asked(self) -> Iterator[Asked]:
        """For the template."""
        for line in self.lines:
            yield Asked(line, self[line.item.value], self[f"{line.item.value}_evidence"])

    def answers(self) -> dict[str, tuple[str, str]]:
        """As the service takes them."""
        given = self.cleaned_data
        return {line.item.value: (given[line.item.value], given[f"{line.item.value}_evidence"]) for line in self.lines}

    def tell(self, error: ValidationError) -> None:
        """What an answer lacks is told at its evidence."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, faults in error.error_dict.items():
            self.add_error("on" if name == "on" else f"{name}_evidence", faults)


@allowed("registers.keep", "GET", "HEAD", "POST")
def checklist(request: Entered, code: str) -> HttpResponse:
    """The lines as they stand; answered on POST."""
    village = finding.own(CRAFT_VILLAGES, code, request.rights)
    form = Checklist(request.POST if request.method == "POST" else None, craft.checklist(village))
    if form.is_bound and form.is_valid():
        try:
            made = craft.answer(village, form.answers(), on=form.cleaned_data["on"], by=request.user)
        except ValidationError as error:
            form.tell(error)
        else:
            messages.success(request, _("Kept.") if made else _("Nothing is different from what was known."))
            return redirect("land-craft", code=code)
    context = {
        "village": village,
        "form": form,
        "answered": sum(line.answer != craft.Answer.UNKNOWN for line in form.lines),
        "yes": sum(line.answer == craft.Answer.YES for line in form.lines),
        "all": len(form.lines),
        "entry": reverse("desk-register-entry", args=[CRAFT_VILLAGES.key, code]),
        "simulated": village.simulated,
    }
    return render(request, "desk/land/checklist.html", context, status=422 if form.errors else 200)
