"""What a person says of a file: its columns, its coordinates, and what holds where a row is silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.places import geometry, province
from nonnuoc.records.registers.pattern import fields
from nonnuoc.records.registers.pattern.fields import Kind
from nonnuoc.records.registers.pattern.importing import looking
from nonnuoc.records.registers.pattern.importing.plan import LEFT_OUT, Said
from nonnuoc.records.registers.pattern.models import Import
from nonnuoc.records.registers.pattern.register import Register, Shape


@dataclass(frozen=True)
class Column:
    """A column of the file, as the page asks about it."""

    heading: str
    sample: Sequence[str]
    meant: Sequence[Sequence[str]]
    choice: forms.BoundField


class ImportForm(forms.Form):
    """Everything a person may say of one file; `said` once it is valid."""

    system = forms.ChoiceField(
        label=gettext_lazy("Coordinate system"),
        required=False,
        help_text=gettext_lazy("The province's own zone stands first. Surveys and decisions name theirs."),
    )
    swapped = forms.BooleanField(label=gettext_lazy("The first coordinate is the north one"), required=False)
    layer = forms.ChoiceField(label=gettext_lazy("Layer"), required=False)
    source = forms.CharField(
        label=gettext_lazy("Source of entries whose row names none"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("The document the entries rest on, and where in it."),
    )
    position_source = forms.CharField(
        label=gettext_lazy("Source of positions whose row names none"), max_length=300, required=False
    )
    data_class = forms.ChoiceField(label=gettext_lazy("Who may read new entries"), choices=DataClass.choices)
    clear = forms.BooleanField(
        label=gettext_lazy("An empty cell makes unknown what was known"),
        required=False,
        help_text=gettext_lazy("Otherwise an empty cell leaves an entry as it is."),
    )
    mend = forms.BooleanField(
        label=gettext_lazy("Divide outlines where they cross themselves"),
        required=False,
        help_text=gettext_lazy("What becomes of each area is told before anything is written."),
    )

    def __init__(self, *args: Any, register: Register, of: Import, **kwargs: Any) -> None:
        said = {**of.said}
        found = of.found
        reading = found.get("reading") or {}
        initial = {**said, "system": said.get("system") or reading.get("system", "")}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.register, self.of = register, of
        self.fields["system"].choices = _systems(initial["system"])  # type: ignore[attr-defined]
        layers = found.get("layers") or ([said["layer"]] if said.get("layer") else [])
        self.fields["layer"].choices = [("", _("the only one")), *((one, one) for one in layers)]  # type: ignore[attr-defined]
        if not layers:
            del self.fields["layer"]
        if register.shape is Shape.NONE:
            for name in ("system", "swapped", "mend", "position_source"):
                del self.fields[name]
        self._ask_for_needed({column["field"] for column in found.get("columns", ())}, said.get("given", {}))
        for number, column in enumerate(found.get("columns", ())):
            self.fields[f"field-{number}"] = forms.ChoiceField(
                label=column["heading"], choices=self._choices, required=False, initial=column["field"]
            )

    def _ask_for_needed(self, held: set[str], said: Mapping[str, str]) -> None:
        """What every new entry needs and no column holds, for the whole file."""
        for name in looking.needed(self.register):
            if name in held or name == "name":
                continue
            label = _("%(title)s of new entries") % {"title": fields.title(self.register, name)}
            offered = fields.choices(self.register, name) if fields.kind(self.register, name) is Kind.CHOICE else {}
            self.fields[f"given-{name}"] = (
                forms.ChoiceField(label=label, choices=[("", "–"), *offered.items()], required=False)
                if offered
                else forms.CharField(label=label, max_length=300, required=False)
            )
            self.initial[f"given-{name}"] = said.get(name, "")

    @cached_property
    def _choices(self) -> list[tuple[str, str]]:
        titles = [(name, fields.title(self.register, name)) for name in self.register.typed]
        return [("", _("leave out")), *titles]

    @property
    def columns(self) -> list[Column]:
        """Each column with what it holds and the choice of its field."""
        return [
            Column(column["heading"], column["sample"], column["meant"], self[f"field-{number}"])
            for number, column in enumerate(self.of.found.get("columns", ()))
        ]

    @property
    def whole(self) -> list[forms.BoundField]:
        """What is said of the whole file."""
        return [self[name] for name in self.fields if not name.startswith("field-")]

    @property
    def hidden_but_place(self) -> list[str]:
        """All that is said, out of sight, but how coordinates are read: for a button that changes that alone."""
        return [self[name].as_hidden() for name in self.fields if name not in ("system", "swapped")]

    @property
    def said(self) -> Said:
        """What the person says."""
        given = self.cleaned_data
        columns = {
            column["heading"]: given[f"field-{number}"] or LEFT_OUT
            for number, column in enumerate(self.of.found.get("columns", ()))
        }
        return Said(
            fields=columns or self.of.said.get("fields", {}),
            system=given.get("system", ""),
            swapped=given.get("swapped", False),
            layer=given.get("layer", "") or self.of.said.get("layer", ""),
            clear=given["clear"],
            mend=given.get("mend", False),
            source=given["source"],
            position_source=given.get("position_source", ""),
            data_class=given["data_class"],
            given={name[6:]: value for name, value in given.items() if name.startswith("given-") and value},
        )

    def clean(self) -> dict[str, Any]:
        """A field is held by one column."""
        cleaned = super().clean() or {}
        seen: set[str] = set()
        for name in [one for one in self.fields if one.startswith("field-")]:
            value = cleaned.get(name)
            if value and value in seen:
                self.add_error(name, _("Another column holds this already. Leave one out."))
            seen.add(value or "")
        return cleaned


def _systems(chosen: str) -> list[tuple[str, str]]:
    """WGS 84, the province's zone, and every other one of VN-2000."""
    own = province.read().vn2000
    names = [own, geometry.WGS84, *(one for one in geometry.VN2000_SYSTEMS if one != own)]
    if chosen and chosen not in names:
        names.append(chosen)
    return [("", _("as the file says, else WGS 84")), *((name, system_words(name)) for name in names)]


def system_words(name: str) -> str:
    """A coordinate system as people here call it."""
    if name == geometry.WGS84:
        return _("WGS 84, longitude and latitude in degrees (EPSG:4326)")
    meridian, width = geometry.zone(name)
    if meridian is None:
        return name
    degrees, minutes = divmod(round(meridian * 60), 60)
    told = {"meridian": f"{degrees}°{minutes:02d}′", "width": width, "name": name}
    return _("VN-2000, central meridian %(meridian)s, zone of %(width)d° (%(name)s)") % told
