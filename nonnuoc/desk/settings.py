"""What the administrator chooses, in one form; each choice with who made it last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.records.accounts import preferences, services, trail
from nonnuoc.records.accounts.models import AuditEntry

LONG = ("site.notice", "site.notice_en", "site.contact", "outbox.allowed_targets")  # more than a line


class Choices(forms.Form):
    """A field for each of preferences.CHOICES."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, choice in preferences.CHOICES.items():
            facts: dict[str, Any] = {"label": choice.label, "help_text": choice.help, "required": False}
            held = preferences.read(code)
            if isinstance(choice.default, bool):
                self.fields[code] = forms.BooleanField(initial=held, **facts)
            else:
                widget = forms.Textarea(attrs={"rows": 3}) if code in LONG else forms.TextInput
                self.fields[code] = forms.CharField(initial=held, max_length=2000, widget=widget, **facts)

    @property
    def rows(self) -> list[Row]:
        """Each field, with its last choice."""
        last = trail.last_of_each("setting.chosen")
        return [Row(self[code], last.get(code)) for code in preferences.CHOICES]


@dataclass(frozen=True, slots=True)
class Row:
    """A field, and the entry of the audit trail that tells who chose last; None: nobody did."""

    field: forms.BoundField
    last: AuditEntry | None


@allowed("settings.manage", "GET", "HEAD", "POST")
def form(request: Entered) -> HttpResponse:
    """The choices; kept all or none."""
    preferences.forget()  # what another process kept a moment ago is shown, not undone
    choices = Choices(request.POST or None)
    if request.method == "POST" and choices.is_valid() and _kept(request, choices):
        messages.success(request, _("The settings are kept. Every page follows within seconds."))
        return redirect("settings")
    return render(request, "desk/settings.html", {"form": choices}, status=422 if choices.errors else 200)


def _kept(request: Entered, choices: Choices) -> bool:
    """Whether every choice could be kept; if not, each field says why and none is."""
    with transaction.atomic():
        for code, value in choices.cleaned_data.copy().items():
            try:
                services.choose_setting(code, value, by=request.user)
            except ValidationError as error:
                choices.add_error(code, error)
        transaction.set_rollback(bool(choices.errors))
    return not choices.errors
