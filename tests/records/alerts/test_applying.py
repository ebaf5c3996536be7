from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from nonnuoc.records.alerts.levels import applying, broken
from nonnuoc.records.alerts.models import AlarmRule
from nonnuoc.records.alerts.rulebook import rules
from nonnuoc.records.monitoring import services
from nonnuoc.records.monitoring.models import ObservedProperty, Thing
from nonnuoc.records.monitoring.rows import micros
from tests import factories
from tests.factories import VIETNAM

pytestmark = pytest.mark.django_db
Kind = AlarmRule.Kind
SINCE = datetime(2024, 1, 1, tzinfo=VIETNAM)
INF = float("inf")


def rule(code: str = "air", **facts: object) -> AlarmRule:
    given = {
        "code": code, "version": 1, "kind": Kind.LIMIT, "name_vi": "Vượt giới hạn", "name_en": "Limit exceeded",
        "meaning_vi": "…", "meaning_en": "…", "action_vi": "…", "action_en": "…", "basis": "qcvn05",
        "article": "QCVN 05:2023/BTNMT", "steps": [{"severity": 2}], "valid_from": SINCE, "enabled": True,
    } | facts  # fmt: skip
    communes = given.pop("communes", [])
    made = AlarmRule.objects.create(**given)
    made.communes.set(communes)
    return made


def applied(thing: Thing, code: str, procedure: str = "raw") -> tuple[applying.Applied, ...]:
    stream = factories.stream(thing, code, procedure).id
    return applying.of_streams([stream])[stream]


def water(code: str = "NM01", symbols=("DO", "COD", "pH"), **properties: object) -> Thing:
    thing = factories.station(code, symbols, kind=Thing.Kind.SURFACE_WATER)
    Thing.objects.filter(pk=thing.pk).update(properties=properties)
    return thing


def test_pm25_of_24_hours_steps_down_with_the_regulation_and_what_is_stamped_midnight_belongs_to_the_old_year():
    rule()
    old, new = applied(factories.station(), "PM2.5", "mean_24h")
    midnight = micros(datetime(2026, 1, 1, tzinfo=VIETNAM))
    assert (old.above, new.above) == ((50.0,), (45.0,))
    assert (old.since, old.until, new.since) == (micros(SINCE), midnight + 1, midnight + 1)
    assert new.until == applying.FOREVER
    assert new.document == "QCVN 05:2023/BTNMT, Bảng 1, Bảng 2 (Thông tư 01/2023/TT-BTNMT)"
    assert new.calm_above == pytest.approx(42.75)
    assert new.below == (-INF,)


def test_limit_judges_the_mean_of_its_own_averaging_time_and_no_other():
    rule()
    station = factories.station()
    assert applied(station, "PM2.5", "mean_1h") == ()  # the regulation sets none for an hour
    assert applied(station, "PM2.5") == ()
    assert [one.above for one in applied(station, "O3", "mean_1h")] == [(200.0,)]
    assert [one.above for one in applied(station, "O3", "mean_8h")] == [(120.0,)]


def test_multiples_of_a_limit_are_further_steps_and_a_minimum_is_divided():
    rule("water", basis="qcvn08", steps=[{"severity": 2}, {"severity": 3, "times": 2}])
    station = water(water={"kind": "river", "grade": "B"})
    (oxygen,) = applied(station, "DO")
    assert (oxygen.below, oxygen.above, oxygen.severities) == ((5.0, 2.5), (INF, INF), (2, 3))
    assert (oxygen.calm_below, oxygen.calm_above) == (pytest.approx(5.25), INF)
    (demand,) = applied(station, "COD")
    assert (demand.above, demand.calm_above) == ((15.0, 30.0), pytest.approx(14.25))
    (acid,) = applied(station, "pH")
    assert (acid.below[0], acid.above[0]) == (6.0, 8.5)
    assert 6.0 < acid.calm_below < acid.calm_above < 8.5


def test_water_without_a_class_is_judged_by_table_1_alone_and_the_page_is_told_why():
    rule("water", basis="qcvn08")
    station = water(symbols=("COD", "N-NH4"))
    assert applied(station, "COD") == ()
    assert [one.above for one in applied(station, "N-NH4")] == [(0.3,)]
    assert [(one.property, one.reason) for one in applying.unjudged(station.id)] == [("COD", "class_unknown")]


def test_remembered_number_judges_nothing():
    rule("water", basis="qcvn08")
    station = water(symbols=("TSS",), water={"kind": "river", "grade": "B"})
    assert applied(station, "TSS") == ()
    assert [(one.property, one.reason) for one in applying.unjudged(station.id)] == [("TSS", "only_remembered")]


