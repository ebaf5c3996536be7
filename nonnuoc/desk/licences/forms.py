"""Forms of limits, conditions and obligations; what is right and wrong, the records decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nonnuoc.desk.choices import DayField
from nonnuoc.records.registers.licences.models import Averaging, Condition
from nonnuoc.records.registers.licences.offering import Offered
from nonnuoc.records.registers.licences.writing import Asked, Bound

DECIMAL = _("With a decimal point or comma.")


class NumberField(forms.CharField):
    """A number as people here write it: 1,5 or 1.5; cleaned to a float, or None where it may be left empty."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            number = float(text.strip().replace(",", ".", 1))
        except ValueError:
            number = float("nan")
        if number != number or number in (float("inf"), float("-inf")):
            raise forms.ValidationError(_("This is not a number. Write 1234.5 or 1234,5, without groups."))
        return number


class Reported(forms.Form):
    """That it is done: when, and what proves it."""

    done_on = DayField(label=_("Done on"))
    file = forms.FileField(
        label=_("File that proves it"),
        required=False,
        max_length=500,
        help_text=_("PDF, a picture, text, CSV, DOCX, XLSX or OpenDocument, 20 MB at most."),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Without a file: where the proof is, for example the number of the letter sent."),
    )


class Decided(forms.Form):
    """What is decided about an obligation, or about a report of it."""

    deed = forms.ChoiceField(choices=[(one, one) for one in ("accept", "return", "excuse", "reopen")])
    report = forms.IntegerField(required=False, min_value=1)
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self) -> dict[str, Any]:
        """A report is named where one is decided."""
        told = super().clean() or {}
        if told.get("deed") in ("accept", "return") and not told.get("report"):
            raise forms.ValidationError(_("Choose the report."))
        return told


class Ended(forms.Form):
    """The last day of a limit, or why it was an error."""

    on = DayField(label=_("Its last day"), required=False)
    reason = forms.CharField(label=_("What was wrong with it"), required=False, max_length=500)


class Withdrawn(forms.Form):
    """Why a condition no longer holds."""

    reason = forms.CharField(label=_("Why it no longer holds"), required=False, max_length=500)


class LimitForm(forms.Form):
    """A limit for what leaves one outfall or stack."""

    source = forms.ChoiceField(label=_("Outfall or stack"))
    observed_property = forms.ChoiceField(label=_("Parameter"))
    lower = NumberField(label=_("Not under"), required=False, help_text=DECIMAL)
    upper = NumberField(label=_("Not over"), required=False, help_text=DECIMAL)
    unit = forms.CharField(label=_("Unit, as the paper has it"), max_length=20, help_text=_("“-” where it has none."))
    averaging = forms.ChoiceField(label=_("Meant for"), choices=Averaging.choices)
    article = forms.CharField(label=_("Where in the paper"), required=False, max_length=200)
    valid_from = DayField(label=_("From"), required=False, help_text=_("Empty: as the paper."))
    valid_until = DayField(label=_("Until (last day)"), required=False, help_text=_("Empty: as the paper."))

    def __init__(self, *args: Any, offered: Offered, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = offered.sources  # type: ignore[attr-defined]
        self.fields["observed_property"].choices = offered.parameters  # type: ignore[attr-defined]

    def bound(self) -> Bound:
        """What writing is given."""
        return Bound(**self.cleaned_data)


class ConditionForm(forms.Form):
    """Something a paper asks for."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Condition.Kind.choices)
    text = forms.CharField(label=_("What it asks for"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    article = forms.CharField(label=_("Where in the paper"), required=False, max_length=200)
    source = forms.ChoiceField(label=_("Outfall or stack, where it is about one"), required=False)
    parameters = forms.MultipleChoiceField(
        label=_("Parameters"), required=False, widget=forms.SelectMultiple(attrs={"size": 6})
    )
    every_months = forms.IntegerField(
        label=_("Every … months"),
        required=False,
        min_value=1,
        max_value=120,
        help_text=_("1, 3, 6 and 12 go by the calendar: months, quarters, half-years, years."),
    )
    lag_days = forms.IntegerField(
        label=_("Days after the end of the period"), required=False, min_value=0, max_value=366, initial=0
    )
    due = DayField(label=_("Once, by"), required=False)
    valid_from = DayField(label=_("From"), required=False, help_text=_("Empty: as the paper."))
    valid_until = DayField(label=_("Until (last day)"), required=False, help_text=_("Empty: as the paper."))

    def __init__(self, *args: Any, offered: Offered, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].choices = [("", _("none in particular")), *offered.sources]  # type: ignore[attr-defined]
        self.fields["parameters"].choices = offered.parameters[1:]  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        """What writing is given."""
        told = dict(self.cleaned_data)
        told["lag_days"] = told["lag_days"] or 0
        told["parameters"] = tuple(told["parameters"])
        return Asked(**told)
