"""When a person may be disturbed."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from nonnuoc.records.outbox.models import Preference


def due(at: datetime, severity: int, preference: Preference) -> datetime:
    """The earliest moment from `at` on to tell this person: now, or the end of their quiet hours."""
    if preference.quiet_from is None or preference.quiet_until is None or severity >= preference.loud_severity:
        return at
    local = at.astimezone(ZoneInfo(settings.TIME_ZONE))
    if not within(local.time(), preference.quiet_from, preference.quiet_until):
        return at
    end = local.replace(hour=preference.quiet_until.hour, minute=preference.quiet_until.minute, second=0, microsecond=0)
    return end if end > local else end + timedelta(days=1)


def within(moment: time, since: time, until: time) -> bool:
    """Whether a time of day lies in [since, until), which may reach over midnight."""
    return since <= moment < until if since < until else moment >= since or moment < until
