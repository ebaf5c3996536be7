"""What the database promises of every entry, asked of thousands before they are written: each row that breaks one.

A check is worked out here as PostgreSQL would, unknown values included; one that cannot be is left to the database,
which has the last word anyway.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from nonnuoc.records.registers.pattern.models import Registered
from nonnuoc.records.registers.pattern.register import Register

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "in": lambda held, wanted: held in wanted,
    "regex": lambda held, pattern: re.search(pattern, held) is not None,
    "startswith": lambda held, start: str(held).startswith(start),
}


class _UnknownError(Exception):
    """A condition that is worked out by the database alone."""


def broken(register: Register, entries: Sequence[Registered]) -> Iterator[tuple[int, ValidationError]]:
    """(place, what is wrong) of each entry that a check of the model forbids."""
    for constraint in register.model._meta.constraints:
        if not isinstance(constraint, models.CheckConstraint) or not isinstance(constraint.condition, Q):
            continue
        try:
            test = holding(constraint.condition, register.model)
            places = [place for place, entry in enumerate(entries) if test(entry) is False]
        except (_UnknownError, TypeError):
            continue
        for place in places:
            yield place, ValidationError({_field(constraint.condition, register): _said(constraint)})


def twice(register: Register, entries: Sequence[Registered]) -> Iterator[tuple[int, ValidationError]]:
    """(place, what is wrong) of each entry that has what only one may have: a code aside, which tells who is who."""
    for names, condition in _unique(register.model):
        among: dict[tuple[Any, ...], list[int]] = {}
        try:
            counts = holding(condition, register.model) if condition is not None else lambda _entry: True
        except _UnknownError:
            continue
        for place, entry in enumerate(entries):
            held = tuple(getattr(entry, register.model._meta.get_field(name).attname) for name in names)  # type: ignore[union-attr]
            if None not in held and counts(entry):
                among.setdefault(held, []).append(place)
        taken = _taken(register.model, names, condition, among)
        for held, places in among.items():
            others = taken.get(held, set()) - {entries[place].pk for place in places}
            for place in places if others else places[1:]:
                titles = ", ".join(str(register.model._meta.get_field(name).verbose_name) for name in names)  # type: ignore[union-attr]
                yield place, ValidationError({names[0]: _("Another entry has the same: %(what)s.") % {"what": titles}})


Test = Callable[[Registered], bool | None]  # None: it depends on what is unknown


def holding(condition: Any, model: type[Registered]) -> Test:
    """What tells whether the condition holds of an entry. Raises _UnknownError for one only the database works out."""
    if not isinstance(condition, Q):
        raise _UnknownError
    tests = [
        _one(child[0], child[1], model) if isinstance(child, tuple) else holding(child, model)
        for child in condition.children
    ]
    if condition.connector not in (Q.AND, Q.OR):
        raise _UnknownError
    # The first word that settles the whole: of an "and" it is no, of an "or" yes
    settles = condition.connector == Q.OR

    def test(entry: Registered) -> bool | None:
        whole: bool | None = not settles
        for one in tests:
            found = one(entry)
            if found is settles:
                whole = settles
                break
            if found is None:
                whole = None
        return whole if whole is None or not condition.negated else not whole

    return test


def _one(path: str, wanted: Any, model: type[Registered]) -> Test:
    name, _sep, how = path.partition("__")
    held = _attribute(name, model)
    if how == "isnull":
        return lambda entry: (getattr(entry, held) is None) == wanted
    if wanted is None and how in ("", "exact"):
        return lambda entry: getattr(entry, held) is None
    compare = _COMPARE.get(how or "exact")
    if compare is None:
        raise _UnknownError
    if isinstance(wanted, F):
        other = _attribute(wanted.name, model)
        return lambda entry: _compared(compare, getattr(entry, held), getattr(entry, other))
    if hasattr(wanted, "resolve_expression"):
        raise _UnknownError
    return lambda entry: _compared(compare, getattr(entry, held), wanted)


def _compared(compare: Callable[[Any, Any], bool], held: Any, wanted: Any) -> bool | None:
    return None if held is None or wanted is None else compare(held, wanted)


def _attribute(name: str, model: type[Registered]) -> str:
    try:
        return str(model._meta.get_field(name).attname)  # type: ignore[union-attr]
    except (FieldDoesNotExist, AttributeError) as error:
        raise _UnknownError from error


def _unique(model: type[Registered]) -> Iterator[tuple[tuple[str, ...], Q | None]]:
    for field in model._meta.concrete_fields:
        if field.unique and not field.primary_key and field.name != "code":
            yield (field.name,), None
    for one in model._meta.constraints:
        if isinstance(one, models.UniqueConstraint) and one.fields and not one.expressions:
            yield tuple(one.fields), one.condition


def _taken(
    model: type[Registered], names: tuple[str, ...], condition: Q | None, among: dict[tuple[Any, ...], list[int]]
) -> dict[tuple[Any, ...], set[int]]:
    """Of what is held in the database already, who holds it."""
    found: dict[tuple[Any, ...], set[int]] = {}
    firsts = sorted({held[0] for held in among}, key=str)
    columns = [model._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
    for start in range(0, len(firsts), 2000):
        known = model._default_manager.filter(**{f"{columns[0]}__in": firsts[start : start + 2000]})
        known = known.filter(condition) if condition is not None else known
        for pk, *held in known.values_list("pk", *columns):
            found.setdefault(tuple(held), set()).add(pk)
    return found


def _field(condition: Q, register: Register) -> str:
    """The field that the condition speaks of, of those a person types; else the first one."""
    spoken = [name for name in _names(condition) if name in register.columns]
    return spoken[-1] if spoken else "code"


def _names(condition: Q) -> Iterator[str]:
    for child in condition.children:
        if isinstance(child, Q):
            yield from _names(child)
        elif isinstance(child, tuple):
            yield child[0].partition("__")[0]


def _said(constraint: models.CheckConstraint) -> str:
    """In words: those of the model where it has some, else the titles of the fields that do not fit together."""
    if constraint.violation_error_message != constraint.default_violation_error_message:
        return str(constraint.violation_error_message)
    return _("This does not fit what the register holds of such an entry (%(name)s).") % {"name": constraint.name}
