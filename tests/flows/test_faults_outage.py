"""The database away, and disks full, while loggers go on sending by FTP to a real door."""

from __future__ import annotations

import contextlib
import ftplib
import io
import os
import threading
import time
from datetime import datetime, timedelta

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from nonnuoc.ingest import ftp, worker
from nonnuoc.ingest.ftp_accounts import Accounts
from nonnuoc.ingest.spool import Envelope, NoRoomError, Spool
from nonnuoc.ingest.sweep import Sweep
from nonnuoc.records.alerts.watch import lagging
from nonnuoc.records.monitoring import services
from nonnuoc.records.monitoring.models import Delivery, ObservationHistory
from tests import factories as f
from tests.ingest.ftp_door import eventually

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

MINUTE = timedelta(minutes=1)


class House:
    """An installation of one station: its door and its worker run as threads, its database is the tests'."""

    def __init__(self, home):
        self.home, self.thing = home, f.station(symbols=("PM2.5",))
        self.key = services.new_key(self.thing, label="logger", by=None)
        self.now = datetime.now(f.VIETNAM).replace(microsecond=0) - 60 * MINUTE
        self.sent = 0

    def send(self, value: float) -> str:
        """One file by FTP: what the door answers."""
        at = self.now + self.sent * MINUTE
        with ftplib.FTP(timeout=10) as client:
            client.connect(*self.address)
            client.login("KK01", self.key)
            answer = client.storbinary(
                f"STOR {f.name('KK01', at)}", io.BytesIO(f.tt10(f.line("PM2.5", value, self.now + self.sent * MINUTE)))
            )
        self.sent += 1
        return answer

    @contextlib.contextmanager
    def door(self):
        accounts = Accounts()
        accounts.start()
        door = ftp.Door(ftp.Setup(port=0, reserve=0), Spool(self.home), accounts)
        thread = threading.Thread(target=door.serve_forever, kwargs={"handle_exit": False}, daemon=True)
        thread.start()
        self.address = door.address
        yield door
        door._bell.ring(door.close_all)
        thread.join(10)
        accounts.stop()
        accounts._thread.join(10)
        assert not thread.is_alive()

    @contextlib.contextmanager
    def worker(self):
        stop = threading.Event()
        thread = threading.Thread(target=worker.Worker(Spool(self.home), Sweep(self.home), stop).run)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(20)
        assert not thread.is_alive()

    def arrived(self) -> list[float]:
        """The values in the order their deliveries were committed."""
        rows = Delivery.objects.order_by("id").values_list("file_name", flat=True)
        by_time = dict(zip(f.moments(f.held(self.thing, "PM2.5")), f.held(self.thing, "PM2.5").value, strict=True))
        stamps = [datetime.strptime(name[-18:-4], "%Y%m%d%H%M%S").replace(tzinfo=f.VIETNAM) for name in rows]
        return [float(by_time[stamp]) for stamp in stamps]


@pytest.fixture
def house(tmp_path, settings):
    settings.HOME = tmp_path
    Spool(tmp_path)
    lagging.passed(None, {}, timezone.now())  # the watch goes round elsewhere
    return House(tmp_path)


@contextlib.contextmanager
def database_away():
    """Nobody can connect to it, and whoever was connected is not any more."""
    facts = connection.settings_dict
    connection.close()
    place = {"host": facts["HOST"], "port": facts["PORT"], "user": facts["USER"], "password": facts["PASSWORD"]}
    name = psycopg.sql.Identifier(facts["NAME"])
    door = psycopg.sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}")
    with psycopg.connect(**{k: v for k, v in place.items() if v}, dbname="postgres", autocommit=True) as outside:
        outside.execute(door.format(name, psycopg.sql.SQL("false")))
        try:
            outside.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [facts["NAME"]]
            )
            yield
        finally:
            outside.execute(door.format(name, psycopg.sql.SQL("true")))


