"""The numbers behind a chart, as the page's script reads them. Times are seconds since 1970 UTC."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np

from nonnuoc.domain.quality import Flag
from nonnuoc.domain.quality import flag as flag_of
from nonnuoc.look import words
from nonnuoc.look.plot import Bound
from nonnuoc.records.monitoring.timeseries import Series


def told(series: Series, limits: Sequence[Bound], marked: Sequence[tuple[datetime, datetime]] = ()) -> dict[str, Any]:
    """One series with the limits it is drawn with; spans of it may be `marked`."""
    return {
        "limits": [
            {
                "value": one.value,
                "says": one.says,
                "source": one.source,
                "since": one.since.timestamp(),
                "until": one.until.timestamp(),
            }
            for one in limits
        ],
        "marked": [[since.timestamp(), until.timestamp()] for since, until in marked],
        "since": series.since.timestamp(),
        "until": series.until.timestamp(),
        "step_s": series.step_s,
        "count": series.count,
        "time": _seconds(series.time),
        "value": _numbers(series.value),
        "low": _numbers(series.low),
        "high": _numbers(series.high),
        "validated": series.validated.tolist(),
        "flagged": {
            "time": _seconds(series.flagged_time),
            "value": _numbers(series.flagged_value),
            "failed": (flag_of(series.flagged_quality) >= Flag.FAIL).tolist(),
            "words": [words.flags(quality) for quality in series.flagged_quality.tolist()],
        },
    }


def _seconds(times: np.ndarray[Any, Any]) -> list[float]:
    return (times / 1_000_000).tolist()  # type: ignore[no-any-return]


def _numbers(values: np.ndarray[Any, Any]) -> list[float | None]:
    """JSON knows no NaN; means are cut to nine digits, which no instrument has."""
    return [None if value != value else float(f"{value:.9g}") for value in values.tolist()]
