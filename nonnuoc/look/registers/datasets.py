"""The public part of each register as a data set, so that catalogues name it (records/monitoring/datasets.py)."""

from __future__ import annotations

from datetime import date

from django.utils import translation
from django.utils.translation import gettext_noop as _

from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.monitoring.datasets import Change, Dataset, Distribution, Field, Frequency
from nonnuoc.records.registers.every import REGISTERS
from nonnuoc.records.registers.pattern import fields
from nonnuoc.records.registers.pattern.register import Register

FIRST = date(2026, 11, 26)
#: Key of a register -> other files of it beside those that every register has.
MORE = {"occurrences": (Distribution(_("All of them, as a Darwin Core archive"), "application/zip", "api-dwca"),)}


def of(register: Register) -> Dataset:
    """What everybody may read of it."""
    with translation.override("en"):
        title, description, subject = str(register.title), str(register.description), str(register.subject.label)
        columns = tuple(Field(name, str(fields.of(register, name).verbose_name)) for name in _public(register))
    return Dataset(
        key=register.key,
        title=title,
        description=description,
        data_class=DataClass.PUBLIC,
        frequency=Frequency.IRREGULAR,
        keywords=(subject,),
        fields=columns,
        distributions=(
            Distribution(
                _("All entries, filtered, page by page (OGC API – Features)"),
                "application/geo+json",
                "ogc-items",
                path={"key": register.key},
            ),
            *MORE.get(register.key, ()),
        ),
        changes=(Change(FIRST, _("First published.")),),
    )


def _public(register: Register) -> tuple[str, ...]:
    place = {"lon", "lat"}  # the geometry says it
    return tuple(name for name in register.columns if name not in register.internal and name not in place)


DATASETS = tuple(of(register) for register in REGISTERS)
