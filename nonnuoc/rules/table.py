"""A table of a document: where it comes from, how sure it is, when it holds, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class RuleError(Exception):
    """Something about the tables of law is wrong."""


class TableRefusedError(RuleError):
    """A file in rules/data breaks a promise: a source is missing, or two tables hold on the same day."""


class NotInForceError(RuleError):
    """No table of this name holds on that day."""


class UnknownTableError(RuleError):
    """There is no file of this name in rules/data."""


class Evidence(StrEnum):
    """How sure a number is."""

    VERIFIED = "V"  # read in the text or a faithful transcription of it
    SECONDARY = "S"  # from someone who quotes the text
    PREDECESSOR = "P"  # from the regulation that this one replaced
    MEMORY = "M"  # remembered, not seen
    NOT_FOUND = "NF"  # looked for, not found
    CONVENTION = "C"  # no law's: our own choice, and shown as that


#: What may be said to be the law. A predecessor's number was law; it is not presented as law now.
LAW = frozenset({Evidence.VERIFIED, Evidence.SECONDARY})

#: What is withheld from `Table.data` and stands only in `Table.data_with_unverified`.
UNVERIFIED = frozenset({Evidence.MEMORY, Evidence.NOT_FOUND})


@dataclass(frozen=True, eq=False)
class Table:
    """One table of one document.

    `data` holds no number that is only remembered: whoever wants those asks for `data_with_unverified` by name.
    Both are read-only: mappings, tuples and plain values. An entry that differs from its table in evidence or validity
    carries `evidence`, `valid_from` or `valid_to` itself; what is not in force on the day asked for is absent.
    """

    name: str
    title: str
    number: str
    article: str
    issued: date
    valid_from: date
    valid_to: date | None  # the last day, inclusive; None: still in force
    url: str
    retrieved: date
    evidence: Evidence
    data: Mapping[str, Any] = field(repr=False)
    data_with_unverified: Mapping[str, Any] = field(repr=False)

    @property
    def is_law(self) -> bool:
        """Whether its unmarked numbers may be presented as law. False for our conventions."""
        return self.evidence in LAW
