"""The registers of waters."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from nonnuoc.records.registers.pattern.register import Register, Shape, Subject
from nonnuoc.records.registers.waters.models import Reach

DATA = Path(__file__).parent / "data"

REACHES = Register(
    key="reaches",
    model=Reach,
    title=_("River reaches"),
    one=_("River reach"),
    description=_("The rivers as connected reaches, each with the class its water must keep."),
    subject=Subject.WATERS,
    own=("river", "downstream", "from_km", "to_km", "grade", "grade_source", "enters_from_abroad"),
    listed=("river", "grade", "from_km", "to_km"),
    filters=("river", "grade", "enters_from_abroad"),
    shape=Shape.LINE,
)
REGISTERS = (REACHES,)
