"""The form of an entry, made from the declaration of its register; what is right and wrong, keeping decides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from nonnuoc.desk import choices
from nonnuoc.desk.registers import fields as columns
from nonnuoc.desk.registers import position
from nonnuoc.look.registers import faces
from nonnuoc.records.accounts import offices
from nonnuoc.records.accounts.access import Reach, Rights
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.places import names
from nonnuoc.records.places import selectors as places
from nonnuoc.records.registers.pattern import fields, reading
from nonnuoc.records.registers.pattern.fields import Kind
from nonnuoc.records.registers.pattern.register import Register, Shape

DEGREES = 6  # decimals: a tenth of a metre
OF_THE_RECORD = ("office", "source", "note", "data_class", "reason")
PLACE = ("commune", "lat", "lon", "position_source")
METRES = ("vn2000_zone", "vn2000_easting", "vn2000_northing")  # the other way to write a position


class Entry(forms.Form):
    """An entry's columns that this person may write. `version` is the one they saw, `token` makes a form count once."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    token = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, register: Register, rights: Rights, entry: Any = None, **kwargs: Any) -> None:
        self.register, self.rights, self.entry = register, rights, entry
        kwargs["initial"] = _held(register, entry)
        super().__init__(*args, **kwargs)
        self.auto_id = "entry_%s"
        self.names = tuple(_writable(register, rights, entry))
        reach = rights.reach(register.keep)
        for name in self.names:
            self.fields[name] = self._field(name, reach)
        if "lat" in self.names:
            self.fields |= _metres()
        needed = entry is not None
        self.fields["reason"] = forms.CharField(
            label=_("Why it changes") if needed else _("Why it is registered"), required=needed, max_length=500
        )
        self.fields["reason"].help_text = _("Stays in the history of the entry.")

    def _field(self, name: str, reach: Reach) -> forms.Field:
        if name == "code":
            help_text = _("Stays for ever: letters, digits, “.”, “-” and “_”. Empty: the next free number.")
            return forms.CharField(label=fields.title(self.register, name), required=False, max_length=40,
                                   help_text=help_text)  # fmt: skip
        if name == "office":
            return _office(self.register, reach, self.entry)
        if name == "commune":
            return _commune(self.register, reach)
        if name == "data_class":
            readable = [pair for pair in DataClass.choices if not self.rights.reach(_read(pair[0])).nowhere]
            return forms.ChoiceField(label=fields.title(self.register, name), choices=readable)
        made = columns.of(faces.of_desk(self.rights), self.register, name)
        made.help_text = made.help_text or str(HELP.get(name, ""))
        return made

    def clean(self) -> dict[str, Any]:
        """The position in degrees, however it was written."""
        told = super().clean() or {}
        if "lat" in self.names and not {"lat", "lon", *METRES} & set(self.errors):
            try:
                told |= self._position(told)
            except ValidationError as error:
                choices.refuse(self, error if hasattr(error, "error_dict") else ValidationError({"lat": error}))
        return told

    def _position(self, told: dict[str, Any]) -> dict[str, Any]:
        lat, lon = (self._number(told, name) for name in ("lat", "lon"))
        easting, northing = (self._number(told, name) for name in METRES[1:])
        if easting is not None and northing is not None:
            point = position.metres(easting, northing, told["vn2000_zone"] or position.zones()[0][0])
            return {"lat": point.lat, "lon": point.lon}
        if easting is not None or northing is not None:
            raise ValidationError({METRES[2]: _("A position needs easting and northing.")})
        if lat is None or lon is None:
            return {"lat": lat, "lon": lon}  # neither, or one alone, which keeping refuses
        point = position.degrees(lat, lon)
        return {"lat": point.lat, "lon": point.lon}

    def _number(self, told: dict[str, Any], name: str) -> float | None:
        try:
            number: float | None = fields.given(self.register, "lat", told.get(name) or "", {})
        except ValidationError as error:
            raise ValidationError({name: error.messages}) from None
        return number

    def values(self) -> dict[str, Any]:
        """What keeping is given; of an entry that is there only what was written otherwise than it was shown.

        A page shows numbers rounded: what nobody touched must not be kept so.
        """
        given = {name: self.cleaned_data[name] for name in self.names if name in self.cleaned_data}
        if self.entry is None:
            return given
        touched = set(self.changed_data)
        if touched & {"lat", "lon", *METRES[1:]}:
            touched |= {"lat", "lon"}
        return {name: value for name, value in given.items() if name in touched}

    def groups(self) -> Iterator[tuple[str, str, list[forms.BoundField]]]:
        """(key, heading, fields) as the page shows them."""
        place = [name for name in PLACE if name in self.fields]
        record = [name for name in OF_THE_RECORD if name in self.fields]
        facts = [name for name in self.fields if name not in (*place, *record, *METRES, "version", "token")]
        for key, heading, group in (
            ("facts", str(self.register.one), facts),
            ("place", _("Where it lies"), place),
            ("record", _("Of this record"), record),
        ):
            if group:
                yield key, heading, [self[name] for name in group]

    def metres(self) -> list[forms.BoundField]:
        """The other way to write a position; none where no position may be written."""
        return [self[name] for name in METRES if name in self.fields]

    def renew(self, version: int) -> None:
        """As if it had been opened on the version there is now: what was typed stays."""
        self.data = {**self.data.dict(), "version": str(version)}  # type: ignore[attr-defined]  # a QueryDict


