from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest
from django.test import Client

from nonnuoc.api.downloads import drawn
from nonnuoc.records.monitoring.rows import micros
from tests.api.downloads.series import SPAN, START, stream
from tests.portal import network

pytestmark = pytest.mark.django_db


def other(code: str = "A2", **facts: object) -> network.Datastream:
    raw = network.instrument(network.station(code, kind="ambient_air", **facts), "O3")
    network.put(raw, micros(START + timedelta(hours=1)) + np.arange(3) * network.STEP, np.array([1.0, 2.0, 6.0]))
    return raw


def test_the_aggregates_of_one(client: Client) -> None:
    raw = stream()
    told = client.get(f"/api/datastreams/{raw.id}/aggregates?{SPAN}").json()
    assert (told["resolution"], told["quality"], told["time_zone"]) == ("hourly", "usable", "+07:00")
    assert told["since"] == "2026-03-02T00:00:00+07:00" and told["until"] == "2026-03-03T00:00:00+07:00"
    assert told["start"][0] == "2026-03-02T00:00:00+07:00" and told["time"][0] == "2026-03-02T01:00:00+07:00"
    (one,) = told["datastreams"]
    assert (one["id"], one["station"], one["property"], one["unit"]) == (raw.id, "A1", "PM2.5", "µg/Nm3")
    assert one["mean"][:2] == [pytest.approx((12.5 - 0.1 + 0.3 + 1e-7) / 4), None]
    assert (one["min"][0], one["max"][0], one["count"][:2]) == (-0.1, 12.5, [4, 0])
    assert (one["expected"][0], one["completeness"][:2]) == (12, [33.3, 0.0])
    assert len({len(one[name]) for name in ("mean", "min", "max", "count", "expected", "completeness")}) == 1
    assert "end" in told["note"] and "no minimum" in told["completeness"]
    assert told["licence"].startswith("CC BY 4.0")


def test_many_at_once_are_aligned_and_in_the_order_asked(client: Client) -> None:
    first, second = stream(), other()
    told = client.get(f"/api/aggregates?datastreams={second.id},{first.id}&{SPAN}&function=mean").json()
    assert [one["id"] for one in told["datastreams"]] == [second.id, first.id]
    assert [len(one["mean"]) for one in told["datastreams"]] == [len(told["time"])] * 2
    assert told["datastreams"][0]["mean"][:2] == [None, 3.0]
    assert "max" not in told["datastreams"][0] and "count" in told["datastreams"][0]


def test_the_link_gives_the_same_again(client: Client) -> None:
    first, second = stream(), other()
    told = client.get(f"/api/aggregates?datastreams={first.id},{second.id}&{SPAN}&resolution=daily").json()
    again = client.get(told["link"].removeprefix("http://testserver")).json()
    assert again["datastreams"] == told["datastreams"]
    assert again["as_of"] is not None


def test_of_what_may_not_be_read_nothing_is_told(client: Client) -> None:
    first, hidden = stream(), other(data_class="internal")
    assert client.get(f"/api/datastreams/{hidden.id}/aggregates").status_code == 404
    refused = client.get(f"/api/aggregates?datastreams={first.id},{hidden.id},77777")
    assert refused.status_code == 404
    assert refused.json()["missing"] == [hidden.id, 77777]


def test_what_would_be_too_much_is_refused_with_advice(client: Client) -> None:
    raw = stream()
    refused = client.get(f"/api/datastreams/{raw.id}/aggregates?since=1990&until=2026")
    assert refused.status_code == 400
    assert refused.json()["parameter"] == "since"
    assert f"{drawn.CELLS:,}" in refused.json()["detail"]
    assert client.get(f"/api/datastreams/{raw.id}/aggregates?since=1990&until=2026&resolution=daily").status_code == 200


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "datastreams"),
        ("datastreams=", "datastreams"),
        ("datastreams=1,,2", "datastreams"),
        ("datastreams=1;2", "datastreams"),
        ("datastreams=1&resolution=raw", "resolution"),
        ("datastreams=1&function=sum", "function"),
        ("datastreams=1&quality=all", "quality"),
        ("datastreams=1&top=3", "top"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(client: Client, query: str, parameter: str) -> None:
    refused = client.get(f"/api/aggregates?{query}")
    assert refused.status_code == 400
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["parameter"] == parameter


def test_it_costs_the_same_number_of_queries_for_one_and_for_three(
    client: Client, queries: Callable[[Callable[[], object]], int]
) -> None:
    ids = [stream().id, other("A2").id, other("A3").id]
    client.get(f"/api/aggregates?datastreams={ids[0]}&{SPAN}")
    one = queries(lambda: client.get(f"/api/aggregates?datastreams={ids[0]}&{SPAN}"))
    assert queries(lambda: client.get(f"/api/aggregates?datastreams={','.join(map(str, ids))}&{SPAN}")) == one