@pytest.mark.parametrize("seconds", [0.0, 1.0, 4.0])
def test_ftp_goes_on_while_the_database_is_away_and_everything_is_drained_in_order(house, seconds):
    with house.door(), house.worker():
        assert house.send(1).startswith("226")
        assert eventually(lambda: Delivery.objects.count() == 1)
        with database_away():
            for value in (2, 3, 4):
                assert house.send(value).startswith("226")
            time.sleep(seconds)
            answer = Client().get("/readyz")
            assert answer.status_code == 503
            assert "database" in answer.json()["problems"]
            assert answer.json()["oldest_delivery_s"] >= seconds
            assert Client().get("/healthz").status_code == 200
            assert Spool(house.home).state().waiting == 3
        assert house.send(5).startswith("226")
        assert eventually(lambda: Delivery.objects.count() == 5, 30)
        assert eventually(lambda: Spool(house.home).state().waiting == 0)
    assert house.arrived() == [1, 2, 3, 4, 5]
    assert Client().get("/readyz").json()["oldest_delivery_s"] == 0
    assert Spool(house.home).held_names() == []
    assert not ObservationHistory.objects.exists()


@pytest.mark.parametrize("hours", [1, 24])
def test_deliveries_that_waited_for_hours_show_as_lag_and_are_taken_in_as_of_when_they_came(house, hours):
    spool = Spool(house.home)
    then = time.time() - hours * 3600
    for number in range(3):
        at = datetime.fromtimestamp(then + 300 * number, f.VIETNAM).replace(microsecond=0)
        name = spool.put(Envelope("ftp", "KK01", f.name("KK01", at)), f.tt10(f.line("PM2.5", number, at)))
        aged = spool.new / f"{int((then + 300 * number) * 1e9):020d}{name[20:]}"
        (spool.new / name).rename(aged)
        os.utime(aged, (then, then))
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["problems"]) == (503, ["inbox"])
    assert abs(answer.json()["oldest_delivery_s"] - hours * 3600) < 60
    with house.worker():
        assert eventually(lambda: Delivery.objects.count() == 3)
        assert eventually(lambda: spool.state().waiting == 0)
    assert f.held(house.thing, "PM2.5").value.tolist() == [0, 1, 2]
    assert not (f.held(house.thing, "PM2.5").quality & (1 << 14)).any()  # it was here in time: not late
    assert Client().get("/readyz").status_code == 200


@contextlib.contextmanager
def full_at_commit():
    """PostgreSQL finds its disk full, as the transaction is about to be committed."""
    with connection.cursor() as cursor:
        cursor.execute("""
            CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
            $$BEGIN RAISE 'could not extend file: No space left on device' USING ERRCODE = '53100'; END$$""")
        cursor.execute("""CREATE CONSTRAINT TRIGGER full_disk AFTER INSERT ON monitoring_delivery
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION no_room()""")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER full_disk ON monitoring_delivery; DROP FUNCTION no_room()")


def test_a_disk_full_at_the_commit_loses_nothing_pages_go_on_and_it_resumes_by_itself(house):
    with house.door():
        with full_at_commit(), house.worker():
            assert house.send(1).startswith("226")  # the spool's disk has room
            time.sleep(1.2)
            refused = Client().post(
                "/api/deliveries",
                f.tt10(f.line("PM2.5", 9, house.now - MINUTE)),
                content_type="text/plain",
                headers={"Authorization": f"Bearer {house.key}"},
            )
            assert refused.status_code == 503  # no acknowledgement
            for page in ("/", "/stations/KK01", "/healthz"):
                assert Client().get(page, follow=True).status_code == 200
            assert Spool(house.home).state().waiting == 1
            assert (Delivery.objects.count(), Spool(house.home).held_names()) == (0, [])
        with house.worker():
            assert eventually(lambda: Delivery.objects.count() == 1)
    assert house.arrived() == [1]


def test_a_disk_full_at_the_spool_is_no_acknowledgement_and_pages_go_on(house, monkeypatch):
    def full(self):
        raise NoRoomError

    with house.door(), house.worker():
        with monkeypatch.context() as patch:
            patch.setattr(Spool, "require_room", full)
            patch.setattr("nonnuoc.config.health.LEAST_FREE", 2**70)
            with pytest.raises(ftplib.error_temp, match="452"):
                house.send(1)
            answer = Client().get("/readyz")
            assert (answer.status_code, answer.json()["problems"]) == (503, ["disk"])
            for page in ("/", "/stations/KK01"):
                assert Client().get(page, follow=True).status_code == 200
        assert house.send(1).startswith("226")
        assert eventually(lambda: Delivery.objects.count() == 1)
    assert house.arrived() == [1]
