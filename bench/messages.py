"""Messages: from values in the spool to a receiver that fails, while the worker is killed again and again.

Every station crosses a level once. Each crossing has to arrive at a receiver that honours the key exactly once.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from nonnuoc.ingest.spool import Envelope, Spool
from nonnuoc.records.accounts import preferences
from nonnuoc.records.accounts import services as accounts
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.alerts.models import AlarmRule, Incident
from nonnuoc.records.monitoring import services
from nonnuoc.records.monitoring.models import Datastream, ObservedProperty, Thing
from nonnuoc.records.outbox import selectors, webhooks
from nonnuoc.records.outbox.models import Attempt, Message
from tests.exchange import receiver as receivers

CROSSINGS = 10_000
LIVES_S = (3.0, 20.0)
PATIENCE_S = 1800.0
WAITING = 50
LEVEL, VALUE = 50, 87.5
VIETNAM = timedelta(hours=7)


def run() -> dict[str, object]:
    """How many crossings became incidents and messages, how many arrived, how often; with the worker killed."""
    _network(CROSSINGS)
    with receivers.running(behave=receivers.moody(often=0.1)) as receiver:
        accounts.choose_setting("outbox.allowed_targets", "127.0.0.1", by=None)
        preferences.forget()
        administrator = Person.objects.create(email="bench@example.vn", name="bench")
        accounts.appoint(administrator, accounts.root_office(), "administrator", by=None)
        webhooks.make_webhook("bench", receiver.url, by=administrator)
        began = time.monotonic()
        feeder = threading.Thread(target=_cross, daemon=True)
        feeder.start()
        kills = _kill_until(lambda: _done(receiver))
        took_s = time.monotonic() - began
    arrived = Counter(receiver.deeds)
    wanted = {f"incident:{one}:opened:1" for one in Incident.objects.values_list("id", flat=True)}
    first, last = _span()
    return {
        "crossings": CROSSINGS,
        "worker_killed": kills,
        "incidents": Incident.objects.count(),
        "messages": Message.objects.filter(webhook__isnull=False).count(),
        "tries": Attempt.objects.count(),
        "requests": len(receiver.requests),
        "cut_off": receiver.cut_off,
        "lost": len(wanted - arrived.keys()) + CROSSINGS - len(wanted),
        "done_twice": sum(arrived.values()) - len(arrived),
        "sent_twice_under_one_key": len(receiver.requests) - len(receiver.keys),
        "seconds_in_all": round(took_s),
        "messages_per_s": round(CROSSINGS / max(last - first, 1e-9)),
    }


def _network(stations: int) -> None:
    """Stations of one parameter, written in bulk, and a rule they all cross."""
    facts = {"kind": Thing.Kind.AMBIENT_AIR, "state": Thing.State.ACTIVE}
    first = services.register_station(code="MSG-00000", name="MSG", by=None, **facts)
    services.register_datastream(first, property_code="PM2.5", symbol="PM2.5", interval_s=300, by=None)
    model = Datastream.objects.get(thing=first, procedure="raw")
    things = Thing.objects.bulk_create(
        [Thing(code=f"MSG-{n:05}", name="MSG", **facts) for n in range(1, stations)], batch_size=5000
    )
    fields = ("observed_property_id", "sensor_id", "procedure", "symbol", "interval_s")
    same = {name: getattr(model, name) for name in fields}
    Datastream.objects.bulk_create([Datastream(thing=thing, **same) for thing in things], batch_size=5000)
    AlarmRule.objects.create(
        code="bench",
        version=1,
        kind=AlarmRule.Kind.LIMIT,
        **dict.fromkeys(("name_vi", "name_en", "meaning_vi", "meaning_en", "action_vi", "action_en"), "bench"),
        observed_property=ObservedProperty.objects.get(code="PM2.5"),
        procedure="raw",
        article="convention: bench",
        steps=[{"above": LEVEL, "severity": 2}],
        enabled=True,
        valid_from=datetime(2020, 1, 1, tzinfo=UTC),
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _cross() -> None:
    """A file of every station, some waiting in the spool at any time."""
    spool = Spool(Path(settings.HOME))
    for number in range(CROSSINGS):
        while number % WAITING == 0 and spool.state().waiting >= WAITING:
            time.sleep(0.05)
        code, stamp = f"MSG-{number:05}", (datetime.now(UTC) + VIETNAM).strftime("%Y%m%d%H%M%S")
        body = f"PM2.5\t{VALUE}\tug/Nm3\t{stamp}\t00\r\n".encode()
        spool.put(Envelope("ftp", code, f"CB_CS_{code}_{stamp}.txt"), body)


def _kill_until(done: Callable[[], bool]) -> int:
    """The worker as the product runs it, killed at random; at last one that is left alone. Gives how often."""
    drawn, until, kills = random.Random(7), time.monotonic() + PATIENCE_S, 0
    while not done() and time.monotonic() < until:
        worker = subprocess.Popen([sys.executable, "-m", "nonnuoc.config", "serve", "worker"], env=dict(os.environ))
        life = time.monotonic() + 2.0 + drawn.uniform(*LIVES_S)  # it takes about two seconds to begin
        while time.monotonic() < life and not done():
            time.sleep(0.2)
        worker.kill()
        worker.wait()
        kills += 1
    return kills


def _done(receiver: receivers.Receiver) -> bool:
    """Whether everything that was to come has come, or can come no more."""
    return len(receiver.keys) >= CROSSINGS and selectors.oldest_due_s() == 0 and not _waiting()


def _waiting() -> bool:
    return Message.objects.filter(state__in=("queued", "sending")).exists()


def _span() -> tuple[float, float]:
    sent = list(Message.objects.filter(sent__isnull=False).order_by("sent").values_list("sent", flat=True))
    return sent[0].timestamp(), sent[-1].timestamp()
