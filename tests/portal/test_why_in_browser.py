"""Why this number, in a real browser: the picture, the list in its place on a phone, and the dossier on paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from nonnuoc.look import built
from nonnuoc.records.monitoring.models import Thing
from tests import factories as f

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=False),
    pytest.mark.skipif(not built.manifest(), reason="the front end is not built"),
]
PATH = "/stations/KK01/why"


@pytest.fixture
def station(live_server) -> None:
    f.station(symbols=("PM2.5", "PM10", "NO2"))
    lines = [line for code in ("PM2.5", "PM10", "NO2") for line in f.every(code, [40 + i % 9 for i in range(160)])]
    f.send(*lines, at=f.NOON + timedelta(minutes=1), door="ftp")
    Thing.objects.update(name="Trạm không khí khu công nghiệp có một cái tên rất dài, xã Quảng Uyên")


@pytest.fixture(params=[320, 1280])
def opened(request, browser: Browser, live_server, station) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": request.param, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + PATH)
    yield page
    context.close()


def test_the_chain_is_drawn_where_there_is_room_and_a_list_elsewhere(opened: Page) -> None:
    wide = opened.viewport_size["width"] > 700  # type: ignore[index]
    assert opened.locator(".chain-drawn").is_visible() is wide
    assert opened.locator(".chain-list").is_visible() is not wide
    links = opened.locator(".chain-drawn a" if wide else ".chain-list a")
    assert links.count() == 6
    for anchor in ("number", "how", "means", "values", "files", "rules"):
        assert opened.locator(f"#{anchor}").count() == 1
    links.last.click()
    assert opened.url.endswith("#rules")


def test_nothing_but_tables_is_wider_than_the_screen(opened: Page) -> None:
    assert opened.locator("h1").count() == 1
    width = opened.viewport_size["width"]  # type: ignore[index]
    box = opened.locator("body").bounding_box()
    assert box
    assert box["width"] <= width
    for name in (".why .answer", ".why .step", ".chain", ".ones", ".table-frame"):
        for one in opened.locator(name).all():
            if one.is_visible():
                found = one.bounding_box()
                assert found
                assert found["x"] + found["width"] <= width + 1


def test_on_paper_every_drawer_is_open_and_the_address_is_there(opened: Page) -> None:
    assert not opened.locator(".printed").is_visible()
    assert not opened.locator(".commands").is_visible()
    opened.emulate_media(media="print")
    assert opened.locator(".printed").is_visible()
    assert "/stations/KK01/why?property=VN_AQI&mean=aqi_1h&at=" in opened.locator(".printed").inner_text()
    assert opened.locator(".commands").is_visible()
    assert opened.locator(".chain-drawn").is_visible()
    assert not opened.locator(".answer .choices").is_visible()
