"""The invented loggers: they send their files through the FTP door, again and again until it has taken them."""

from __future__ import annotations

import ftplib
import io
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nonnuoc.demo import series
from nonnuoc.demo.catalogue import FACILITY, INTERVAL_S, PROVINCE, Station, stations
from nonnuoc.ingest.formats import tt10

log = logging.getLogger(__name__)

DAY_S = 86_400
_LOCAL_S = 7 * 3600
_TIMEOUT_S = 60
_FIRST_WAIT_S, _LONGEST_WAIT_S = 2.0, 60.0
_CATCH_UP_S, _MOST_LEAD_S = 600, DAY_S

Progress = Callable[[int, int], None]  # files sent, files there were to send


@dataclass
class Memory:
    """What has been sent, kept in a file so that a second start goes on where the first one ended."""

    file: Path
    anchor: int  # seconds since 1970 UTC of the first start: faults and the episode are told from it
    sent: dict[str, int] = field(default_factory=dict)  # the last time sent, by station

    @classmethod
    def load(cls, folder: Path, *, now: int) -> Memory:
        """From the folder; a new one where there is none or it cannot be read."""
        file = folder / "state.json"
        try:
            kept = json.loads(file.read_text())
            return cls(file, int(kept["anchor"]), {str(code): int(at) for code, at in kept["sent"].items()})
        except FileNotFoundError:
            return cls(file, now - now % INTERVAL_S)
        except (ValueError, KeyError, TypeError, AttributeError):
            log.warning("%s cannot be read: the history is sent again", file)
            return cls(file, now - now % INTERVAL_S)

    def note(self, code: str, at: int) -> None:
        """A file up to this time was taken."""
        self.sent[code] = at
        self.file.parent.mkdir(parents=True, exist_ok=True)
        beside = self.file.with_suffix(".new")
        beside.write_text(json.dumps({"anchor": self.anchor, "sent": self.sent}))
        beside.replace(self.file)


class Clock:
    """The time of the loggers: `speed` times faster than ours, begun so early that it meets ours, never past it.

    With a speed of 1 it is ours. Faster, the history ends so long ago that catching up takes about ten minutes.
    """

    def __init__(self, speed: float, *, now: Callable[[], float] = time.time) -> None:
        self._speed, self._now, self._start = max(speed, 1.0), now, now()
        self._lead = min((self._speed - 1) * _CATCH_UP_S, _MOST_LEAD_S)

    def time(self) -> int:
        """Seconds since 1970 UTC."""
        now = self._now()
        return int(min(now, self._start - self._lead + (now - self._start) * self._speed))

    def until_next(self) -> float:
        """Our seconds until the loggers measure again."""
        at = self.time()
        rest = INTERVAL_S - at % INTERVAL_S
        return rest / self._speed if at + 1 < self._now() else float(rest)


def run(
    host: str,
    port: int,
    keys: Mapping[str, str],
    *,
    folder: Path,
    speed: float = 1.0,
    history_days: int = 30,
    progress: Progress = lambda sent, of: None,
    stop: threading.Event | None = None,
    clock: Clock | None = None,
) -> None:
    """Send what was not sent yet, then a file a station every five minutes, until `stop` is set.

    `speed` times as often while the clock catches up. A station without a key stays away; what the door does not take
    is sent again.
    """
    stop, clock = stop or threading.Event(), clock or Clock(speed)
    memory = Memory.load(folder, now=clock.time())
    fleet = Fleet(host, port, keys, memory, history_days=history_days, stop=stop)
    wait = _FIRST_WAIT_S
    while not stop.is_set():
        if fleet.send(clock.time(), progress):
            wait = _FIRST_WAIT_S
            stop.wait(clock.until_next() + 0.05)
        else:
            stop.wait(wait)
            wait = min(wait * 2, _LONGEST_WAIT_S)


