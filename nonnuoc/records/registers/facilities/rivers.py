"""Outfalls along the rivers, for whoever asks what lies above or below."""

from __future__ import annotations

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.registers.facilities.models import Outfall
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.register import of_model
from nonnuoc.records.registers.waters.along import Mark


def outfalls(rights: Rights) -> list[Mark]:
    """Those with a receiving reach that may be read; at which kilometre is not registered."""
    register = of_model(Outfall)
    found = reading.readable(register, rights).filter(reach__isnull=False).order_by("code")
    return [Mark(register.one, one.name, register.key, one.code, one.reach_id, None) for one in found]
