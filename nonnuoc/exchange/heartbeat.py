"""A sign of life to an address outside, for as long as everything essential moves.

Whoever waits for it there – a dead man's switch, of which there are many – notices when it does not come: that the
machine is off, the network is gone, a queue is stuck. Nothing in here could.
"""

from __future__ import annotations

import logging
from datetime import datetime

from nonnuoc.exchange import pinned
from nonnuoc.exchange.pinned import ForbiddenTargetError, UnreachableError
from nonnuoc.records.accounts import preferences
from nonnuoc.records.alerts.watch import lagging

log = logging.getLogger(__name__)
#: What has waited longer than this is not being worked on.
LONGEST_WAIT_S = 900.0


def is_due(at: datetime) -> bool:
    """Whether a beat falls into this minute; never without an address."""
    every_min = max(1, int(preferences.read("heartbeat.every_s")) // 60)
    return bool(preferences.read("heartbeat.url")) and int(at.timestamp() // 60) % every_min == 0


def beat(at: datetime) -> bool:
    """Give the sign if everything moves; whether it arrived. What went wrong stands in the log."""
    if not lagging.moves(at, LONGEST_WAIT_S):
        log.warning("No heartbeat: something essential does not move")
        return False
    url = str(preferences.read("heartbeat.url"))
    try:
        answer = pinned.ask("GET", url, {}, b"")
    except (ForbiddenTargetError, UnreachableError) as error:
        log.warning("The heartbeat did not arrive: %s", error)
        return False
    if answer.status >= 400:
        log.warning("The heartbeat was refused: %s", answer.words)
    return answer.status < 400
