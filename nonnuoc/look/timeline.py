"""What happened, as `parts/timeline.html` tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened `at` a moment, or lasted `until` another; `is_open`: it goes on."""

    at: datetime
    words: str
    detail: str = ""
    link: str = ""
    until: datetime | None = None
    is_open: bool = False
