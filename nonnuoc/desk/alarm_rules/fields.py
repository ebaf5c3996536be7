"""Numbers as people write them: with a decimal comma or a decimal point, never with a mark between thousands."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


class NumberField(forms.CharField):
    """Cleaned to a float, or to None where it is left empty. "1.234,5" is refused, not guessed."""

    def __init__(self, **facts: Any) -> None:
        super().__init__(max_length=24, widget=forms.TextInput({"inputmode": "decimal"}), **facts)

    def clean(self, value: Any) -> Any:
        text = super().clean(value).replace("\N{MINUS SIGN}", "-").strip()
        if not text:
            return None
        if not NUMBER.fullmatch(text):
            raise ValidationError(
                _("%(given)s is not a number: write it like 12.5, without marks between thousands.") % {"given": text}
            )
        number = float(text.replace(",", "."))
        return int(number) if number == int(number) else number


def written(value: Any) -> Any:
    """A number as the reader writes it; anything else as it is."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    text = f"{value:.12g}"
    return text if get_language() == "en" else text.replace(".", ",")
