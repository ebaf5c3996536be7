"""A table as Parquet: typed columns, times with their zone, what must be told in the schema; streamed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from nonnuoc.look.tabular import Batch, Coded, Column, Kind, Table

#: Rows of a page of the database, and so of a row group.
ROWS = 50_000
ZONE = "Asia/Ho_Chi_Minh"
TYPES = {
    Kind.TIME: pa.timestamp("us", tz=ZONE),
    Kind.NUMBER: pa.float64(),
    Kind.WHOLE: pa.int32(),
    Kind.WORD: pa.dictionary(pa.int32(), pa.string()),
}


class _Sink:
    """A file that only grows; what has grown is taken away."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.written, self.closed = 0, False

    def write(self, piece: Any) -> int:
        told = bytes(piece)
        self.pieces.append(told)
        self.written += len(told)
        return len(told)

    def tell(self) -> int:
        return self.written

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        self.closed = True

    def take(self) -> bytes:
        taken = b"".join(self.pieces)
        self.pieces.clear()
        return taken


def written(table: Table) -> Iterator[bytes]:
    """The file, piece by piece: a row group for each batch, the index of them all at the end."""
    sink, schema = _Sink(), schema_of(table)
    with pq.ParquetWriter(pa.PythonFile(sink, mode="w"), schema, compression="zstd") as writer:
        for batch in table.batches:
            writer.write_table(_grouped(schema, table.columns, batch))
            yield sink.take()
    yield sink.take()


def schema_of(table: Table) -> pa.Schema:
    """The columns with their units and meanings; what must be told of the whole as its metadata."""
    fields = [
        pa.field(column.name, TYPES[column.kind], metadata={"meaning": column.meaning, "unit": column.unit})
        for column in table.columns
    ]
    about = {key.replace(" ", "_"): text for key, text in table.about}
    return pa.schema(fields, metadata={**about, "simulated": orjson.dumps(table.simulated)})


def _grouped(schema: pa.Schema, columns: Sequence[Column], batch: Batch) -> pa.Table:
    arrays = [_array(column.kind, values) for column, values in zip(columns, batch, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _array(kind: Kind, values: NDArray[Any] | Coded) -> pa.Array:
    if isinstance(values, Coded):
        if kind is not Kind.WORD:
            return pa.array(values.words, TYPES[kind]).take(pa.array(values.codes))
        missing = np.array([word is None for word in values.words], bool)[values.codes]
        words = pa.array([str(word or "") for word in values.words], pa.string())
        return pa.DictionaryArray.from_arrays(pa.array(values.codes.astype(np.int32), mask=missing), words)
    if kind is Kind.TIME:
        return pa.array(values, pa.timestamp("us", tz="UTC")).cast(TYPES[kind])
    missing = np.isnan(values) if kind is Kind.NUMBER else values < 0
    return pa.array(values, TYPES[kind], mask=missing)
