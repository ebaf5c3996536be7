"""The invented loggers, against an FTP server that keeps what it is given."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator

import pytest
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer

from nonnuoc.demo import sender
from nonnuoc.demo.catalogue import stations
from nonnuoc.ingest.formats import tt10

ANCHOR = 1_795_000_200
DAY = 86_400
CODES = [station.code for station in stations()]
KEYS = {code: f"key of {code}" for code in CODES}


class Server:
    """A folder a station; it can be started, and stopped like a server that dies."""

    def __init__(self, root):
        self.root, self.port = root, 0
        self.start()

    def start(self):
        authorizer = DummyAuthorizer()
        for code, key in KEYS.items():
            (self.root / code).mkdir(parents=True, exist_ok=True)
            authorizer.add_user(code, key, str(self.root / code), perm="elmw")
        handler = type("Handler", (FTPHandler,), {"authorizer": authorizer})
        self._server = FTPServer(("127.0.0.1", self.port), handler)
        self.port = self._server.address[1]
        self._go = True
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self):
        while self._go:
            self._server.serve_forever(timeout=0.02, blocking=False, handle_exit=False)
        self._server.close_all()

    def stop(self):
        self._go = False
        self._thread.join()

    def files(self, code):
        return sorted((self.root / code).rglob("*.txt"))

    def times(self, code):
        bodies = [file.read_bytes() for file in self.files(code)]
        comma = next(station.comma for station in stations() if station.code == code)
        parsed = tt10.parse(bodies, comma=[comma] * len(bodies))
        assert (parsed.problems, parsed.unreadable) == ([], {})
        return sorted({time // 1_000_000 for time in parsed.readings.time.tolist()})


@pytest.fixture
def server(tmp_path) -> Iterator[Server]:
    running = Server(tmp_path / "ftp")
    yield running
    running.stop()


def fleet(server, folder, *, days=2, keys=KEYS):
    return sender.Fleet("127.0.0.1", server.port, keys, sender.Memory.load(folder, now=ANCHOR), history_days=days)


@pytest.mark.slow
def test_fleet_sends_the_history_and_then_a_file_each_time(server, tmp_path):
    loggers, told = fleet(server, tmp_path), []
    assert loggers.send(ANCHOR, lambda sent, of: told.append((sent, of)))
    assert server.times("CBMP01") == list(range(ANCHOR - 2 * DAY + 300, ANCHOR + 1, 300))
    assert len(server.files("CBMP01")) == 3  # one a local day
    assert told[-1] == (24, 24)
    assert loggers.send(ANCHOR + 299)
    assert len(server.files("CBMP01")) == 3
    assert loggers.send(ANCHOR + 300)
    assert server.times("CBMP01")[-1] == ANCHOR + 300
    newest = max(server.files("CBMP01"), key=lambda file: tt10.name(file.name).time)
    assert f"/{newest.relative_to(server.root / 'CBMP01').parent}/" == tt10.folder("CBMP01", (ANCHOR + 300) * 1_000_000)
    assert len(newest.read_bytes().splitlines()) == 8


@pytest.mark.slow
def test_fleet_goes_on_where_it_ended(server, tmp_path):
    fleet(server, tmp_path, days=1).send(ANCHOR)
    before = {code: len(server.files(code)) for code in CODES}
    later = ANCHOR + 3600
    again = fleet(server, tmp_path, days=1)
    assert again.send(later)
    assert {code: len(server.files(code)) - before[code] for code in CODES} == {c: int(c != "CBMP06") for c in CODES}
    assert server.times("CBMP02")[-12:] == list(range(ANCHOR + 300, later + 1, 300))


@pytest.mark.slow
def test_fleet_sends_again_what_was_not_taken(server, tmp_path):
    loggers = fleet(server, tmp_path, days=1)
    server.stop()
    assert not loggers.send(ANCHOR)
    assert server.files("CBMP01") == []
    server.start()
    assert loggers.send(ANCHOR)
    server.stop()
    assert not loggers.send(ANCHOR + 300)
    server.start()
    assert loggers.send(ANCHOR + 600)
    assert server.times("CBMP01") == list(range(ANCHOR - DAY + 300, ANCHOR + 601, 300))


@pytest.mark.slow
def test_fleet_is_not_held_up_by_one_station_that_is_refused(server, tmp_path):
    assert not fleet(server, tmp_path, days=1, keys={**KEYS, "CBMP01": "wrong"}).send(ANCHOR)
    assert server.files("CBMP01") == []
    assert server.times("CBMP02")[-1] == ANCHOR


@pytest.mark.slow
def test_run_sends_until_it_is_stopped(server, tmp_path):
    stop = threading.Event()
    told = []

    def progress(sent, of):
        told.append(of)
        if sent == of:
            stop.set()

    clock = sender.Clock(1, now=lambda: float(ANCHOR))
    keys = {"CBMP08": KEYS["CBMP08"]}
    sender.run(
        "127.0.0.1", server.port, keys, folder=tmp_path, history_days=1, progress=progress, stop=stop, clock=clock
    )
    assert told == [2, 2]
    assert server.times("CBMP08")[-1] == ANCHOR
    assert server.files("CBMP01") == []


@pytest.mark.parametrize("kept", ["", "{", "[]", '{"anchor": 1}', '{"anchor": 1, "sent": 3}'])
def test_memory_begins_anew_where_it_cannot_be_read(tmp_path, kept):
    (tmp_path / "state.json").write_text(kept)
    memory = sender.Memory.load(tmp_path, now=ANCHOR + 17)
    assert (memory.anchor, memory.sent) == (ANCHOR, {})


def test_memory_is_read_back(tmp_path):
    sender.Memory.load(tmp_path / "new", now=ANCHOR).note("CBMP01", ANCHOR)
    memory = sender.Memory.load(tmp_path / "new", now=ANCHOR + DAY)
    assert (memory.anchor, memory.sent) == (ANCHOR, {"CBMP01": ANCHOR})
    assert json.loads((tmp_path / "new" / "state.json").read_text())["anchor"] == ANCHOR


def test_pieces_end_at_local_midnight():
    midnight = 17 * 3600  # 00:00 of 2 January 1970 in Viet Nam
    assert list(sender.pieces(0, midnight + DAY + 300)) == [
        (0, midnight),
        (midnight, midnight + DAY),
        (midnight + DAY, midnight + DAY + 300),
    ]
    assert list(sender.pieces(midnight, midnight)) == []


def test_clock_of_ordinary_speed_is_ours():
    now = [float(ANCHOR)]
    clock = sender.Clock(1.0, now=lambda: now[0])
    assert (clock.time(), clock.until_next()) == (ANCHOR, 300.0)
    now[0] += 100
    assert (clock.time(), clock.until_next()) == (ANCHOR + 100, 200.0)


def test_clock_of_higher_speed_catches_up_and_never_runs_ahead():
    now = [float(ANCHOR)]
    clock = sender.Clock(10.0, now=lambda: now[0])
    assert clock.time() == ANCHOR - 9 * 600
    assert clock.until_next() == 30.0
    now[0] += 60
    assert clock.time() == ANCHOR - 9 * 600 + 600
    now[0] = ANCHOR + 601
    assert clock.time() == ANCHOR + 601
    assert clock.until_next() > 200
