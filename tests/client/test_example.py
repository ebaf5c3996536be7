"""The example of the documentation runs as it stands, against a live server."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from nonnuoc.look import law
from nonnuoc.records.monitoring import observations
from nonnuoc.records.monitoring.models import Thing
from tests.portal import network

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_last_month_is_fetched_by_the_example(live_server: Any) -> None:
    raw = network.instrument(network.station("KK01", kind=Thing.Kind.AMBIENT_AIR, simulated=True), "PM2.5")
    this_month = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    last = observations.micros(this_month - timedelta(days=10))
    times = np.arange(last, last + 3 * 24 * network.HOUR, network.STEP) + network.STEP  # three whole days
    network.put(raw, times, np.repeat([20.0, 80.0, 41.0], 288))
    command = [sys.executable, str(ROOT / "examples/last_month_pm25.py"), live_server.url]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=ROOT, check=False)
    assert told.returncode == 0, told.stderr
    assert "KK01: " in told.stdout
    assert "CC BY 4.0" in told.stdout
    row = next(line for line in told.stdout.splitlines() if "Trạm KK01" in line)
    assert row.split()[:5] == ["KK01", "3", "47.0", "80.0", "1"]


def test_its_limit_is_that_of_the_law() -> None:
    (limit,) = [one for one in law.limits("ambient_air", "PM2.5", timezone.localdate()) if one.averaging == "24h"]
    assert f"LIMIT = {limit.value:.1f} " in (ROOT / "examples/last_month_pm25.py").read_text()


def test_the_page_of_the_client_shows_the_example() -> None:
    page = (ROOT / "docs/CLIENT.md").read_text()
    assert "examples/last_month_pm25.py" in page