HELP = {
    "source": gettext_lazy("The document it is taken from, and where in it."),
    "position_source": gettext_lazy("Who says that it lies there: a survey with its day, a map, a document."),
    "lat": gettext_lazy("Degrees of WGS 84, as a telephone shows them: 22.6658."),
    "lon": gettext_lazy("Degrees of WGS 84: 106.258."),
}


def _writable(register: Register, rights: Rights, entry: Any) -> Iterator[str]:
    """Its columns in order, without what a service of its room decides, and what this person may not read."""
    shown = reading.shown(register, entry, rights) if entry is not None else register.columns
    for name in register.columns:
        if name in register.judged or name not in shown or (name == "code" and entry is not None):
            continue
        if name in fields.links(register) and entry and not reading.named(register, entry, name, rights):
            continue
        if name == "lon":
            yield from ("lat", "lon")
        elif name != "lat":
            yield name


def _held(register: Register, entry: Any) -> dict[str, Any]:
    """What the form shows at first."""
    if entry is None:
        return {"data_class": DataClass.INTERNAL}
    held = {name: _written(fields.plain(entry, name)) for name in register.columns}
    for name in ("lat", "lon"):
        if isinstance(value := getattr(entry, name), float):
            held[name] = _written(round(value, DEGREES))
    held |= {name: getattr(entry, name) for name in register.columns if fields.kind(register, name) is Kind.TIME}
    return held | {"version": entry.version}


def _written(value: Any) -> Any:
    """A plain value as a field shows it: numbers with the reader's decimal sign."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        text = f"{value:.{DEGREES}f}".rstrip("0").rstrip(".")
        return text if get_language() == "en" else text.replace(".", ",")
    return value


def _metres() -> dict[str, forms.Field]:
    """A zone, and metres in it."""
    number: dict[str, Any] = {"required": False, "max_length": 20, "widget": forms.TextInput({"inputmode": "decimal"})}
    return {
        "vn2000_zone": forms.ChoiceField(label=_("Zone of VN-2000"), required=False, choices=position.zones()),
        "vn2000_easting": forms.CharField(label=_("Easting (Y), metres"), **number),
        "vn2000_northing": forms.CharField(label=_("Northing (X), metres"), **number),
    }


def _office(register: Register, reach: Reach, entry: Any) -> forms.Field:
    """Those within reach, and the one that it is now."""
    within = reach.within("id", "commune_id", None)
    offered = [one for one in offices.tree(within) if one.office.is_active]
    named = [(one.office.code, choices.INDENT * one.depth + one.office.name) for one in offered]
    if entry is not None and entry.office is not None and entry.office.code not in dict(named):
        named.insert(0, (entry.office.code, entry.office.name))
    label = fields.title(register, "office")
    return forms.ChoiceField(
        label=label, required=False, choices=[("", _("none")), *named], help_text=_("Whose it is.")
    )


def _commune(register: Register, reach: Reach) -> forms.Field:
    """Those within reach; where everything is, all, and none: the position then tells."""
    bounds = [part.communes for part in reach.parts]
    within = None if None in bounds else {id_ for part in bounds for id_ in part or ()}
    known = sorted(places.communes(), key=lambda one: names.alphabetical(one.name))
    offered = [(one.code, one.full_name) for one in known if within is None or one.id in within]
    none = [("", columns.UNKNOWN)] if within is None else []
    return forms.ChoiceField(
        label=fields.title(register, "commune"),
        required=False,
        choices=[*none, *offered],
        help_text=_("Empty: found from the position.") if within is None and register.shape is not Shape.NONE else "",
    )


def _read(data_class: str) -> str:
    return "desk.enter" if data_class == DataClass.PUBLIC else f"data.{data_class}"
