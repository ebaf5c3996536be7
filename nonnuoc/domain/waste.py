"""Balance of hazardous waste between who hands it over, who carries and who treats it; how a site fills; shares.

Whole arrays, one element a consignment's item (or a month). Masses in kg, days as numpy datetime64[D] (NaT: it has not
happened), facilities as whole numbers from 0. Missing masses are NaN; they are never read as nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Masses = NDArray[np.float64]
Days = NDArray[np.datetime64]
Who = NDArray[np.int64]
Marks = NDArray[np.bool_]

#: Days of the mean year, to set a licensed yearly capacity against any span.
YEAR_DAYS = 365.25
MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Consignments:
    """What was sent: arrays of one length n, element i one item of one manifest.

    `handed`, `received`, `treated` kg; NaN where it has not come to that. `refused`: sent back by the treater.
    """

    generator: Who
    transporter: Who
    treater: Who
    handed: Masses
    received: Masses
    treated: Masses
    handed_day: Days
    received_day: Days
    treated_day: Days
    refused: Marks


@dataclass(frozen=True, slots=True)
class Balance:
    """Per facility, arrays of length `count`, kg.

    handed_over = arrived + refused + on_way + lost holds for all together: mass does not vanish, it is somewhere or it
    is missing. `lost` of a generator is what the treater received less than was handed over (negative: more).
    """

    handed_over: Masses
    arrived: Masses  # of what it handed over: as the treater weighed it
    refused: Masses
    on_way: Masses
    lost: Masses
    carrying: Masses  # as a transporter: what is on its way with it
    received: Masses  # as a treater
    treated: Masses
    stored: Masses  # received as a treater and not treated yet


def balance(sent: Consignments, count: int) -> Balance:
    """The mass balance of each of `count` facilities over all consignments given."""
    arrived, refused = np.isfinite(sent.received) & ~sent.refused, sent.refused
    handed = np.isfinite(sent.handed) & ~np.isnat(sent.handed_day)
    on_way = handed & ~arrived & ~refused
    at_generator, at_treater = _sums(sent.generator, count), _sums(sent.treater, count)
    received, treated = at_treater(sent.received, arrived), at_treater(sent.treated, arrived)
    handed_over = at_generator(sent.handed, handed)
    came = at_generator(sent.received, arrived)
    carrying = _sums(sent.transporter, count)(sent.handed, on_way)
    back, going = at_generator(sent.handed, handed & refused), at_generator(sent.handed, on_way)
    lost, stored = handed_over - came - back - going, received - treated
    return Balance(handed_over, came, back, going, lost, carrying, received, treated, stored)


def _sums(who: Who, count: int):  # type: ignore[no-untyped-def]
    def summed(mass: Masses, of: Marks) -> Masses:
        known = of & np.isfinite(mass)
        return np.bincount(who[known], weights=mass[known], minlength=count).astype(np.float64)

    return summed


def overdue(sent: Consignments, today: np.datetime64, days: int) -> Marks:
    """Handed over more than `days` days ago, and neither received nor refused by now."""
    pending = ~np.isnat(sent.handed_day) & np.isnat(sent.received_day) & ~sent.refused
    return pending & (today - np.where(pending, sent.handed_day, today) > np.timedelta64(days, "D"))


def short(sent: Consignments, tolerance_percent: float) -> Marks:
    """Received less than was handed over by more than `tolerance_percent` of it."""
    least = sent.handed * (1 - tolerance_percent / 100)
    return ~sent.refused & np.isfinite(sent.received) & np.isfinite(sent.handed) & (sent.received < least)


def over_treated(sent: Consignments, tolerance_percent: float) -> Marks:
    """Treated more than was received by more than `tolerance_percent` of it."""
    most = sent.received * (1 + tolerance_percent / 100)
    return np.isfinite(sent.treated) & np.isfinite(sent.received) & (sent.treated > most)


def allowance(capacity_kg_year: Masses, first: np.datetime64, last: np.datetime64) -> Masses:
    """What a yearly capacity allows in [first, last), kg; NaN stays NaN."""
    return capacity_kg_year * ((last - first) / np.timedelta64(1, "D")) / YEAR_DAYS


def over_capacity(
    sent: Consignments, capacity_kg_year: Masses, first: np.datetime64, last: np.datetime64
) -> tuple[Marks, Masses]:
    """Treaters that received, in [first, last), more than their licensed capacity allows for so long a span.

    `capacity_kg_year` one number a facility, NaN where it is not known: such a facility is never marked.
    Gives marks and the received kg of the span, one a facility.
    """
    within = (sent.received_day >= first) & (sent.received_day < last) & ~sent.refused
    received = _sums(sent.treater, len(capacity_kg_year))(sent.received, within)
    allowed = allowance(capacity_kg_year, first, last)
    with np.errstate(invalid="ignore"):
        return received > allowed, received


def silent(last_heard: Days, since: Days, today: np.datetime64, days: int) -> Marks:
    """Of generators: nothing heard for more than `days` days, counted from when they were registered if never heard."""
    heard = np.where(np.isnat(last_heard), since, last_heard)
    return ~np.isnat(heard) & (today - heard > np.timedelta64(days, "D"))


@dataclass(frozen=True, slots=True)
class Filling:
    """How a site fills; None: not known. Tonnes."""

    left_t: float | None
    months: float | None  # until it is full, at the mean of the months given; None also where nothing is added


def filling(room_left_t: float | None, added_since_t: float, monthly_t: Masses) -> Filling:
    """From the room a survey found free, what was added since, and what was added in each of the last months (NaN: not
    reported, left out of the mean). Less than nothing is left where more was added than there was room for."""
    if room_left_t is None:
        return Filling(None, None)
    left, known = room_left_t - added_since_t, monthly_t[np.isfinite(monthly_t)]
    mean = float(known.mean()) if known.size else 0.0
    return Filling(left, max(left, 0.0) / mean if mean > 0 else None)


@dataclass(frozen=True, slots=True)
class Share:
    """Part of a whole, as far as both are known. `known` of `asked` reporters told both."""

    numerator: float | None
    denominator: float | None
    known: int
    asked: int

    @property
    def percent(self) -> float | None:
        """None where nothing is known, or there is nothing to have a part of: never 0 for want of figures."""
        if self.numerator is None or not self.denominator:
            return None
        return 100 * self.numerator / self.denominator

    @property
    def complete(self) -> bool:
        return self.asked > 0 and self.known == self.asked


def share(part: Masses, whole: Masses) -> Share:
    """Over reporters (arrays of one length, NaN: not told): summed over those alone that told both."""
    told = np.isfinite(part) & np.isfinite(whole)
    if not told.any():
        return Share(None, None, 0, len(whole))
    return Share(float(part[told].sum()), float(whole[told].sum()), int(told.sum()), len(whole))


def recycling_due(market_t: float | None, rate_percent: float | None) -> float | None:
    """Tonnes a producer must see recycled: what it put on the market, times the mandatory rate as it was typed."""
    return None if market_t is None or rate_percent is None else market_t * rate_percent / 100