def test_index_category_begins_where_its_whole_number_is_shown():
    steps = [{"severity": 2, "category": 4}, {"severity": 3, "category": 5}]
    rule("aqi", kind=Kind.INDEX, basis="vn_aqi", steps=steps)
    (hourly,) = applied(factories.station(), "VN_AQI", "aqi_1h")
    bad, very_bad = hourly.above
    assert 150.499999 < bad < 150.5 < very_bad - 49.9
    rule("wqi", kind=Kind.INDEX, basis="vn_wqi", steps=[{"severity": 2, "category": 4}])
    (quality,) = applied(water(), "VN_WQI", "wqi_1h")
    assert 50.499999 < quality.below[0] < 50.5


def test_alarm_level_of_a_river_is_of_the_station_that_the_thing_names_and_the_remembered_one_is_left_out():
    steps = [{"severity": 2, "alarm": 1}, {"severity": 3, "alarm": 2}, {"severity": 4, "alarm": 3}]
    rule("flood", kind=Kind.LEVEL, basis="water_levels", steps=steps)
    station = factories.station("TV01", ("WaterLevel",), kind=Thing.Kind.RAIN_AND_RIVER_LEVEL)
    assert applied(station, "WaterLevel") == ()
    Thing.objects.filter(pk=station.pk).update(properties={"hydrological_station": "Bằng Giang"})
    (level,) = applied(station, "WaterLevel")
    assert level.above == (pytest.approx(180.5), pytest.approx(182.5))
    assert level.above[0] < 180.5  # báo động is reached at the level itself
    assert level.severities == (2, 4)
    assert level.calm_above == pytest.approx(180.4)


def test_own_levels_in_versions_tile_event_time():
    change = datetime(2026, 5, 1, tzinfo=UTC)
    station = factories.station("NT01", ("COD",), kind=Thing.Kind.WASTEWATER)
    own = {"basis": "", "thing": station, "unit": "mg/L", "need": 3, "among": 4, "hold_s": 1800}
    rule("permit", **own, valid_to=change, steps=[{"severity": 2, "above": 60, "clear": 55}])
    rule("permit", **own, version=2, valid_from=change, steps=[{"severity": 2, "above": 50}])
    old, new = applied(station, "COD")
    assert (old.above, old.calm_above, old.until) == ((60.0,), 55.0, micros(change))
    assert (new.above, new.calm_above, new.since) == ((50.0,), 47.5, micros(change))
    assert (new.need, new.window_us, new.hold_us) == (3, 4 * 300_000_000, 1_800_000_000)


def test_state_that_lasts_becomes_as_many_values_as_come_in_that_time():
    steps = [{"severity": 1}]
    rule("fault", kind=Kind.STATUS, basis="", steps=steps, parameters={"for_s": 7200, "statuses": [2]})
    (status,) = applied(factories.station(), "O3")
    assert (status.signal, status.statuses, status.need) == ("status", (2,), 24)
    assert 7200_000_000 <= status.window_us < 7200_000_000 + 300_000_000
    assert (status.above, status.calm_above, status.severities) == ((0.5,), 0.5, (1,))


def test_samples_speak_one_by_one():
    rule("water", basis="qcvn08", need=3, among=4, hold_s=3600)
    station = factories.station("LM01", ("N-NH4",), kind=Thing.Kind.SURFACE_WATER, interval_s=None)
    (sample,) = applied(station, "N-NH4", "sample")
    assert (sample.need, sample.window_us, sample.hold_us) == (1, 1, 0)


def test_rule_of_a_thing_a_kind_a_property_or_a_commune_judges_nothing_else():
    here, there = factories.station("KK01"), factories.station("KK02")
    oxides = ObservedProperty.objects.get(code="NO2")
    rule("one", thing=here, observed_property=oxides)
    rule("other", thing_kind=Thing.Kind.SURFACE_WATER)
    found = applying.of_streams(None)
    judged = {(one.thing_id, one.code) for many in found.values() for one in many}
    assert judged == {(here.id, "one")}
    assert {one.datastream_id for many in found.values() for one in many} == {
        factories.stream(here, "NO2", procedure).id for procedure in ("mean_1h", "mean_24h")
    }
    assert there.id not in {thing for thing, _ in judged}


