"""Words of entries in an index, for registers that may hold a hundred thousand: LIKE reads every one of them.

The words are those of searching.py as they are; no text search configuration and no parser of PostgreSQL's sees them.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from django.contrib.postgres.indexes import GinIndex
from django.db.models import BooleanField, Func, Q, TextField, Value
from django.db.models.expressions import Combinable

from nonnuoc.records.registers.pattern.models import Registered


class Lexemes(Func):
    """Each word of a text that has a space before each, as a lexeme."""

    template = "array_to_tsvector(array_remove(string_to_array(%(expressions)s, ' '), ''))"
    output_field = TextField()


class _Begun(Func):
    """Whether for each part of a query a lexeme begins with it."""

    template = "(%(expressions)s::tsquery)"
    arg_joiner = " @@ "
    output_field = BooleanField()


class _Unindexed(Func):
    template = "(%(expressions)s || '')"
    output_field = TextField()


def index(name: str) -> GinIndex:
    """The index of a register's words. Not put off: a search right after an import would go through what waits."""
    return GinIndex(Lexemes("words"), name=name, fastupdate=False)


@lru_cache(maxsize=256)
def indexed(model: type[Registered]) -> bool:
    """Whether its words are in an index."""
    return any(isinstance(part, Lexemes) for one in model._meta.indexes for part in one.expressions)


def begun(words: Collection[str]) -> Q:
    """Entries that for each of these have a word that begins so. In one query: the index meets them all at once."""
    quoted = (word.replace("\\", "\\\\").replace("'", "''") for word in words)
    return Q(_Begun(Lexemes("words"), Value(" & ".join(f"'{word}':*" for word in quoted))))


def beside_indexes(column: str) -> Combinable:
    """A text column as no index sorts it, for lists of what was searched for.

    PostgreSQL believes that every word is found often: it would walk along the codes, and take the words of every
    entry apart, until it has a page full of them.
    """
    return _Unindexed(column)
