"""A table as CSV: what must be told of it in comments first, then its rows; safe to open in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby, repeat
from typing import Any

from numpy.typing import NDArray

from nonnuoc.look import tabular
from nonnuoc.look.tabular import Batch, Coded, Column, Kind, Table, Word

SIMULATED = "SIMULATED DATA: invented numbers for demonstration and no measurements"
_LOOK_ALIKE = str.maketrans({",": "\u201a", ";": "\u037e"})  # single low quotation mark, Greek question mark
#: What makes a spreadsheet take a text for a formula, or for a command.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


#: No comment, so that no reader passes over it.
BROKEN = b"\nBROKEN OFF: this file is not whole. Fetch it again.\n"


def written(table: Table) -> Iterator[bytes]:
    """The file, piece by piece: the head, then a piece for each batch. Its last line tells how many rows it has:
    a server may end an answer properly that broke off."""
    told = [f"{key}: {text}" for key, text in table.about]
    yield preamble([SIMULATED, *told] if table.simulated else told)
    yield ",".join(column.name for column in table.columns).encode() + b"\n"
    rows = 0
    for batch in table.batches:
        yield lines(table.columns, batch)
        rows += tabular.length(batch)
    yield b"# end: %d rows\n" % rows


def unless_broken(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same; where something goes wrong in the middle, that is the last line before it is raised."""
    try:
        yield from pieces
    except Exception:
        yield BROKEN
        raise


def preamble(told: Sequence[str]) -> bytes:
    """Lines that begin with #, as every reader of CSV can be told to leave out; a spreadsheet shows each as one cell.

    They are not quoted, since a quoted comment is none to those readers. So whatever would end the cell in some
    country's spreadsheet, and let a name go on as a formula, is written as a sign that looks the same.
    """
    return "".join(f"# {' '.join(line.split()).translate(_LOOK_ALIKE)}\n" for line in told).encode()


def lines(columns: Sequence[Column], batch: Batch) -> bytes:
    """The rows of a batch."""
    parts: list[Iterable[bytes]] = []
    for cells in _cells(columns, batch):
        parts += (cells, repeat(b","))
    parts[-1] = repeat(b"\n")
    return b"".join(chain.from_iterable(zip(*parts, strict=False)))


def safe(word: Word) -> str:
    """A word as a field: what a spreadsheet would calculate is marked as text by an apostrophe, as it marks it."""
    if not isinstance(word, str):
        return "" if word is None else str(word)
    told = f"'{word}" if word.startswith(_DANGEROUS) else word
    return '"' + told.replace('"', '""') + '"' if any(sign in told for sign in ',;"\t\r\n') else told


def _cells(columns: Sequence[Column], batch: Batch) -> Iterator[list[bytes]]:
    """The columns as texts; neighbours that share their codes together: five words about a row are looked up once."""
    for _, some in groupby(zip(columns, batch, strict=True), key=_codes):
        together = list(some)
        column, values = together[0]
        if isinstance(values, Coded):
            yield _words([one for _, one in together if isinstance(one, Coded)])
        else:
            yield _texts(column.kind, values)


def _codes(cells: tuple[Column, NDArray[Any] | Coded]) -> object:
    column, values = cells
    return id(values.codes) if isinstance(values, Coded) else column.name


def _texts(kind: Kind, values: NDArray[Any]) -> list[bytes]:
    if kind is Kind.TIME:
        stamps: list[bytes] = tabular.stamps(values).tolist()
        return stamps
    return tabular.wholes(values) if kind is Kind.WHOLE else tabular.numbers(values)


def _words(together: Sequence[Coded]) -> list[bytes]:
    rows = zip(*(one.words for one in together), strict=True)
    joined = [",".join(map(safe, words)).encode() for words in rows]
    return [joined[code] for code in together[0].codes.tolist()]
