"""How fast TT 10 files are parsed: many small bodies, and one large one with the memory it takes."""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from nonnuoc.ingest.formats import tt10

SYMBOLS = ("PM2,5", "PM10", "SO2", "NO2", "NO", "CO", "O3", "Temp", "RH", "TSP")


def body(number: int, *, rows: int = 10, layout: str = "lines") -> bytes:
    """A file of `rows` values, no two alike."""
    lines = [
        f"{SYMBOLS[i % 10]}\t{(number * 7919 + i * 104729) % 99991 / 100}\tug/Nm3\t"
        f"202601{1 + (i // 2880) % 28:02d}{i // 120 % 24:02d}{i // 10 % 12 * 5:02d}00\t00"
        for i in range(number, number + rows)
    ]
    return (("\r\n" if layout == "lines" else "\t").join(lines) + "\r\n").encode()


def best(work: Callable[[], object], times: int = 5) -> float:
    """Seconds of the quickest of some runs."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def run() -> dict[str, float]:
    """Microseconds a file in batches of several sizes; values a second and memory for one large file."""
    figures: dict[str, float] = {}
    for layout in ("lines", "groups"):
        many = [body(n, layout=layout) for n in range(10_000)]
        for count in (1, 200, 10_000):
            seconds = best(partial(tt10.parse, many[:count], comma=[False] * count))
            figures[f"us_a_file_{layout}_{count}"] = round(seconds / count * 1e6, 2)
    with_comma = [b.replace(b".", b",") for b in many]
    seconds = best(partial(tt10.parse, with_comma, comma=[True] * 10_000))
    figures["us_a_file_comma_10000"] = round(seconds / 10_000 * 1e6, 2)
    del many, with_comma
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
        figures |= fresh.submit(large).result()
    return figures


def large() -> dict[str, float]:
    """One body near the limit, in a process of its own so that its peak of memory is this one's."""
    one = body(0, rows=10_000) * 135
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    parsed = tt10.parse([one], comma=[False])
    seconds = time.perf_counter() - start
    return {
        "large_mb": round(len(one) / 1e6, 1),
        "large_values_a_s": round(len(parsed.readings) / seconds),
        "large_more_memory_mb": round((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024),
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
