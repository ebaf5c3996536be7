"""unitOfMeasurement: a datastream is in the unit of its property, in whatever spelling."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from nonnuoc import rules
from nonnuoc.domain import units
from nonnuoc.records.accounts import audit
from nonnuoc.records.monitoring.models import Datastream, ObservedProperty
from nonnuoc.records.monitoring.sensorthings import writing_properties
from nonnuoc.records.monitoring.sensorthings.writing_body import Body
from nonnuoc.records.monitoring.sensorthings.writing_scope import Scope

NAME = "unitOfMeasurement"
NONE = "-"  # how a number without a unit is written


def given(body: Body) -> dict[str, Any]:
    """name, symbol and definition as they were written. Raises WritingError."""
    unit = body.within(NAME)
    if unit is None:
        raise body.fault(NAME, f'{NAME} is missing: {{"name": …, "symbol": …, "definition": …}}.', "missing")
    found = {name: unit.text(name, 300) or None for name in ("name", "symbol", "definition")}
    unit.finish("a unit")
    if found["symbol"] and len(found["symbol"]) > 20:
        raise unit.fault("symbol", "A symbol has at most 20 characters, such as mg/L.", "too_long")
    return found


def settle(body: Body, unit: dict[str, Any], observed: ObservedProperty) -> None:
    """The property's unit and this one are the same from here on: a property without one takes it.

    Raises WritingError where they are not, with the number that leads from one to the other where there is one.
    """
    symbol = unit["symbol"] or NONE
    if not observed.unit:
        observed.unit = symbol
        observed.save(update_fields=["unit"])
        return
    if symbol == observed.unit:
        return
    table = rules.load("units", on=date.today()).data
    way = units.factor(table, symbol, observed.unit, parameter=observed.code)
    if way == (1.0, 0.0):
        return
    cure = f"write values and unit in {observed.unit}"
    if way is not None:
        plus = f" + {way[1]:g}" if way[1] else ""
        cure = f"multiply the values: 1 {symbol} = {way[0]:g}{plus} {observed.unit}, and write {observed.unit}"
    said = f"Every value of {observed.code} is kept in {observed.unit}, not in {symbol}: {cure}."
    raise body.fault(NAME, said, "unit")


def rename(stream: Datastream, body: Body, unit: dict[str, Any], scope: Scope) -> None:
    """A unit that was written wrongly, written anew: at every datastream of a property that is not the catalogue's.

    No value changes, so what a rule can convert is refused: that would be another unit, not another name.
    """
    observed, symbol = stream.observed_property, unit["symbol"] or NONE
    table = rules.load("units", on=date.today()).data
    convertible = units.factor(table, symbol, observed.unit, parameter=observed.code) is not None
    if symbol == observed.unit or convertible or writing_properties.is_ours(observed):
        settle(body, unit, observed)
        stream.unit = unit
        return
    lent = scope.require_all(Q(datastreams__observed_property=observed))
    before = observed.unit
    observed.unit = symbol
    observed.save(update_fields=["unit"])
    observed.datastreams.exclude(id=stream.id).filter(unit__isnull=False).update(unit=unit)
    stream.unit = unit
    subject = f"ObservedProperty {observed.code}"
    audit.record(scope.by, "entity.changed", subject, before={"unit": before}, after={"unit": symbol}, through=lent)
