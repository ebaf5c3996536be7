"""The network, the method and the catalogue in a real browser."""

from __future__ import annotations

import pytest
from django.utils import timezone

from nonnuoc.look import built
from nonnuoc.records.monitoring import counting
from tests.portal import network
from tests.portal.test_in_browser import Watched, watched

__all__ = ["watched"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=False),
    pytest.mark.skipif(not built.manifest(), reason="the front end is not built"),
]


@pytest.fixture
def stations(live_server) -> None:
    at = timezone.now()
    network.air("A1", at, where=network.commune(), hours=30, name="Một trạm có cái tên rất dài " * 5)
    network.water("W1", at, where=network.commune("01288", "Tân Giang", 106.27, 22.65))
    network.planned("P1", where=None, name="محطة 🌊 " + "không-có-chỗ-ngắt" * 8)
    counting.refresh(at)


def test_no_page_breaks_anything_or_calls_anybody(watched: Watched, stations: None) -> None:
    for path in ("/network", "/network?span=24h&state=speaking", "/method", "/catalogue"):
        page = watched.open(path)
        for drawer in page.locator("details").all():
            drawer.evaluate("drawer => { drawer.open = true }")
        watched.is_clean()


def test_a_link_of_another_page_leads_to_its_section(watched: Watched) -> None:
    page = watched.open("/method#vn_wqi")
    heading = page.locator("#vn_wqi")
    assert heading.is_visible()
    assert 0 <= heading.bounding_box()["y"] < 400
