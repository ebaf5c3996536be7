"""Fields that several forms of this room share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from nonnuoc.desk.alarm_rules.fields import NumberField, written
from nonnuoc.records.registers.facilities.models import Facility

__all__ = ("FacilityField", "NumberField", "Tokened", "written")


class Tokened(forms.Form):
    """A form that counts once, however often it is sent: a weak network sends twice."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class FacilityField(forms.ChoiceField):
    """One facility out of those offered; cleaned to it, or to None where it may be left empty."""

    def __init__(self, *, none: Any = "", **facts: Any) -> None:
        super().__init__(**facts)
        self.none = none or _("choose")

    def among(self, offered: Iterable[Facility]) -> None:
        """Offer these."""
        self.facilities = {one.code: one for one in offered}
        self.choices = [("", self.none), *((code, one.name) for code, one in self.facilities.items())]

    def clean(self, value: Any) -> Facility | None:
        code = super().clean(value)
        return self.facilities[code] if code else None
