"""One child of `nonnuoc up`: started again when it dies, its problems told on the terminal."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import click

from nonnuoc.config import child

STEADY_S = 60.0  # who has lived so long starts again at once
LONGEST_PAUSE_S = 30.0
TOLD_A_MINUTE = 5
_PROBLEM = re.compile(rb"\b(ERROR|CRITICAL|FATAL|PANIC)\b")


@dataclass
class Part:
    """A program, its log, and how often it failed lately."""

    name: str
    command: list[str]
    log: Path
    #: When `up` is killed. Everything here may die at any moment; web must end its own children first.
    last_signal: signal.Signals = signal.SIGKILL
    process: subprocess.Popen[bytes] | None = None
    _failures: int = 0
    _started: float = 0.0
    _next_try: float = 0.0
    _begin: int = 0  # where in the log this life of it begins
    _read: int = 0  # and up to where it was looked through
    _told: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it; its words go to the end of its log."""
        child.rotate(self.log)
        self._begin = self._read = self.log.stat().st_size if self.log.exists() else 0
        self._started = time.monotonic()
        env = {**os.environ, "PYTHONUNBUFFERED": "1"}
        self.process = child.start(self.command, log=self.log, last_signal=self.last_signal, env=env)

    def look_after(self) -> None:
        """Pass problems on to the terminal; start it again if it has ended, each time a little later."""
        self._report()
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            if now - self._started > STEADY_S:
                self._failures = 0
            pause = min(2.0**self._failures, LONGEST_PAUSE_S) if self._failures else 0.0
            self._failures += 1
            self._next_try = now + pause
            last = child.tail(self.log, since=self._begin)
            click.echo(
                f"{self.name} ended ({_how(self.process.returncode)}); starting it again"
                f"{f' in {pause:.0f} s' if pause else ''}. It said last:\n{_indented(last)}",
                err=True,
            )
            self._end_group()
            self.process = None
        if self.process is None and now >= self._next_try:
            self.start()

    def ask_to_stop(self) -> None:
        """The polite signal."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def wait_stopped(self, patience_s: float) -> None:
        """Wait for it to end; then whatever is left of it is ended for good."""
        if self.process is not None:
            try:
                self.process.wait(patience_s)
            except subprocess.TimeoutExpired:
                click.echo(f"{self.name} does not end by itself", err=True)
            self._end_group()
            self.process.wait()
            self.process = None

    def _end_group(self) -> None:
        """Also its own children, web workers for instance: the whole session we started it in."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def _report(self) -> None:
        with contextlib.suppress(OSError), self.log.open("rb") as file:
            file.seek(min(self._read, self.log.stat().st_size))
            words = file.read(2**20)
            whole = words[: words.rfind(b"\n") + 1]
            self._read = file.tell() - len(words) + len(whole)
            for line in whole.splitlines():
                if _PROBLEM.search(line):
                    self._tell(line)
        if child.rotate(self.log):
            self._begin = self._read = 0

    def _tell(self, line: bytes) -> None:
        now = time.monotonic()
        self._told = [at for at in self._told if now - at < 60]
        if len(self._told) < TOLD_A_MINUTE:
            self._told.append(now)
            click.echo(f"{self.name}: {line.decode(errors='replace')[:500]}", err=True)
            if len(self._told) == TOLD_A_MINUTE:
                click.echo(f"{self.name}: more of these stand in {self.log}", err=True)


def _how(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _indented(words: str) -> str:
    return "\n".join(f"    {line}" for line in words.splitlines())
