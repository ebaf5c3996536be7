"""Nothing acknowledged is lost, nothing is counted twice, and no receipt says what is not so."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from nonnuoc.domain import quality as q
from nonnuoc.ingest import pipeline
from nonnuoc.records.monitoring import deliveries, services
from nonnuoc.records.monitoring.models import ColumnProfile, Delivery, Observation, ObservationHistory
from tests import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

MINUTE = timedelta(minutes=1)
TABLE = b"at,pm\r\n2026-03-02 12:00,7.5\r\n"


def profile(name="p", **facts):
    mapping = {
        "time": {"columns": ["at"], "format": "%Y-%m-%d %H:%M"},
        "columns": {"pm": {"symbol": "PM2.5", "unit": "ug/Nm3"}},
        **facts,
    }
    return ColumnProfile.objects.create(name=name, mapping=mapping)


def packed(**members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, body in members.items():
            archive.writestr(f"{name}.txt", body)
    return made.getvalue()


@pytest.mark.parametrize(("bad", "listed"), [(999, 999), (1000, 1000), (1001, 1001), (12_345, 1001)])
def test_every_refused_line_is_counted_however_many(bad, listed):
    f.station()
    torn = ["PM2.5\t1\tug/Nm3"] * bad
    receipt = f.send(f.line("PM2.5", 1, f.NOON), *torn)
    assert (receipt.stored, receipt.refused, len(receipt.problems)) == (1, bad, listed)
    row = Delivery.objects.get()
    assert (row.refused, len(row.problems)) == (bad, listed)


@pytest.mark.parametrize("number", [5, 1500])
def test_refused_values_and_torn_lines_are_counted_together(number):
    f.station()
    wrong = [f.line("PM2.5", "1x", f.NOON)] * number
    unknown = [f.line("XYZ", "1", f.NOON)] * 7
    receipt = f.send(f.line("PM2.5", 1, f.NOON), *wrong, *["torn\tline"] * number, *unknown)
    assert receipt.refused == 2 * number + 7


@pytest.mark.parametrize(
    "body", [b"", b"\r\n \r\n", b"\t\t\t\t\r\n", b"hello", b"\xef\xbb\xbf", packed(), packed(a=b"")]
)
def test_a_file_without_a_reading_is_kept_and_says_so(body):
    f.station()
    (receipt,) = pipeline.accept([f.arrival(body)])
    assert (receipt.state, receipt.stored, receipt.unchanged) == ("quarantined", 0, 0)
    assert receipt.code
    assert receipt.reason
    assert not Observation.objects.exists()


def test_every_byte_that_was_acknowledged_is_in_the_ledger_or_in_the_table():
    thing = f.station()
    bodies = [
        f.tt10(f.line("PM2.5", 1, f.NOON)),
        f.tt10(f.line("PM2.5", "1,5", f.NOON - 5 * MINUTE)),
        b"\x00\x01junk",
        packed(a=f.tt10(f.line("PM2.5", 2, f.NOON - 10 * MINUTE))),
    ]
    receipts = pipeline.accept([f.arrival(body) for body in bodies])
    rows = {row.id: row for row in Delivery.objects.all()}
    assert [deliveries.original(rows[r.id]) for r in receipts] == bodies
    assert [r.stored for r in receipts] == [1, 0, 0, 1]
    assert sum(r.stored for r in receipts) == len(f.held(thing, "PM2.5").value)


def test_a_table_sent_without_a_profile_is_read_when_it_comes_with_one():
    thing = f.station()
    first = pipeline.accept([f.arrival(TABLE, file_name="lab.csv")])[0]
    assert (first.state, first.code) == ("quarantined", "profile_needed")
    again = replace(f.arrival(TABLE, file_name="lab.csv"), profile=profile())
    receipt = pipeline.accept([again])[0]
    assert (receipt.state, receipt.stored, receipt.uuid) == ("committed", 1, first.uuid)
    assert f.held(thing, "PM2.5").value.tolist() == [7.5]
    assert pipeline.accept([again])[0].repeats == 2
    assert Delivery.objects.count() == 1


def test_a_table_whose_profile_did_not_fit_is_read_when_the_profile_is_corrected():
    thing = f.station()
    wrong = profile(columns={"PM": {"symbol": "PM2.5", "unit": "ug/Nm3"}})
    assert pipeline.accept([replace(f.arrival(TABLE), profile=wrong)])[0].code == "profile"
    assert pipeline.accept([replace(f.arrival(TABLE), profile=profile("right"))])[0].stored == 1
    assert f.held(thing, "PM2.5").value.tolist() == [7.5]


@pytest.mark.parametrize("code", ["K" * 300, "KK\0" + "1" * 10, "KK\udcff"])
def test_a_station_code_no_column_could_hold_is_one_delivery_too(code):
    for _ in range(2):
        (receipt,) = pipeline.accept([f.arrival(b"PM2.5\t1\tug/Nm3\t20260302120000\t00", code, file_name="x.txt")])
    assert (receipt.code, receipt.repeats) == ("unknown_station", 1)
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize("name", ["\ud800.txt", "a\0b.txt", "../../etc/passwd", "Trạm\u202etxt.exe", "x" * 5000])
def test_no_file_name_stops_a_delivery(name):
    f.station()
    (receipt,) = pipeline.accept([f.arrival(f.tt10(f.line("PM2.5", 1, f.NOON)), file_name=name)])
    assert receipt.stored == 1
    assert len(Delivery.objects.get().file_name) <= 500


def test_a_file_of_another_station_in_an_archive_is_refused_and_the_others_are_read():
    mine, other = f.station("KK01"), f.station("KK02")
    body = packed(
        CB_CS01_KK01_20260302120000=f.tt10(f.line("PM2.5", 1, f.NOON)),
        CB_CS01_KK02_20260302120000=f.tt10(f.line("PM2.5", 666, f.NOON - 5 * MINUTE)),
    )
    (receipt,) = pipeline.accept([f.arrival(body, bound="KK01", file_name="day.zip")])
    assert (receipt.stored, receipt.refused, receipt.problems[0]["code"]) == (1, 1, "foreign_station")
    assert f.held(mine, "PM2.5").value.tolist() == [1]
    assert not len(f.held(other, "PM2.5"))


def test_an_archive_of_another_stations_files_only_is_quarantined():
    f.station("KK01")
    f.station("KK02")
    body = packed(CB_CS01_KK02_20260302120000=f.tt10(f.line("PM2.5", 666, f.NOON)))
    (receipt,) = pipeline.accept([f.arrival(body, bound="KK01", file_name="day.zip")])
    assert (receipt.state, receipt.code) == ("quarantined", "foreign_station")
    assert not Observation.objects.exists()


def test_reading_again_does_not_overrule_what_was_sent_later():
    thing = f.station(symbols=("PM2.5",))
    first = f.send(f.line("PM2.5", 10, f.NOON), f.line("SO2", 5, f.NOON))
    f.send(f.line("PM2.5", 11, f.NOON), at=f.NOON + 10 * MINUTE)
    services.register_datastream(thing, property_code="SO2", symbol="SO2", interval_s=300, by=None)
    before = ObservationHistory.objects.count()
    pipeline.replay(thing.id)
    assert f.held(thing, "PM2.5").value.tolist() == [11]
    assert f.held(thing, "SO2").value.tolist() == [5]
    assert ObservationHistory.objects.count() == before == 1
    row = Delivery.objects.get(id=first.id)
    assert (row.stored, row.unchanged, row.refused) == (2, 0, 0)


def test_reading_again_overrules_what_was_sent_earlier():
    thing = f.station(symbols=("CO",))
    f.send(f.line("CO", 10, f.NOON, unit="ug/Nm3"))
    second = f.send(f.line("CO", 11, f.NOON, unit="ug/Nm3"), f.line("SO2", 5, f.NOON), at=f.NOON + MINUTE, code="KK02")
    assert second.code == "unknown_station"
    Delivery.objects.filter(id=second.id).update(station_code="KK01")
    pipeline.replay(thing.id)
    assert f.held(thing, "CO").value.tolist() == [11]
    assert ObservationHistory.objects.get().value == 10


@pytest.mark.parametrize("times", [1, 3])
def test_reading_again_leaves_a_receipt_true(times):
    thing = f.station(symbols=("PM2.5",))
    receipt = f.send(*f.every("PM2.5", [1, 2, 3]), f.line("XYZ", 1, f.NOON))
    for _ in range(times):
        assert pipeline.replay(thing.id) == 1
    row = Delivery.objects.get(id=receipt.id)
    assert (row.stored, row.unchanged, row.refused) == (3, 0, 1)
    assert len(f.held(thing, "PM2.5").value) == 3


@pytest.mark.parametrize("values", [("<0.5", "0.5"), ("0.5", "<0.5"), ("---", "<LOD")])
@pytest.mark.parametrize("together", [True, False])
def test_below_detection_is_another_word_than_its_limit(values, together):
    thing = f.station()
    arrivals = [f.arrival(f.tt10(f.line("PM2.5", value, f.NOON))) for value in values]
    for batch in [arrivals] if together else [[arrival] for arrival in arrivals]:
        pipeline.accept(batch)
    rows = f.held(thing, "PM2.5")
    below = bool(rows.quality[0] & q.Check.BELOW_DETECTION)
    assert below == values[1].startswith("<")
    assert rows.quality[0] & q.Check.REPLACED
    assert ObservationHistory.objects.filter(datastream=f.stream(thing, "PM2.5")).count() == 1


def test_a_value_too_large_for_its_own_unit_never_enters_a_mean():
    thing = f.station(symbols=("CO",))
    f.send(*f.every("CO", [1.5] * 11 + ["1e308"], unit="mg/m3"))
    assert f.held(thing, "CO", "mean_1h").value.tolist() == [1500.0]
    assert not np.isinf(f.held(thing, "CO").value).any()


@pytest.mark.parametrize("first", [True, False])
def test_rows_of_a_table_wait_for_their_station_to_be_registered(first):
    f.station("KK01")
    rows = ["KK01,2026-03-02 12:00,7.5", "KK99,2026-03-02 12:00,8.5"]
    table = "\r\n".join(["who,at,pm", *(rows if first else rows[1:])]).encode()
    many = profile(columns={"pm": {"symbol": "PM2.5", "unit": "ug/Nm3"}}, station={"column": "who"})
    arrival = replace(f.arrival(table, "", file_name="lab.csv"), profile=many)
    (receipt,) = pipeline.accept([arrival])
    assert (receipt.stored, receipt.refused, receipt.problems[0]["code"]) == (int(first), 1, "unknown_station")
    new = f.station("KK99")
    assert pipeline.replay(new.id) == 1
    assert f.held(new, "PM2.5").value.tolist() == [8.5]
    row = Delivery.objects.get()
    assert (row.state, row.stored, row.unchanged, row.refused) == ("committed", 1 + int(first), 0, 0)
