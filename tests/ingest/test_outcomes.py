"""What became of each row of a data array, for the interface that creates observations one by one."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from nonnuoc.ingest import outcomes, pipeline
from nonnuoc.ingest.arrival import Arrival
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.monitoring import observations
from nonnuoc.records.monitoring.deliveries import Receipt
from nonnuoc.records.monitoring.models import Delivery, Observation, ObservationHistory, Thing
from tests import factories as f
from tests.records.accounts import staff

pytestmark = pytest.mark.django_db

STEP = timedelta(minutes=5)


@pytest.fixture
def thing() -> Thing:
    return f.station()


def body(*rows: list[Any], stream: int, components: tuple[str, ...] = ("phenomenonTime", "result")) -> bytes:
    told = {"Datastream": {"@iot.id": stream}, "components": list(components), "dataArray": list(rows)}
    return json.dumps([told], default=lambda at: at.isoformat()).encode()


def create(sent: bytes, *, format: str = "data_array_new", by: Person | None = None, bound: str = "") -> Receipt:
    at = f.NOON + timedelta(minutes=1)
    arrival = Arrival("http", "", "a.json", sent, at, by=by, bound=bound, format=format, reread=True)
    return pipeline.accept([arrival])[0]


def codes(receipt: Receipt) -> list[str]:
    return [one.code for one in outcomes.of(receipt)]


def test_each_row_stands_or_says_why_not(thing: Thing) -> None:
    stream = f.stream(thing, "PM2.5").id
    components = ("phenomenonTime", "result", "FeatureOfInterest/id", "resultTime")
    rows = [[f.NOON, 1.5, 4, None], ["x", 2, None, None], [f.NOON, 3, None, None], [f.NOON - STEP, None, None, f.NOON]]
    receipt = create(body(*rows, stream=stream, components=components))
    told = outcomes.of(receipt)
    assert [(one.line, one.code) for one in told] == [(1, ""), (2, "instant"), (3, "duplicate"), (4, "")]
    assert told[0] == outcomes.Outcome(1, stream, observations.micros(f.NOON), 4, None, "", "")
    assert (told[3].feature, told[3].result_time) == (None, observations.micros(f.NOON))
    assert told[1].detail.startswith("'x': ")
    assert (told[1].time, receipt.stored, receipt.refused) == (None, 2, 2)


def test_what_is_held_is_refused_and_stays(thing: Thing) -> None:
    stream = f.stream(thing, "PM2.5").id
    create(body([f.NOON, 1.5], stream=stream))
    receipt = create(body([f.NOON, 2.5], [f.NOON - STEP, 3.5], stream=stream))
    assert (codes(receipt), receipt.stored) == (["duplicate", ""], 1)
    assert f.held(thing, "PM2.5").value.tolist() == [3.5, 1.5]
    assert not ObservationHistory.objects.filter(reason="another value was sent").exists()


def test_told_to_replace_the_later_word_counts(thing: Thing) -> None:
    stream = f.stream(thing, "PM2.5").id
    create(body([f.NOON, 1.5], stream=stream))
    receipt = create(body([f.NOON, 2.5], [f.NOON - STEP, 3.5], stream=stream), format="data_array")
    assert (codes(receipt), receipt.stored) == (["", ""], 2)
    assert f.held(thing, "PM2.5").value.tolist() == [3.5, 2.5]


def test_the_same_bytes_again_change_neither_values_nor_the_receipt_in_the_ledger(thing: Thing) -> None:
    sent = body([f.NOON, 1.5], stream=f.stream(thing, "PM2.5").id)
    first, again = create(sent), create(sent)
    assert (codes(first), codes(again)) == ([""], ["duplicate"])
    row = Delivery.objects.get()
    assert (row.uuid, again.uuid) == (first.uuid, first.uuid)
    assert (row.state, row.stored, row.repeats) == ("committed", 1, 1)


def test_the_same_bytes_after_the_value_is_gone_bring_it_again(thing: Thing) -> None:
    sent = body([f.NOON, 1.5], stream=f.stream(thing, "PM2.5").id)
    create(sent)
    Observation.objects.all().delete()
    assert codes(create(sent)) == [""]
    assert f.held(thing, "PM2.5").value.tolist() == [1.5]
    assert Delivery.objects.get().stored == 1


def test_read_again_what_it_brought_is_its_own_and_overrules_nothing(thing: Thing) -> None:
    stream = f.stream(thing, "PM2.5").id
    f.send(f.line("PM2.5", 9, f.NOON - STEP), at=f.NOON)
    create(body([f.NOON, 1.5], [f.NOON - STEP, 2.5], stream=stream), bound="KK01")
    pipeline.replay(thing.id)
    row = Delivery.objects.get(format="data_array_new")
    assert (row.stored, row.unchanged, row.refused) == (1, 0, 1)
    assert [problem["code"] for problem in row.problems] == ["duplicate"]
    assert f.held(thing, "PM2.5").value.tolist() == [9.0, 1.5]


def test_a_row_whose_status_nobody_knows_stands(thing: Thing) -> None:
    sent = body(
        [f.NOON, 1.5, "XX"],
        [f.NOON - STEP, 1, 0],
        stream=f.stream(thing, "PM2.5").id,
        components=("phenomenonTime", "result", "resultQuality"),
    )
    receipt = create(sent)
    assert (codes(receipt), receipt.stored) == (["", ""], 2)


def test_more_refusals_than_a_receipt_lists_are_told_all_the_same(thing: Thing) -> None:
    sent = body(*[["x", 1]] * 1100, [f.NOON, 1.5], *[[f.NOON, 2]] * 10, stream=f.stream(thing, "PM2.5").id)
    told = codes(create(sent))
    assert told == ["instant"] * 1000 + ["more"] * 100 + [""] + ["duplicate"] * 10


def test_a_person_without_reach_is_told_for_each_row(thing: Thing) -> None:
    sent = body([f.NOON, 1.5], ["x", 1], stream=f.stream(thing, "PM2.5").id)
    receipt = create(sent, by=staff.person("nobody"))
    assert receipt.is_quarantined
    assert codes(receipt) == ["foreign_station", "instant"]
    assert not Observation.objects.exists()


def test_a_body_nobody_can_read_has_no_rows(thing: Thing) -> None:
    receipt = create(b"{}")
    assert (receipt.code, outcomes.of(receipt)) == ("components", [])


def test_a_planned_station_refuses_every_row_of_its_own(thing: Thing) -> None:
    Thing.objects.update(state=Thing.State.PLANNED)
    receipt = create(body([f.NOON, 1.5], stream=f.stream(thing, "PM2.5").id), bound="KK01")
    assert codes(receipt) == ["station_planned"]
