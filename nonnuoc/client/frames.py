"""Tables of Arrow as the frames people work with. pandas and polars are asked for when they are needed."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

import pyarrow as pa

from nonnuoc.client.errors import MissingPackageError

Kind = Literal["pandas", "polars", "arrow"]
Frame = Any  # pandas.DataFrame, polars.DataFrame or pyarrow.Table


def check(kind: str) -> Kind:
    """The kind, if it is one and its package is there. Raises ValueError or MissingPackageError."""
    if kind not in get_args(Kind):
        raise ValueError(f"frame={kind!r}: ask for {', '.join(get_args(Kind))}")
    if kind != "arrow":
        _package(kind)
    return kind  # type: ignore[return-value]


def of(table: pa.Table, kind: Kind, facts: Mapping[str, Any] | None = None) -> Frame:
    """The table as a frame. What is known of it stands in `.attrs` (of Arrow: in the schema's metadata)."""
    told = {**_facts(table), **(facts or {})}
    if kind == "arrow":
        if not facts:
            return table
        packed = {name: value if isinstance(value, str) else json.dumps(value) for name, value in told.items()}
        return table.replace_schema_metadata(packed)
    bare = table.replace_schema_metadata(None)
    frame = bare.to_pandas() if kind == "pandas" else _package("polars").from_arrow(bare)
    frame.attrs = told
    return frame


def of_rows(rows: Sequence[Mapping[str, Any]], schema: pa.Schema, kind: Kind, facts: Mapping[str, Any]) -> Frame:
    """The same of a list of objects."""
    return of(pa.Table.from_pylist([dict(row) for row in rows], schema=schema), kind, facts)


def table(data: Any) -> pa.Table:
    """A frame of pandas or polars, an Arrow table, or a mapping of columns, as an Arrow table without an index."""
    if isinstance(data, pa.Table):
        return data
    if isinstance(data, Mapping):
        return pa.table(dict(data))
    if hasattr(data, "to_arrow"):
        return data.to_arrow()
    if hasattr(data, "reset_index"):
        return pa.Table.from_pandas(data, preserve_index=False)
    raise TypeError(f"{type(data).__name__} is no frame: give one of pandas or polars, an Arrow table or columns.")


def _facts(some: pa.Table) -> dict[str, Any]:
    """What the file says of itself; each entry JSON, or plain words."""
    told = {}
    for name, value in (some.schema.metadata or {}).items():
        key = name.decode()
        if key not in ("pandas", "ARROW:schema"):
            told[key] = _read(value.decode(errors="replace"))
    return told


def _read(text: str) -> Any:
    try:
        return json.loads(text) if text[:1] in '{["' else text
    except ValueError:
        return text


def _package(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        told = f'{name} is not installed: `pip install {name}`, or ask for another frame ("pandas", "polars", "arrow").'
        raise MissingPackageError(told) from error
