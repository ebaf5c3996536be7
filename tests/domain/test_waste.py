"""Mass balance, leaks, filling and shares. The laws of the balance hold for any way of any consignments."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from nonnuoc.domain import waste

DAY = np.datetime64("2026-06-01")
NAT = np.datetime64("NaT", "D")
FACILITIES = 6


def sent(*rows):
    """Rows of (generator, treater, handed, received, treated, handed on day, received on day, refused)."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * 8
    whole = [np.array(column, dtype=np.int64) for column in columns[:2]]
    mass = [np.array([np.nan if kg is None else kg for kg in column], dtype=float) for column in columns[2:5]]
    days = [
        np.array([NAT if day is None else DAY + day for day in column], dtype="datetime64[D]")
        for column in columns[5:7]
    ]
    refused = np.array(columns[7], dtype=bool)
    return waste.Consignments(whole[0], whole[0], whole[1], *mass, *days, days[1], refused)


@some.composite
def consignments(draw):
    """Random ways: each handed over; then refused, received, received and treated, or none of it."""
    rows = []
    for _ in range(draw(some.integers(0, 12))):
        generator = draw(some.integers(0, FACILITIES - 1))
        treater = (generator + draw(some.integers(1, FACILITIES - 1))) % FACILITIES
        handed = draw(some.integers(1, 5000))
        course = draw(some.sampled_from(("on its way", "refused", "received", "treated")))
        came = draw(some.integers(0, 6000)) if course in ("received", "treated") else None
        treated = draw(some.integers(0, 6000)) if course == "treated" else None
        day = draw(some.integers(0, 300))
        there = day + draw(some.integers(0, 20)) if came is not None else None
        rows.append((generator, treater, handed, came, treated, day, there, course == "refused"))
    return sent(*rows)


@given(consignments())
def test_balance_conserves_mass(of):
    sums = waste.balance(of, FACILITIES)
    assert np.allclose(sums.handed_over, sums.arrived + sums.refused + sums.on_way + sums.lost)
    assert sums.carrying.sum() == pytest.approx(sums.on_way.sum())  # somebody carries what is on its way
    assert np.allclose(sums.received, sums.treated + sums.stored)
    assert sums.arrived.sum() == pytest.approx(sums.received.sum())  # what arrived of one was received by another
    assert np.nansum(of.handed) == pytest.approx(sums.handed_over.sum())


@given(consignments(), some.integers(0, 5))
def test_balance_does_not_depend_on_the_order(of, seed):
    order = np.random.default_rng(seed).permutation(len(of.handed))
    turned = waste.Consignments(*(getattr(of, name)[order] for name in waste.Consignments.__slots__))
    for name in waste.Balance.__slots__:
        one, other = (getattr(waste.balance(held, FACILITIES), name) for held in (of, turned))
        assert np.allclose(one, other)


@given(consignments(), some.integers(0, 11), some.integers(0, 4000))
def test_correcting_what_was_received_moves_exactly_that_much_from_lost(of, index, kg):
    weighed = np.flatnonzero(np.isfinite(of.received))
    if not weighed.size:
        return
    index = weighed[index % weighed.size]
    before = waste.balance(of, FACILITIES)
    by = kg - of.received[index]
    of.received[index] = kg
    after, generator, treater = waste.balance(of, FACILITIES), of.generator[index], of.treater[index]
    assert after.lost[generator] == pytest.approx(before.lost[generator] - by)
    assert after.stored[treater] == pytest.approx(before.stored[treater] + by)
    assert np.allclose(after.handed_over, before.handed_over)


@given(consignments(), some.integers(1, 30), some.integers(0, 330), some.integers(0, 20))
def test_a_flag_stands_where_its_leak_is_and_nowhere_else(of, days, today, tolerance):
    late = waste.overdue(of, DAY + today, days)
    short, over = waste.short(of, tolerance), waste.over_treated(of, tolerance)
    for i in range(len(of.handed)):
        waits = np.isnan(of.received[i]) and not of.refused[i]
        assert late[i] == (waits and (DAY + today - of.handed_day[i]).astype(int) > days)
        assert short[i] == (not of.refused[i] and of.received[i] < of.handed[i] * (1 - tolerance / 100))
        assert over[i] == (of.treated[i] > of.received[i] * (1 + tolerance / 100))


def test_overdue_begins_the_day_after_the_last_one_granted():
    of = sent((0, 1, 100, None, None, 0, None, False))
    assert [bool(waste.overdue(of, DAY + after, 7)[0]) for after in (6, 7, 8)] == [False, False, True]


def test_a_draft_is_no_mass():
    of = sent((0, 1, 100, None, None, None, None, False))
    assert waste.balance(of, 2).handed_over.tolist() == [0, 0]
    assert not waste.overdue(of, DAY + 400, 1).any()


def test_capacity_is_set_against_the_span_and_unknown_is_never_passed():
    of = sent((0, 1, 600, 600, None, 0, 5, False), (0, 2, 600, 600, None, 0, 5, False))
    capacity = np.array([np.nan, 3652.5, np.nan])  # 10 kg a day
    marks, received = waste.over_capacity(of, capacity, DAY, DAY + 50)
    assert marks.tolist() == [False, True, False] and received.tolist() == [0, 600, 600]
    assert not waste.over_capacity(of, capacity, DAY, DAY + 60)[0].any()  # exactly what is allowed
    assert waste.over_capacity(of, capacity, DAY + 6, DAY + 8)[1].tolist() == [0, 0, 0]  # received before


def test_silent_counts_from_the_registration_of_those_never_heard():
    heard, since = np.array([DAY, NAT, NAT]), np.array([DAY - 900, DAY - 181, DAY - 180])
    assert waste.silent(heard, since, DAY, 180).tolist() == [False, True, False]


def test_filling_says_nothing_it_cannot_know():
    months = np.array([100.0, np.nan, 300.0])
    assert waste.filling(None, 400, months) == waste.Filling(None, None)
    assert waste.filling(1000, 400, months) == waste.Filling(600, 3)
    assert waste.filling(1000, 0, np.array([np.nan])) == waste.Filling(1000, None)
    assert waste.filling(300, 400, months) == waste.Filling(-100, 0)


def test_share_is_of_those_alone_that_told_both():
    found = waste.share(np.array([90.0, np.nan, 10.0]), np.array([100.0, 50.0, 100.0]))
    assert (found.numerator, found.denominator, found.known, found.asked) == (100, 200, 2, 3)
    assert found.percent == 50 and not found.complete


def test_share_of_nothing_told_is_unknown_and_never_nought():
    nobody = waste.share(np.array([np.nan, 5.0]), np.array([10.0, np.nan]))
    assert nobody.percent is None and nobody.known == 0
    assert waste.share(np.array([0.0]), np.array([0.0])).percent is None
    assert waste.share(np.array([0.0]), np.array([8.0])).percent == 0


def test_recycling_due_needs_a_rate():
    assert waste.recycling_due(200, 22) == pytest.approx(44)
    assert waste.recycling_due(200, None) is None and waste.recycling_due(None, 22) is None
