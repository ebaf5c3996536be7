"""A browser's own EventSource on the stream of the web server: let go after each answer, it comes again by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from nonnuoc.records.monitoring import observations
from nonnuoc.records.monitoring.models import Thing
from tests.portal import network

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]
NOON = observations.micros(datetime(2026, 11, 20, 5, tzinfo=UTC))
LISTEN = """() => {
    window.heard = []
    const source = new EventSource("/api/stream?property=PM2.5&procedure=raw")
    source.addEventListener("observations", (event) => {
        window.heard.push([event.lastEventId, JSON.parse(event.data).datastreams[0].value])
    })
}"""


def test_a_browser_hears_what_is_stored(page: Page, live_server: Any) -> None:
    raw = network.instrument(network.station("KK01", kind=Thing.Kind.AMBIENT_AIR), "PM2.5")
    page.goto(f"{live_server.url}/healthz")
    page.evaluate(LISTEN)
    page.wait_for_timeout(1000)  # it has been told where to go on from
    for place, value in enumerate((21.0, 22.0)):
        network.put(raw, np.array([NOON + place * network.STEP]), np.array([value]))
        page.wait_for_function(
            "(value) => window.heard.some(([, heard]) => heard === value)", arg=value, timeout=15_000
        )
    assert all(id_.isdecimal() for id_, _ in page.evaluate("window.heard"))
