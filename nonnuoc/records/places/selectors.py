"""Where things are, for those who ask."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Max, Min, QuerySet, Sum
from django.db.models.functions import Length

from nonnuoc.records.places import names
from nonnuoc.records.places.models import Commune, River, RiverAlias


def communes() -> QuerySet[Commune]:
    """All communes and wards, by code, without their boundaries' bytes."""
    return Commune.objects.defer("boundary")


def commune_by_code(code: str) -> Commune | None:
    """The commune with this official code."""
    return communes().filter(code=code.strip()).first()


def communes_by_name(name: str) -> list[Commune]:
    """Those of this name, with or without marks and kind; where kind or marks are right, only those they fit."""
    keys = {names.folded(name), names.commune_key(name)}
    return fitting(name, communes().filter(name_ascii__in=keys))


def fitting(name: str, candidates: Iterable[Commune]) -> list[Commune]:
    """Of the candidates those the name fits best: whole before kindless, then by kind, then by marks."""
    known = list(candidates)
    whole, key, kind = names.folded(name), names.commune_key(name), names.commune_kind(name)
    found = [c for c in known if c.name_ascii == whole] or [c for c in known if c.name_ascii == key]
    of_kind = [c for c in found if names.folded(c.get_kind_display()) == kind] or found
    return [c for c in of_kind if names.marked(name).endswith(names.marked(c.name))] or of_kind


def communes_like(text: str) -> list[Commune]:
    """Those whose kind and name hold these words or their beginnings, or whose code begins so, in Vietnamese order.

    Marks count where they were typed; where none fits them ("Hoà" for "Hòa"), the same without marks. All for "".
    """
    known = sorted(communes(), key=lambda commune: names.alphabetical(commune.name))
    by_code = [one for one in known if text.strip() and one.code.startswith(text.strip())]
    marked = by_code or [one for one in known if names.holds(one.full_name, text)]
    return marked or [one for one in known if names.holds(one.full_name, names.folded(text))]


def commune_by_name(name: str) -> Commune | None:
    """The one commune of this name; None where there is none or more than one."""
    found = communes_by_name(name)
    return found[0] if len(found) == 1 else None


def extent() -> tuple[float, float, float, float] | None:
    """West, south, east, north of the points of all communes (WGS 84); None as long as none is loaded."""
    told = Commune.objects.aggregate(west=Min("lon"), south=Min("lat"), east=Max("lon"), north=Max("lat"))
    return None if told["west"] is None else (told["west"], told["south"], told["east"], told["north"])


def edition() -> tuple[int, int, int]:
    """(the newest commune, how many boundaries, how many bytes of them): changes when others are loaded or imported."""
    told = Commune.objects.aggregate(newest=Max("id"), number=Count("boundary"), size=Sum(Length("boundary")))
    return told["newest"] or 0, told["number"], told["size"] or 0


def rivers() -> QuerySet[River]:
    """All rivers with their other names."""
    return River.objects.prefetch_related("aliases")


def river_by_name(name: str) -> River | None:
    """The river of this name or alias, with or without marks and "sông": "song bang" is Bằng Giang."""
    wanted = names.river_key(name)
    for alias in RiverAlias.objects.select_related("river").order_by("name"):
        if names.river_key(alias.name) == wanted:
            return alias.river
    return None
