"""The way of an officer through a register: list, map, entry, change – at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from nonnuoc.records.registers.facilities.models import Facility
from tests.desk import staff
from tests.records.registers.pattern import kept

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1280, 360], ids=["desk", "phone"])
def test_from_the_list_over_the_map_to_a_change(
    width: int, live_server: Any, page: Page, axe: Callable[[Page], None]
) -> None:
    staff.administrator()
    kept.facility("Mỏ Tốc Tát", state="operating", code="toc-tat", **kept.PLACE)
    kept.facility("Xưởng giấy bản Dìa Trên")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{live_server.url}/desk/registers/facilities/?lang=en")
    page.fill("[name=email]", staff.EMAIL)
    page.fill("[name=password]", staff.PASSWORD)
    page.press("[name=password]", "Enter")

    expect(page.locator("[data-list-places][data-ready=yes]")).to_be_visible(timeout=20_000)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.click("[data-entry=toc-tat] .to-map")
    expect(page.locator(".picked")).to_contain_text("Mỏ Tốc Tát")
    expect(page.locator("[data-entry=toc-tat]")).to_have_class("chosen")

    page.click("[data-entry=toc-tat] th a")
    expect(page.locator("h1")).to_have_text("Mỏ Tốc Tát")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.click(".entry-acts .primary")
    expect(page.locator("[data-pick-place][data-ready=yes]")).to_be_visible(timeout=20_000)
    axe(page)
    page.select_option("[name=state]", "closed")
    page.click("[data-pick-place] canvas", position={"x": 60, "y": 60})
    assert page.input_value("[name=lon]") != "106,25"
    page.fill("[name=reason]", "Kiểm tra 03/2026")
    page.click("form.entry-form .primary")
    expect(page.locator(".timeline")).to_contain_text("Kiểm tra 03/2026")
    made = Facility.objects.get(code="toc-tat")
    assert (made.state, made.version) == ("closed", 2)
    assert made.lon != kept.PLACE["lon"]
