"""Pages of one datastream as it stood at a moment: walked in either order, they are what as_of.py reads at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nonnuoc.records.accounts import access
from nonnuoc.records.monitoring import as_of
from nonnuoc.records.monitoring.models import Datastream, Observation, ObservationFeature, ObservationHistory
from nonnuoc.records.monitoring.observation_ids import observation_id
from nonnuoc.records.monitoring.rows import micros, moment
from tests.records.monitoring.sensorthings.asked import columns, ids, page, walked
from tests.records.monitoring.test_as_of import EVER, LATER, WRITES, at, raw, store

__all__ = ["raw"]  # a fixture
pytestmark = pytest.mark.django_db


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(writes=WRITES, top=st.integers(1, 3), skip=st.integers(0, 2))
def test_pages_of_a_moment_are_what_stood_then(
    raw: Datastream, writes: list[dict[int, int | None]], top: int, skip: int
) -> None:
    Observation.objects.filter(datastream=raw).delete()
    ObservationHistory.objects.filter(datastream=raw).delete()
    for number, one in enumerate(writes, 1):
        store(raw, one, at(100 + 2 * number))
    path, reader = f"Datastreams({raw.id})/Observations", access.SYSTEM
    for number in range(len(writes) + 1):
        when = at(101 + 2 * number)
        held = as_of.read(raw.id, EVER, LATER, when)
        numbers = observation_id(held.datastream, held.time).tolist()
        asked = {"as_of": when.isoformat(), "top": str(top)}
        for order, expected in (("phenomenonTime", numbers), ("phenomenonTime desc", numbers[::-1])):
            found = walked(reader, path, orderby=order, **asked)
            assert ids(found) == expected
            assert ids(page(reader, path, orderby=order, skip=str(skip), **asked)) == expected[skip : skip + top]
        assert [one["result"] for one in walked(reader, path, **asked)] == held.value.tolist()
        later = f"phenomenonTime gt {at(0).isoformat()}"
        assert ids(walked(reader, path, filter=later, **asked)) == numbers[int((held.time <= micros(at(0))).sum()) :]
        dear = walked(reader, path, filter="result ge 2", **asked)  # which looks at more than the key
        assert ids(dear) == [one for one, value in zip(numbers, held.value, strict=True) if value >= 2]
        assert columns(reader, path, **asked).value.tolist() == held.value[:top].tolist()


def test_columns_tell_the_few_results_that_came_about_at_a_time_of_their_own(raw: Datastream) -> None:
    store(raw, {0: 1, 1: 2, 2: 3, 3: 0}, at(100))
    own = {at(1): at(7), at(3): at(9), at(40): at(50)}
    for time, result in own.items():
        ObservationFeature.objects.create(datastream=raw, time=time, result_time=result)
    for order in ("phenomenonTime", "result desc"):
        found = columns(access.SYSTEM, "Observations", orderby=order)
        expected = [own.get(moment(one), moment(one)) for one in found.time.tolist()]
        assert [moment(one) for one in found.result_time.tolist()] == expected
    assert np.diff(found.time).min() < 0
