"""What `nonnuoc check` finds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from nonnuoc.config import examination as e
from nonnuoc.config import health, home
from nonnuoc.ingest import disk
from nonnuoc.records.accounts import preferences
from nonnuoc.records.accounts import services as accounts
from nonnuoc.records.accounts.models import Setting
from nonnuoc.records.alerts.models import Watch
from nonnuoc.records.monitoring.models import StationKey
from nonnuoc.records.outbox.models import Message
from tests import factories


def wrong(findings: list[e.Finding]) -> list[str]:
    return [finding.words for finding in findings if finding.grade == e.WRONG]


def test_a_home_that_is_not_there(tmp_path: Path) -> None:
    assert wrong(e.of_files(tmp_path / "none"))[0].startswith("There is no installation")


def test_secrets_that_others_can_read(tmp_path: Path) -> None:
    home.secret("django", at=tmp_path)
    assert wrong(e.of_files(tmp_path)) == []
    (tmp_path / "secrets" / "django").chmod(0o644)
    assert wrong(e.of_files(tmp_path)) == [
        f"Others can read {tmp_path}/secrets/django: chmod go-rwx {tmp_path}/secrets/django"
    ]


@pytest.mark.parametrize(
    ("room", "words"),
    [
        (disk.Disk(health.LEAST_FREE - 1, None), "deliveries are not taken any more"),
        (disk.Disk(2**50, e.FEWEST_INODES - 1), f"Only {e.FEWEST_INODES - 1} more files fit"),
    ],
)
def test_a_disk_without_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: disk.Disk, words: str) -> None:
    monkeypatch.setattr(disk, "of", lambda _folder: room)
    (found,) = wrong(e.of_files(tmp_path))
    assert words in found


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"DEBUG": True}, "DEBUG is on"),
        ({"ALLOWED_HOSTS": ["*"]}, "allows any name"),
        ({"ALLOWED_HOSTS": ["quantrac.example"], "HTTPS": False}, "quantrac.example is served without TLS"),
    ],
)
def test_settings_that_are_not_safe(settings: Settings, changes: dict[str, object], words: str) -> None:
    settings.ALLOWED_HOSTS = sorted(e.LOCAL_HOSTS)  # the test client's own name aside
    assert wrong(e.of_settings()) == []
    for name, value in changes.items():
        setattr(settings, name, value)
    (found,) = wrong(e.of_settings())
    assert words in found


def test_ftp_hints(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ALLOWED_HOSTS = sorted(e.LOCAL_HOSTS)
    monkeypatch.setenv("NONNUOC_FTP_HOST", "0.0.0.0")
    assert any("without a certificate" in finding.words for finding in e.of_settings())
    monkeypatch.setenv("NONNUOC_FTP_CERT", "/nowhere/cert.pem")
    assert wrong(e.of_settings()) == ["NONNUOC_FTP_CERT names /nowhere/cert.pem, which cannot be read."]


@pytest.mark.django_db
def test_an_installation_nobody_can_sign_in_to() -> None:
    (found,) = (words for words in wrong(e.of_database()) if "fsync" not in words)  # tests run without it
    assert found.startswith("Nobody can sign in")
    accounts.register_administrator("a@example.vn", name="A", password="một mật khẩu dài", by=None)
    assert [words for words in wrong(e.of_database()) if "fsync" not in words] == []


@pytest.mark.django_db
def test_keys_that_were_never_used() -> None:
    thing = factories.station("KK01")
    key = StationKey.objects.create(thing=thing, sha256=b"1" * 32)
    assert not any("never used" in finding.words for finding in e.of_database())
    StationKey.objects.filter(pk=key.pk).update(created=datetime.now(UTC) - e.KEY_PATIENCE - timedelta(days=1))
    assert any("The key of KK01" in finding.words for finding in e.of_database())
    factories.send(factories.line("PM2.5", 12, factories.NOON), door="ftp")
    StationKey.objects.filter(pk=key.pk).update(created=factories.NOON - timedelta(days=1))
    assert not any("never used" in finding.words for finding in e.of_database())


@pytest.mark.django_db
def test_deliveries_that_were_set_aside() -> None:
    held = home.folder("inbox/held") / "1-a"
    held.write_bytes(b"{}\n")
    try:
        assert any(words.startswith("1 deliveries could not be taken in") for words in wrong(e.of_database()))
    finally:
        held.unlink()


@pytest.mark.django_db
def test_a_watch_that_stopped_and_messages_that_wait() -> None:
    def told() -> str:
        return " ".join(finding.words for finding in e.of_database())

    assert "Nobody has looked for silent stations yet" in told()
    now = datetime.now(UTC)
    Watch.objects.create(at=now, since=now)
    assert "Silent stations are looked for." in told()
    Watch.objects.update(at=now - timedelta(hours=2))
    assert any("Nobody has looked for silent stations since" in words for words in wrong(e.of_database()))
    person = accounts.register_administrator("b@example.vn", name="B", password="một mật khẩu dài", by=None)
    facts = {"key": "k", "topic": "t", "person": person, "channel": "email", "template": "t", "give_up": now}
    Message.objects.create(queued=now, due=now - timedelta(hours=1), **facts)
    assert any(words.startswith("The oldest message waits for 60 min") for words in wrong(e.of_database()))


@pytest.mark.django_db
def test_that_nobody_outside_would_notice() -> None:
    assert any("heartbeat" in finding.words for finding in e.of_database())
    Setting.objects.create(code="heartbeat.url", value="https://beat.example/x")
    preferences.forget()
    assert not any("heartbeat" in finding.words for finding in e.of_database())
