"""What can be done with places. Boundaries have their own file: boundaries.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from nonnuoc.records.places import names, province
from nonnuoc.records.places.models import Commune, River, RiverAlias


@dataclass(frozen=True)
class Loaded:
    """What `load_province` did: codes of communes and rivers, names of aliases. The caller puts it into the audit."""

    province: province.Province
    created: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: int


@transaction.atomic
def load_province(name: str | None = None) -> Loaded:
    """Bring communes and rivers in line with the data of the province (`province.folder`).

    Facts that changed are updated, what is not in the data stays, an imported boundary is never touched.
    Repeating it changes nothing. Raises UnknownProvinceError. Who may do it is asked by the caller, who stands above.
    """
    communes = [{**vars(facts), "name_ascii": names.folded(facts.name)} for facts in province.communes(name)]
    rivers = list(province.rivers(name))
    outcomes = [
        _bring_in_line(Commune, "code", communes),
        _bring_in_line(River, "code", [{"code": r.code, "name": r.name, "source": r.source} for r in rivers]),
    ]
    ids = dict(River.objects.values_list("code", "pk"))
    called = [{"name": alias, "river_id": ids[r.code]} for r in rivers for alias in (r.name, *r.aliases)]
    outcomes.append(_bring_in_line(RiverAlias, "name", called))
    return Loaded(
        province=province.read(name),
        created=tuple(key for created, _, _ in outcomes for key in created),
        changed=tuple(key for _, changed, _ in outcomes for key in changed),
        unchanged=sum(unchanged for _, _, unchanged in outcomes),
    )


def _bring_in_line(
    model: type[models.Model], key: str, facts: Sequence[Mapping[str, Any]]
) -> tuple[list[str], list[str], int]:
    """Rows with these facts: keys of those created, keys of those changed, how many were so already.

    Columns that `facts` does not name stay as they are.
    """
    wanted = {row[key]: row for row in facts}
    held = {getattr(row, key): row for row in model._default_manager.filter(**{f"{key}__in": wanted})}
    missing = [name for name in wanted if name not in held]
    model._default_manager.bulk_create(model(**wanted[name]) for name in missing)
    changed = []
    for name, row in held.items():
        stale = [field for field, value in wanted[name].items() if getattr(row, field) != value]
        for field in stale:
            setattr(row, field, wanted[name][field])
        if stale:
            row.save(update_fields=stale)
            changed.append(name)
    return missing, changed, len(held) - len(changed)
