"""Data arrays written: an answer for every row, and no row the worse for another."""

from __future__ import annotations

import orjson
import pytest

from nonnuoc.records.monitoring.models import Delivery, ObservationFeature, ObservationHistory
from tests import factories as f
from tests.api.sensorthings import writer as w
from tests.api.sensorthings.writer import Writer

pytestmark = pytest.mark.django_db
TIMES = [f"2026-11-20T05:{minute:02}:00Z" for minute in range(10, 60, 10)]


def arrays(*streams, rows=None, components=("phenomenonTime", "result")):
    cells = [[time, 10 + n] for n, time in enumerate(TIMES)] if rows is None else rows
    return [{"Datastream": {"@iot.id": one}, "components": list(components), "dataArray": cells} for one in streams]


@pytest.fixture
def someone(world):
    return Writer.of(world.people["operator"])


@pytest.fixture
def raw(world):
    return world.stream("KK01", "PM2.5")


def told(someone, body, **headers):
    response = someone.send("POST", "CreateObservations", body, **headers)
    assert response.status_code == 201, response.content
    return response.json()


def test_every_row_is_answered_by_a_link_that_leads_to_it(someone, raw, world):
    links = told(someone, arrays(raw.id, world.stream("NM01", "DO").id))
    assert len(links) == 10
    found = [someone.send("GET", link).json() for link in links]
    assert [one["result"] for one in found] == [10, 11, 12, 13, 14] * 2
    assert [one["phenomenonTime"] for one in found] == TIMES * 2


def test_rows_that_cannot_be_kept_cost_the_others_nothing(someone, raw, world):
    derived, foreign = world.stream("KK01", "PM2.5", "mean_1h").id, 987654
    rows = [
        ["2026-11-20T05:10:00Z", 1],
        ["yesterday", 2],
        ["2026-11-20T05:20:00Z", "warm"],
        ["2026-11-20T05:30:00.5Z", 4],
    ]
    rows += [["2026-11-20T05:10:00Z", 5]]
    body = arrays(raw.id, rows=rows) + arrays(derived, foreign, rows=rows[:1])
    answers = told(someone, body)
    assert answers[0].startswith("http://")
    assert [one.split(":")[0] for one in answers[1:5]] == [
        "error instant",
        "error number",
        "error subsecond",
        "error duplicate",
    ]
    assert all(one.startswith("error ") for one in answers[5:])
    assert len(answers) == 7
    receipt = Delivery.objects.get(by=world.people["operator"])
    assert (receipt.stored, receipt.refused) == (1, 6)


def test_held_rows_are_conflicts_or_replaced(someone, raw, world):
    first = told(someone, arrays(raw.id))
    other = arrays(raw.id, rows=[[TIMES[0], 99], [TIMES[1], 11]])
    assert all(one.startswith("error duplicate") for one in told(someone, other))
    before = ObservationHistory.objects.count()
    assert told(someone, other, Prefer="resolution=merge-duplicates") == first[:2]
    changed = ObservationHistory.objects.order_by("id")[before:]
    assert 10 in [row.value for row in changed if row.datastream_id == raw.id]
    held = f.held(world.things["KK01"], "PM2.5")
    assert held.value[-5:].tolist() == [99, 11, 12, 13, 14]
    again = ObservationHistory.objects.count()
    assert told(someone, other, Prefer="resolution=merge-duplicates") == first[:2]
    assert ObservationHistory.objects.count() == again  # nothing was written


def test_a_row_may_name_its_feature_and_the_time_of_its_result(world):
    admin, raw = Writer.of(world.people["administrator"]), world.stream("KK01", "PM2.5")
    feature = admin.make("FeaturesOfInterest", w.feature())
    rows = [[TIMES[0], 1, feature, "2026-11-20T06:00:00Z"], [TIMES[1], 2, 987654, None], [TIMES[2], 3, None, None]]
    components = ("phenomenonTime", "result", "FeatureOfInterest/id", "resultTime")
    links = told(admin, arrays(raw.id, rows=rows, components=components))
    assert links[1].startswith("error feature")
    assert admin.get(f"{links[0]}/FeatureOfInterest")["@iot.id"] == feature
    assert admin.send("GET", links[0]).json()["resultTime"] == "2026-11-20T06:00:00Z"
    assert admin.get(f"{links[2]}/FeatureOfInterest")["name"] == "Quanh KK01"
    assert ObservationFeature.objects.count() == 1  # what is as ever needs no row


def test_a_station_writes_its_own_rows_only(world):
    key, own = Writer.of_station(world.things["XT01"]), world.stream("XT01", "COD").id
    answers = told(key, arrays(own, world.stream("KK01", "PM2.5").id, rows=[[TIMES[0], 1]]))
    assert answers[0].startswith("http")
    assert answers[1].startswith("error")


def test_somebody_writes_within_their_reach_only(world):
    x = Writer.of(world.people["x"])
    answers = told(x, arrays(world.stream("XT01", "COD").id, world.stream("YT01", "COD").id, rows=[[TIMES[0], 1]]))
    assert answers[0].startswith("http")
    assert answers[1].startswith("error")


@pytest.mark.parametrize(
    "body",
    [{}, [], [7], [{"Datastream": 7}], arrays(1, components=("phenomenonTime",)), arrays(1, rows=[[1]]), b"[[[", b"{"],
)
def test_what_is_no_data_array_is_refused_as_a_whole(someone, body):
    problem = someone.refused("POST", "CreateObservations", body)
    assert problem["detail"]


def test_a_year_of_rows_is_written_at_once(someone, raw, django_assert_max_num_queries):
    rows = [
        [f"2026-11-{day:02}T{hour:02}:{minute:02}:00Z", day]
        for day in range(1, 19)
        for hour in range(24)
        for minute in range(0, 60, 5)
    ]
    with django_assert_max_num_queries(120):
        answers = told(someone, orjson.dumps(arrays(raw.id, rows=rows)))
    assert len(answers) == len(rows) == 18 * 288
    assert not [one for one in answers if one.startswith("error")]
