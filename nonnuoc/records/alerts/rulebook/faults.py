"""Why something about a rule of alarm cannot be taken: the field, what is wrong, how to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in which field, and how to mend it, in the reader's language."""

    field: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.field}: {self.what} – {self.mend}"


class RefusedError(ValueError):
    """The rule cannot be taken; `faults` say why and how to mend it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


def in_step(place: int, what: str, mend: str) -> Fault:
    """A fault in one of the steps, counted from 1."""
    return Fault("steps", _("Step %(n)d: %(what)s") % {"n": place, "what": what}, mend)


def is_number(value: Any) -> bool:
    """Whether it is a finite number; true and false are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
