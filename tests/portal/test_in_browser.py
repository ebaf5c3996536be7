"""The pages in a real browser, at the width of a phone and of a desk."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page

from nonnuoc.look import built
from nonnuoc.records.accounts import services as accounts
from nonnuoc.records.monitoring.models import Thing
from tests.portal import network

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=False),
    pytest.mark.skipif(not built.manifest(), reason="the front end is not built"),
]
WIDTHS = [360, 1440]


class Watched:
    """A page that keeps what went wrong and whom it called."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page, self.origin = page, origin
        self.errors: list[str] = []
        self.strangers: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        page.on("request", lambda request: self._called(request.url))
        page.add_init_script(
            "window.violations = [];"
            "document.addEventListener('securitypolicyviolation', (e) => violations.push(e.violatedDirective))"
        )

    def _called(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws") and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.strangers.append(url)

    def open(self, path: str) -> Page:
        self.page.goto(self.origin + path)
        return self.page

    def is_clean(self) -> None:
        assert self.errors == []
        assert self.strangers == []
        assert self.page.evaluate("window.violations") == []
        assert self.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.fixture(params=WIDTHS)
def watched(request, browser: Browser, live_server) -> Iterator[Watched]:
    context = browser.new_context(
        locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", viewport={"width": request.param, "height": 800}
    )
    yield Watched(context.new_page(), live_server.url)
    context.close()


@pytest.fixture
def stations(live_server) -> None:
    at = timezone.now()
    where = network.commune()
    thing = network.air(
        "A1", at, where=where, name="Trạm không khí khu công nghiệp có một cái tên rất dài, xã Quảng Uyên"
    )
    network.flagged(thing, "PM2.5", at)
    network.receipt(thing, at.replace(minute=0, second=0, microsecond=0))
    network.water("W1", at, where=network.commune("01288", "Tân Giang", 106.27, 22.65))
    network.planned("P1", where=where)


def test_what_is_chosen_in_the_list_is_chosen_on_the_map_by_keyboard(watched: Watched, stations: None) -> None:
    page = watched.open("/")
    page.locator("[data-map]").scroll_into_view_if_needed()
    page.wait_for_selector("[data-map][data-ready]", timeout=30_000)
    page.focus('[data-station="W1"] .to-map')
    page.keyboard.press("Enter")
    assert page.locator('[data-station="W1"]').get_attribute("class") == "row chosen"
    assert "Trạm W1" in page.locator(".picked").inner_text()
    watched.is_clean()


def test_what_is_chosen_on_the_map_is_chosen_in_the_list(watched: Watched, stations: None) -> None:
    page = watched.open("/")
    page.locator("[data-map]").scroll_into_view_if_needed()
    page.wait_for_selector("[data-map][data-ready]", timeout=30_000)
    page.click('[data-station="W1"] .to-map')
    page.wait_for_timeout(500)
    page.click('[data-station="A1"] .to-map')  # brings it to the middle of the map
    page.wait_for_timeout(500)
    page.evaluate("document.querySelector('.row.chosen').classList.remove('chosen')")
    page.locator(".map canvas").click()
    page.wait_for_selector('.row.chosen[data-station="A1"]')
    watched.is_clean()


def test_station_draws_its_chart_on_a_canvas(watched: Watched, stations: None) -> None:
    page = watched.open("/stations/A1?property=PM2.5")
    page.locator("[data-chart]").scroll_into_view_if_needed()
    page.wait_for_selector("[data-chart][data-ready]", timeout=30_000)
    assert page.locator(".chart canvas").count() == 1
    watched.is_clean()


def test_numbers_and_chart_are_there_without_javascript(browser: Browser, live_server, stations: None) -> None:
    context = browser.new_context(locale="vi-VN", java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(f"{live_server.url}/stations/A1?property=PM2.5")
    assert page.locator(".chart .line").is_visible()
    field = page.locator(".chart .field").bounding_box()
    assert field is not None and field["width"] > 250 and field["x"] + field["width"] <= 360
    assert "µg/Nm³" in page.locator("#now ~ .table-frame").inner_text()
    page.click("text=7 ngày")
    assert "period=week" in page.url
    context.close()


def test_empty_and_missing_pages_are_clean(watched: Watched) -> None:
    watched.open("/")
    watched.is_clean()


def test_the_map_shows_the_stations_before_it_is_drawn_beside_the_list(watched: Watched, stations: None) -> None:
    page = watched.open("/")
    assert page.locator(".sketch .place").count() == 3
    page.locator("[data-map]").scroll_into_view_if_needed()
    page.wait_for_selector("[data-map][data-ready]", timeout=30_000)
    page.wait_for_selector(".map.is-live")
    assert page.locator(".map canvas").count() == 1
    assert page.locator(".sketch").evaluate("e => getComputedStyle(e).visibility") == "hidden"
    watched.is_clean()


def test_zooming_into_a_month_loads_every_value_and_comes_back(watched: Watched, live_server) -> None:
    network.air("A1", timezone.now(), where=None, codes=("PM2.5",), hours=24 * 30)
    page = watched.open("/stations/A1?property=PM2.5&period=month")
    chart = page.locator("[data-chart]")
    chart.scroll_into_view_if_needed()
    page.wait_for_selector("[data-chart][data-ready]", timeout=30_000)
    whole = int(chart.get_attribute("data-step") or 0)
    assert whole > 300
    chart.focus()
    page.keyboard.press("End")  # the newest value; where the eye is, there it zooms
    for _ in range(6):
        page.keyboard.press("+")
    page.wait_for_selector('[data-chart][data-step="0"]')
    page.keyboard.press("ArrowLeft")
    assert "µg/Nm³" in page.locator(".tip").inner_text()
    page.get_by_role("button", name="Cả khoảng thời gian").click()
    page.wait_for_selector(f'[data-chart][data-step="{whole}"]')
    watched.is_clean()


def test_from_a_number_to_the_receipt_of_its_file(watched: Watched, stations: None) -> None:
    page = watched.open("/stations/A1?property=PM2.5")
    page.locator(".answer .facts a").click()
    page.wait_for_url("**/stations/A1/why?property=VN_AQI*")
    watched.open("/stations/A1?property=PM2.5")
    page.locator("#receipts td a").first.click()
    assert "Đã lưu 4 giá trị từ tệp này." in page.locator("h1").inner_text()
    watched.is_clean()


def test_the_desk_fits_any_width_and_says_what_was_wrong(watched: Watched, stations: None) -> None:
    accounts.register_administrator("an@example.vn", name="An", password="limestone and clear water", by=None)
    thing = Thing.objects.get(code="A1")
    held = network.held(
        "A1", timezone.now(), "unknown_unit", thing,
        problems=[{"line": 3, "code": "unknown_unit", "detail": "'CO': " + "furlong" * 30}],
    )  # fmt: skip
    page = watched.open("/desk/sign-in/")
    page.fill("[name=email]", "an@example.vn")
    page.fill("[name=password]", "limestone and clear water")
    page.click("main button")
    for path in ("/desk/", "/desk/upload/", f"/desk/deliveries/{held.uuid}/"):
        watched.open(path)
        watched.is_clean()
    assert "Không có quy tắc đổi đơn vị này" in page.locator("main").inner_text()
    assert page.locator(".simulated").is_visible()


@pytest.mark.parametrize("path", ["/", "/stations/A1?property=PM2.5"])
def test_the_banner_heads_every_printed_sheet_and_the_drawings_are_printed(
    browser: Browser, live_server, stations: None, path: str
) -> None:
    context = browser.new_context(locale="vi-VN")
    page = context.new_page()
    page.goto(live_server.url + path)
    drawing = ".sketch" if path == "/" else ".chart .drawn"
    ready = "[data-map]" if path == "/" else "[data-chart]"
    page.locator(ready).scroll_into_view_if_needed()
    page.wait_for_selector(f"{ready}[data-ready]", timeout=30_000)
    page.emulate_media(media="print")
    assert page.locator(".simulated").is_visible()
    assert page.locator(".simulated").evaluate("e => getComputedStyle(e).display") == "table-header-group"
    assert page.locator(drawing).is_visible()
    context.close()
