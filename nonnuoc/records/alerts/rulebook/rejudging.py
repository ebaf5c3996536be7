"""A rule that holds for the past judges the past: by a job, since years may have to be read."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from procrastinate.contrib.django import app

JOB = "nonnuoc.ingest.tasks.judge_by_rule"


def later(code: str, since: datetime) -> None:
    """Have all that is held of a time from `since` on judged by the rule as it is now; nothing for what is to come."""
    if since < timezone.now():
        app.configure_task(JOB, lock=f"judge-by-{code}").defer(code=code, since=since.isoformat())
