"""The form of what somebody found: short enough for a telephone in the field."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk.choices import DayField
from nonnuoc.desk.registers import position
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.places import selectors as places
from nonnuoc.records.registers.nature import naming
from nonnuoc.records.registers.nature.models import Occurrence, Species
from nonnuoc.records.registers.pattern import documents

FARTHEST_M = 100_000.0


class NumberField(forms.FloatField):
    """A number written with a decimal point or a decimal comma, whatever the language of the page."""

    widget = forms.TextInput

    def __init__(self, **facts: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}), **facts)

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class Report(forms.Form):
    """What was found, when, where, how sure, and a photo."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    species = forms.CharField(
        label=gettext_lazy("Species"),
        max_length=200,
        help_text=gettext_lazy("Its scientific name, or what it is called here."),
        widget=forms.TextInput(attrs={"list": "known-species", "autocomplete": "off"}),
    )
    day = DayField(label=gettext_lazy("Found on"))
    count = forms.IntegerField(label=gettext_lazy("How many individuals"), required=False, min_value=1, max_value=10**6)
    basis = forms.ChoiceField(label=gettext_lazy("How it is known"), choices=Occurrence.Basis.choices)
    commune = forms.ChoiceField(label=gettext_lazy("Commune"), required=False)
    lat = NumberField(label=gettext_lazy("Latitude"), required=False)
    lon = NumberField(label=gettext_lazy("Longitude"), required=False)
    uncertainty_m = NumberField(
        label=gettext_lazy("The position is true to, metres"), required=False, min_value=1, max_value=FARTHEST_M
    )
    locality = forms.CharField(
        label=gettext_lazy("Place in words"), required=False, max_length=300, widget=forms.Textarea({"rows": 2})
    )
    note = forms.CharField(
        label=gettext_lazy("What was seen"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )
    photo = forms.FileField(
        label=gettext_lazy("Photo"),
        required=False,
        help_text=gettext_lazy("Seen by experts only."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    def __init__(self, *args: Any, rights: Rights, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bounds = [part.communes for part in rights.reach("occurrences.write").parts]
        mine = None if None in bounds else {id_ for part in bounds for id_ in part or ()}
        offered = [(one.code, one.full_name) for one in places.communes() if mine is None or one.pk in mine]
        first = [] if len(offered) == 1 else [("", _("by the position, or not known"))]
        self.fields["commune"].choices = [*first, *offered]  # type: ignore[attr-defined]
        self.fields["day"].initial = timezone.localdate()

    def clean_species(self) -> Species:
        found = naming.known(self.cleaned_data["species"])
        if found is None:
            raise ValidationError(
                _("No species here goes by this name alone. Choose one of the list, or ask an expert to register it.")
            )
        return found

    def clean_day(self) -> Any:
        if self.cleaned_data["day"] > timezone.localdate():
            raise ValidationError(_("That day has not come yet."))
        return self.cleaned_data["day"]

    def clean_photo(self) -> Any:
        photo = self.cleaned_data["photo"]
        if photo and photo.size > documents.LARGEST:
            raise ValidationError(_("The photo is too large: %(most)d MB at most.") % {"most": documents.LARGEST >> 20})
        return photo

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        lon, lat = told.get("lon"), told.get("lat")
        if (lon is None) != (lat is None) and not {"lon", "lat"} & set(self.errors):
            self.add_error("lat", _("A position needs longitude and latitude, or neither."))
        elif lon is not None and lat is not None:
            try:
                position.degrees(lat, lon)
            except ValidationError as error:
                self.add_error(None if hasattr(error, "error_dict") else "lat", error)
        elif not told.get("commune") and not told.get("locality"):
            self.add_error("lat", _("Say where: by a position, by the commune, or in words."))
        return told
