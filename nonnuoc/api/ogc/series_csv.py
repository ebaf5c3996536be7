"""Series as CSV: a line a value, with everything a line needs to be understood alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from nonnuoc.api.ogc import covjson
from nonnuoc.api.ogc.systems import System
from nonnuoc.domain import quality as q
from nonnuoc.records.monitoring.coverage_reading import NOT_THERE, Grid, There

COLUMNS = ("station", "x", "y", "time", "parameter", "value", "unit", "flag", "standing")


def written(there: There, grids: Sequence[Grid], system: System, *, every: bool) -> str:
    """The file; `every`: with lines of values that are missing, too.

    Nothing in it is text that people typed: codes, units and numbers, which no spreadsheet runs.
    """
    units = {one.code: "" if one.unit == "-" else one.unit for one in there.properties}
    return "".join([",".join(COLUMNS) + "\n", *(line for grid in grids for line in _lines(grid, units, system, every))])


def _lines(grid: Grid, units: dict[str, str], system: System, every: bool) -> Iterator[str]:
    spot = grid.spot
    place = covjson.point(spot.lon, spot.lat, system) if spot.lon is not None and spot.lat is not None else ("", "")
    head = f"{spot.code},{place[0]},{place[1]}"
    times = covjson.times(grid)
    for code, values in grid.value.items():
        packed = grid.quality[code]
        kinds = {one: f"{q.flag_name(one)},{_standing(one)}" for one in np.unique(packed).tolist()}
        for time, value, quality in zip(times, values.tolist(), packed.tolist(), strict=True):
            number = "" if value != value else repr(value)
            if number or (every and quality != NOT_THERE):
                yield f"{head},{time},{code},{number},{units[code]},{kinds[quality]}\n"


def _standing(quality: int) -> str:
    return "validated" if quality < 0 else "provisional"
