"""Values, times and texts that arrive wrong, from the bytes of a file to means and indices (docs/FAULTS.md)."""

from __future__ import annotations

import codecs
import io
import zipfile
from datetime import timedelta

import numpy as np
import pytest
from django.db import transaction

from nonnuoc.domain import quality as q
from nonnuoc.ingest import homes, pipeline
from nonnuoc.records.monitoring import services
from nonnuoc.records.monitoring.models import Delivery, Observation, ObservationHistory, Sensor, Thing
from tests import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SYMBOLS = ("PM2.5", "O3")


def state(*, but_late: bool = True):
    """All rows there are; without the mark of having come late, where that is the only difference to be expected."""
    mask = ~q.LATE if but_late else -1
    rows = Observation.objects.values_list(
        "time", "datastream__procedure", "datastream__symbol", "value", "status", "quality"
    )
    return sorted((*map(str, row), quality & mask) for *row, quality in rows)


def forget(thing):
    Observation.objects.all().delete()
    ObservationHistory.objects.all().delete()
    Delivery.objects.all().delete()
    thing.datastreams.update(latest_time=None)


def hour_of_lines(end, values):
    """A file an hour, of both parameters."""
    return [
        line
        for symbol in SYMBOLS
        for line in f.every(symbol, [round(v * (2 if symbol == "O3" else 1), 1) for v in values], until=end)
    ]


def story(days: int, high: int):
    """Hours of several days, each its own file: (end, lines); hour `high` is an episode."""
    rng = np.random.default_rng(1)
    for n in range(24 * days):
        level = 90.0 if n == high else 20.0
        yield f.NOON - 2 * DAY + n * HOUR, hour_of_lines(f.NOON - 2 * DAY + n * HOUR, level + rng.uniform(0, 9, 12))


AGES = (timedelta(hours=2), 3 * DAY, 60 * DAY)


@pytest.mark.parametrize("missing", [5, 20, 31])
def test_late_hours_recompute_every_mean_and_index_they_enter(missing):
    """Hour 31 of the story is 19:00 local: its 8-hour means reach into the next day, whose index they may lead."""
    thing = f.station(symbols=SYMBOLS)
    files = list(story(days=4, high=missing))
    for end, lines in files:
        f.send(*lines, at=end)
    wanted = state()
    forget(thing)
    last = files[-1][0]
    for n, (end, lines) in enumerate(files):
        if n != missing:
            f.send(*lines, at=end)
    assert state() != wanted
    for age in AGES:
        with transaction.atomic():
            receipt = f.send(*files[missing][1], at=last + age)
            assert receipt.stored == 24
            assert state() == wanted
            raw = f.held(thing, "PM2.5")
            assert q.is_late(raw.quality).sum() == 12
            assert f.stream(thing, "PM2.5").latest_time == last  # what is shown as now stays the newest
            transaction.set_rollback(True)  # and late by another age


def test_any_order_of_days_leaves_the_same_indices():
    thing = f.station(symbols=SYMBOLS)
    files = [f.arrival(f.tt10(*lines), at=f.NOON + 60 * DAY) for _, lines in story(days=4, high=31)]
    pipeline.accept(files)
    wanted = state(but_late=False)
    for order in (files[::-1], files[1::2] + files[::2], [*files[32:], *files[:31], files[31]]):
        forget(thing)
        for one in order:
            pipeline.accept([one])
        assert state(but_late=False) == wanted


@pytest.mark.parametrize("value", ["12,5", "<0,5", "-0,25", "1.234,5"])
def test_a_decimal_comma_is_refused_until_the_station_has_one_and_read_again_then(value):
    thing = f.station(symbols=("PM2.5",))
    lines = [f.line("PM2.5", value, f.NOON)]
    receipt = f.send(*lines)
    assert (receipt.state, receipt.refused) == ("quarantined", 1)
    assert receipt.code in ("decimal_comma", "number")
    assert receipt.reason
    services.register_station(
        code="KK01", name=thing.name, kind=thing.kind, state=thing.state, by=None, properties={"decimal": "comma"}
    )
    assert pipeline.replay(thing.id) == 1
    assert Delivery.objects.get().state == "committed"
    read = state()
    forget(thing)
    f.send(*lines)
    assert state() == read
    number = float(value.strip("<").replace(".", "").replace(",", "."))
    assert f.held(thing, "PM2.5").value.tolist() == [number]


@pytest.mark.parametrize(("decimal", "value"), [("", "1,234"), ("", "1,234,567"), ("comma", "1.234"), ("comma", "1.5")])
def test_an_ambiguous_number_is_never_guessed(decimal, value):
    f.station(properties={"decimal": decimal})
    receipt = f.send(f.line("PM2.5", value, f.NOON), f.line("PM10", "7", f.NOON))
    assert (receipt.stored, receipt.refused) == (1, 1)
    assert receipt.problems[0]["code"] == ("decimal_point" if decimal else "decimal_comma")


