"""The deliveries that brought the values of one hour of a station."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from nonnuoc.look import words
from nonnuoc.portal import asked
from nonnuoc.records.monitoring import receipts as ledger
from nonnuoc.records.monitoring.receipts import ReceiptBehind
from nonnuoc.records.monitoring.selectors import StationNow

LISTED = 200
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Receipts:
    """The hour (since, until], and what brought it."""

    since: datetime
    until: datetime
    listed: tuple[tuple[ReceiptBehind, str, str], ...]  # with its door and its name in words
    more: int
    earlier: datetime
    later: datetime | None


def receipts(found: StationNow, hour: str, at: datetime) -> Receipts | None:
    """Those of the hour that was asked for; at first, of the hour of the newest number."""
    if found.heard is None:
        return None
    newest = found.index.hour if found.index and found.index.hour else found.heard
    until = _whole_hour(asked.moment(hour) or newest)
    behind = ledger.behind(found.id, until - HOUR, until)
    return Receipts(
        since=until - HOUR,
        until=until,
        listed=tuple((one, words.door(one.door), words.file_name(one.door, one.file_name)) for one in behind[:LISTED]),
        more=max(0, len(behind) - LISTED),
        earlier=until - HOUR,
        later=until + HOUR if until < at else None,
    )


def _whole_hour(moment: datetime) -> datetime:
    """The hour that ends at or after the moment, local."""
    local = timezone.localtime(moment)
    floor = local.replace(minute=0, second=0, microsecond=0)
    return floor if floor == local else floor + HOUR
