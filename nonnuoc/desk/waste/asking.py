"""The form of a correction: what stands, to be written over; and what a correction says, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from nonnuoc.desk.waste.fields import NumberField, Tokened, written
from nonnuoc.records.registers.waste import correcting
from nonnuoc.records.registers.waste.models import Correction, Manifest, Method

WORDS = {
    "vehicle": _("Number plate of the vehicle"),
    "note": _("Note"),
    "code": _("Waste code"),
    "kind": _("Name of the waste"),
    "method": _("Treatment"),
    "handed_kg": _("Handed over, kg"),
    "received_kg": _("Received, kg"),
    "treated_kg": _("Treated, kg"),
}


class CorrectionForm(Tokened):
    """Everything of a manifest that can be corrected, as it stands; what is written over is asked for."""

    reason = forms.CharField(label=_("Why"), max_length=300)

    def __init__(self, *args: Any, held: Manifest, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "correction_%s", **kwargs})
        self.held = held
        self.initial["token"] = uuid4()
        self.fields["vehicle"] = forms.CharField(label=WORDS["vehicle"], required=False, max_length=40)
        self.initial["vehicle"] = held.vehicle
        for item in held.items.all():
            for name in correcting.OF_LINE:
                value = getattr(item, name)
                if name in correcting.MASSES and value is None:
                    continue
                self.fields[f"{name}-{item.line}"] = _field(name)
                self.initial[f"{name}-{item.line}"] = written(value)

    def wanted(self) -> list[tuple[int | None, str, Any]]:
        """(line, field, value) of everything on the form; what differs, the records find out."""
        told = self.cleaned_data
        found: list[tuple[int | None, str, Any]] = [(None, "vehicle", told["vehicle"].strip())]
        for key, value in told.items():
            name, dash, line = key.rpartition("-")
            if dash and line.isdigit():
                plain = float(value) if name in correcting.MASSES else value.strip()
                found.append((int(line), name, plain))
        return found

    def groups(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """(name of the waste, its fields)."""
        for item in self.held.items.all():
            names = [f"{name}-{item.line}" for name in correcting.OF_LINE]
            yield f"{item.line}. {item.kind}", [self[name] for name in names if name in self.fields]


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference in words."""

    where: str
    what: str
    old: str
    new: str


def told(held: Manifest, correction: Correction) -> list[Difference]:
    """What a correction says."""
    kinds = {item.line: item.kind for item in held.items.all()}
    return [
        Difference(
            "" if one["line"] is None else f"{one['line']}. {kinds.get(one['line'], '')}",
            str(WORDS[one["field"]]),
            _value(one["field"], one["old"]),
            _value(one["field"], one["new"]),
        )
        for one in correction.changes
    ]


def _value(field: str, held: Any) -> str:
    if field == "method" and held:
        return str(Method(held).label)
    return str(written(held)) if held not in (None, "") else "–"


def _field(name: str) -> forms.Field:
    if name in correcting.MASSES:
        return NumberField(label=WORDS[name])
    if name == "method":
        return forms.ChoiceField(label=WORDS[name], required=False, choices=[("", _("left open")), *Method.choices])
    return forms.CharField(label=WORDS[name], max_length=20 if name == "code" else 200)
