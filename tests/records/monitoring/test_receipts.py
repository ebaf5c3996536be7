from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from nonnuoc.records.monitoring import receipts
from tests.portal import network


@pytest.mark.django_db
def test_the_deliveries_behind_an_hour_are_those_with_values_after_its_start_up_to_its_end() -> None:
    thing = network.station("A1", kind="ambient_air")
    hour = datetime(2026, 3, 2, 14, tzinfo=UTC)
    for minutes in (-65, -60, -55, -5, 0, 5):
        network.receipt(thing, hour + timedelta(minutes=minutes))

    found = receipts.behind(thing.id, hour - timedelta(hours=1), hour)

    assert [one.last_time for one in found] == [hour + timedelta(minutes=m) for m in (-55, -5, 0)]
    assert all(len(one.sha256) == 64 for one in found)