class Fleet:
    """All loggers, and how far each one has come."""

    def __init__(
        self,
        host: str,
        port: int,
        keys: Mapping[str, str],
        memory: Memory,
        *,
        history_days: int = 30,
        stop: threading.Event | None = None,
    ) -> None:
        self._loggers = [station for station in stations() if station.code in keys]
        self._lines = {code: Line(host, port, code, key) for code, key in keys.items()}
        self._memory, self._stop = memory, stop or threading.Event()
        self._first = memory.anchor - history_days * DAY_S

    def send(self, until: int, progress: Progress = lambda sent, of: None) -> bool:
        """What was not taken yet up to `until`, day by day so that stations grow together; whether all was taken."""
        pending = self._pending(until - until % INTERVAL_S)
        failed: set[str] = set()
        for count, (station, since, to) in enumerate(pending, start=1):
            if self._stop.is_set():
                break
            if station.code not in failed:
                try:
                    self._send(station, since, to)
                except ftplib.all_errors as fault:
                    log.warning("%s: %s; it is sent again later", station.code, fault)
                    failed.add(station.code)
            progress(count, len(pending))
        for line in self._lines.values():
            line.hang_up()
        return not failed

    def _pending(self, until: int) -> list[tuple[Station, int, int]]:
        pending = [
            (station, since, to)
            for station in self._loggers
            for since, to in pieces(self._memory.sent.get(station.code, self._first), until)
        ]
        return sorted(pending, key=lambda piece: piece[2])

    def _send(self, station: Station, since: int, until: int) -> None:
        readings = series.readings(station, since, until, anchor=self._memory.anchor)
        if len(readings):  # a silent station sends nothing, and nothing of it afterwards
            last = int(readings.time[-1])
            path = tt10.folder(station.code, last) + tt10.file_name(PROVINCE, FACILITY, station.code, last)
            self._lines[station.code].store(path, tt10.write(readings, layout=station.layout, comma=station.comma))
        self._memory.note(station.code, until)


def pieces(since: int, until: int) -> Iterator[tuple[int, int]]:
    """(since, until] cut at local midnights: one file each."""
    while since < until:
        midnight = (since + _LOCAL_S) // DAY_S * DAY_S + DAY_S - _LOCAL_S
        yield since, min(midnight, until)
        since = min(midnight, until)


class Line:
    """A station's connection to the FTP door, opened when it is first needed."""

    def __init__(self, host: str, port: int, user: str, key: str) -> None:
        self._host, self._port, self._user, self._key = host, port, user, key
        self._ftp: ftplib.FTP | None = None
        self._made: set[str] = set()

    def store(self, path: str, body: bytes) -> None:
        """Puts the file there, with the folders it needs."""
        ftp = self._ftp or self._connect()
        self._make(ftp, path.rpartition("/")[0])
        ftp.storbinary(f"STOR {path}", io.BytesIO(body))

    def _connect(self) -> ftplib.FTP:
        ftp = ftplib.FTP(timeout=_TIMEOUT_S, encoding="utf-8")  # noqa: S321 - TT 10 names FTP
        try:
            ftp.connect(self._host, self._port)
            ftp.login(self._user, self._key)
        except BaseException:
            ftp.close()
            raise
        self._ftp = ftp
        return ftp

    def _make(self, ftp: ftplib.FTP, folder: str) -> None:
        parts = folder.strip("/").split("/")
        for depth in range(1, len(parts) + 1):
            path = "/" + "/".join(parts[:depth])
            if path not in self._made:
                try:
                    ftp.mkd(path)
                except ftplib.error_perm as refused:
                    log.debug("%s: %s", path, refused)  # it is there, or the store will tell
                self._made.add(path)

    def hang_up(self) -> None:
        """Ends the connection, politely where it still lives."""
        if self._ftp is not None:
            try:
                self._ftp.quit()
            except ftplib.all_errors:
                self._ftp.close()
            self._ftp = None
