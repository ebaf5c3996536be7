"""What the plan names, registered once: the entries a province begins with."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence

from django.db import transaction

from nonnuoc.records.registers.pattern import keeping, reading
from nonnuoc.records.registers.pattern.register import Register


@transaction.atomic
def load(registers: Sequence[Register], province: str) -> int:
    """Register what is not there yet; give how many. What somebody changed since, or withdrew, is left alone.

    A seed is a TOML table `source` and `[[entry]]` tables of fields; codes for what they refer to.
    """
    made = 0
    for register in registers:
        file = register.seed / f"{province}.toml" if register.seed else None
        if file is None or not file.exists():
            continue
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        there = reading.codes(register)
        for entry in table["entry"]:
            if entry["code"] not in there:
                keeping.create(register, {"source": table["source"], **entry}, by=None, reason=table["source"])
                made += 1
    return made
