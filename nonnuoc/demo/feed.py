"""The demonstration as a process: registers the invented stations, then sends for them until it is ended."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path

from nonnuoc.demo import registration, sender
from nonnuoc.demo.registers import every as registers

HOST = "127.0.0.1"


def run(ftp_port: int, speed: float, *, home: Path) -> None:
    """Until SIGTERM or Ctrl-C; Django must be set up."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    folder = home / "demo"
    keys = registration.register(folder)
    registers.load()  # once more: what refers to stations finds them now
    sender.run(HOST, ftp_port, keys, folder=folder, speed=speed, progress=_tell, stop=stop)


def _tell(sent: int, of: int) -> None:
    """A line every tenth of a history; single files pass without a word."""
    if of > 20 and (sent * 10 // of > (sent - 1) * 10 // of):
        print(f"demonstration: {sent} of {of} files of history sent", file=sys.stderr, flush=True)
