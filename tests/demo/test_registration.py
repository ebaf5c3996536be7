"""The invented stations in the database."""

from __future__ import annotations

import json
import stat

import numpy as np
import pytest

from nonnuoc.demo import flood, registration, series
from nonnuoc.demo.catalogue import stations
from nonnuoc.records.alerts.models import AlarmRule
from nonnuoc.records.alerts.rulebook import rules
from nonnuoc.records.monitoring import keys as known_keys
from nonnuoc.records.monitoring import services as monitoring
from nonnuoc.records.monitoring.models import Datastream, StationKey, Thing

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def properties():
    monitoring.load_properties()


def test_register_marks_every_station_as_simulated_and_gives_its_key(tmp_path):
    keys = registration.register(tmp_path)
    assert set(Thing.objects.filter(simulated=True).values_list("code", flat=True)) == set(keys)
    assert not Thing.objects.filter(simulated=False).exists()
    assert {code: known_keys.find(key).thing.code for code, key in keys.items()} == {code: code for code in keys}
    sent = Datastream.objects.filter(procedure=Datastream.Procedure.RAW).values_list("thing__code", "symbol")
    assert set(sent) == {(s.code, p.symbol) for s in stations() for p in s.parameters}


def test_register_again_changes_nothing(tmp_path):
    keys = registration.register(tmp_path)
    (tmp_path / "state.json").write_text("{}")
    assert registration.register(tmp_path) == keys
    assert StationKey.objects.count() == len(keys)
    assert (tmp_path / "state.json").exists()


def test_register_in_another_database_makes_new_keys_and_forgets_what_was_sent(tmp_path):
    (tmp_path / "keys.json").write_text(json.dumps({"CBMP01": "of another database"}))
    (tmp_path / "state.json").write_text("{}")
    keys = registration.register(tmp_path)
    assert keys["CBMP01"] != "of another database"
    assert not (tmp_path / "state.json").exists()


def test_register_keeps_the_keys_for_their_owner_only(tmp_path):
    registration.register(tmp_path / "demo")
    assert stat.S_IMODE((tmp_path / "demo" / "keys.json").stat().st_mode) == 0o600


def test_the_invented_levels_judge_the_invented_river_alone_and_say_that_they_are_invented(tmp_path):
    registration.register(tmp_path)
    rule = AlarmRule.objects.get(code=flood.CODE)
    assert (rule.enabled, rule.thing.code, rule.version) == (True, "CBMP08", 1)
    assert rule.thing.simulated
    assert rule.article.startswith("convention:") and "mô phỏng" in rule.name_vi and "imulated" in rule.name_en


def test_who_switches_the_invented_levels_off_is_not_overruled_by_the_next_start(tmp_path):
    registration.register(tmp_path)
    rules.disable(flood.CODE, by=None)
    registration.register(tmp_path)
    assert not AlarmRule.objects.get(code=flood.CODE, valid_to=None).enabled


def test_the_invented_flood_passes_the_first_level_before_the_start_and_the_last_one_after(tmp_path):
    station = next(station for station in stations() if station.code == flood.STATION)
    column = [parameter.symbol for parameter in station.parameters].index("WaterLevel")
    now = 1_795_000_200

    def highest(since_h: int, until_h: int) -> float:
        readings = series.readings(station, now + since_h * 3600, now + until_h * 3600, anchor=now)
        return float(np.nanmax(readings.value.reshape(-1, len(station.parameters))[:, column]))

    first, _, last = (step["above"] for step in flood.LEVELS.steps)
    assert highest(-12, -6) < first < highest(-1, 0)
    assert highest(0, 6) > last
