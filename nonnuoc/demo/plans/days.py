"""The days of what was invented, as moments; and whose account does it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from nonnuoc.records.accounts import selectors as accounts
from nonnuoc.records.accounts.models import Person

OFFICER, LEADER = "canbo@nonnuoc.example", "lanhdao@nonnuoc.example"


@cache
def table(name: str) -> Mapping[str, Any]:
    """One of the TOML files beside this module."""
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))


def moment(day: date, hour: int = 9) -> datetime:
    """That hour of the day, here; never later than now."""
    return min(timezone.make_aware(datetime.combine(day, time(hour))), timezone.now())


def person(email: str | None) -> Person | None:
    """Whose account; None, the system itself, where nobody is named."""
    return accounts.person_by_email(email) if email else None
