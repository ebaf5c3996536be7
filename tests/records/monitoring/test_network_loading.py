"""A network from a file: the whole file or nothing, every fault at once, and nothing the second time."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from nonnuoc.domain import qc
from nonnuoc.domain import quality as q
from nonnuoc.ingest import pipeline
from nonnuoc.records.accounts.models import AuditEntry, Person
from nonnuoc.records.monitoring import network_loading, services
from nonnuoc.records.monitoring.models import ColumnProfile, Datastream, Delivery, Thing, Threshold
from nonnuoc.records.places import services as places
from tests import factories as f

pytestmark = pytest.mark.django_db

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "STATIONS.md"
MARCH, JUNE = datetime(2026, 2, 28, 17, tzinfo=UTC), datetime(2026, 5, 31, 17, tzinfo=UTC)  # local midnights


@pytest.fixture(autouse=True)
def _catalogue():
    services.load_properties()
    places.load_province()


def example() -> str:
    (block,) = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text(), re.S)
    return block


def load(text: str, **more) -> list[str]:
    return network_loading.load(text.encode(), by=None, **more)


def faults(text: str) -> list[str]:
    with pytest.raises(network_loading.RefusedError) as refused:
        load(text)
    return refused.value.faults


def station(more: str = "", *, code: str = "KK01", kind: str = "ambient_air", state: str = "active") -> str:
    return f'[[station]]\ncode = "{code}"\nname = "Trạm"\nkind = "{kind}"\nstate = "{state}"\n{more}\n'


def datastream(more: str = "", *, symbol: str = "PM2,5", code: str = "PM2.5") -> str:
    told = more or "interval_s = 300"
    return f'[[station.datastream]]\nsymbol = "{symbol}"\nproperty = "{code}"\n{told}\n'


def threshold(value: float = 80, since: str = "2026-03-01", more: str = "", check: str = "spike_suspect") -> str:
    return (
        f'[[station.datastream.threshold]]\ncheck = "{check}"\nvalue = {value}\nvalid_from = {since}\n'
        f'reason = "kiểm định"\n{more}\n'
    )


def test_the_example_of_the_document_is_registered_and_loading_it_twice_changes_nothing() -> None:
    changes = load(example())
    air = Thing.objects.get(code="KK01")
    assert (air.commune.name, air.properties, air.simulated) == ("Thục Phán", {"decimal": "comma"}, False)
    assert air.source.startswith("Quyết định")
    assert (air.locations.get().lon, air.locations.get().lat) == (106.2579, 22.6657)
    stream = Datastream.objects.get(thing=air, symbol="PM2,5")
    assert (stream.observed_property.code, stream.interval_s, stream.sensor.range_max) == ("PM2.5", 300, 1000)
    assert stream.sensor.metadata == {"model": "BAM 1020", "serial": "T12345"}
    assert [(t.value, t.valid_to is None) for t in stream.thresholds.order_by("valid_from")] == [
        (80, False),
        (60, True),
    ]
    water = Thing.objects.get(code="NM01")
    assert (water.river.name, water.locations.count()) == ("Bằng Giang", 0)
    assert {s.procedure for s in water.datastreams.exclude(symbol="")} == {"sample"}
    assert f.stream(water, "VN_WQI", "wqi") and f.stream(air, "VN_AQI", "aqi_1h")
    assert len(changes) == 7
    entries = AuditEntry.objects.count()

    assert load(example()) == []
    assert AuditEntry.objects.count() == entries


def test_every_key_and_check_is_told_in_the_document() -> None:
    from nonnuoc.records.monitoring import network_file

    told = DOCUMENT.read_text()
    keys = {*network_file.STATION, *network_file.DATASTREAM, *network_file.THRESHOLD, *qc.NAMES}
    assert [key for key in keys if f"`{key}`" not in told and f"`{key} = " not in told] == []


def test_a_dry_run_tells_the_same_and_changes_nothing() -> None:
    told = load(example(), dry_run=True)
    assert (Thing.objects.count(), AuditEntry.objects.count()) == (0, 0)
    assert load(example()) == told


def test_only_what_the_file_mentions_is_changed() -> None:
    load(example())
    changes = load('[[station]]\ncode = "KK01"\nstate = "suspended"\nlon = 106.3\nlat = 22.7\n')
    assert changes == [
        "station KK01: state active → suspended",
        "station KK01: position 22.6657, 106.2579 → 22.7, 106.3",
    ]
    thing = Thing.objects.get(code="KK01")
    assert (thing.commune.name, thing.properties) == ("Thục Phán", {"decimal": "comma"})
    assert thing.locations.count() == 2
    told = 'interval_s = 600\nserial = "T9"\nrange_max = 500'
    assert load('[[station]]\ncode = "KK01"\n' + datastream(told)) == [
        "station KK01, datastream 'PM2,5': interval_s 300 → 600",
        "station KK01, datastream 'PM2,5': serial T12345 → T9",
        "station KK01, datastream 'PM2,5': range_max 1000 → 500",
    ]
    assert load('[[station]]\ncode = "KK01"\ncommune = ""\ndecimal = "point"\n') == [
        "station KK01: commune phường Thục Phán → –",
        "station KK01: decimal comma → point",
    ]


def test_every_fault_is_told_at_once_with_its_place_and_cure_and_nothing_is_registered() -> None:
    text = (
        station('commune = "Thuc Phann"\nlon = 22.6\nlat = 106.2\nsimulated = true\n')
        + datastream(code="PM 2.5")
        + datastream("interval_s = 300\nsample = true", symbol="X", code="Ozon")
        + threshold(check="spike")
        + station(kind="air", code="KK02", state="aktive")
        + station(code="KK 03")
        + station("river = 'Bang Gian'\nlon = 106.1", code="KK04")
        + datastream(code="VN_AQI")
        + '[[station]]\nnmae = "Trạm"\n'
    )
    told = "\n".join(faults(text))
    for fault in (
        "station KK01, datastream 'PM2,5': 'PM 2.5' is no observed property – did you mean PM2.5?",
        "station KK01, datastream 'X': 'Ozon' is no observed property – did you mean O3?",
        "station KK01, datastream 'X': give either interval_s, the seconds between two values, or sample = true",
        "station KK01, datastream 'X', threshold 'spike': no such check",
        "station KK01: no commune 'Thuc Phann' is known – did you mean Thục Phán?",
        "station KK01: lon 22.6, lat 106.2 is nowhere on Earth; give degrees of WGS 84, and not swapped",
        "station KK01: 'simulated' is not known here: stations of a file are real",
        "station KK02: 'air' is no kind",
        "station KK02: 'aktive' is no state – did you mean active?",
        "station KK 03: a code is up to 32 letters",
        "station KK04: no river 'Bang Gian' is known – did you mean Bằng Giang?",
        "station KK04: lon and lat belong together",
        "station KK04, datastream 'PM2,5': VN_AQI is computed here and never sent",
        "station 5 of the file: 'nmae' is not known here – did you mean name?",
        "station 5 of the file: code is missing",
    ):
        assert fault in told
    assert Thing.objects.count() == 0


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "the file names no [[station]]"),
        ("code =", "the file is not TOML in UTF-8"),
        ("[station]\ncode = 'A'", "write [[…station]]"),
        (station() + station(), "station 'KK01' is there 2 times"),
        (station() + datastream() + datastream(symbol="PM"), "2 datastreams of PM2.5"),
        (station() + datastream("interval_s = '5 min'"), "interval_s = '5 min' is not a whole number"),
        (station() + datastream("interval_s = 300\nunit = 'mg/m3'"), "every property has one unit"),
        (station() + datastream("interval_s = 300\nrange_min = 5\nrange_max = 1"), "5 .. 1 is no range"),
        (station() + datastream() + threshold(-1), "-1 is no possible limit"),
        (station() + datastream() + threshold(more="valid_to = 2026-02-01"), "it ends before it begins"),
        (station() + datastream() + threshold(more="valid_to = 2026-07-01") + threshold(since="2026-06-01"), "overlap"),
        (station() + datastream() + threshold() + threshold(), "begins twice"),
    ],
)
def test_what_the_file_alone_shows_wrong(text: str, fault: str) -> None:
    assert fault in "\n".join(faults(text))


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(network_loading.RefusedError, match="not TOML in UTF-8"):
        network_loading.load(b"\xff\xfe\x00", by=None)


def test_what_contradicts_what_is_registered() -> None:
    thing = f.station("KK01", {"PM2,5": "PM2.5"})
    assert faults(station() + datastream(code="PM10")) == [
        "station KK01, datastream 'PM2,5': it already means PM2.5; give PM10 another symbol"
    ]
    assert "already registered as 'PM2,5'; write that symbol" in faults(station() + datastream(symbol="PM"))[0]
    assert "give the other way another symbol" in faults(station() + datastream("sample = true"))[0]
    assert "its datastreams are those of ambient_air" in faults(station(kind="surface_water"))[0]
    Thing.objects.filter(id=thing.id).update(simulated=True)
    assert "invented station of the demonstration" in faults(station())[0]


def test_a_planned_station_starts_and_what_it_sent_before_is_read() -> None:
    load(station(state="planned"))
    receipt = f.send(f.line("PM2,5", 12, f.NOON, unit="ug/Nm3"))
    assert receipt.code == "station_planned"
    load(station() + datastream())
    thing = Thing.objects.get(code="KK01")
    assert pipeline.replay(thing.id) == 1  # as the queued job does
    assert f.held(thing, "PM2.5").value.tolist() == [12]


def test_only_an_administrator_loads() -> None:
    with pytest.raises(PermissionDenied):
        network_loading.load(example().encode(), by=Person.objects.create(email="binh@example.vn", name="Bình"))


def set_threshold(stream: Datastream, value: float, since: datetime, **more) -> Threshold:
    told = {"check_name": "gross_max", "reason": "kiểm định", "by": None, **more}
    return services.set_threshold(stream, value=value, valid_from=since, **told)


def test_a_threshold_ends_the_earlier_one_in_whatever_order_they_come() -> None:
    stream = f.stream(f.station(), "PM2.5")
    set_threshold(stream, 60, JUNE)
    first = set_threshold(stream, 80, MARCH)
    assert first.valid_to == JUNE
    later = JUNE + timedelta(days=30)
    set_threshold(stream, 50, later)
    assert [(t.value, t.valid_to) for t in stream.thresholds.order_by("valid_from")] == [
        (80, JUNE),
        (60, later),
        (50, None),
    ]
    entries = AuditEntry.objects.count()
    for value, since in ((80, MARCH), (60, JUNE), (50, later)):
        set_threshold(stream, value, since)
    assert AuditEntry.objects.count() == entries
    set_threshold(stream, 81, MARCH)
    assert AuditEntry.objects.latest("id").before == {"value": 80}


@pytest.mark.parametrize(
    "wrong",
    [
        {"check_name": "spike"},
        {"value": float("nan")},
        {"value": -1, "check_name": "spike_fail"},
        {"reason": " "},
        {"valid_to": MARCH},
    ],
)
def test_a_threshold_that_cannot_be_is_refused(wrong) -> None:
    stream = f.stream(f.station(), "PM2.5")
    facts = {"check_name": "gross_max", "value": 5, "valid_from": MARCH, "reason": "x", "by": None, **wrong}
    with pytest.raises(ValidationError):
        services.set_threshold(stream, **facts)
    assert not Threshold.objects.exists()


def test_a_threshold_judges_what_is_measured_from_its_day_on() -> None:
    thing = f.station()
    set_threshold(f.stream(thing, "PM2.5"), 20, f.NOON)
    f.send(f.line("PM2.5", 30, f.NOON - timedelta(minutes=5)), f.line("PM2.5", 30, f.NOON))
    assert q.flag(f.held(thing, "PM2.5").quality).tolist() == [q.Flag.NOT_EVALUATED, q.Flag.FAIL]


MAPPING = {"columns": {"a": {"symbol": "pH", "unit": "-"}}}


def test_a_profile_is_kept_once_and_never_changes_once_files_were_read_with_it() -> None:
    profile = services.keep_profile("history", MAPPING, by=None)
    assert services.keep_profile("history", MAPPING, by=None) == profile
    assert AuditEntry.objects.filter(action="profile.kept").count() == 1
    services.keep_profile("history", {"other": 1}, by=None)  # nothing was read with it
    assert ColumnProfile.objects.get().mapping == {"other": 1}
    Delivery.objects.create(
        profile=profile,
        door="command",
        file_name="a",
        received=f.NOON,
        sha256=b"1",
        size=0,
        body=b"",
        state="committed",
    )
    with translation.override("en"), pytest.raises(ValidationError, match="choose another name"):
        services.keep_profile("history", MAPPING, by=None)
    with pytest.raises(ValidationError):
        services.keep_profile("", MAPPING, by=None)
    assert ColumnProfile.objects.get().mapping == {"other": 1}


def water(**facts: object) -> bytes:
    told = {"code": "NM77", "name": "N", "kind": "surface_water", "state": "active", **facts}
    return ("[[station]]\n" + "\n".join(f"{name} = {json.dumps(value)}" for name, value in told.items())).encode()


def test_law_of_water_is_kept_with_the_station_and_taken_away_again() -> None:
    network_loading.load(water(water_kind="river", water_class="B", hydrological_station="Bằng Giang"), by=None)
    kept = {"water": {"kind": "river", "grade": "B"}, "hydrological_station": "Bằng Giang"}
    assert Thing.objects.get(code="NM77").properties == kept
    assert network_loading.load(water(), by=None) == []
    changes = network_loading.load(water(water_kind="", water_class="", hydrological_station=""), by=None)
    assert Thing.objects.get(code="NM77").properties == {}
    assert any("water_class B → –" in change for change in changes)


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"water_kind": "river"}, "belong together"),
        ({"water_kind": "sea", "water_class": "A"}, "sea is no kind of water; there are river, lake"),
        ({"water_kind": "lake", "water_class": "E"}, "E is no class of QCVN 08:2023/BTNMT"),
        ({"kind": "ambient_air", "water_kind": "lake", "water_class": "A"}, "Only surface water has a class"),
        ({"hydrological_station": "Hà Nội"}, "there are Bằng Giang, Bảo Lạc"),
        ({"kind": "wastewater", "hydrological_station": "Bảo Lạc"}, "Only rivers have levels"),
    ],
)
def test_law_of_water_that_cannot_be_is_refused(facts: dict[str, object], told: str) -> None:
    with translation.override("en"), pytest.raises(network_loading.RefusedError) as refused:
        network_loading.load(water(**facts), by=None)
    assert any(told in fault for fault in refused.value.faults)
    assert not Thing.objects.filter(code="NM77").exists()
