"""The tree of offices, for those who ask. Nothing here writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from nonnuoc.records.accounts.models import Office
from nonnuoc.records.places import names

ROOT = "province"  # code of the office at the top


@dataclass(frozen=True, slots=True)
class Branch:
    """An office in the tree, and how deep it stands."""

    office: Office
    depth: int


def every() -> QuerySet[Office]:
    """All offices, by name."""
    return Office.objects.select_related("parent", "commune")


def by_code(code: str) -> Office | None:
    """The office with this code."""
    return None if "\0" in code else every().filter(code=code).first()


def below() -> Mapping[int | None, list[int]]:
    """The whole tree: of each office, those directly under it; of None, those at the top."""
    children: dict[int | None, list[int]] = defaultdict(list)
    for one, parent in Office.objects.order_by().values_list("id", "parent_id"):
        children[parent].append(one)
    return children


def under(office_id: int, known: Mapping[int | None, list[int]] | None = None) -> frozenset[int]:
    """The office itself and every one below it; in the tree as `below` gave it, or as it is now."""
    children = below() if known is None else known
    found, waiting = {office_id}, [office_id]
    while waiting:
        fresh = [one for one in children.get(waiting.pop(), ()) if one not in found]
        found.update(fresh)
        waiting.extend(fresh)
    return frozenset(found)


def tree(within: Q | None = None) -> list[Branch]:
    """Every office after the one it stands under; offices of one parent by kind, then by name.

    With a filter, those it lets through; one whose parent is not among them stands at the top.
    """
    below: dict[int | None, list[Office]] = defaultdict(list)
    seen = list(every().filter(within or Q()))
    known = {one.id for one in seen}
    for office in seen:
        below[office.parent_id if office.parent_id in known else None].append(office)
    order = Office.Kind.values

    def walk(parent: int | None, depth: int) -> list[Branch]:
        children = sorted(below[parent], key=lambda one: (order.index(one.kind), names.alphabetical(one.name)))
        return [branch for one in children for branch in (Branch(one, depth), *walk(one.id, depth + 1))]

    return walk(None, 0)
