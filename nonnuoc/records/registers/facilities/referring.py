"""Everything that refers to a facility, whatever room it stands in: found from the models, moved to another one.

Foreign keys are found by themselves; text columns with the code of a facility are named in `belonging`. What is
historical about the entry itself – its versions, its merges, what was decided about pairs – stays with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import F, Q, QuerySet

from nonnuoc.records.accounts.models import Person
from nonnuoc.records.registers.facilities import belonging
from nonnuoc.records.registers.facilities.models import Facility, Match, Merge
from nonnuoc.records.registers.pattern import keeping
from nonnuoc.records.registers.pattern.models import Document, Registered, Revision
from nonnuoc.records.registers.pattern.register import of_model

STAY = (Facility, Match, Merge)


@dataclass(frozen=True, slots=True)
class Column:
    """A column that refers to facilities: by key, by code, or as a document does."""

    model: type[models.Model]
    name: str
    by_code: bool = False
    only: Q = field(default_factory=Q)

    @property
    def key(self) -> str:
        """For forms and for what is kept of a merge."""
        return f"{self.model._meta.label}.{self.name}"

    def refer(self, facility: Facility) -> Any:
        """What stands in it of this facility."""
        return facility.code if self.by_code else facility.pk

    def rows(self, facility: Facility) -> QuerySet[Any]:
        """The rows that refer to the facility."""
        return self.model._default_manager.filter(self.only, **{self.name: self.refer(facility)}).order_by("pk")


@dataclass(frozen=True, slots=True)
class Referring:
    """The rows of one column that refer to a facility."""

    column: Column
    rows: Sequence[Any]  # primary keys
    stay: frozenset[Any] = frozenset()  # of these, those that cannot move: the other has one of the kind


def columns() -> Iterator[Column]:
    """Every column of every room that refers to facilities."""
    for relation in Facility._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            model: Any = relation.related_model
            if model not in STAY:
                yield Column(model, relation.field.attname)  # type: ignore[union-attr]
    for coded in belonging.codes():
        yield Column(coded.model, coded.column, by_code=True, only=coded.still)
    yield Column(Document, "entry_id", only=Q(register=of_model(Facility).key))


def column(key: str) -> Column:
    """The column of this key. Raises KeyError."""
    return {one.key: one for one in columns()}[key]


def of(facility: Facility, other: Facility | None = None) -> list[Referring]:
    """What refers to a facility, column by column; with another one, also what could not move there."""
    found = []
    for one in columns():
        if rows := list(one.rows(facility).values_list("pk", flat=True)):
            stay = conflicts(one, rows, facility, other) if other is not None else frozenset()
            found.append(Referring(one, rows, stay))
    return found


def conflicts(one: Column, rows: Sequence[Any], source: Facility, target: Facility) -> frozenset[Any]:
    """Of these rows those that would break a promise of uniqueness at the target, which has such a row already."""
    found: set[Any] = set()
    named = one.model._meta.get_field(one.name).name
    here, there = one.rows(source).filter(pk__in=rows), one.rows(target)
    for others, condition, nulls_alike in _unique(one.model, named):
        held = set(there.filter(condition).values_list(*others)) if others else there.filter(condition).exists()
        if not held:
            continue
        if held is True:
            found |= set(here.filter(condition).values_list("pk", flat=True))
        else:
            ours = here.filter(condition).values_list("pk", *others)
            found |= {pk for pk, *values in ours if tuple(values) in held and (nulls_alike or None not in values)}
    return frozenset(found)


def _unique(model: type[models.Model], name: str) -> Iterator[tuple[tuple[Any, ...], Q, bool]]:
    """Of each promise of uniqueness that the column takes part in: (its other columns, for which rows it holds, whether
    two unknowns are alike)."""
    if getattr(model._meta.get_field(name), "unique", False):
        yield (), Q(), False
    for together in model._meta.unique_together:
        if name in together:
            yield tuple(one for one in together if one != name), Q(), False
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            members = [*constraint.fields, *constraint.expressions]
            others = tuple(one for one in members if one not in (name, F(name)))
            if len(others) < len(members):
                yield others, constraint.condition or Q(), constraint.nulls_distinct is False


def move(
    chosen: Mapping[str, Collection[Any]], source: Facility, target: Facility, *, by: Person | None, reason: str
) -> list[dict[str, Any]]:
    """Let these rows (key of a column -> primary keys) refer to the target, those that still refer to the source.

    Gives what moved, as JSON has it. Rows that cannot move are left: `conflicts` tells which.
    """
    moved = []
    for one in columns():
        wanted = list(one.rows(source).filter(pk__in=chosen.get(one.key, ())).values_list("pk", flat=True))
        stay = conflicts(one, wanted, source, target) if wanted else frozenset()
        going = [pk for pk in wanted if pk not in stay]
        if going:
            _write(one, going, target, by=by, reason=reason)
            moved.append({"column": one.key, "rows": going})
    return moved


def _write(one: Column, rows: Sequence[Any], target: Facility, *, by: Person | None, reason: str) -> None:
    """Entries of registers get a further version; of other rows the column changes."""
    found = one.model._default_manager.filter(pk__in=rows)
    if not issubclass(one.model, Registered):
        found.update(**{one.name: one.refer(target)})
        return
    register = of_model(one.model)
    entries: Any = found.select_for_update(of=("self",))
    for entry in entries:
        setattr(entry, one.name, one.refer(target))
        keeping.note(register, entry, Revision.Kind.CHANGED, by=by, reason=reason)


def every(found: Sequence[Referring], *, staying: bool = False) -> dict[str, list[Any]]:
    """Key of a column -> the rows that move, or with `staying` those that cannot."""
    sides = {one.column.key: [pk for pk in one.rows if (pk in one.stay) is staying] for one in found}
    return {key: rows for key, rows in sides.items() if rows}
