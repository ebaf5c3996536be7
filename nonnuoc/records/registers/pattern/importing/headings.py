"""Which column of a table is which field: by the field's title in any of our languages, its name, or another it has."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from nonnuoc.records.places import names
from nonnuoc.records.registers.pattern import fields
from nonnuoc.records.registers.pattern.register import Register, Shape

NAMED = "_name"  # ends the name of a column that says what a link's code means; written by us, never read

#: Headings of coordinates and of names seen in files, folded.
_USUAL: Mapping[str, tuple[str, ...]] = {
    "lon": ("lon", "long", "lng", "longitude", "kinh do", "x", "toa do x", "easting", "e"),
    "lat": ("lat", "latitude", "vi do", "y", "toa do y", "northing", "n"),
    "code": ("code", "ma", "ma so", "id"),
    "name": ("name", "ten", "ten goi", "layer", "text"),
    "commune": ("commune", "xa", "phuong", "xa phuong", "ma xa", "ten xa", "don vi hanh chinh", "dia phuong"),
    "note": ("note", "ghi chu", "description", "mo ta"),
}


def key(heading: str) -> str:
    """A heading as it is compared: folded, letters and digits alone."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", names.folded(heading)).split())


def recognised(register: Register, headings: Sequence[str]) -> list[str]:
    """Of each heading the field it names; "" for none. A field is named once, by the first heading that fits best."""
    exact, usual = _known(register)
    found = [exact.get(key(heading), "") for heading in headings]
    taken = set(found)
    for place, heading in enumerate(headings):
        name = usual.get(key(heading), "")
        if not found[place] and name and name not in taken:
            found[place] = name
            taken.add(name)
    seen: set[str] = set()
    for place, name in enumerate(found):
        if name in seen:
            found[place] = ""
        seen.add(name)
    return found


def score(register: Register, headings: Sequence[str]) -> int:
    """How many of some headings are fields."""
    return sum(1 for name in recognised(register, headings) if name)


def short(register: Register) -> dict[str, str]:
    """Field -> its name in a Shapefile: ten letters at most, no two alike."""
    found: dict[str, str] = {}
    for name in (*register.columns, *(f"{link}{NAMED}" for link in fields.links(register))):
        plain = name[:10].strip("_")
        number = 2
        while plain in found.values():
            plain = f"{name[:8].strip('_')}_{number}"
            number += 1
        found[name] = plain
    return found


def named(register: Register, name: str) -> str:
    """The title of the column that says what a link's code means."""
    return _("%(title)s – name") % {"title": fields.title(register, name)}


@lru_cache(maxsize=128)
def _known(register: Register) -> tuple[dict[str, str], dict[str, str]]:
    """(folded heading -> field by our own titles and names, the same by what is usual)."""
    exact: dict[str, str] = {}
    can = register.typed
    companions = set()
    for language, _label in settings.LANGUAGES:
        with translation.override(language):
            for name in can:
                exact.setdefault(key(fields.title(register, name)), name)
            companions |= {key(named(register, name)) for name in fields.links(register)}
    for name, brief in short(register).items():
        if name in can:
            exact.setdefault(key(name), name)
            exact.setdefault(key(brief), name)
    for heading, name in register.also.items():
        if name in can:
            exact.setdefault(key(heading), name)
    exact = {heading: name for heading, name in exact.items() if heading not in companions}
    usual = {
        heading: name
        for name, headings in _USUAL.items()
        if name in can and not (register.shape is Shape.NONE and name in ("lon", "lat"))
        for heading in headings
    }
    return exact, usual
