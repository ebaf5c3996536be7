"""Fields of a register's model: their kind, their values as plain data, and plain data as their values.

Forms, import, export, versions and layers all go through here, so that each writes and reads a value the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from nonnuoc.records.registers.pattern.models import Registered
from nonnuoc.records.registers.pattern.register import Register


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    LONG = "long"  # a text of several lines
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"  # date and time
    CHOICE = "choice"
    LINK = "link"  # to something that has a code


def of(register: Register, name: str) -> models.Field[Any, Any]:
    """The model's field."""
    return register.model._meta.get_field(name)  # type: ignore[return-value]


def title(register: Register, name: str) -> str:
    """Its title in the language of the moment, beginning with a capital."""
    words = str(of(register, name).verbose_name)
    return words[:1].upper() + words[1:]


def kind(register: Register, name: str) -> Kind:
    """What it holds."""
    field = of(register, name)
    if field.is_relation:
        return Kind.LINK
    if field.choices:
        return Kind.CHOICE
    for type_, found in (
        (models.BooleanField, Kind.BOOLEAN),
        (models.IntegerField, Kind.INTEGER),
        (models.FloatField, Kind.NUMBER),
        (models.DecimalField, Kind.NUMBER),
        (models.DateTimeField, Kind.TIME),
        (models.DateField, Kind.DATE),
        (models.TextField, Kind.LONG),
    ):
        if isinstance(field, type_):
            return found
    return Kind.TEXT


def choices(register: Register, name: str) -> dict[str, str]:
    """Value -> words, of a field with choices; of yes-or-no too."""
    field = of(register, name)
    if isinstance(field, models.BooleanField):
        return {"true": _("yes"), "false": _("no")}
    return {str(value): str(words) for value, words in field.flatchoices if value not in (None, "")}


def plain(entry: Registered, name: str) -> Any:
    """The value as JSON has it: codes for links, ISO for dates; None: unknown."""
    value = getattr(entry, name)
    if value is None or value == "":
        return None
    if isinstance(value, models.Model):
        return value.code  # type: ignore[attr-defined]
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return float(value) if isinstance(value, Decimal) else value


def snapshot(register: Register, entry: Registered) -> dict[str, Any]:
    """Every column of the entry as plain data, and its shape; what a version keeps."""
    return {name: plain(entry, name) for name in (*register.columns, "shape", "simulated")}


def links(register: Register) -> dict[str, type[models.Model]]:
    """Field -> the model it refers to."""
    named = (name for name in register.columns if kind(register, name) is Kind.LINK)
    return {name: of(register, name).related_model for name in named}  # type: ignore[misc]


def empty(register: Register, name: str) -> Any:
    """What stands where nothing is known: None, or for texts that are never null the empty text."""
    field = of(register, name)
    if field.null:
        return None
    return field.get_default() if field.has_default() else ""


def given(register: Register, name: str, value: Any, known: Mapping[str, Mapping[str, Any]]) -> Any:
    """A plain value (or a text a person wrote) as the field's own; `known` has the targets of links by code.

    Raises ValidationError with a sentence that says what is wrong and what would be right.
    """
    if isinstance(value, str):
        value = value.strip()
    if value is None or value == "":
        return empty(register, name)
    match kind(register, name):
        case Kind.LINK:
            return value if isinstance(value, models.Model) else _linked(name, str(value), known)
        case Kind.CHOICE:
            return chosen(register, name, str(value))
        case Kind.BOOLEAN:
            return yes_or_no(value)
        case Kind.INTEGER | Kind.NUMBER if isinstance(value, str):
            return number(value, whole=kind(register, name) is Kind.INTEGER)
        case Kind.DATE if isinstance(value, str):
            return day(value)
    return of(register, name).to_python(value)


def _linked(name: str, code: str, known: Mapping[str, Mapping[str, Any]]) -> Any:
    found = known.get(name, {}).get(code)
    if found is None:
        raise ValidationError(
            _("Nothing here has the code “%(code)s”: check it, or register it first.") % {"code": code}
        )
    return found


def chosen(register: Register, name: str, text: str) -> str:
    """The choice that this is the value or the words of. Raises ValidationError."""
    offered = choices(register, name)
    for value, words in offered.items():
        if text == value or text.casefold() == words.casefold():
            return value
    said = {"text": text, "offered": "; ".join(offered.values())}
    raise ValidationError(_("“%(text)s” is none of the choices. Write one of: %(offered)s.") % said)


def yes_or_no(value: Any) -> bool:
    """Yes or no in either language. Raises ValidationError."""
    if isinstance(value, bool):
        return value
    text = str(value).casefold()
    if text in ("true", "1", "x", "yes", "có", "co", _("yes").casefold()):
        return True
    if text in ("false", "0", "no", "không", "khong", _("no").casefold()):
        return False
    raise ValidationError(_("“%(text)s” is neither yes nor no. Write yes or no, or leave it empty.") % {"text": value})


def number(text: str, *, whole: bool) -> float | int:
    """With a decimal point or a decimal comma; a text with both, or with groups, could mean two numbers.

    Raises ValidationError.
    """
    try:
        found = float(text.replace(",", ".", 1)) if text.count(",") + text.count(".") < 2 else None
    except ValueError:
        found = None
    if found is None or found != found or found in (float("inf"), float("-inf")):
        raise ValidationError(_("“%(text)s” is not a number. Write 1234.5 or 1234,5, without groups.") % {"text": text})
    if whole and found != int(found):
        raise ValidationError(_("“%(text)s” is not a whole number.") % {"text": text})
    return int(found) if whole else found


def day(text: str) -> date:
    """A date as people here write it. Raises ValidationError."""
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"):
        try:
            return datetime.strptime(text.removesuffix(" 00:00:00"), form).date()
        except ValueError:
            continue
    raise ValidationError(_("“%(text)s” is not a date. Write 31/12/2026 or 2026-12-31.") % {"text": text})
