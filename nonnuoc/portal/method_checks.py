"""The quality checks in plain words, with the thresholds that are in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import nan
from typing import Any

from django.utils.translation import gettext

from nonnuoc import rules
from nonnuoc.domain.quality import LATE, Check
from nonnuoc.ingest.judging import LATE_AFTER
from nonnuoc.look import figures, law, words
from nonnuoc.portal import substances
from nonnuoc.portal.sources import exact


@dataclass(frozen=True, slots=True)
class Test:
    """One check."""

    name: str
    meaning: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Row:
    """The thresholds of one property; figures as text, a dash where the check is not applied."""

    name: str
    where: str  # the kind of station they are for; empty: every other
    unit: str
    possible: str
    spike: str
    rate: str
    noise: str
    flat: str


@dataclass(frozen=True, slots=True)
class Status:
    """What an instrument says of itself."""

    text: str
    meaning: str
    usable: bool
    evidence: str


def tests(on: date) -> list[Test]:
    """Every check there is, in the order of their bits."""
    data = rules.load("qc", on=on).data
    refused, suspect, missing = gettext("refused"), gettext("suspect"), gettext("missing")
    told: Mapping[int, tuple[str, str]] = {
        Check.STATUS: (
            gettext("The instrument itself said that it was not measuring: calibration, fault or maintenance."),
            refused,
        ),
        Check.MISSING: (
            gettext("The file had no number there, or one that stands for none: %(sentinels)s.")
            % {"sentinels": ", ".join(f"{one:g}" for one in data["sentinels"])},
            missing,
        ),
        Check.BELOW_DETECTION: (
            gettext('The laboratory or instrument wrote "less than": there, but not a number to average.'),
            missing,
        ),
        Check.GROSS_RANGE: (gettext("The value is physically impossible."), refused),
        Check.INSTRUMENT_RANGE: (gettext("The value lies outside what this instrument can measure."), refused),
        Check.SPIKE: (
            gettext("One value stands out from both its neighbours by more than the threshold."),
            gettext("suspect, or refused beyond the higher threshold"),
        ),
        Check.RATE_OF_CHANGE: (
            gettext(
                "It changed faster than the threshold. Floods and fires are fast too, so no value is refused for it."
            ),
            suspect,
        ),
        Check.FLAT_LINE: (
            gettext(
                "The value has not moved for the hours given, over at least %(suspect)s readings (%(fail)s to be "
                "refused)."
            )
            % data["flat_intervals"],
            gettext("suspect, or refused after the longer time"),
        ),
        Check.TIMING: (
            gettext(
                "It came less than half an interval after the one before, or after a gap of more than %(gap)s "
                "intervals,"
                " so that there was no neighbour to compare it with."
            )
            % {"gap": exact(data["gap_intervals"])},
            gettext("suspect, or not evaluated"),
        ),
        Check.REPLACED: (
            gettext("Another value was held for the same time before. Both are kept; the newer one counts."),
            suspect,
        ),
        LATE: (
            gettext("It arrived more than %(minutes)d minutes after it was measured.")
            % {"minutes": LATE_AFTER.total_seconds() // 60},
            gettext("noted, nothing else"),
        ),
    }
    return [Test(words.flags(bit), *said) for bit, said in told.items()]


def thresholds(on: date) -> list[Row]:
    """What rules/data/qc.toml says of every property, and where it differs at a kind of station."""
    data = rules.load("qc", on=on).data
    units = {one["code"]: one["unit"] for one in rules.load("properties", on=on).data["property"]}
    found = [(code, "", entry) for code, entry in data["property"].items()]
    found += [
        (code, kind, {**data["property"].get(code, {}), **entry})
        for kind, entries in data["kind"].items()
        for code, entry in entries.items()
    ]
    order = list(units)
    found.sort(key=lambda one: (order.index(one[0]) if one[0] in order else len(order), one[1]))
    return [_row(code, kind, entry, units.get(code, ""), on) for code, kind, entry in found]


def statuses(on: date) -> list[Status]:
    """The states of an instrument that files may carry."""
    data = rules.load("tt10", on=on).data
    return [
        Status(
            one["text"], law.words(one, "name"), one["usable"], gettext("our own addition") if "evidence" in one else ""
        )
        for one in data["status"]
    ]


def _row(code: str, kind: str, entry: Mapping[str, Any], unit: str, on: date) -> Row:
    def pair(name: str) -> str:
        return _pair(entry.get(f"{name}_suspect", nan), entry.get(f"{name}_fail", nan))

    flat = _pair(entry.get("flat_suspect_h", nan), entry.get("flat_fail_h", nan))
    return Row(
        name=substances.name(code, kind, on),
        where=words.kind(kind) if kind else "",
        unit=figures.unit(unit),
        possible=f"{exact(entry.get('gross_min', nan))} … {exact(entry.get('gross_max', nan))}",
        spike=pair("spike"),
        rate=exact(entry.get("rate_suspect", nan)),
        noise=exact(entry.get("noise", nan)),
        flat=flat,
    )


def _pair(suspect: float, fail: float) -> str:
    """ "120 / 400"; one dash where neither applies."""
    return "–" if suspect != suspect and fail != fail else f"{exact(suspect)} / {exact(fail)}"
