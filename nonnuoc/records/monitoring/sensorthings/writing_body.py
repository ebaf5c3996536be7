"""JSON that somebody wants written, read name by name: every fault tells the place in it and how to mend it."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

#: Numbers of entities are rows of ours; above it there is none.
LAST_ID = 2**63 - 1
MANY = 10_000  # entities within one navigation of a deep insert
MOST_PROPERTIES = 100_000  # characters


class WritingError(ValueError):
    """Something cannot be written as it was asked; `path` is the JSON path of it ("$.Datastreams[0].name").

    `held` names what stands in the way, where something does: its set and number.
    """

    def __init__(
        self,
        detail: str,
        path: str = "$",
        *,
        code: str = "value",
        status: int = 400,
        held: tuple[str, int] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail, self.path, self.code, self.status, self.held = detail, path, code, status, held


class Body:
    """One JSON object. What was not asked for when it is finished is not known here, and refused."""

    def __init__(self, given: Any, path: str = "$") -> None:
        if not isinstance(given, dict):
            raise WritingError('A JSON object must stand here: {"name": …}.', path, code="type")
        self.given: dict[str, Any] = given
        self.path = path
        self._known: set[str] = set()

    def has(self, name: str) -> bool:
        """Whether it says anything of this name, and be it null."""
        self._known.add(name)
        return name in self.given

    def at(self, name: str) -> str:
        """The JSON path of a member."""
        return f"{self.path}.{name}" if name.isidentifier() else f"{self.path}['{name}']"

    def fault(self, name: str, detail: str, code: str = "value", **more: Any) -> WritingError:
        """An error at a member, to be raised."""
        return WritingError(detail, self.at(name), code=code, **more)

    def text(self, name: str, longest: int, *, required: bool = False, empty: bool = True) -> str:
        """A text; "" where there is none. `empty`: whether a required one may be empty."""
        value = self._value(name, required)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.fault(name, f"{name} is a text, in quotation marks.", "type")
        if "\0" in value or not _encodable(value):
            raise self.fault(name, f"{name} holds a character that cannot be kept: take it out.")
        if len(value) > longest:
            raise self.fault(name, f"{name} is longer than {longest} characters: shorten it.", "too_long")
        if required and not empty and not value.strip():
            raise self.fault(name, f"{name} is empty: write what it is called.", "missing")
        return value

    def choice(self, name: str, among: Collection[str], default: str) -> str:
        """One of these words."""
        value = self.text(name, 200) or default
        if value not in among:
            raise self.fault(name, f"{value!r} is no {name} here: write one of {', '.join(among)}.", "choice")
        return value

    def truth(self, name: str, default: bool) -> bool:
        value = self._value(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.fault(name, f"{name} is true or false.", "type")
        return value

    def number(self, name: str) -> float | None:
        """A finite number; None where there is none."""
        value = self._value(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self.fault(name, f"{name} is a number.", "type")
        return float(value)

    def whole(self, name: str, low: int, high: int) -> int | None:
        """A whole number within these."""
        value = self.number(name)
        if value is None:
            return None
        if value != int(value) or not low <= value <= high:
            raise self.fault(name, f"{name} is a whole number from {low} to {high}.")
        return int(value)

    def moment(self, name: str, *, required: bool = False) -> datetime | None:
        """A time with its zone."""
        value = self._value(name, required)
        return None if value is None else moment(value, self.at(name))

    def document(self, name: str) -> dict[str, Any] | None:
        """A JSON object as it is; None where there is none."""
        value = self._value(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.fault(name, f"{name} is a JSON object: {{…}}.", "type")
        return dict(keepable(value, self.at(name)))

    def within(self, name: str) -> Body | None:
        """A JSON object, to be read name by name."""
        value = self._value(name)
        return None if value is None else Body(value, self.at(name))

    def one(self, name: str) -> int | Body | None:
        """What a navigation leads to: the number of an entity there is, or a new one in full."""
        value = self._value(name)
        return None if value is None else _linked(value, self.at(name))

    def many(self, name: str) -> list[int | Body] | None:
        """The same of a navigation that leads to several; None where it is not named."""
        value = self._value(name)
        if value is None:
            return None
        if not isinstance(value, list):
            raise self.fault(name, f"{name} are several: write them as a list, [ … ].", "type")
        if len(value) > MANY:
            raise self.fault(name, f"{name} are more than {MANY:,}: send them in parts.", "too_many")
        return [_linked(one, f"{self.at(name)}[{place}]") for place, one in enumerate(value)]

    def refuse(self, names: Mapping[str, str]) -> None:
        """Raise where one of these members is there: name → why it cannot be written here."""
        for name, why in names.items():
            if self.has(name) and self.given[name] not in (None, [], {}):
                raise self.fault(name, why, "not_here")

    def finish(self, entity: str, computed: Collection[str] = ()) -> None:
        """Raise for names that are no property of the entity. `computed`: what we tell of it, and nobody writes."""
        for name in self.given:
            if name in self._known or name in computed or "@iot." in name:
                continue
            known = ", ".join(sorted(self._known | set(computed)))
            detail = f"{name!r} is nothing that {entity} can have; it has {known}."
            raise self.fault(name, detail, "unknown_property")

    def numbered(self, number: int | None) -> None:
        """Raise where it claims to be another entity than the one with this number; None: it is new."""
        claimed = self.given.get("@iot.id", number)
        if claimed != number:
            cure = "leave @iot.id out: new entities get their numbers here" if number is None else f"it is {number}"
            raise self.fault("@iot.id", f"{claimed!r} cannot be its number; {cure}.", "id")

    def rest(self) -> Iterator[tuple[str, Any]]:
        """The members nobody has asked for."""
        return ((name, value) for name, value in self.given.items() if name not in self._known)

    def _value(self, name: str, required: bool = False) -> Any:
        self._known.add(name)
        value = self.given.get(name)
        if required and value is None:
            raise self.fault(name, f"{name} is missing: it must be told.", "missing")
        return value


def moment(value: Any, path: str) -> datetime:
    """An aware time in ISO 8601. Raises WritingError."""
    when: datetime | None = None
    if isinstance(value, str) and len(value) <= 40:
        try:
            when = datetime.fromisoformat(value)
        except ValueError:
            when = None
    if when is None or when.tzinfo is None or not 1 < when.year < 9999:
        said = f"{value!r} is no time with a zone: write it like 2026-11-26T08:00:00+07:00 or 2026-11-26T01:00:00Z."
        raise WritingError(said, path, code="time")
    return when


def keepable(value: Any, path: str) -> Any:
    """The value, if the database can hold it. Raises WritingError."""
    if isinstance(value, str) and ("\0" in value or not _encodable(value)):
        raise WritingError("This text holds a character that cannot be kept: take it out.", path)
    if isinstance(value, dict):
        for name, one in value.items():
            keepable(name, path)
            keepable(one, f"{path}.{name}")
    if isinstance(value, list):
        for place, one in enumerate(value):
            keepable(one, f"{path}[{place}]")
    return value


def merged(free: Mapping[str, Any], named: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Properties that nobody but their writer reads: those named take their places, null takes one away."""
    found = {name: value for name, value in {**free, **keepable(dict(named), path)}.items() if value is not None}
    if len(str(found)) > MOST_PROPERTIES:
        said = f"The properties are longer than {MOST_PROPERTIES:,} characters: shorten them."
        raise WritingError(said, path, code="too_long")
    return found


def _linked(value: Any, path: str) -> int | Body:
    body = Body(value, path)
    if "@iot.id" not in body.given:  # with its number, whatever else is said of it: clients send what they have read
        return body
    number = body.given["@iot.id"]
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number <= LAST_ID:
        detail = f'{number!r} is no number of an entity: write it like {{"@iot.id": 7}}.'
        raise WritingError(detail, f"{path}['@iot.id']", code="id")
    return number


def _encodable(text: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in text)
