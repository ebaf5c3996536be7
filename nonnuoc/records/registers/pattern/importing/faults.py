"""What is wrong in a table, gathered while it is looked through: every fault by row and column."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from nonnuoc.records.registers.pattern import fields
from nonnuoc.records.registers.pattern.importing import cells
from nonnuoc.records.registers.pattern.importing.plan import Fault
from nonnuoc.records.registers.pattern.importing.table import Table
from nonnuoc.records.registers.pattern.register import Register

LONGEST = 200  # letters of a cell that are repeated


class Faults:
    """Faults forbid that the file is kept; warnings are for a person to think about. Rows are places in the table."""

    def __init__(self, register: Register, table: Table, columns: Sequence[tuple[str, str]]) -> None:
        self.register, self.table = register, table
        self.heading = {name: heading for heading, name in columns if name}
        self.place = {heading: place for place, heading in enumerate(table.headings)}
        self.wrong: set[int] = set()  # rows
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []

    def column(self, name: str) -> Sequence[object]:
        """The cells of the column of a field."""
        return self.table.columns[self.place[self.heading[name]]]

    def fault(self, row: int, name: str, why: str, value: str | None = None) -> None:
        """Something is wrong in this row, in the column of this field ("": in none alone)."""
        self.wrong.add(row)
        self.faults.append(self._made(row, name, why, value))

    def of_the_file(self, why: str, heading: str = "") -> None:
        """Something is wrong that is in no row alone."""
        self.faults.append(Fault(0, heading, "", why))

    def warn(self, row: int, name: str, why: str) -> None:
        """Something is to be thought about."""
        self.warnings.append(self._made(row, name, why, None))

    def invalid(self, row: int, error: ValidationError) -> None:
        """What the model or the register says of the entry of this row."""
        told = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        for name, messages in told.items():
            self.fault(row, "" if name == NON_FIELD_ERRORS else name, " ".join(messages))

    def of_cells(self) -> None:
        """What reading the file found wrong with cells that are read."""
        rows = {number: row for row, number in enumerate(self.table.numbers)}
        fields_of = {heading: name for name, heading in self.heading.items()}
        for number, heading, why in self.table.faults:
            if heading in fields_of and number in rows:
                self.fault(rows[number], fields_of[heading], why)

    def _made(self, row: int, name: str, why: str, value: str | None) -> Fault:
        heading = self.heading.get(name) or (fields.title(self.register, name) if name in self.register.columns else "")
        if value is None and name in self.heading:
            cell = self.column(name)[row]
            value = "" if cell is None else cells.text(cell)
        return Fault(self.table.numbers[row], heading, (value or "")[:LONGEST], why)
