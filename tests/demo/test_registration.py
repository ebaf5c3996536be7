"""The invented stations in the database."""

from __future__ import annotations

import json
import stat

import pytest

from nonnuoc.demo import registration
from nonnuoc.demo.catalogue import stations
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
