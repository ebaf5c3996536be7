"""What the checks find of real faults: labelled river water, tuned on its first half and told on its second.

`python -m bench faults`; docs/FAULTS_FOUND.md tells what came out and what it means. Needs ../shared/data.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import asdict

import numpy as np

from bench import logan, shipped, smog
from bench.labelled import Score, runs, score, touched
from bench.logan import Series
from nonnuoc.domain import qc_limits
from nonnuoc.domain.quality import Check, Flag, Quality, flag

#: What was shipped before the first half was looked at: the two limits that were changed since.
BEFORE = {"Conductivity": {"gross_min": 0.0}, "pH": {"gross_min": 0.0}}

#: What the grid tries: multiples of the shipped limit, hours without change, and the least that is possible.
TIMES = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
FLAT_H = (2.0, 3.0, 4.0, 6.0, 9.0, 12.0, 24.0)
LEAST = {"Conductivity": (0.0, 5.0, 10.0, 20.0), "pH": (0.0, 1.0, 2.0, 3.0), "DO": (0.0, 0.001), "Temp": (-1.0, -0.5)}
#: Rules of rise that are shipped for a property of rivers.
RISES = {"WaterLevel": "river-rising", "Conductivity": "water-conductivity-jump"}
MOST_FALSE = 0.001  # of the clean values: more flags than that nobody looks at


def run() -> dict[str, object]:
    """Everything, by property: each half with what was and what is shipped, check by check; and what the grid found."""
    if not logan.FILE.exists():
        print(f"  skipped: {logan.FILE.parent} is not there")
        return {}
    river = {one.property: _studied(one) | {"alarms": alarmed(one)} for one in logan.series()}
    return {"river": river, "air": smog.run()}


def found(quality: Quality, check: int | None = None) -> np.ndarray:
    """Which values are doubted, by any check or by one; what is missing counts as found where somebody labelled it."""
    doubted: np.ndarray = flag(quality) >= Flag.SUSPECT
    return doubted if check is None else doubted & ((quality & np.int16(check)) != 0)


def scored(one: Series, *, check: int | None = None, **own: float) -> Score:
    """The score of a series under the shipped limits, or some set otherwise; what was kept is not asked for."""
    return score(found(logan.judged(one, logan.table(), **own), check), one.wrong, ~one.kept)


def tuned(half: Series) -> dict[str, float]:
    """The limits that do best (F1 by value) on half a series, among those that flag few clean values.

    Of equal ones those nearest to the shipped ones.
    """
    best: tuple[float, float] = (-1.0, 0.0)
    chosen: dict[str, float] = {}
    for own, away in _grid(half.property):
        result = scored(half, **own)
        if result.false > MOST_FALSE * result.clean:
            continue
        flagged = result.values + result.caught + result.false
        rank = (2 * result.caught / flagged if flagged else 0.0, -away)
        if rank > best:
            best, chosen = rank, own
    return chosen


def _grid(code: str) -> Iterator[tuple[dict[str, float], float]]:
    """(limits, how far from the shipped ones)."""
    shipped = qc_limits.thresholds(logan.table(), [qc_limits.Stream(code, logan.KIND, logan.INTERVAL_S)])
    spike, rate, flat, least = (
        float(getattr(shipped, name)[0]) for name in ("spike_suspect", "rate_suspect", "flat_suspect_s", "gross_min")
    )
    for by, at, hours, floor in itertools.product(TIMES, TIMES, FLAT_H, LEAST.get(code, (least,))):
        own = {
            "spike_suspect": spike * by,
            "rate_suspect": rate * at,
            "flat_suspect_s": hours * 3600,
            "gross_min": floor,
        }
        away = abs(np.log(by)) + abs(np.log(at)) + abs(np.log(hours * 3600 / flat)) + (floor != least)
        yield own, float(away)


def alarmed(one: Series) -> dict[str, dict[str, int]]:
    """What the shipped rules of alarm would have raised, by half: alarms, those at no label, labelled runs touched."""
    told = {}
    for half, part in zip(("first", "second"), logan.halves(one), strict=True):
        quality = logan.judged(part, logan.table())
        found = {"stuck": shipped.stuck(part.time, quality, logan.INTERVAL_S)}
        if (code := RISES.get(part.property)) is not None:
            found[code] = shipped.rising(code, part.time, part.value, quality, logan.INTERVAL_S)
        for name, spans in found.items():
            on = np.zeros(part.time.size, bool)
            for since, until in spans:
                on[since:until] = True
            faults = runs(part.wrong)
            told[f"{name}, {half} half"] = {
                "alarms": len(spans),
                "of these at no label": len(spans) - touched(spans, part.wrong | part.kept),
                "labelled runs": len(faults),
                "labelled runs touched": touched(faults, on),
            }
    return told


def _studied(one: Series) -> dict[str, object]:
    first, second = logan.halves(one)
    proposal = tuned(first)
    table = {}
    for name, half in (("first", first), ("second", second)):
        table[name] = {
            "before": _told(scored(half, **BEFORE.get(one.property, {}))),
            "shipped": _told(scored(half)),
            "proposed by the first half": _told(scored(half, **proposal)),
            "checks": {check.name.lower(): _told(each) for check in Check if any_of(each := scored(half, check=check))},
            "kept": int(np.count_nonzero(half.kept)),
            "kept, flagged": int(np.count_nonzero(half.kept & found(logan.judged(half, logan.table())))),
        }
    return {"proposal": proposal, **table}


def any_of(result: Score) -> bool:
    """Whether a check spoke at all."""
    return result.caught + result.false > 0


def _told(result: Score) -> dict[str, object]:
    return asdict(result) | {"missed": result.missed, "precision": result.precision, "recall": result.recall}
