"""The commands, as an operator types them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nonnuoc.config.cli import nonnuoc
from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import AuditEntry, Person, Role
from nonnuoc.records.monitoring import keys
from nonnuoc.records.monitoring.models import Delivery
from tests import factories

pytestmark = pytest.mark.django_db


def run(*words: object) -> Result:
    return CliRunner().invoke(nonnuoc, [str(word) for word in words])


def test_help_lists_commands() -> None:
    answer = run("--help")
    assert answer.exit_code == 0
    assert "ingest" in answer.output


def test_ingest_prints_receipts(tmp_path: Path) -> None:
    factories.station("KK01")
    good = tmp_path / factories.name("KK01")
    good.write_bytes(factories.tt10(factories.line("PM2.5", "12.5", factories.NOON)))

    answer = run("ingest", good)
    assert (answer.exit_code, answer.output) == (0, f"{good}: 1 values stored, 0 unchanged, 0 refused\n")

    again = run("ingest", good)
    assert again.exit_code == 0
    assert again.output.endswith("the same bytes as before\n")
    assert Delivery.objects.get().door == "command"


@pytest.mark.slow
def test_ingest_tells_what_is_to_mend(tmp_path: Path) -> None:
    factories.station("KK01")
    bad = tmp_path / "a.txt"
    bad.write_bytes(
        factories.tt10(
            *(factories.line(name, "12.5" if name == "PM10" else "12,5x", factories.NOON) for name in ("PM10", "PM2.5"))
        )
    )

    answer = run("ingest", bad, "--station", "KK01")

    assert answer.exit_code == 1
    assert "line 2:" in answer.output
    assert "1 of 1 files have something to mend" in answer.output


def test_ingest_refuses_an_unknown_profile(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.touch()
    answer = run("ingest", file, "--profile", "nhập tay")
    assert answer.exit_code == 2
    assert "there is no profile 'nhập tay'; kept profiles: none" in answer.output


@pytest.mark.slow
def test_admin_without_a_terminal_shows_a_random_password_once() -> None:
    answer = run("admin", "--email", "An@Example.vn", "--name", "An")
    assert answer.exit_code == 0
    password = answer.output.split("password:")[1].split()[0]
    person = Person.objects.get(email="an@example.vn")
    assert access.of(person).roles == {Role.ADMINISTRATOR}
    assert person.check_password(password)

    twice = run("admin", "--email", "an@example.vn")
    assert twice.exit_code == 1


def test_admin_without_a_terminal_needs_an_address() -> None:
    answer = run("admin")
    assert answer.exit_code == 2
    assert "--email is needed" in answer.output


def test_key_opens_the_door_of_its_station() -> None:
    thing = factories.station("KK01")
    answer = run("key", "KK01", "--label", "logger")
    secret = answer.output.split("key:")[1].split()[0]
    found = keys.find(secret)
    assert found is not None
    assert (found.thing, found.label) == (thing, "logger")

    assert "There is no station with the code 'XX'" in run("key", "XX").output


def test_check_says_what_is_wrong_and_fails() -> None:
    answer = run("check")
    assert answer.exit_code == 1
    assert "WRONG  Nobody can sign in: make an administrator with `nonnuoc admin`." in answer.output


def test_up_refuses_a_speed_of_nothing() -> None:
    assert run("up", "--speed", "0").exit_code == 2


def test_check_makes_no_installation_where_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NONNUOC_HOME", str(tmp_path / "none"))
    answer = run("check")
    assert answer.exit_code == 1
    assert answer.output.startswith("WRONG  There is no installation in ")
    assert not (tmp_path / "none").exists()


@pytest.mark.slow
def test_prepare_puts_what_it_loaded_into_the_audit_once() -> None:
    for _ in range(2):
        assert run("prepare").exit_code == 0
    assert [(entry.action, entry.by) for entry in AuditEntry.objects.filter(action="places.loaded")] == [
        ("places.loaded", None)
    ]
