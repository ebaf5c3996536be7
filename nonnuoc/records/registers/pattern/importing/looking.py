"""Looking a table through: what each row would create or change, and every fault there is. Nothing here writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.places import geometry, names
from nonnuoc.records.registers.pattern import fields, keeping, reading, searching
from nonnuoc.records.registers.pattern.importing import cells, constraints, headings, places, positions
from nonnuoc.records.registers.pattern.importing.faults import Faults
from nonnuoc.records.registers.pattern.importing.plan import LEFT_OUT, Change, Plan, Said
from nonnuoc.records.registers.pattern.importing.table import Table
from nonnuoc.records.registers.pattern.models import Registered
from nonnuoc.records.registers.pattern.register import Register

Tell = Callable[[int, int], None]  # rows done, rows in all
IMPORT = "registers.import"
_AT_ONCE = 2000
_STEP = 500  # rows between two words about how far it is
_PLACE = ("lon", "lat", "shape", positions.LIES)
#: What a row without it is given by what a person says of the whole file.
_SAID = ("code", "source", "data_class")


@dataclass(slots=True)
class _Row:
    """A row and the entry it would make or change; `before` is what that held, None for a new one."""

    row: int
    entry: Registered
    before: Mapping[str, Any] | None
    uncoded: bool = False


def look(
    register: Register,
    table: Table,
    said: Said,
    rights: Rights,
    *,
    province: str = geometry.WGS84,
    tell: Tell = lambda _done, _all: None,
    lock: bool = False,
) -> Plan:
    """What the table would do. `province`: the coordinate system proposed first beside WGS 84.

    `lock`: entries that would be changed stay as they are until the transaction ends.
    Raises geometry.UnknownSystemError.
    """
    return _Look(register, table, said, rights, lock).plan(province, tell)


class _Look:
    """One looking through: what is looked at, and what is found."""

    def __init__(self, register: Register, table: Table, said: Said, rights: Rights, lock: bool) -> None:
        self.register, self.table, self.said, self.rights, self.lock = register, table, said, rights, lock
        self.found = Plan(columns=_columns(register, table, said))
        self.faults = Faults(register, table, self.found.columns)
        self.found.faults, self.found.warnings = self.faults.faults, self.faults.warnings
        self.reaches = rights.reach(IMPORT), rights.reach(register.keep)
        self.needed = needed(register)
        self.given = self._given()

    def plan(self, province: str, tell: Tell) -> Plan:
        """Everything there is to know of the table."""
        values = self._values()
        if "name" in self.register.typed and not {"code", "name"} & set(self.faults.heading):
            self.faults.of_the_file(_("Say which column holds the name or the code of the entries."))
            return self.found
        positions.Positions(self.register, self.found, self.faults, self.said, self.rights, province).give(values)
        known, alike = self._known(values), self._alike(values)
        rows, seen = [], dict[str, int]()
        for row, given in enumerate(values):
            if row % _STEP == 0:
                tell(row, len(values))
            if self._again(row, given, seen) or row in self.faults.wrong:
                continue
            if (one := self._row(row, given, known, alike)) is not None:
                rows.append(one)
        self._check(rows)
        for one in rows:
            self._gather(one)
        self.faults.faults.sort(key=lambda fault: fault.number)
        self.faults.warnings.sort(key=lambda fault: fault.number)
        tell(len(values), len(values))
        return self.found

    def _values(self) -> list[dict[str, Any]]:
        """Of each row field -> value, of the cells that hold one; of empty ones only where they are to clear."""
        found: list[dict[str, Any]] = [{} for _row in range(len(self.table))]
        self.faults.of_cells()
        for name in self.faults.heading:
            if name in _PLACE:
                continue
            column = self.faults.column(name)
            read = cells.reader(self.register, name, column, self.rights)
            clears = self.said.clear and name not in (*_SAID, *self.needed)
            empty = fields.empty(self.register, name)
            for row, cell in enumerate(column):
                if cells.nothing(cell):
                    if clears:
                        found[row][name] = empty
                    continue
                try:
                    found[row][name] = read(cell)
                except ValidationError as error:
                    self.faults.fault(row, name, " ".join(error.messages))
        return found

    def _given(self) -> dict[str, Any]:
        """What a person says of new entries in fields that no column holds."""
        found = {}
        for name in self.needed:
            text = self.said.given.get(name, "")
            if text and name not in self.faults.heading:
                try:
                    found[name] = cells.reader(self.register, name, [text], self.rights)(text)
                except ValidationError as error:
                    self.faults.of_the_file(" ".join(error.messages), fields.title(self.register, name))
        return found

    def _again(self, row: int, given: Mapping[str, Any], seen: dict[str, int]) -> bool:
        """Whether the code of this row stood in one before."""
        code = given.get("code")
        if not code or seen.setdefault(code, row) == row:
            return False
        told = {"row": self.table.numbers[seen[code]]}
        self.faults.fault(row, "code", _("The code stands in row %(row)d already: one row an entry.") % told)
        return True

    # what is there

    def _known(self, values: Iterable[Mapping[str, Any]]) -> dict[str, Registered]:
        """Entries by the codes of the file, whoever may know of them."""
        return {one.code: one for one in self._entries("code", {v["code"] for v in values if v.get("code")})}

    def _alike(self, values: Iterable[Mapping[str, Any]]) -> dict[str, list[Registered]]:
        """Entries that rows without a code could be, by name; of those one may write."""
        wanted = {v["name"] for v in values if v.get("name") and not v.get("code")}
        found: dict[str, list[Registered]] = {}
        for one in self._entries("name", wanted):
            if one.withdrawn is None and self._covered(one):
                found.setdefault(names.marked(one.name), []).append(one)
        return found

    def _entries(self, by: str, wanted: set[str]) -> Iterable[Any]:
        known = self.register.model._default_manager.select_related(*reading.linked(self.register)).order_by("id")
        known = known.defer("commune__boundary")
        if self.lock:
            known = known.select_for_update(of=("self",))
        texts = sorted(wanted)
        for start in range(0, len(texts), _AT_ONCE):
            yield from known.filter(**{f"{by}__in": texts[start : start + _AT_ONCE]})

    def _covered(self, entry: Registered) -> bool:
        """Whether one may bring a file there, and write the entry."""
        on = reading.subject(self.register, entry)
        parts = [reach.part(on) for reach in self.reaches]
        lent = [part.grant.lent for part in parts if part is not None and part.grant is not None and part.grant.lent]
        self.found.lent = self.found.lent or (lent[0] if lent and None not in parts else None)
        return None not in parts

    # a row

    def _row(
        self,
        row: int,
        given: dict[str, Any],
        known: Mapping[str, Registered],
        alike: Mapping[str, list[Registered]],
    ) -> _Row | None:
        if (entry := known.get(given.get("code") or "")) is not None:
            if not self._covered(entry):
                self._outside(row)
                return None
            if entry.withdrawn is not None:
                why = _("This entry is withdrawn: restore it first, or give another code.")
                self.faults.fault(row, "code", why)
                return None
            before = fields.snapshot(self.register, entry)
            self._give(entry, given)
            return _Row(row, entry, before)
        if not given.get("code"):
            for entry in alike.get(names.marked(given.get("name") or ""), ()):
                if self._adds_nothing(entry, given):
                    return _Row(row, entry, fields.snapshot(self.register, entry))
                if given.get("commune") in (None, entry.commune):
                    why = _("An entry has this name already (%(code)s). To change it, write its code.")
                    self.faults.warn(row, "name", why % {"code": entry.code})
        return self._made(row, given)

    def _made(self, row: int, given: dict[str, Any]) -> _Row | None:
        """A new entry."""
        given = self.given | given
        for name in self.needed:
            if given.get(name) in (None, ""):
                told = {"title": fields.title(self.register, name)}
                self.faults.fault(row, name, _("A new entry needs “%(title)s”.") % told)
        if row in self.faults.wrong:
            return None
        held = {name: value for name, value in given.items() if name not in _PLACE}
        made = self.register.model(**{"source": self.said.source, "data_class": self.said.data_class} | held)
        if not made.code and self.register.coded is not None:
            try:
                made.code = self.register.coded(held)
            except ValidationError as error:
                self.faults.invalid(row, error)
                return None
        self._give(made, given)
        return _Row(row, made, None, uncoded=not made.code)

    def _give(self, entry: Registered, given: Mapping[str, Any]) -> None:
        """Give the entry its values, and what follows from them."""
        for name, value in given.items():
            if name not in _PLACE and name != "code":
                setattr(entry, name, value)
        moves = entry.pk is None
        if any(_differs(getattr(entry, name), given[name]) for name in ("lon", "lat") if name in given):
            entry.lon, entry.lat, entry.shape, moves = given["lon"], given["lat"], None, True
        shape = given.get("shape")
        if shape is not None and not _same(entry, shape):
            inside = shapely.point_on_surface(shape)
            entry.shape, entry.lon, entry.lat, moves = geometry.to_wkb(shape), inside.x, inside.y, True
        if entry.lon is None:
            entry.position_source = ""
        elif not entry.position_source:
            entry.position_source = self.said.position_source
        if entry.commune_id is None and moves:
            entry.commune = given.get(positions.LIES)
        self.register.complete(entry)

    def _adds_nothing(self, entry: Registered, given: Mapping[str, Any]) -> bool:
        """Whether the entry holds all that the row says: then the row is that entry, sent once more."""
        shape = given.get("shape")
        if shape is not None and not _same(entry, shape):
            return False
        if any(_differs(getattr(entry, name), given[name]) for name in ("lon", "lat") if name in given):
            return False
        return all(getattr(entry, name) == value for name, value in given.items() if name not in _PLACE)

    def _outside(self, row: int) -> None:
        """The same words whether or not there is an entry of that code: nothing can be found out by asking."""
        self.faults.fault(row, "", _("This row lies outside the bounds within which you may write here."))

    # all together

    def _check(self, rows: list[_Row]) -> None:
        """Codes for those without, access after the change, what the model and the register check."""
        uncoded = [one.entry for one in rows if one.uncoded]
        codes = keeping.next_codes(self.register, len(uncoded)) if uncoded else []
        for entry, code in zip(uncoded, codes, strict=True):
            entry.code = code
        own = self.register.model.clean is not models.Model.clean
        for one in rows:
            if not self._covered(one.entry):
                self._outside(one.row)
                continue
            try:
                _complete(one.entry)
                if one.before is None or fields.snapshot(self.register, one.entry) != one.before:
                    if own:
                        one.entry.clean()
                    self.register.check(one.entry)
            except ValidationError as error:
                self.faults.invalid(one.row, error)
        sound = [one for one in rows if one.row not in self.faults.wrong]
        entries = [one.entry for one in sound]
        for place, broken in (
            *constraints.broken(self.register, entries),
            *constraints.twice(self.register, entries),
        ):
            self.faults.invalid(sound[place].row, broken)

    def _gather(self, one: _Row) -> None:
        """What is sound, as what it is: new, changed, or as it was."""
        if one.row in self.faults.wrong:
            return
        number, entry = self.table.numbers[one.row], one.entry
        if one.before is None:
            entry.words = searching.words(self.register, entry)
            self.found.created.append((number, entry))
            if one.uncoded:
                self.found.uncoded.append(entry)
            return
        after = fields.snapshot(self.register, entry)
        changed = [name for name in after if after[name] != one.before[name]]
        if not changed:
            self.found.unchanged += 1
            return
        entry.words = searching.words(self.register, entry)
        was, will = ({name: held[name] for name in changed} for held in (one.before, after))
        self.found.changed.append(Change(number, entry, was, will))


def _columns(register: Register, table: Table, said: Said) -> list[tuple[str, str]]:
    """(heading, field or "") of each column: as a person says, else as it is recognised."""
    guessed = headings.recognised(register, table.headings)
    stated = {name for name in said.fields.values() if name}
    found: list[tuple[str, str]] = []
    for heading, guess in zip(table.headings, guessed, strict=True):
        name = said.fields.get(heading, "" if guess in stated else guess)
        good = name != LEFT_OUT and name in register.typed and name not in (one for _h, one in found)
        found.append((heading, name if good else ""))
    return found


def needed(register: Register) -> list[str]:
    """The fields that every new entry needs, and that are said of the whole file where no column says them."""
    found = ((name, fields.of(register, name)) for name in register.typed if name not in _SAID)
    return [name for name, field in found if not field.blank and not field.null and not field.has_default()]


def _complete(entry: Registered) -> None:
    wrong = {}
    if entry.lon is not None and not entry.position_source:
        wrong["position_source"] = _("Say who says that it lies there.")
    if not entry.source:
        wrong["source"] = _("Say which document the entry rests on.")
    if wrong:
        raise ValidationError(wrong)


def _same(entry: Registered, shape: Any) -> bool:
    return entry.shape is not None and places.same(geometry.from_wkb(bytes(entry.shape)), shape)


def _differs(held: float | None, given: float | None) -> bool:
    """Whether two coordinates are different places: by more than a hundredth of a metre."""
    if held is None or given is None:
        return held is not given
    return abs(held - given) > 1e-7
