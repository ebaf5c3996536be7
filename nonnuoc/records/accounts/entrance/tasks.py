"""Every night: what held nobody up any more, and sessions that are over, are forgotten."""

from __future__ import annotations

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from nonnuoc.records.accounts.entrance import attempts, presences


@app.periodic(cron="23 * * * *")
@app.task(queueing_lock="entrance")
def forget_old_entrances(timestamp: int) -> None:
    """Counts of tries, and presences that are over."""
    at = datetime.fromtimestamp(timestamp, UTC)
    attempts.forget_old(at=at)
    presences.forget_old(at=at)
