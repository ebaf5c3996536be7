"""Values on their way to the server: columns as an Arrow stream."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from nonnuoc.client import frames

CONTENT_TYPE = "application/vnd.apache.arrow.stream"
COLUMNS = ("datastream", "station", "symbol", "time", "value", "unit", "status")


def stream(data: Any, **whose: object) -> bytes:
    """The bytes to send. `whose`: datastream, station or symbol of all rows, where no column tells it.

    Raises ValueError, before anything is sent, for columns that the server does not take and for times without a zone.
    """
    table = frames.table(_with_time(data))
    for name, value in whose.items():
        if value is not None:
            table = table.append_column(name, pa.array([value] * len(table)))
    if unknown := [name for name in table.column_names if name not in COLUMNS]:
        raise ValueError(f"{', '.join(unknown)}: send only the columns {', '.join(COLUMNS)}")
    if missing := [name for name in ("time", "value") if name not in table.column_names]:
        raise ValueError(f"there is no column {' or '.join(missing)}")
    kind = table.schema.field("time").type
    if not pa.types.is_timestamp(kind) or kind.tz is None:
        raise ValueError("`time` must be times with a zone, such as df['time'].dt.tz_localize('Asia/Ho_Chi_Minh')")
    sink = pa.BufferOutputStream()
    plain = table.replace_schema_metadata(None)
    with pa.ipc.new_stream(sink, plain.schema) as writer:
        writer.write_table(plain)
    return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]


def _with_time(data: Any) -> Any:
    """A series or frame of pandas whose index is the time, with the time as a column."""
    if not hasattr(data, "reset_index"):
        return data
    if not hasattr(data, "columns"):
        data = data.to_frame("value")
    return data if "time" in data.columns else data.rename_axis("time").reset_index()
