"""Who may come in by FTP: a station by its code, with one of its keys.

The accounts are kept in memory and refreshed from the database, so that loggers are served while it is away.
A right key is let in always and at once, whatever others did with that account or from that address:
nobody can lock a station out. Wrong keys wait, longer each time.
"""

from __future__ import annotations

import hmac
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping

from django.db import Error as DatabaseError
from django.db import connection

from nonnuoc.records.monitoring import keys

log = logging.getLogger(__name__)

REFRESH_S = 5.0
#: Compared with when the account is unknown, so that this takes as long as a wrong key.
_NOBODY = frozenset({keys.digest("")})


class Accounts:
    """Station codes and the SHA-256 of their keys, as last read from the database."""

    def __init__(self, load: Callable[[], Mapping[str, frozenset[bytes]]] = keys.in_force) -> None:
        self._load = load
        self._keys: Mapping[str, frozenset[bytes]] = {}
        self._wake = threading.Event()
        self._stop = False
        self._thread = threading.Thread(target=self._keep_fresh, name="ftp-accounts", daemon=True)

    def start(self) -> None:
        """Read them, and go on reading them in the background."""
        self.refresh()
        self._thread.start()

    def stop(self) -> None:
        """Stop reading them."""
        self._stop = True
        self._wake.set()

    def hurry(self) -> None:
        """Read them again soon: somebody came with a key made a moment ago, or a wrong one."""
        self._wake.set()

    def admits(self, station_code: str, secret: str) -> bool:
        """Whether this secret is one of the station's keys."""
        given = keys.digest(secret)
        known = self._keys.get(station_code)
        right = [hmac.compare_digest(given, key) for key in known or _NOBODY]
        return known is not None and any(right)

    def refresh(self) -> None:
        """Read them; while the database is away, those of before stay."""
        try:
            self._keys = self._load()
        except DatabaseError as error:
            log.warning("FTP accounts stay as they were %d: %s", len(self._keys), error)

    def _keep_fresh(self) -> None:
        while not self._stop:
            self._wake.wait(REFRESH_S)
            self._wake.clear()
            if not self._stop:
                self.refresh()
                time.sleep(0.2)  # however often somebody is in a hurry
        connection.close()


class Failures:
    """Wrong keys by address, forgotten after ten minutes: how long the next answer to a wrong one waits."""

    FORGET_S = 600.0
    PATIENCE = 5  # wrong keys at the ordinary delay
    LONGEST_S = 15.0  # less than a stranger may stay: he hears the answer before he is evicted
    REMEMBERED = 10_000  # addresses

    def __init__(self, *, delay_s: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._delay_s, self._clock = delay_s, clock
        self._counts: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def count(self, address: str) -> int:
        """Wrong keys from this address that are not forgotten."""
        count, last = self._counts.get(address, (0, 0.0))
        return count if self._clock() - last < self.FORGET_S else 0

    def add(self, address: str) -> None:
        """One more."""
        self._counts[address] = (self.count(address) + 1, self._clock())
        self._counts.move_to_end(address)
        while len(self._counts) > self.REMEMBERED:
            self._counts.popitem(last=False)

    def banned(self, address: str) -> bool:
        """So many that one more wrong key ends the connection."""
        return self.count(address) >= self.PATIENCE

    def delay_s(self, address: str) -> float:
        """How long the answer to a wrong key waits: doubling beyond the first few."""
        beyond = max(0, self.count(address) - self.PATIENCE)
        return float(min(self._delay_s * 2 ** min(beyond, 10), self.LONGEST_S))
