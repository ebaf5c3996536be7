"""The pages under /api/ in a browser: without scripts, on a telephone, for those who see little."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.api import observed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def site(live_server: Any) -> str:
    observed.build()
    return str(live_server.url)


@pytest.mark.parametrize("address", ["/api/", "/api/docs"])
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_it_fits_and_can_be_read_by_everybody(
    page: Page, site: str, axe: Any, address: str, width: int, scheme: Any
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.goto(site + address)
    for drawer in page.locator("details.operation > summary").all()[:6]:
        drawer.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    axe(page)


def test_the_address_is_made_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/api/")
    page.select_option("#station", "NM01")
    page.select_option("#property", "DO")
    page.select_option("#period", "this-year")
    page.select_option("#format", "json")
    page.click("main form button")
    assert page.url.endswith("#get")
    address = page.get_attribute("a.button.primary", "href")
    assert address is not None and ".json?" in address and "resolution=hourly" in address
    assert page.text_content("pre.copy") == address
    with page.expect_download() as taken:
        page.click("a.button.primary")
    file = taken.value
    assert file.suggested_filename.startswith("NM01") and file.suggested_filename.endswith(".json")
    assert "CC BY 4.0" in file.path().read_text()
    context.close()