LINES = (f.line("PM2.5", "12.5", f.NOON), f.line("O3", "80", f.NOON))


@pytest.mark.parametrize(
    "body",
    [
        codecs.BOM_UTF8 + f.tt10(*LINES),
        codecs.BOM_UTF16_LE + f.tt10(*LINES).decode().encode("utf-16-le"),
        codecs.BOM_UTF16_BE + f.tt10(*LINES).decode().encode("utf-16-be"),
        "\n".join(LINES).encode(),
        "\r".join(LINES).encode(),
        f.tt10(*LINES) + b"\r\n\r\n",
        "\t".join(LINES).encode(),  # five fields after five on one line
        ("\t".join(LINES) + "\t\r\n").encode(),
    ],
)
def test_every_dress_of_a_text_gives_the_same_rows(body):
    thing = f.station(symbols=SYMBOLS)
    f.send(*LINES)
    wanted = state()
    forget(thing)
    (receipt,) = pipeline.accept([f.arrival(body)])
    assert (receipt.stored, receipt.refused) == (2, 0)
    assert state() == wanted


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-32", "cp1258"])
def test_another_encoding_is_refused_by_name(encoding):
    f.station()
    body = f.tt10(*LINES).decode().replace("O3", "Ơ3").encode(encoding)
    (receipt,) = pipeline.accept([f.arrival(body)])
    assert receipt.state == "quarantined"
    assert receipt.code in ("nul", "encoding")
    assert "UTF-8" in receipt.reason


@pytest.mark.parametrize("none", ["NaN", "Inf", "-inf", "Infinity", "-9999", "-999", "---", "", "1e999"])
def test_what_is_no_value_is_missing_and_never_averaged(none):
    thing = f.station(symbols=("PM2.5",))
    receipt = f.send(*f.every("PM2.5", [10.0] * 11 + [none]))
    assert (receipt.stored, receipt.refused) == (12, 0)
    raw, mean = f.held(thing, "PM2.5"), f.held(thing, "PM2.5", "mean_1h")
    assert q.flag(raw.quality)[-1] == q.Flag.MISSING
    assert raw.quality[-1] & q.Check.MISSING
    assert (mean.value.tolist(), mean.status.tolist()) == ([10.0], [91])


@pytest.mark.parametrize("told", ["<LOD", "<0.5", "< 0.5", "<lod"])
def test_below_detection_is_its_own_flag_and_never_averaged(told):
    thing = f.station(symbols=("PM2.5",))
    f.send(*f.every("PM2.5", [10.0] * 11 + [told]))
    raw = f.held(thing, "PM2.5")
    assert raw.quality[-1] & q.Check.BELOW_DETECTION
    assert q.flag(raw.quality)[-1] == q.Flag.MISSING
    assert f.held(thing, "PM2.5", "mean_1h").value.tolist() == [10.0]


@pytest.mark.parametrize(
    ("value", "check"),
    [(-3.0, q.Check.GROSS_RANGE), (1e6, q.Check.GROSS_RANGE), (600.0, q.Check.INSTRUMENT_RANGE)],
)
def test_negative_and_out_of_range_is_stored_as_sent_flagged_and_left_out(value, check):
    thing = f.station(symbols=("PM2.5",))
    Sensor.objects.filter(datastreams__symbol="PM2.5").update(range_min=0, range_max=500)
    f.send(*f.every("PM2.5", [10.0] * 11 + [value]))
    raw = f.held(thing, "PM2.5")
    assert raw.value[-1] == value
    assert q.flag(raw.quality)[-1] == q.Flag.FAIL
    assert raw.quality[-1] & check
    assert f.held(thing, "PM2.5", "mean_1h").value.tolist() == [10.0]


@pytest.mark.parametrize(("status", "code"), [("01", 1), ("02", 2), ("03", 3)])
def test_a_value_the_instrument_did_not_measure_is_stored_and_stays_out_of_means_and_indices(status, code):
    thing = f.station(symbols=("PM2.5", "NO2"))
    for symbol in ("PM2.5", "NO2"):
        f.send(*f.every(symbol, [20.0] * 36))
    clean = [r for r in state() if r[1] != "raw"]
    forget(thing)
    for symbol in ("PM2.5", "NO2"):
        lines = f.every(symbol, [20.0] * 36)
        lines[20] = f.line(symbol, 900.0, f.NOON - 15 * 5 * MINUTE, status=status)
        f.send(*lines)
    raw = f.held(thing, "PM2.5")
    assert (raw.value[20], raw.status[20]) == (900.0, code)
    assert raw.quality[20] & q.Check.STATUS
    values = [(r[0], r[1], r[3]) for r in state() if r[1] != "raw"]
    assert values == [(r[0], r[1], r[3]) for r in clean]


