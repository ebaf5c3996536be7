"""`nonnuoc up` for real: the whole installation as processes."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nonnuoc.config import up
from tests.api.listening import Listener
from tests.installation import open_folder

pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Installation:
    """One home, its ports, and the processes started in it."""

    def __init__(self, home: Path) -> None:
        self.home, self.port, self.ftp_port, self.stream_port = home, free_port(), free_port(), free_port()
        self.env = {**os.environ, "NONNUOC_HOME": str(home)}
        for name in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PYTEST_PLUGINS"):
            self.env.pop(name, None)
        self.started: list[subprocess.Popen[str]] = []

    def up(self) -> subprocess.Popen[str]:
        ports = {"--port": self.port, "--ftp-port": self.ftp_port, "--stream-port": self.stream_port}
        words = ["up", "--with-parent", *(word for name, port in ports.items() for word in (name, str(port)))]
        process = subprocess.Popen(
            [sys.executable, "-m", "nonnuoc.config", *words],
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.started.append(process)
        return process

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "nonnuoc.config", *words], env=self.env, capture_output=True, text=True, check=False
        )

    def ready(self) -> dict[str, object]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=10) as answer:
            facts: dict[str, object] = json.load(answer)
        return facts

    def processes(self) -> list[str]:
        """Command lines of everything that belongs to this home."""
        ours = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                environment = (folder / "environ").read_bytes()
            except OSError:
                continue
            if str(self.home) in words or f"NONNUOC_HOME={self.home}\0".encode() in environment:
                ours.append(words)
        return ours


@pytest.fixture
def installation() -> Iterator[Installation]:
    made = Installation(open_folder())
    yield made
    for process in made.started:
        process.kill()
        process.wait()


def wait_until(condition: Callable[[], bool], what: str, patience_s: float = 60) -> None:
    until = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < until, what
        time.sleep(0.1)


def words_until(process: subprocess.Popen[str], last: str) -> str:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if last in line:
            return said
    raise AssertionError(f"it ended without saying {last!r}:\n{said}")


def test_up_runs_everything_and_takes_everything_down(installation: Installation) -> None:
    first = installation.up()
    said = words_until(first, "Ctrl-C stops it")
    assert re.search(r"administrator: admin@localhost\npassword: +\S{23} ", said)  # no terminal, no account yet
    assert installation.ready()["ready"] is True
    with socket.create_connection(("127.0.0.1", installation.ftp_port), timeout=10) as line:
        assert line.recv(3) == b"220"
    with Listener(installation.stream_port) as listener:
        assert listener.block() == {"retry": "3000"}

    ports = (word for name in ("--port", "--ftp-port", "--stream-port") for word in (name, str(free_port())))
    twice = installation.command("up", *ports)
    assert twice.returncode == 1
    assert f"runs already in {installation.home}" in twice.stderr

    restored = installation.command("restore", str(installation.home))
    assert "is running" in restored.stderr

    beside = installation.command("check")  # a guest of the running database
    assert beside.returncode == 0, beside.stdout
    assert "The database answers" in beside.stdout

    first.kill()  # -9: nobody is left to tidy up
    wait_until(lambda: installation.processes() == [], "something outlived `up`", 30)

    second = installation.up()
    said = words_until(second, "Ctrl-C stops it")
    assert "password" not in said
    assert installation.ready()["ready"] is True
    began = time.monotonic()
    second.send_signal(signal.SIGTERM)
    assert second.wait(60) == 0
    assert time.monotonic() - began < up.STOP_PATIENCE_S + 10
    assert installation.processes() == []


def test_two_parts_on_one_port_are_told(tmp_path: Path) -> None:
    plan = up.Plan(tmp_path, demo=False, port=8000, ftp_port=8001, stream_port=8001, speed=1)
    with pytest.raises(up.CannotStartError, match=r"FTP \(8001\) and the stream of news \(8001"):
        up.run(plan)
    assert not (tmp_path / "database").exists()


def test_a_port_in_use_is_told(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(up, "PORT_PATIENCE_S", 0.0)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ports = {"ftp_port": installation.ftp_port, "stream_port": installation.stream_port}
        plan = up.Plan(installation.home, demo=False, port=port, speed=1, **ports)
        with pytest.raises(up.CannotStartError, match=f"Port {port} cannot be used"):
            up.run(plan)
    assert not (installation.home / "database").exists()
