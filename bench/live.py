"""Live stations: from the end of an FTP transfer to visible rows, beside bare one-row transactions.

The FTP door and the worker run as the product runs them, each a process of its own; the clients are threads here.
"""

from __future__ import annotations

import ftplib
import io
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import numpy as np
from django.db import connection

from nonnuoc.records.monitoring import keys as station_keys
from nonnuoc.records.monitoring import services
from nonnuoc.records.monitoring.models import Datastream, Delivery, StationKey, Thing

STATIONS = 2_000
PROPERTIES = ("PM2.5", "PM10", "SO2", "NO2", "CO", "O3", "NO", "TSP", "Temp", "RH")
UNITS = ("ug/Nm3",) * 8 + ("oC", "%")
BURST_FILES, CLIENTS = 4_000, 20
STEADY_S = 60
PERIOD_S = 300


def run() -> dict[str, object]:
    """As many files as go through in one burst; then 2,000 stations at their own pace."""
    keys = network("LIVE", STATIONS)
    with product() as port:
        burst = _burst(port, keys)
        steady = _steady(port, keys)
    return {"bare_one_row_transactions_per_s": round(_bare(BURST_FILES)), "burst": burst, "steady": steady}


def network(prefix: str, stations: int) -> dict[str, str]:
    """Stations of ten parameters with all their means and indices, written in bulk: their keys by code."""
    facts = {"kind": Thing.Kind.AMBIENT_AIR, "state": Thing.State.ACTIVE}
    first = services.register_station(code=f"{prefix}-0000", name=prefix, by=None, **facts)
    for symbol in PROPERTIES:
        services.register_datastream(first, property_code=symbol, symbol=symbol, interval_s=300, by=None)
    model = list(Datastream.objects.filter(thing=first))
    others = [Thing(code=f"{prefix}-{n:04}", name=prefix, **facts) for n in range(1, stations)]
    things = Thing.objects.bulk_create(others)
    fields = ("observed_property_id", "sensor_id", "procedure", "symbol", "interval_s")
    streams = (Datastream(thing=thing, **{f: getattr(d, f) for f in fields}) for thing in things for d in model)
    Datastream.objects.bulk_create(streams, batch_size=5000)
    keys = {thing.code: secrets.token_urlsafe(32) for thing in [first, *things]}
    StationKey.objects.bulk_create(
        StationKey(thing=t, sha256=station_keys.digest(keys[t.code])) for t in [first, *things]
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return keys


@contextmanager
def product() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    serve = [sys.executable, "-m", "nonnuoc.config", "serve"]
    ftp = subprocess.Popen([*serve, "ftp", "--ftp-port", str(port)], env=dict(os.environ))
    worker = subprocess.Popen([*serve, "worker"], env=dict(os.environ))
    try:
        _wait_for(port)
        yield port
    finally:
        for process in (ftp, worker):
            process.terminate()
        for process in (ftp, worker):
            process.wait(30)


def _wait_for(port: int) -> None:
    for _ in range(600):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
                if line.recv(3) == b"220":
                    return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError("the FTP door did not open")


def _burst(port: int, keys: dict[str, str]) -> dict[str, object]:
    """Files as fast as the clients can send: how many a second are stored, judged and visible."""
    codes = list(keys)
    work = [(codes[i % len(codes)], i // len(codes)) for i in range(BURST_FILES)]
    before = Delivery.objects.count()
    began = time.perf_counter()
    threads = [threading.Thread(target=_send_all, args=(port, keys, work[n::CLIENTS])) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sent = time.perf_counter() - began
    while Delivery.objects.count() < before + BURST_FILES:
        time.sleep(0.02)
    took = time.perf_counter() - began
    return {
        "files": BURST_FILES,
        "clients": CLIENTS,
        "ftp_files_per_s": round(BURST_FILES / sent),
        "files_per_s": round(BURST_FILES / took),
    }


def _send_all(port: int, keys: dict[str, str], work: list[tuple[str, int]]) -> None:
    """A session a station, as loggers do."""
    for code, turn in work:
        with _session(port, code, keys[code]) as ftp:
            _send(ftp, code, turn - 10)


@contextmanager
def _session(port: int, code: str, key: str) -> Iterator[ftplib.FTP]:
    with ftplib.FTP() as ftp:
        ftp.connect("127.0.0.1", port, timeout=60)
        ftp.login(code, key)
        yield ftp


def _send(ftp: ftplib.FTP, code: str, turn: int) -> str:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    stamp = (now + timedelta(minutes=5 * turn, hours=7)).strftime("%Y%m%d%H%M%S")
    name = f"CB_CS_{code}_{stamp}.txt"
    values = np.random.default_rng().normal(30, 3, len(PROPERTIES))
    lines = [f"{p}\t{v:.2f}\t{u}\t{stamp}\t00" for p, v, u in zip(PROPERTIES, values, UNITS, strict=True)]
    ftp.storbinary(f"STOR {name}", io.BytesIO("\r\n".join(lines).encode()))
    return name


def _steady(port: int, keys: dict[str, str]) -> dict[str, object]:
    """2,000 stations, each every five minutes: when a transfer ends, how long until its values are there."""
    codes = list(keys)
    ended: dict[str, float] = {}
    seen: dict[str, float] = {}
    stop = threading.Event()
    watcher = threading.Thread(target=_watch, args=(seen, stop))
    watcher.start()
    pace = PERIOD_S / STATIONS
    began = time.perf_counter()
    for n in range(int(STEADY_S / pace)):
        time.sleep(max(0.0, began + n * pace - time.perf_counter()))
        code = codes[n % len(codes)]
        with _session(port, code, keys[code]) as ftp:
            name = _send(ftp, code, 0)
            ended[name] = time.perf_counter()
    until = time.perf_counter() + 30
    while len(seen.keys() & ended.keys()) < len(ended) and time.perf_counter() < until:
        time.sleep(0.05)
    stop.set()
    watcher.join()
    waits = np.array([seen[name] - at for name, at in ended.items()])
    p50, p95 = np.percentile(waits, [50, 95])
    return {
        "files": len(ended),
        "p50_s": round(float(p50), 3),
        "p95_s": round(float(p95), 3),
        "worst_s": round(float(waits.max()), 3),
    }


def keep_sending(port: int, keys: dict[str, str], stop: threading.Event) -> None:
    """Files at the pace of 2,000 stations, until told to stop."""
    codes, pace, n = list(keys), PERIOD_S / STATIONS, 0
    while not stop.wait(pace):
        code = codes[n % len(codes)]
        with _session(port, code, keys[code]) as ftp:
            _send(ftp, code, 0)
        n += 1


def _watch(seen: dict[str, float], stop: threading.Event) -> None:
    last = Delivery.objects.order_by("-id").values_list("id", flat=True).first() or 0
    while not stop.is_set():
        for id_, name in Delivery.objects.filter(id__gt=last).values_list("id", "file_name").order_by("id"):
            seen[name.rpartition("/")[2]] = time.perf_counter()
            last = id_
        time.sleep(0.01)
    connection.close()


def _bare(count: int) -> float:
    """One-row transactions a second, one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_bare (id int, value float8)")
        began = time.perf_counter()
        for n in range(count):
            cursor.execute("INSERT INTO bench_bare VALUES (%s, 1)", (n,))
        took = time.perf_counter() - began
        cursor.execute("DROP TABLE bench_bare")
    return count / took
