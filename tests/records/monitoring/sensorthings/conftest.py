"""The observed world, made once a module: each test undoes what it changed of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from tests.api.observed import World, build


@pytest.fixture(scope="module")
def world_of_module(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Made in a transaction that ends with the module. Queries are small here: compiling them would take longer."""
    with django_db_blocker.unblock(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit TO off")
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def world(world_of_module: World, db: None) -> World:
    """As it was made: what a test changes of it, ends with the test."""
    return world_of_module
