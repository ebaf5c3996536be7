"""The live chart: its zoom, its address, its keys and fingers; several stations on one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page

from nonnuoc.look import built
from nonnuoc.records.monitoring.observations import micros
from tests.portal import network

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=False),
    pytest.mark.skipif(not built.manifest(), reason="the front end is not built"),
]
MONTH = "/stations/A1?property=PM2.5&mean=raw&period=month"
CHART = "[data-chart], [data-compare]"


@pytest.fixture
def opened(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """A page with its chart drawn, and no fault in its scripts."""
    contexts, faults = [], []

    def open_page(path: str, **window: object) -> Page:
        shape = {"locale": "vi-VN", "viewport": {"width": 1000, "height": 800}, "service_workers": "block", **window}
        contexts.append(browser.new_context(**shape))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(live_server.url + path)
        page.locator(CHART).scroll_into_view_if_needed()
        page.wait_for_selector("[data-ready]", timeout=30_000)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def month(code: str = "A1", **facts: object) -> None:
    network.air(code, timezone.now(), where=None, codes=("PM2.5",), hours=24 * 30, **facts)


def asked(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def shown(page: Page) -> tuple[int, int]:
    first, last = (page.locator(CHART).get_attribute("data-shown") or "").split("-")
    return int(first), int(last)


def settled(page: Page, before: str) -> None:
    """Until the address says something else than before."""
    page.wait_for_function("before => location.href !== before", arg=before)


def drawn(page: Page, *, other_than: tuple[int, int]) -> tuple[int, int]:
    """The span that is drawn next."""
    before = f"{other_than[0]}-{other_than[1]}"
    page.wait_for_function("before => document.querySelector('[data-chart]').dataset.shown !== before", arg=before)
    return shown(page)


def test_what_is_zoomed_to_is_in_the_address_and_the_server_draws_the_same(opened, live_server) -> None:
    month()
    page = opened(MONTH)
    before = page.url
    page.get_by_role("button", name="Phóng to").click()
    page.get_by_role("button", name="Phóng to").click()
    settled(page, before)
    link = asked(page)
    assert (link["property"], link["mean"]) == ("PM2.5", "raw") and "period" not in link
    first, last = shown(page)
    assert last - first == pytest.approx(30 * 86_400 / 4, rel=0.01)
    download = page.get_by_role("link", name="Tải số liệu đang xem (CSV)").get_attribute("href") or ""
    assert parse_qs(urlsplit(download).query)["since"] == [link["since"]]

    page.goto(page.url)  # as somebody who was sent the link
    drawn = page.locator("[data-chart]").get_attribute("data-chart") or ""
    since = parse_qs(urlsplit(drawn).query)["since"][0]
    assert since.startswith(link["since"])


def test_the_whole_period_brings_the_address_back(opened) -> None:
    month()
    page = opened(MONTH)
    before = page.url
    page.get_by_role("button", name="Lùi lại").click()
    settled(page, before)
    assert "since" in asked(page)
    page.get_by_role("button", name="Cả khoảng thời gian").click()
    page.wait_for_function("() => location.search.includes('period=month')")
    assert page.get_by_role("button", name="Cả khoảng thời gian").is_disabled()


def test_earlier_than_the_period_is_loaded_when_it_is_asked_for(opened) -> None:
    month()
    page = opened("/stations/A1?property=PM2.5&mean=raw&period=day")
    first, _ = shown(page)
    with page.expect_response("**/series.json?*") as answer:
        page.get_by_role("button", name="Lùi lại").click()
        page.get_by_role("button", name="Lùi lại").click()
        page.get_by_role("button", name="Lùi lại").click()
    loaded = answer.value.json()
    assert loaded["until"] > first - 86_400 and loaded["since"] < first - 86_400
    assert min(time for time in loaded["time"]) < first - 43_200


def test_keys_walk_zoom_and_move_and_the_value_is_told(opened) -> None:
    month()
    page = opened(MONTH)
    page.locator(CHART).focus()
    page.keyboard.press("End")
    told = page.locator(".tip").inner_text()
    assert "µg/Nm³" in told and "tạm thời" in told
    page.keyboard.press("ArrowLeft")
    assert page.locator(".tip").inner_text() != told
    whole = shown(page)
    page.keyboard.press("+")
    near = drawn(page, other_than=whole)
    assert near[1] - near[0] < (whole[1] - whole[0]) * 0.6
    page.keyboard.press("[")
    moved = drawn(page, other_than=near)
    assert moved[0] < near[0]
    page.keyboard.press("0")
    assert drawn(page, other_than=moved) == whole


def test_one_finger_moves_and_two_zoom(opened) -> None:
    month()
    page = opened(MONTH, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    before = shown(page)
    over = page.locator(".u-over").bounding_box()
    assert over is not None
    touch = page.context.new_cdp_session(page)

    def fingers(kind: str, *across: float) -> None:
        points = [{"x": over["x"] + x, "y": over["y"] + 100, "id": n} for n, x in enumerate(across)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        page.wait_for_timeout(30)

    fingers("touchStart", 100, 160)
    for n in range(8):
        fingers("touchMove", 100 - 6 * n, 160 + 8 * n)
    fingers("touchEnd")
    pinched = shown(page)
    assert 0.2 < (pinched[1] - pinched[0]) / (before[1] - before[0]) < 0.7
    fingers("touchStart", 60)
    for n in range(8):
        fingers("touchMove", 60 + 12 * n)
    fingers("touchEnd")
    panned = shown(page)
    assert panned[0] < pinched[0]
    assert panned[1] - panned[0] == pytest.approx(pinched[1] - pinched[0], abs=2)


def test_a_spike_of_five_minutes_in_a_month_is_seen(opened) -> None:
    month(level=20.0)
    raw = network.stream(network.Thing.objects.get(code="A1"), "PM2.5", "raw")
    spike = micros(timezone.now()) // network.STEP * network.STEP - 12 * 24 * network.HOUR
    network.put(raw, np.array([spike]), np.array([199.0]))
    page = opened(MONTH)
    seen = page.evaluate(
        """async () => {
            const url = new URL(document.querySelector('[data-chart]').dataset.chart, location.href)
            url.searchParams.set('points', '240')
            const found = await (await fetch(url)).json()
            return [found.step_s, Math.max(...found.high.filter((value) => value !== null))]
        }"""
    )
    assert seen[0] >= 7200 and seen[1] == 199.0


def test_stations_are_compared_on_one_canvas_and_zoomed_together(opened) -> None:
    month("A1", seed=1)
    month("A2", seed=2, level=40.0)
    page = opened("/compare?stations=A1,A2&property=PM2.5&mean=mean_1h&period=month")
    page.locator(CHART).focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    told = page.locator(".tip").inner_text()
    assert "Trạm A1" in told and "Trạm A2" in told
    before = page.url
    page.keyboard.press("+")
    settled(page, before)
    assert asked(page)["stations"] == "A1,A2" and "since" in asked(page)


@pytest.mark.parametrize("path", [MONTH, "/compare?stations=A1,A2&property=PM2.5"])
def test_a_small_phone_in_the_dark_scrolls_nothing_sideways(opened, path: str) -> None:
    month("A1", name="Trạm " + "rất dài " * 12)
    month("A2", name="محطة قياس 🏞️" * 4)
    page = opened(path, viewport={"width": 320, "height": 640}, color_scheme="dark")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
