"""What a killed owner leaves behind: a PostgreSQL that still runs, or its pid file with a number others use now.

Called while holding the owner's lock, so whatever runs in the data directory belongs to nobody.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE_S = 300.0
_SHARED_MEMORY = Path("/proc/sysvipc/shm")


def clear(data: Path, *, say: Callable[[str], None]) -> None:
    """Stop an orphan server cleanly, and remove a pid file that no longer tells the truth."""
    pid_file = data / "postmaster.pid"
    pid = _pid(pid_file)
    if pid is None:
        return
    if _is_server_of(pid, data):
        say(f"stopping the database an earlier run left behind (process {pid})")
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        _wait(lambda: _is_server_of(pid, data), f"PostgreSQL (process {pid}) in {data} does not stop")
    elif _runs(pid) and _SHARED_MEMORY.exists():
        # The number is another program's by now, and PostgreSQL would take that for itself and refuse to start.
        # Its own second safeguard is kept: while an old backend holds the shared memory, the file stays.
        segment = _shared_memory(pid_file)
        _wait(lambda: _attached(segment) > 0, f"a process of an earlier PostgreSQL still works in {data}")
        pid_file.unlink(missing_ok=True)


def _pid(pid_file: Path) -> int | None:
    with contextlib.suppress(OSError, ValueError, IndexError):
        return abs(int(pid_file.read_text().splitlines()[0]))
    return None


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_server_of(pid: int, data: Path) -> bool:
    """Whether that process is a PostgreSQL server of this data directory, by the command line it was started with."""
    if not _runs(pid):
        return False
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except FileNotFoundError:
        return not Path("/proc").exists()  # no /proc to ask: the pid file is all there is to believe
    return words[0].rpartition(b"/")[2] == b"postgres" and any(_same_folder(word, data) for word in words[1:])


def _same_folder(word: bytes, data: Path) -> bool:
    with contextlib.suppress(OSError, ValueError):
        return Path(os.fsdecode(word)).samefile(data)
    return False


def _shared_memory(pid_file: Path) -> int | None:
    """The id of the System V segment, the second number of line 7."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(pid_file.read_text().splitlines()[6].split()[1])
    return None


def _attached(segment: int | None) -> int:
    """How many processes hold the segment (columns: key shmid perms size cpid lpid nattch ...)."""
    for line in _SHARED_MEMORY.read_text().splitlines()[1:]:
        columns = line.split()
        if segment is not None and int(columns[1]) == segment:
            return int(columns[6])
    return 0


def _wait(while_: Callable[[], bool], complaint: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while while_():
        if time.monotonic() > until:
            raise TimeoutError(f"{complaint}; stop it by hand, then start again.")
        time.sleep(0.05)
