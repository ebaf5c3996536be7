"""Fields that several forms of the desk share: an office, communes, a task, a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts import offices
from nonnuoc.records.accounts.models import Office, Role
from nonnuoc.records.places import selectors as places
from nonnuoc.records.places.models import Commune

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
INDENT = "\N{EM SPACE}"


class OfficeField(forms.ChoiceField):
    """One office, chosen from the tree; cleaned to an Office, or to None where it may be left empty."""

    def __init__(self, *, none: Any = "", closed: bool = False, **facts: Any) -> None:
        super().__init__(**facts)
        self.none, self.closed = none, closed

    def among(self, branches: Iterable[offices.Branch]) -> None:
        """Offer these."""
        offered = [one for one in branches if self.closed or one.office.is_active]
        self.offices = {one.office.code: one.office for one in offered}
        named = [(one.office.code, INDENT * one.depth + one.office.name) for one in offered]
        self.choices = [("", self.none), *named]

    def clean(self, value: Any) -> Office | None:
        code = super().clean(value)
        return self.offices[code] if code else None


class CommunesField(forms.MultipleChoiceField):
    """Communes to narrow a task to; cleaned to a list of them."""

    widget = forms.CheckboxSelectMultiple

    def among(self, known: Iterable[Commune]) -> None:
        """Offer these."""
        self.communes = {one.code: one for one in known}
        self.choices = [(code, one.full_name) for code, one in self.communes.items()]

    def clean(self, value: Any) -> list[Commune]:
        return [self.communes[code] for code in super().clean(value)]


class DayField(forms.DateField):
    """A local day, of this century."""

    def __init__(self, **facts: Any) -> None:
        super().__init__(
            input_formats=["%Y-%m-%d", "%d/%m/%Y"],
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            validators=[MinValueValidator(EARLIEST), MaxValueValidator(LATEST)],
            error_messages={
                "invalid": _("Write the day as dd/mm/yyyy."),
                "min_value": _("Give a day of this century."),
                "max_value": _("Give a day of this century."),
            },
            **facts,
        )
        for validator, code in zip(self.validators, ("min_value", "max_value"), strict=True):
            validator.message = self.error_messages[code]  # type: ignore[attr-defined]


class TaskFields(forms.Form):
    """A task: in which office, as what, where, until when."""

    office = OfficeField(label=_("Office"), none=_("choose an office"))
    role = forms.ChoiceField(label=_("Task"), choices=[("", _("choose a task")), *Role.choices])
    communes = CommunesField(
        label=_("Only for these communes"),
        required=False,
        help_text=_("None chosen: the whole area of the office."),
    )
    facility = forms.CharField(
        label=_("Only for this facility"),
        required=False,
        max_length=40,
        help_text=_("Its code, as it stands at its stations. Empty: every facility of the office."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].among(offices.tree())  # type: ignore[attr-defined]
        self.fields["communes"].among(places.communes_like(""))  # type: ignore[attr-defined]


def begin(day: date) -> datetime:
    """The first moment of the local day."""
    return timezone.make_aware(datetime.combine(day, time()))


def end(day: date) -> datetime:
    """The first moment after the local day: spans are half open."""
    return begin(day + timedelta(days=1))


def refuse(form: forms.Form, error: ValidationError) -> None:
    """Put what a service refused beside the fields it is about; the rest above them."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, told in error.error_dict.items():
        form.add_error(name if name in form.fields else None, told)


class DaysForm(forms.Form):
    """What asks for things of some days: from one to another, both included; either may be left open."""

    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("Until, this day included"), required=False)

    def clean(self) -> dict[str, Any]:
        """The span has a length."""
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", gettext("The end lies before the beginning."))
        return cleaned