def test_change_of_a_rule_a_thing_or_a_datastream_is_seen_at_once():
    made = rule("water", basis="qcvn08")
    station = water(symbols=("COD",))
    assert applied(station, "COD") == ()
    Thing.objects.filter(pk=station.pk).update(properties={"water": {"kind": "river", "grade": "A"}})
    assert [one.above for one in applied(station, "COD")] == [(10.0,)]
    AlarmRule.objects.filter(pk=made.pk).update(need=2, among=3)
    assert [one.need for one in applied(station, "COD")] == [2]
    factories.stream(station, "COD").__class__.objects.filter(thing=station, procedure="raw").update(interval_s=900)
    assert [one.window_us for one in applied(station, "COD")] == [3 * 900_000_000]
    AlarmRule.objects.filter(pk=made.pk).update(enabled=False)
    assert applied(station, "COD") == ()


def test_many_stations_cost_the_statements_of_one(queries):
    rule()
    first = [factories.stream(factories.station("KK01"), "O3", "mean_1h").id]
    more = first + [factories.stream(factories.station(f"KK0{n}"), "O3", "mean_1h").id for n in (2, 3)]
    assert {len(found) for found in applying.of_streams(more).values()} == {1}
    assert queries(lambda: applying.of_streams(first)) == queries(lambda: applying.of_streams(more)) == 4


def test_level_of_a_moment_carries_name_and_date():
    rule()
    both = applied(factories.station(), "PM2.5", "mean_24h")
    (before,) = applying.levels_at(both, datetime(2025, 6, 1, tzinfo=UTC))
    (after,) = applying.levels_at(both, datetime(2025, 6, 1, tzinfo=UTC) + timedelta(days=365))
    assert (before.value, before.side, after.value, after.severity) == (50.0, "above", 45.0, 2)
    assert after.document.startswith("QCVN 05:2023/BTNMT")


def test_unit_without_a_registered_way_is_not_judged():
    rule("odour", thing_kind=Thing.Kind.AMBIENT_AIR)
    ObservedProperty.objects.exists() or services.load_properties()
    ObservedProperty.objects.filter(code="NH3").update(unit="NTU")
    station = factories.station("KK09", ("NH3",))
    assert applied(station, "NH3", "mean_1h") == ()
    assert [(one.property, one.reason) for one in applying.unjudged(station.id)] == [("NH3", "unit")]


BROKEN = {
    "no steps": {"basis": "", "steps": []},
    "a step without a level": {"basis": "", "steps": [{"severity": 2}]},
    "a level that is no number": {"basis": "", "steps": [{"severity": 2, "above": "many"}]},
    "no severity": {"steps": [{"times": 1}]},
    "times nothing": {"steps": [{"severity": 2, "times": 0}]},
    "steps that are no list": {"steps": {"severity": 2}},
    "a basis nobody knows": {"basis": "qcvn99"},
    "stuck without a step": {"kind": Kind.STUCK, "basis": "", "steps": []},
    "a length that is no number": {"kind": Kind.STATUS, "basis": "", "parameters": {"for_s": "long"}},
}


@pytest.mark.parametrize("facts", BROKEN.values(), ids=BROKEN)
def test_a_rule_written_past_the_checks_judges_nothing_and_keeps_no_other_from_judging(facts, caplog):
    thing = factories.station()
    wrong = rule("wrong", **facts)
    rule("own", basis="", steps=[{"severity": 2, "above": 50}], unit="µg/Nm3")
    for _ in range(3):
        assert [one.code for one in applied(thing, "PM2.5")] == ["own"]
        assert {one.code for one in applied(thing, "PM2.5", "mean_24h")} <= {"own"}
        AlarmRule.objects.filter(code="own").update(need=1)  # looked at anew
    assert broken.reason(wrong) in ("no_levels", "unreadable")
    assert [one.message.split(" judges")[0] for one in caplog.records] == ["rule of alarm wrong (version 1)"]


def test_a_rule_without_levels_is_said_to_have_none():
    assert broken.reason(rule(basis="", steps=[])) == "no_levels"
    assert broken.reason(rule("b", basis="", steps=[{"severity": 9, "above": 1}])) == "unreadable"


def test_a_category_the_index_does_not_have_is_no_level():
    rule(kind=Kind.INDEX, basis="vn_aqi", steps=[{"severity": 2, "category": 99}])
    assert applied(factories.station(), "VN_AQI", "aqi_1h") == ()


def test_of_the_shipped_rules_none_is_broken():
    services.load_properties()
    rules.load_shipped()
    assert AlarmRule.objects.count() > 15
    assert {one.code: broken.reason(one) for one in AlarmRule.objects.all() if broken.reason(one)} == {}
