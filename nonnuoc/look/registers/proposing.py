"""Proposals while somebody types what an entry refers to."""

from __future__ import annotations

from nonnuoc.look.registers import telling
from nonnuoc.look.registers.faces import Face
from nonnuoc.records.registers.pattern import fields, linking
from nonnuoc.records.registers.pattern.register import Register

LEAST = 2  # letters before anything is proposed


def of(face: Face, register: Register, name: str, text: str) -> list[dict[str, str]]:
    """Code and name of those that fit, of what this reader may know of; nothing for a field that links to nothing."""
    text = text.replace("\x00", "").strip()[:100]
    if name not in fields.links(register) or len(text) < LEAST:
        return []
    if name in register.internal and not face.desk:
        return []
    return [{"code": one.code, "name": telling.name_of(one)} for one in linking.like(register, name, text, face.rights)]
