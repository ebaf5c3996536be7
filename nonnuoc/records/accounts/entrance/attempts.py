"""Tries, counted in the database, so that guessing is slow whichever process is asked and after every restart.

A count belongs to whoever tries – an address, a browser known to the account – together with what is tried. Nobody's
count stands for the account alone, so nobody can lock its owner out. A try is counted before it is looked at: a
hundred guesses at once are a hundred.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F
from django.utils import timezone

from nonnuoc.records.accounts import audit
from nonnuoc.records.accounts.entrance.models import Tries

log = logging.getLogger(__name__)

_SPEND = """
INSERT INTO entrance_tries AS held (key, count, first) VALUES (%(key)s, 1, %(at)s)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN held.first <= %(from)s THEN 1 ELSE held.count + 1 END,
    first = CASE WHEN held.first <= %(from)s THEN excluded.first ELSE held.first END
RETURNING count, first
"""
LONGEST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` tries of something within a time."""

    what: str
    most: int
    within: timedelta

    def spend(self, *whose: str, at: datetime | None = None) -> int:
        """Count one more try of theirs. Gives 0 if it may be made, else the seconds to wait."""
        now = at or timezone.now()
        with connection.cursor() as cursor:
            cursor.execute(_SPEND, {"key": self._key(whose), "at": now, "from": now - self.within})
            count, first = cursor.fetchone()
        if count == self.most + 1:  # once: the log is not a guesser's to fill
            log.warning("too many tries of a %s; the last one from %s", self.what, audit.ORIGIN.get())
        return 0 if count <= self.most else max(1, int((first + self.within - now).total_seconds()))

    def give_back(self, *whose: str) -> None:
        """The last try was none: it was right."""
        Tries.objects.filter(key=self._key(whose), count__gt=0).update(count=F("count") - 1)

    def forgive(self, *whose: str) -> None:
        """The earlier tries were slips."""
        Tries.objects.filter(key=self._key(whose)).delete()

    def _key(self, whose: tuple[str, ...]) -> bytes:
        return hashlib.sha256("\0".join((self.what, *whose)).encode(errors="replace")).digest()


QUARTER = timedelta(minutes=15)
#: Of one account, from one address or one known browser.
PASSWORD = Limit("password", 5, QUARTER)
#: From one address where the browser is not known, whatever the account: each guess costs us a tenth of a second.
PASSWORD_FROM = Limit("password from", 60, QUARTER)
#: Codes of one account by those who know its password: six digits must not fall to many addresses.
CODE = Limit("code", 5, QUARTER)
CODE_FROM_STRANGERS = Limit("code from strangers", 20, LONGEST)
#: Letters with a link: asked for from one address, and sent to one (it holds as many links, all of them good).
RESET_FROM = Limit("reset from", 20, LONGEST)
RESET_TO = Limit("reset to", 5, LONGEST)
#: Links that do not exist; one that does is always opened.
INVITATION_FROM = Limit("invitation from", 30, QUARTER)


def forget_old(*, at: datetime) -> int:
    """Counts that hold nobody up any more are deleted; gives how many."""
    return Tries.objects.filter(first__lt=at - LONGEST).delete()[0]