@pytest.mark.parametrize(
    ("symbol", "unit", "sent", "stored"),
    [("CO", "mg/m3", "1.5", 1500.0), ("CO", "mg/Nm³", "1.5", 1500.0), ("PM2.5", "mg/m3", "0.02", 20.0)],
)
def test_a_registered_unit_is_converted(symbol, unit, sent, stored):
    thing = f.station(symbols=(symbol,))
    f.send(f.line(symbol, sent, f.NOON, unit=unit))
    assert f.held(thing, symbol).value.tolist() == pytest.approx([stored])


def test_an_unknown_unit_waits_for_its_rule(monkeypatch):
    thing = f.station(symbols=("CO",))
    lines = f.every("CO", [1.0] * 13, unit="firkin/m3")
    receipt = f.send(*lines)
    assert (receipt.state, receipt.code, receipt.stored) == ("quarantined", "unknown_unit", 0)
    assert "firkin" in receipt.reason
    monkeypatch.setattr(homes.units, "factor", lambda _, frm, to, parameter: (1000.0, 0.0))  # a rule for it
    assert pipeline.replay(thing.id) == 1
    assert f.held(thing, "CO").value.tolist() == [1000.0] * 13
    read = state()
    forget(thing)
    f.send(*lines)
    assert state() == read


def test_an_unknown_parameter_registered_later_gives_what_it_had_given_at_once():
    thing = f.station(symbols=("PM2.5",))
    files = [(end, lines) for end, lines in story(days=2, high=20)]
    for end, lines in files:
        receipt = f.send(*lines, at=end)
        assert (receipt.stored, receipt.refused, receipt.problems[0]["code"]) == (12, 12, "unknown_parameter")
    services.register_datastream(thing, property_code="O3", symbol="O3", interval_s=300, by=None)
    assert pipeline.replay(thing.id) == len(files)
    replayed = state(but_late=False)
    assert all((r.stored, r.unchanged, r.refused) == (24, 0, 0) for r in Delivery.objects.all())
    forget(thing)
    for end, lines in files:
        f.send(*lines, at=end)
    assert state(but_late=False) == replayed


def test_a_planned_station_set_active_reads_what_it_sent_before():
    thing = f.station(symbols=SYMBOLS)
    Thing.objects.filter(id=thing.id).update(state="planned")
    for end, lines in story(days=1, high=3):
        assert f.send(*lines, at=end).code == "station_planned"
    f.station(symbols=SYMBOLS)
    assert pipeline.replay(thing.id) == 24
    assert len(f.held(thing, "PM2.5").value) == 24 * 12


def test_a_clock_set_right_while_deliveries_waited_lets_no_wrong_time_pass():
    """One batch of a long outage: files of a clock on UTC, and an hour later those of the clock set right."""
    thing = f.station(symbols=("PM2.5",))
    wrong = [f.arrival(f.tt10(f.line("PM2.5", 1, at - 7 * HOUR)), at=at) for at in (f.NOON, f.NOON + 5 * MINUTE)]
    right = [f.arrival(f.tt10(f.line("PM2.5", 2, f.NOON + HOUR)), at=f.NOON + HOUR)]
    assert [r.code for r in pipeline.accept([*wrong, *right])] == ["clock_shifted", "clock_shifted", ""]
    assert f.held(thing, "PM2.5").value.tolist() == [2]


@pytest.mark.parametrize("shift", [6 * MINUTE, 7 * HOUR, 365 * DAY])
def test_a_clock_ahead_costs_its_own_lines_only(shift):
    thing = f.station(symbols=("PM2.5",))
    receipt = f.send(f.line("PM2.5", 1, f.NOON), f.line("PM2.5", 2, f.NOON + shift))
    assert (receipt.stored, receipt.refused, receipt.problems[0]["code"]) == (1, 1, "clock_ahead")
    assert f.held(thing, "PM2.5").value.tolist() == [1]


def test_a_bomb_is_quarantined_and_the_batch_goes_on():
    thing = f.station()
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", bytes(20_000_000))
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for n in range(101):
            archive.writestr(f"{n}.txt", b"x")
    arrivals = [
        f.arrival(bomb.getvalue(), file_name="a.zip"),
        f.arrival(many.getvalue(), file_name="b.zip"),
        f.arrival(f.tt10(f.line("PM2.5", 1, f.NOON))),
    ]
    receipts = pipeline.accept(arrivals)
    assert [(r.state, r.code) for r in receipts] == [
        ("quarantined", "archive_ratio"),
        ("quarantined", "archive_members"),
        ("committed", ""),
    ]
    assert f.held(thing, "PM2.5").value.tolist() == [1]


def test_more_than_50_mb_is_refused_behind_every_door():
    """A door that should let it pass: the river itself reads no byte of it."""
    f.station()
    (receipt,) = pipeline.accept([f.arrival(b"PM2.5\t1\tug/Nm3\t20260302120000\t00\r\n" * 1_550_000)])
    assert (receipt.state, receipt.code) == ("quarantined", "too_large")
