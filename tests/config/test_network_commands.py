"""`nonnuoc stations`, `profile` and `correct`, as an operator types them."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from nonnuoc.config.cli import nonnuoc
from nonnuoc.domain import quality as q
from nonnuoc.records.monitoring import services
from nonnuoc.records.monitoring.models import ColumnProfile, Delivery, Thing
from tests import factories as f

pytestmark = pytest.mark.django_db

NETWORK = """
[[station]]
code = "KK01"
name = "Trạm KK01"
kind = "ambient_air"
state = "active"
[[station.datastream]]
symbol = "PM2,5"
property = "{property}"
interval_s = 300
"""


def run(*words: object) -> Result:
    return CliRunner().invoke(nonnuoc, [str(word) for word in words])


@pytest.fixture
def network(tmp_path: Path) -> Path:
    services.load_properties()
    file = tmp_path / "network.toml"
    file.write_text(NETWORK.format(property="PM2.5"))
    return file


def test_stations_are_loaded_once_and_listed(network: Path) -> None:
    dry = run("stations", "load", network, "--dry-run")
    assert dry.exit_code == 0
    assert dry.output.endswith("2 changes; only looked at\n")
    assert not Thing.objects.exists()
    answer = run("stations", "load", network)
    assert answer.exit_code == 0
    assert "station KK01: new: name Trạm KK01, kind ambient_air, state active" in answer.output
    assert run("stations", "load", network).output == "nothing to change\n"
    f.send(f.line("PM2,5", 12, f.NOON, unit="ug/Nm3"))
    lines = [line.split() for line in run("stations", "list").output.splitlines()]
    assert lines[1] == ["KK01", "active", "ambient_air", "2026-03-02", "12:00", "Trạm", "KK01", "PM2.5"]


def test_a_network_with_a_fault_is_refused(network: Path) -> None:
    network.write_text(NETWORK.format(property="PM 2.5"))
    answer = run("stations", "load", network)
    assert answer.exit_code == 1
    assert "'PM 2.5' is no observed property – did you mean PM2.5?" in answer.output
    assert "1 faults in" in answer.output
    assert not Thing.objects.exists()


def test_a_profile_is_proposed_kept_and_read_with(tmp_path: Path) -> None:
    thing = f.station("KK01", {"PM2,5": "PM2.5"}, interval_s=3600)
    table, profile = tmp_path / "history.csv", tmp_path / "history.json"
    table.write_text(
        "Lúc;Bụi PM2.5 (µg/m3);Ozone (µg/m3);Gió (m)\n01/03/2026 07:00;12,5;30,5;1\n01/03/2026 08:00;13;31,5;2\n"
    )

    proposed = run("profile", "propose", table, "--station", "KK01")
    assert proposed.exit_code == 0, proposed.output
    mapping = json.loads(proposed.stdout)
    assert mapping["columns"] == {"Bụi PM2.5 (µg/m3)": {"symbol": "PM2,5", "unit": "µg/m3"}}
    assert mapping["station"] == {"code": "KK01"}
    assert "the station does not measure what “Ozone (µg/m3)” holds" in proposed.stderr
    assert "“Gió (m)” is called like no observed property" in proposed.stderr

    profile.write_text(proposed.stdout)
    assert run("profile", "keep", "lịch sử", profile).output == "kept: lịch sử\n"
    taken = run("ingest", table, "--profile", "lịch sử")
    assert (taken.exit_code, taken.output) == (0, f"{table}: 2 values stored, 0 unchanged, 0 refused\n")
    assert f.held(thing, "PM2.5").value.tolist() == [12.5, 13]
    assert Delivery.objects.get().thing == thing

    profile.write_text(proposed.stdout.replace("07:00", "08:00"))
    again = run("profile", "keep", "lịch sử", profile)
    assert again.exit_code == 1
    assert "choose another name" in again.output
    assert ColumnProfile.objects.get().mapping == mapping


@pytest.mark.parametrize("text", ["no json", "{}", '{"time": 1}'])
def test_what_is_no_profile_is_not_kept(tmp_path: Path, text: str) -> None:
    file = tmp_path / "a.json"
    file.write_text(text)
    assert run("profile", "keep", "a", file).exit_code == 1
    assert not ColumnProfile.objects.exists()


def test_a_table_nobody_can_read_is_not_proposed(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("a,b\nx,y\n")
    answer = run("profile", "propose", file)
    assert answer.exit_code == 1
    assert "its headings: a, b" in answer.output
    file.write_bytes(b"\xff\xfe\xff\x00\xd8")
    assert run("profile", "propose", file).exit_code == 1


def test_a_persons_word_changes_the_flags_of_a_span() -> None:
    thing = f.station("KK01", ("PM2.5",))
    f.send(*f.every("PM2.5", range(10, 22)))
    words = ("correct", "KK01", "PM2.5", "--since", "2026-03-02 11:30", "--until", "2026-03-02 12:00")
    answer = run(*words, "--flag", "fail", "--reason", "hiệu chuẩn")
    assert (answer.exit_code, answer.output) == (0, "6 values changed\n")
    held = f.held(thing, "PM2.5")
    failed = [moment for moment, bad in zip(f.moments(held), q.flag(held.quality) == q.Flag.FAIL, strict=True) if bad]
    assert (failed[0], failed[-1]) == (f.NOON - timedelta(minutes=30), f.NOON - timedelta(minutes=5))
    assert np.all(q.is_validated(held.quality[q.flag(held.quality) == q.Flag.FAIL]))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"symbol": "PM10"}, "KK01 sends no 'PM10'; its symbols: 'PM2.5'"),
        ({"station": "XX"}, "no station has this code"),
        ({"since": "gestern"}, "'gestern' is no time such as"),
        ({"until": "2026-03-01"}, "must be later than --since"),
        ({"reason": " "}, "Say why"),
        ({"flag": "missing"}, "'missing' is not one of"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(change: dict[str, str], told: str) -> None:
    f.station("KK01", ("PM2.5",))
    f.send(f.line("PM2.5", 12, f.NOON))
    word = {"station": "KK01", "symbol": "PM2.5", "since": "2026-03-02", "until": "2026-03-03", "flag": "good"}
    word |= {"reason": "vì", **change}
    options = [part for name in ("since", "until", "flag", "reason") for part in (f"--{name}", word[name])]
    answer = run("correct", word["station"], word["symbol"], *options)
    assert answer.exit_code in (1, 2)
    assert told in answer.output
