"""Jobs of the queue that talk to the outside."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from nonnuoc.exchange import heartbeat


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="heartbeat")
def give_a_sign_of_life(timestamp: int) -> bool:
    """Say outside that everything moves, as often as the settings want it."""
    at = timezone.now()
    return heartbeat.is_due(at) and heartbeat.beat(at)
