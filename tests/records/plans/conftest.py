"""Worlds that stand for all tests of a module."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest


@pytest.fixture
def world(built: Any, db: None) -> Any:
    """What a module has `built`: each test changes its own copy, and rows that are rolled back after it."""
    return deepcopy(built)
