"""What became of each row of a data array: what who answers row by row needs to know."""

from __future__ import annotations

from dataclasses import dataclass

from nonnuoc.ingest.formats import data_array
from nonnuoc.ingest.formats.readings import MEANINGS
from nonnuoc.records.monitoring.deliveries import Receipt


@dataclass(frozen=True, slots=True)
class Outcome:
    """One row, counted from 1 over all arrays of the body. Without a code it stands, new or held just so already."""

    line: int
    datastream: int  # as named
    time: int | None  # µs since 1970 UTC; None: none could be read
    feature: int | None  # @iot.id of a feature of interest, where the row names one
    result_time: int | None  # µs since 1970 UTC, where the row says one
    code: str
    detail: str


def of(receipt: Receipt) -> list[Outcome]:
    """Every row of a data array that has just come through the river, in order; none of a body nobody can read."""
    arrays = data_array.read(receipt.body)
    refused = _refused(receipt, arrays)
    return [
        Outcome(line, stream, _known(time), feature or None, _known(result_time), *refused.get(line, ("", "")))
        for line, (stream, time, feature, result_time) in enumerate(
            zip(
                arrays.datastream.tolist(),
                arrays.time.tolist(),
                arrays.feature.tolist(),
                arrays.result_time.tolist(),
                strict=True,
            ),
            start=1,
        )
    ]


def _refused(receipt: Receipt, arrays: data_array.DataArrays) -> dict[int, tuple[str, str]]:
    """(code, detail) of each refused line. Beyond those a receipt lists, only that it is refused is known."""
    read = set(arrays.parsed.readings.line.tolist())
    lines = set(range(1, len(arrays.time) + 1)) - read
    # The format's problems are told first; some of them refuse nothing, and are no line's reason (status).
    lines |= set(receipt.left_out[len(arrays.parsed.problems) :]) - {0}
    if receipt.is_quarantined:
        lines |= read
    rest = (receipt.code, receipt.reason) if receipt.is_quarantined else ("more", MEANINGS["more"])
    told = {p["line"]: (p["code"], p["detail"]) for p in reversed(receipt.problems) if p["code"] != "status"}
    return {line: told.get(line, rest) for line in lines}


def _known(time: int) -> int | None:
    return None if time == data_array.NO_TIME else time
