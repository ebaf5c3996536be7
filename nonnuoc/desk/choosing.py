"""Choosing a password: one form, wherever it is chosen. Pasting is welcome."""

from __future__ import annotations

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from nonnuoc.records.accounts.models import Person


def _rules() -> SafeString:
    return format_html_join("", "<p>{}</p>", ((text,) for text in password_validators_help_texts()))


class NewPassword(forms.Form):
    """A new password for somebody; refused beside the field where others would guess it."""

    password = forms.CharField(
        label=gettext_lazy("New password"),
        max_length=200,
        strip=False,
        help_text=lazy(_rules, str)(),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, data: object = None, *, person: Person) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.person = person

    def clean_password(self) -> str:
        """As typed, if it is good enough."""
        password = str(self.cleaned_data["password"])
        validate_password(password, self.person)
        return password


class ChangePassword(NewPassword):
    """The one in use, and a new one."""

    old = forms.CharField(
        label=gettext_lazy("Password in use"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("old", "password")

    def clean(self) -> dict[str, object]:
        """Another one than before."""
        data = super().clean() or {}
        if data.get("old") and data.get("old") == data.get("password"):
            raise ValidationError({"password": gettext_lazy("Choose another password than the one in use.")})
        return data
