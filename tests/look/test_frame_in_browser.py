"""The frame of every page in a real browser: on a phone, by keyboard, without JavaScript, for every sense."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from nonnuoc.look import built

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=False),
    pytest.mark.skipif(not built.manifest(), reason="the front end is not built"),
]
PAGES = ["/components", "/components?lang=en", "/nowhere", "/", "/desk/sign-in/"]
ROW = 64  # a row of the masthead is not higher


@pytest.fixture
def phone(browser: Browser, live_server) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url, viewport={"width": 360, "height": 740}, locale="vi-VN")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_pages_are_for_everyone(
    browser: Browser, live_server, axe: Callable[[Page], None], width: int, scheme: str
) -> None:
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": width, "height": 800}, color_scheme=scheme
    )
    page = context.new_page()
    for path in PAGES:
        page.goto(path)
        axe(page)
    context.close()


def test_no_page_asks_for_what_the_policy_forbids(phone: Page) -> None:
    phone.add_init_script(
        "window.violations = [];"
        "addEventListener('securitypolicyviolation', (e) => violations.push(`${e.violatedDirective} ${e.blockedURI}`))"
    )
    said: list[str] = []
    phone.on("console", lambda message: said.append(message.text))
    for path in (*PAGES, "/network", "/communes/", "/unknown", "/method", "/catalogue"):
        phone.goto(path)
        phone.wait_for_load_state("networkidle")
        assert phone.evaluate("window.violations") == [], path
    assert [text for text in said if "olicy" in text] == []


def test_the_masthead_stays_small_and_nothing_scrolls_sideways(phone: Page) -> None:
    for path in ("/components", "/components?lang=en", "/nowhere?lang=en"):
        phone.goto(path)
        for width in (320, 360, 768, 1440):
            phone.set_viewport_size({"width": width, "height": 740})
            where = f"{path} at {width}"
            assert phone.locator(".masthead").evaluate("e => e.offsetHeight") <= 2 * ROW, where
            assert phone.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), where


def test_a_phone_opens_the_pages_without_javascript(browser: Browser, live_server) -> None:
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 360, "height": 740}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto("/components")
    menu = page.locator("nav.site")
    assert not menu.is_visible()
    page.get_by_role("button", name="Mục lục").click()
    assert menu.is_visible()
    page.keyboard.press("Escape")
    assert not menu.is_visible()
    page.get_by_role("button", name="Mục lục").click()
    page.get_by_role("navigation", name="Các mục của cổng thông tin").get_by_role("link", name="Xã, phường").click()
    page.wait_for_url("**/communes/")
    context.close()


def test_a_wide_screen_shows_the_pages_at_once(phone: Page) -> None:
    phone.set_viewport_size({"width": 1280, "height": 800})
    phone.goto("/components")
    assert phone.locator("nav.site a").first.is_visible()
    assert not phone.get_by_role("button", name="Mục lục").is_visible()


def test_the_first_key_leads_past_the_masthead(phone: Page) -> None:
    phone.goto("/components")
    phone.keyboard.press("Tab")
    assert phone.evaluate("document.activeElement.className") == "skip"
    phone.keyboard.press("Enter")
    assert phone.evaluate("document.activeElement.id") == "main"


def test_every_control_can_be_hit_with_a_finger(phone: Page) -> None:
    phone.goto("/components")
    small = phone.evaluate(
        """() => [...document.querySelectorAll('.masthead a, .masthead button, .foot-links a, .button, summary')]
        .map((e) => [e.textContent.trim(), e.getBoundingClientRect()])
        .filter(([, box]) => box.height > 0 && box.height < 32).map(([words, box]) => `${words} ${box.height}`)"""
    )
    assert small == []


def test_chosen_themes_hold_whatever_the_device_is_set_to(phone: Page) -> None:
    phone.emulate_media(color_scheme="dark")
    phone.goto("/components")
    grounds = phone.evaluate(
        "['light', 'dark'].map((s) => getComputedStyle(document.querySelector(`.in-${s}`)).backgroundColor)"
    )
    assert grounds == ["rgb(251, 250, 246)", "rgb(19, 22, 21)"]


def test_where_the_system_has_its_own_colours_marks_keep_theirs(phone: Page) -> None:
    phone.emulate_media(forced_colors="active")
    phone.goto("/components")
    fill = phone.locator(".mark.aqi-1 .shape").first.evaluate("e => getComputedStyle(e).fill")
    assert fill == "rgb(0, 228, 0)"


def test_paper_holds_what_is_read_and_no_controls(phone: Page) -> None:
    phone.goto("/components")
    phone.emulate_media(media="print")
    phone.set_viewport_size({"width": 1100, "height": 800})
    for hidden in ("nav.site", ".languages", ".to-pages", ".foot-links", ".skip"):
        assert not phone.locator(hidden).is_visible(), hidden
    assert phone.locator(".wordmark").is_visible()
    assert phone.locator("main h1").is_visible()


def test_the_page_that_stands_by_itself_is_for_everyone_too(browser: Browser, axe: Callable[[Page], None]) -> None:
    from nonnuoc.look import errors

    page = browser.new_page()
    page.goto(errors.PLAIN.as_uri())
    axe(page)
    page.close()
