"""The map in a real browser: layers switched, a mark clicked, the table by keyboard, found from the box."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from nonnuoc.look import built
from tests.portal import network
from tests.records.registers.pattern import kept

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=False),
    pytest.mark.skipif(not built.manifest(), reason="the front end is not built"),
]


def test_map_and_table_are_one_thing(page: Page, live_server, axe: Callable[[Page], None]) -> None:
    network.commune()
    kept.facility("Mỏ Tốc Tát", code="f-1", state="operating", lon=106.25, lat=22.66, position_source="GPS")
    kept.facility("Xưởng giấy", code="f-2", lon=106.30, lat=22.70, position_source="GPS")
    kept.facility("Chưa rõ ở đâu", code="f-3")
    kept.zone("Cụm", code="z-1", lon=106.28, lat=22.6, position_source="GPS")
    page.goto(f"{live_server.url}/map?layers=facilities&at=106.25,22.66,12")
    page.wait_for_selector("[data-atlas][data-ready]", timeout=60_000)
    rows = page.locator("[data-thing]")
    expect(rows).to_have_count(3)
    expect(rows.first).to_have_attribute("data-thing", "facilities/f-1")  # the nearest to the middle
    box = page.locator("[data-canvas]").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("[data-card]")).to_contain_text("Mỏ Tốc Tát")
    expect(page.locator("[data-thing='facilities/f-1']")).to_have_class("chosen")
    assert "chosen=facilities/f-1" in page.url
    page.locator("[data-thing='facilities/f-2'] button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-card]")).to_contain_text("Xưởng giấy")
    page.get_by_label("zones").or_(page.locator("[name=layer][value=zones]")).first.check()
    expect(page.locator("[data-thing='zones/z-1']")).to_have_count(1)
    assert "layers=zones,facilities" in page.url
    page.locator("#filter").fill("chua ro")
    expect(rows).to_have_count(1)
    page.locator("#filter").fill("")
    page.locator("#find").fill("toc tat")
    expect(page.locator("[role=option]")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[data-card]")).to_contain_text("Mỏ Tốc Tát")
    axe(page)
