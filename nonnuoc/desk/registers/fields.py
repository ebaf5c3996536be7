"""The field of a form that a column of a register gets, by what it holds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.look.registers import telling
from nonnuoc.look.registers.faces import Face
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.places import names
from nonnuoc.records.registers.pattern import fields, linking
from nonnuoc.records.registers.pattern.fields import Kind
from nonnuoc.records.registers.pattern.register import Register

UNKNOWN = gettext_lazy("not known yet")
CHOOSE = gettext_lazy("choose")


class Named(forms.CharField):
    """Something with a code, written by its code or its name; cleaned to the code."""

    def __init__(self, register: Register, name: str, rights: Rights, **facts: Any) -> None:
        super().__init__(max_length=300, **facts)
        self.register, self.name, self.rights = register, name, rights

    def clean(self, value: Any) -> str:
        text = str(super().clean(value) or "")
        if not text:
            return ""
        found = linking.found(self.register, self.name, text, self.rights)
        if found is None:
            raise ValidationError(_("Nothing is called so, or more than one thing: write its code."))
        return str(found.code)


def of(face: Face, register: Register, name: str) -> forms.Field:
    """The field of a column. Choices with many answers are typed, with proposals; one query for each that links."""
    column, kind = fields.of(register, name), fields.kind(register, name)
    needed = not column.blank and not column.has_default()
    told: dict[str, Any] = {
        "label": fields.title(register, name),
        "required": needed,
        "help_text": column.help_text,
    }
    match kind:
        case Kind.LINK:
            return _link(face, register, name, told)
        case Kind.CHOICE:
            return forms.ChoiceField(choices=[*_none(needed), *fields.choices(register, name).items()], **told)
        case Kind.BOOLEAN:
            none = [("", UNKNOWN)] if column.null else []
            choices = [*none, *fields.choices(register, name).items()]
            return forms.ChoiceField(choices=choices, **{**told, "required": not column.null})
        case Kind.DATE:
            return forms.CharField(max_length=20, widget=forms.TextInput({"type": "date"}), **told)
        case Kind.TIME:
            return forms.DateTimeField(widget=forms.DateTimeInput({"type": "datetime-local"}), **told)
        case Kind.LONG:
            return forms.CharField(max_length=10_000, widget=forms.Textarea({"rows": 4}), **told)
        case Kind.INTEGER | Kind.NUMBER:
            return forms.CharField(max_length=40, widget=forms.TextInput({"inputmode": "decimal"}), **told)
    return forms.CharField(max_length=column.max_length or 300, **told)


def _none(needed: bool) -> list[tuple[str, Any]]:
    return [("", CHOOSE if needed else UNKNOWN)]


def _link(face: Face, register: Register, name: str, told: dict[str, Any]) -> forms.Field:
    found = linking.targets(register, name, face.rights, most=linking.CHOSEN + 1)
    if len(found) <= linking.CHOSEN:
        return forms.ChoiceField(choices=[*_none(told["required"]), *_named(found)], **told)
    source = face.address("register-targets", register.key, name)
    widget = forms.TextInput({"data-propose": source, "autocomplete": "off"})
    help_text = told.pop("help_text") or _("Its code, or its whole name; what fits is proposed while you type.")
    return Named(register, name, face.rights, widget=widget, help_text=help_text, **told)


def _named(found: Any) -> list[tuple[str, str]]:
    return [(one.code, telling.name_of(one)) for one in sorted(found, key=lambda one: names.alphabetical(one.name))]
