"""Values, datastreams and stations that somebody deletes: nothing is lost, and what was computed follows."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied

from nonnuoc.ingest import pipeline, removing
from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import AuditEntry, Role
from nonnuoc.records.monitoring import as_of, news, observations, services
from nonnuoc.records.monitoring import removing as store
from nonnuoc.records.monitoring.models import (
    Datastream,
    Delivery,
    FeatureOfInterest,
    Location,
    ObservationFeature,
    ObservationHistory,
    Thing,
)
from nonnuoc.records.monitoring.sensorthings.writing_body import WritingError
from nonnuoc.records.monitoring.sensorthings.writing_scope import Scope
from tests import factories as f
from tests.records.accounts import staff

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
SYSTEM = Scope.of(None)
WHY = "the hose was torn"


@pytest.fixture
def air():
    """A station whose PM2.5 and PM10 were heard for eleven hours, which ended at NOON."""
    thing = f.station(lon=106.26, lat=22.67)
    lines = [line for symbol in ("PM2.5", "PM10") for line in f.every(symbol, [20 + n % 7 for n in range(133)])]
    f.send(*lines)
    return thing


def history(stream):
    return ObservationHistory.objects.filter(datastream_id=stream.id).order_by("time")


def all_rows(thing):
    ids = thing.datastreams.values_list("id", flat=True)
    return observations.read_spans(np.array(ids, np.int32), np.full(len(ids), -(2**60)), np.full(len(ids), 2**60))


def same(one, other):
    return all(
        np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in zip(one.columns(), other.columns(), strict=True)
    )


def test_removed_values_are_in_the_history_with_who_and_why(air):
    stream, before = f.stream(air, "PM2.5"), f.held(air, "PM2.5")
    count = removing.remove(stream, before.time[-3:].tolist(), reason=WHY, scope=SYSTEM)
    assert (count, len(f.held(air, "PM2.5"))) == (3, 130)
    kept = list(history(stream))
    assert [row.value for row in kept] == before.value[-3:].tolist()
    assert {(row.replaced_by, row.reason) for row in kept} == {("command line", f"deleted: {WHY}")}
    stream.refresh_from_db()
    assert observations.micros(stream.latest_time) == before.time[-4]
    entry = AuditEntry.objects.get(action="observations.deleted")
    assert (entry.detail["number"], entry.detail["reason"]) == (3, WHY)
    assert removing.remove(stream, before.time[-3:].tolist(), reason=WHY, scope=SYSTEM) == 0


def test_what_is_computed_is_as_if_the_values_had_never_come(air):
    twin = f.station("KK02")
    stream, held = f.stream(air, "PM2.5"), f.held(air, "PM2.5")
    gone = held.time[36:90]  # hours in the middle, some of them whole
    removing.remove(stream, gone.tolist(), reason=WHY, scope=SYSTEM)
    left = [line for n, line in enumerate(f.every("PM2.5", [20 + n % 7 for n in range(133)])) if not 36 <= n < 90]
    f.send(*left, *f.every("PM10", [20 + n % 7 for n in range(133)]), code="KK02")
    for procedure in ("mean_1h", "mean_24h", "nowcast"):
        one, other = f.held(air, "PM2.5", procedure), f.held(twin, "PM2.5", procedure)
        assert one.time.tolist() == other.time.tolist(), procedure
        assert np.array_equal(one.value, other.value, equal_nan=True), procedure
    for procedure in ("aqi_1h", "aqi_24h"):
        one, other = f.held(air, "VN_AQI", procedure), f.held(twin, "VN_AQI", procedure)
        assert (one.time.tolist(), one.status.tolist()) == (other.time.tolist(), other.status.tolist())


def test_removing_and_sending_again_brings_everything_back(air):
    before = all_rows(air)
    stream = f.stream(air, "PM2.5")
    lines = f.every("PM2.5", [20 + n % 7 for n in range(133)])
    removing.remove(stream, f.held(air, "PM2.5").time.tolist(), reason=WHY, scope=SYSTEM)
    assert not len(f.held(air, "PM2.5"))
    assert not len(f.held(air, "PM2.5", "mean_1h"))
    f.send(*lines, f.line("PM10", 26, f.NOON))  # other bytes: the ledger knows the file
    assert same(all_rows(air), before)


def test_a_sample_without_values_has_no_index():
    thing = f.station("NM01", {"DO": "DO", "BOD5": "BOD5", "pH": "pH"}, kind="surface_water", interval_s=None)
    f.send(*(f.line(symbol, value, f.NOON, unit=unit) for symbol, value, unit in (
        ("DO", 6.1, "mg/L"), ("BOD5", 4, "mg/L"), ("pH", 7.1, "-"))), code="NM01")  # fmt: skip
    assert len(f.held(thing, "VN_WQI", "wqi")) == 1
    at = f.held(thing, "DO", "sample").time.tolist()
    for symbol in ("DO", "BOD5"):
        removing.remove(f.stream(thing, symbol, "sample"), at, reason=WHY, scope=SYSTEM)
        assert len(f.held(thing, "VN_WQI", "wqi")) == 1
    removing.remove(f.stream(thing, "pH", "sample"), at, reason=WHY, scope=SYSTEM)
    assert not len(f.held(thing, "VN_WQI", "wqi"))


def test_what_stood_before_can_still_be_read(air):
    stream, before = f.stream(air, "PM2.5"), f.held(air, "PM2.5")
    ObservationHistory.objects.all().delete()
    since, until = int(before.time[0]), int(before.time[-1]) + 1
    removing.remove(stream, before.time[:5].tolist(), reason=WHY, scope=SYSTEM)
    replaced = history(stream).first().replaced_at
    history(stream).update(stored=replaced - HOUR)
    rows = as_of.read(stream.id, observations.moment(since), observations.moment(until), replaced - HOUR / 2)
    assert rows.value[:5].tolist() == before.value[:5].tolist()


def test_a_file_read_again_brings_nothing_back_that_was_deleted(air):
    stream = f.stream(air, "PM2.5")
    f.send(f.line("PM2.5", 33, f.NOON + HOUR), f.line("NOx", 3, f.NOON + HOUR, unit="ug/Nm3"), at=f.NOON + HOUR)
    at = observations.micros(f.NOON + HOUR)
    assert removing.remove(stream, [at], reason=WHY, scope=SYSTEM) == 1
    services.register_datastream(air, property_code="NO", symbol="NOx", interval_s=300, by=None)
    assert pipeline.replay(air.id) == 1
    assert at not in f.held(air, "PM2.5").time
    assert at in f.held(air, "NO").time


def test_who_listens_for_news_hears_of_it(air):
    stream = f.stream(air, "PM2.5")
    removing.remove(stream, f.held(air, "PM2.5").time[-1:].tolist(), reason=WHY, scope=SYSTEM)
    heard = {one.datastream_id: one for one in news.newest(news.Asked(), access.SYSTEM)[1]}
    assert heard[stream.id].time == f.NOON - timedelta(minutes=5)


def test_only_who_may_delete_deletes(air):
    operator = staff.person()
    staff.task(operator, staff.office("so"), Role.OPERATOR)
    scope, stream = Scope.of(operator), f.stream(air, "PM2.5")
    with pytest.raises(PermissionDenied):
        removing.remove(stream, [0], reason=WHY, scope=scope)
    with pytest.raises(PermissionDenied):
        removing.remove_datastream(stream, reason=WHY, scope=scope)
    with pytest.raises(PermissionDenied):
        removing.remove_thing(air, reason=WHY, scope=scope)


def test_what_is_computed_is_not_deleted_by_hand(air):
    mean = f.stream(air, "PM2.5", "mean_1h")
    with pytest.raises(WritingError, match="computed"):
        removing.remove(mean, [0], reason=WHY, scope=SYSTEM)
    with pytest.raises(WritingError, match="computed"):
        removing.remove_datastream(mean, reason=WHY, scope=SYSTEM)


def test_too_many_at_once_are_refused(air, monkeypatch):
    monkeypatch.setattr(store, "MOST", 100)
    stream = f.stream(air, "PM2.5")
    with pytest.raises(WritingError) as told:
        removing.remove_datastream(stream, reason=WHY, scope=SYSTEM)
    assert told.value.status == 409
    assert len(f.held(air, "PM2.5")) == 133


def test_a_datastream_goes_with_what_is_computed_from_it_alone(air):
    stream, before = f.stream(air, "PM2.5"), f.held(air, "PM2.5")
    services.set_threshold(stream, check_name="spike_suspect", value=30, valid_from=f.NOON, reason="test", by=None)
    id_, aqi = stream.id, f.held(air, "VN_AQI", "aqi_1h")
    removing.remove_datastream(stream, reason=WHY, scope=SYSTEM)
    left = set(Datastream.objects.filter(thing=air).values_list("observed_property__code", "procedure"))
    assert not {one for one in left if one[0] == "PM2.5"}
    assert ("VN_AQI", "aqi_1h") in left
    assert ("PM10", "nowcast") in left
    assert ObservationHistory.objects.filter(datastream_id=id_).count() == len(before)
    assert f.held(air, "VN_AQI", "aqi_1h").status.tolist() != aqi.status.tolist()  # PM10 leads now
    entries = AuditEntry.objects.filter(action="datastream.deleted")
    told = entries.get(before__id=id_).before
    assert (told["property"], told["symbol"], told["thresholds"][0]["value"]) == ("PM2.5", "PM2.5", 30)


def test_a_station_goes_and_its_place_its_feature_and_its_files_stay(air):
    code, ids = air.code, [stream.id for stream in air.datastreams.all()]
    services.new_key(air, label="logger", by=None)
    number = len(all_rows(air))
    removing.remove_thing(air, reason=WHY, scope=SYSTEM)
    assert not Thing.objects.exists()
    assert not Datastream.objects.exists()
    assert ObservationHistory.objects.filter(datastream_id__in=ids).count() >= number
    place = Location.objects.get()
    assert (place.thing, place.since, place.lon, place.name) == (None, None, 106.26, "Trạm KK01")
    assert FeatureOfInterest.objects.get().feature == {"type": "Point", "coordinates": [106.26, 22.67]}
    assert Delivery.objects.get().station_code == code
    before = AuditEntry.objects.get(action="station.deleted").before
    assert (before["code"], before["keys"], len(before["places"])) == (code, ["logger"], 1)


def test_what_an_observation_had_of_its_own_goes_with_it(air):
    stream, at = f.stream(air, "PM2.5"), f.NOON
    ObservationFeature.objects.create(datastream=stream, time=at, result_time=at + HOUR)
    removing.remove(stream, [observations.micros(at)], reason=WHY, scope=SYSTEM)
    assert not ObservationFeature.objects.exists()
