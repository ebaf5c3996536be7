"""Two callers of the observed world: a stranger, and an administrator who sees everything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.api import observed
from tests.api.observed import World
from tests.api.sensorthings.conformance.service import Service


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Made once for all tests of a module: each of them stands in a savepoint of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield observed.build()
        transaction.set_rollback(True)


@pytest.fixture
def service(world: World) -> Service:
    return Service(Client())


@pytest.fixture
def insider(world: World) -> Service:
    client = Client()
    client.force_login(world.people["administrator"])
    return Service(client)
