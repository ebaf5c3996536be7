"""A table as JSON: {"about": {…}, "columns": [{…}], "observations": [{…}, …]}, one object a line, streamed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import chain, repeat
from typing import Any

import orjson
from numpy.typing import NDArray

from nonnuoc.look import tabular
from nonnuoc.look.tabular import Batch, Coded, Column, Kind, Table


def written(table: Table) -> Iterator[bytes]:
    """The document, piece by piece: what must be told, then a piece for each batch."""
    about = {key.replace(" ", "_"): text for key, text in table.about} | {"simulated": table.simulated}
    columns = [asdict(column) for column in table.columns]
    yield b'{"about":' + orjson.dumps(about) + b',\n"columns":' + orjson.dumps(columns) + b',\n"observations":['
    before = b"\n"
    for batch in table.batches:
        yield before + lines(table.columns, batch)
        before = b",\n"
    yield b"\n]}\n"


def lines(columns: Sequence[Column], batch: Batch) -> bytes:
    """The rows of a batch as objects, a comma between them."""
    parts: list[Iterable[bytes]] = []
    for place, (column, values) in enumerate(zip(columns, batch, strict=True)):
        quote = b'"' if column.kind is Kind.TIME else b""
        end = quote if place < len(columns) - 1 else quote + b"},\n"
        opens = b"," if place else b"{"
        parts += (repeat(opens + orjson.dumps(column.name) + b":" + quote), _texts(column.kind, values))
        parts += (repeat(end),) if end else ()
    return b"".join(chain.from_iterable(zip(*parts, strict=False)))[:-2]


def _texts(kind: Kind, values: NDArray[Any] | Coded) -> list[bytes]:
    if isinstance(values, Coded):
        words = [orjson.dumps(word) for word in values.words]
        return [words[code] for code in values.codes.tolist()]
    if kind is Kind.TIME:
        stamps: list[bytes] = tabular.stamps(values).tolist()
        return stamps
    told = tabular.wholes(values) if kind is Kind.WHOLE else tabular.numbers(values)
    return [one or b"null" for one in told]
