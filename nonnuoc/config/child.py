"""Child processes that never outlive us, and locks that never outlive their holder."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from pwd import struct_passwd
from typing import IO, Any

PR_SET_PDEATHSIG = 1  # linux/prctl.h
LOG_LIMIT = 20 * 2**20
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def follow_parent(last_signal: signal.Signals, parent: int) -> None:
    """Ask the kernel to send this process a signal when its parent ends; where there is no such kernel, nothing."""
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, int(last_signal), 0, 0, 0)
    if os.getppid() != parent:  # it ended before we could ask
        os.kill(os.getpid(), last_signal)


def following(last_signal: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn`: it runs after subprocess has changed the user, which would undo it."""
    parent = os.getpid()
    return lambda: follow_parent(last_signal, parent)


def as_user(user: struct_passwd | None) -> dict[str, Any]:
    """Arguments of subprocess that drop privileges to `user`."""
    if user is None:
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def start(
    command: Sequence[str | Path],
    *,
    log: Path,
    last_signal: signal.Signals = signal.SIGTERM,
    user: struct_passwd | None = None,
    env: dict[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own (a Ctrl-C in the terminal is ours to pass on), its words appended to `log`.

    Call it from the main thread: the kernel's promise is bound to the thread that starts the child.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    log.touch(mode=0o600)  # it names people and addresses
    with log.open("ab") as out:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env=env,
            cwd="/" if user else None,
            start_new_session=True,
            preexec_fn=following(last_signal),
            **as_user(user),
        )


def stop(process: subprocess.Popen[bytes], *, by: signal.Signals, patience_s: float, then: signal.Signals) -> None:
    """Ask a child to end; after `patience_s` insist."""
    if process.poll() is None:
        process.send_signal(by)
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            process.send_signal(then)
            process.wait()


def tail(log: Path, *, since: int = 0, lines: int = 8) -> str:
    """The last lines of a log, from the byte `since` on."""
    with contextlib.suppress(OSError), log.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(since, size - 8000))
        return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])
    return ""


def rotate(log: Path) -> bool:
    """Keep one older log when it has grown large. Copied and emptied: its writer goes on in the same file."""
    if not log.exists() or log.stat().st_size <= LOG_LIMIT:
        return False
    shutil.copy(log, log.with_suffix(".log.1"))
    os.truncate(log, 0)
    return True


class Lock:
    """A lock on a file (flock): the system takes it back when its holder ends, however that happens."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._held: IO[str] | None = None

    def _acquire(self, how: int) -> bool:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        held = self._held or self.file.open("a+")
        try:
            fcntl.flock(held, how)
        except BlockingIOError:
            if self._held is None:
                held.close()
            return False
        self._held = held
        return True

    def try_alone(self) -> bool:
        """Take it for us alone, if it is free; says so in the file."""
        if not self._acquire(fcntl.LOCK_EX | fcntl.LOCK_NB):
            return False
        assert self._held is not None  # noqa: S101 - for the type checker
        self._held.truncate(0)
        self._held.write(f"{os.getpid()} {Path(sys.argv[0]).name} {' '.join(sys.argv[1:2])}".rstrip())
        self._held.flush()
        return True

    def wait_shared(self) -> None:
        """Take it together with others; waits for one who has it alone."""
        self._acquire(fcntl.LOCK_SH)

    def wait_alone(self, tell: Callable[[], None]) -> None:
        """Take it for us alone, `tell` first if that means waiting."""
        if not self._acquire(fcntl.LOCK_EX | fcntl.LOCK_NB):
            tell()
            self._acquire(fcntl.LOCK_EX)

    def holder(self) -> str:
        """Who wrote himself in last: process id and command."""
        try:
            return self.file.read_text() or "?"
        except OSError:
            return "?"

    def release(self) -> None:
        """Give it back; without effect if it is not held."""
        if self._held is not None:
            self._held.close()
            self._held = None


class ToldToEnd(SystemExit):
    """SIGTERM or SIGHUP came."""


@contextlib.contextmanager
def terminable() -> Iterator[None]:
    """Inside, SIGTERM and SIGHUP unwind the stack as Ctrl-C does, so that every `finally` runs."""

    def leave(number: int, _frame: object) -> None:
        raise ToldToEnd(128 + number)

    before = {
        number: signal.signal(number, leave)
        for number in (signal.SIGTERM, signal.SIGHUP)
        if signal.getsignal(number) != signal.SIG_IGN  # nohup means it
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
