"""Who writes."""

from __future__ import annotations

import pytest

from nonnuoc.records.accounts.models import Person, Role
from tests.records.accounts import staff


@pytest.fixture
def administrator(db: None) -> Person:
    """An administrator of the province, with nothing else in it."""
    someone = staff.person("Quản")
    staff.task(someone, staff.office("so-quan"), Role.ADMINISTRATOR)
    return someone
