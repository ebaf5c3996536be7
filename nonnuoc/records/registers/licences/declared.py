"""The registers of this room."""

from __future__ import annotations

from nonnuoc.records.registers.pattern.register import Register

REGISTERS: tuple[Register, ...] = ()
