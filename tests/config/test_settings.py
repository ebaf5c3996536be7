"""Django's settings stand on the home and the database of the run."""

from __future__ import annotations

import os

import pytest
from django.conf import settings
from django.db import connection

from nonnuoc.config import home


def test_tests_run_in_a_home_of_their_own() -> None:
    assert home.path() == settings.HOME
    assert settings.HOME.name != "var"
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        assert settings.HOME.name == worker


@pytest.mark.django_db
def test_tests_run_in_a_database_of_their_own() -> None:
    assert connection.settings_dict["NAME"].startswith("test_")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int")
        assert cursor.fetchone()[0] >= 150000
