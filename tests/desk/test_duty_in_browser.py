"""The duty desk in a browser: for everyone, on a phone, by keyboard, without scripts, and while the line is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from nonnuoc.records.accounts.models import Person, Role
from nonnuoc.records.alerts.judging import incidents as engine
from nonnuoc.records.alerts.models import Entry, Family, Incident, Severity
from nonnuoc.records.monitoring import observations
from nonnuoc.records.monitoring.models import Thing
from tests.desk.test_management_in_browser import DRESSES, scrolls_no_way_but_down
from tests.portal import network
from tests.records.accounts import staff
from tests.records.alerts import incidents

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
State = Incident.State
LONG = "Trạm quan trắc không khí tự động, liên tục của " + "x" * 90


@pytest.fixture
def at() -> datetime:
    return timezone.now()


@pytest.fixture
def air(at: datetime) -> Thing:
    thing = network.station("KK01", kind=Thing.Kind.AMBIENT_AIR, name=LONG, lon=106.2, lat=22.6, facility="F" * 40)
    raw = network.instrument(thing, "PM2.5")
    times = observations.micros(at) - np.arange(288)[::-1] * 300_000_000
    network.put(raw, times, np.linspace(20, 68, 288))
    network.station("KK02", kind=Thing.Kind.AMBIENT_AIR, lon=106.3, lat=22.7)
    return thing


@pytest.fixture
def operator() -> Person:
    someone = staff.person("An")
    staff.task(someone, staff.office("so"), Role.OPERATOR)
    return someone


@pytest.fixture
def open_desk(browser: Browser, live_server: Any, operator: Person) -> Iterator[Callable[..., Page]]:
    client = Client()
    client.force_login(operator)
    contexts = []

    def open_(path: str = "/desk/duty/", **facts: object) -> Page:
        context = browser.new_context(locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", **facts)
        key = str(client.session.session_key)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        page.goto(live_server.url + path)
        return page

    yield open_
    for context in contexts:
        context.close()


def raised(thing: Thing, at: datetime, **facts: Any) -> Incident:
    made = incidents.incident(thing, at=at, **facts)
    incidents.alarm(made, network.stream(thing, "PM2.5", "raw"), code=f"rule-{made.id}", cleared=made.cleared)
    return made


def everything(air: Thing, at: datetime, operator: Person) -> Incident:
    """One of each sort."""
    first = raised(air, at, severity=Severity.EXTREME, silenced_until=at + timedelta(hours=3))
    incidents.entry(first, Entry.Kind.NOTED, at=at, by=operator, note="y" * 200)
    raised(air, at, state=State.HELD, acknowledged=at, acknowledged_by=operator)
    raised(air, at, state=State.CLEARED, acknowledged=at, assigned_to=operator)
    raised(air, at, state=State.CLOSED, closed_by=operator, cause="z" * 300)
    incidents.alarm(incidents.incident(None, at=at, family=Family.SILENCE), None, code="silence", thing=air)
    return first


@pytest.mark.parametrize(("turn", "width", "scheme", "language"), DRESSES)
def test_every_page_is_for_everyone_and_scrolls_no_way_but_down(
    open_desk, live_server, air, at, operator, axe, turn, width, scheme, language
) -> None:
    page = open_desk(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(f"{live_server.url}/language/{language}")
    paths = ["/desk/duty/", "/desk/duty/closed/", "/desk/duty/handover/", "/desk/duty/?family=silence"]
    for path in paths[:3][1 - turn :: 2]:  # with nothing open
        page.goto(live_server.url + path)
        axe(page)
    first = everything(air, at, operator)
    for path in (*paths, f"/desk/duty/{first.id}/", "/desk/")[turn::2]:
        page.set_viewport_size({"width": width, "height": 800})
        answer = page.goto(live_server.url + path)
        assert answer is not None and answer.status == 200, path
        page.wait_for_timeout(300)
        axe(page)
        scrolls_no_way_but_down(page)


def test_by_keys_alone(open_desk, air, at, operator) -> None:
    first, second = raised(air, at, severity=Severity.EXTREME), raised(air, at)
    page = open_desk()
    chosen = page.locator(".incident.chosen")
    page.locator("[data-duty-line].live").wait_for()
    page.keyboard.press("j")
    expect(chosen).to_have_attribute("data-incident", str(first.id))
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")  # the last one stays the last one
    expect(chosen).to_have_attribute("data-incident", str(second.id))
    page.keyboard.press("k")
    page.keyboard.press("?")
    expect(page.locator("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.locator("[data-duty-said]")).to_contain_text("Đã nhận")
    expect(page.locator(".incident.waits")).to_have_count(1)
    expect(page).to_have_title("(1) Bàn trực – Non Nước")
    first.refresh_from_db()
    assert first.acknowledged_by == operator
    expect(chosen).to_have_attribute("data-incident", str(first.id))  # it moved down, and is chosen still
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/duty/{first.id}/")


def test_what_happens_appears_by_itself_and_focus_stays(open_desk, air, at) -> None:
    first = raised(air, at, severity=Severity.MINOR)
    page = open_desk()
    page.locator("[data-duty-line].live").wait_for()
    page.keyboard.press("j")
    second = raised(air, at, severity=Severity.EXTREME)
    engine.announce(second.id)
    expect(page.locator(".incident").first).to_have_attribute("data-incident", str(second.id), timeout=10_000)
    expect(page.locator("[data-duty-said]")).to_have_text("2 sự cố cần người nhận.")
    expect(page).to_have_title("(2) Bàn trực – Non Nước")
    expect(page.locator("[data-waiting-count]")).to_contain_text("2")
    held = page.evaluate("document.activeElement.closest('[data-incident]')?.dataset.incident")
    assert held == str(first.id)


def test_a_filter_somebody_fills_in_is_left_alone(open_desk, air, at) -> None:
    raised(air, at)
    page = open_desk()
    page.locator("[data-duty-line].live").wait_for()
    page.locator(".duty-filter summary").click()
    page.locator("[name=family]").select_option("silence")
    page.keyboard.press("Tab")
    with page.expect_response("**/desk/duty/list*"):
        page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_timeout(200)
    assert page.locator("[name=family]").input_value() == "silence"
    expect(page.locator(".duty-filter")).to_have_attribute("open", "")


def test_a_broken_line_is_said_and_the_list_says_how_old_it_is(open_desk, air, at) -> None:
    raised(air, at)
    page = open_desk()
    page.locator("[data-duty-line].live").wait_for()
    page.context.set_offline(True)
    page.keyboard.press("r")
    expect(page.locator("[data-duty-line].broken")).to_contain_text("Mất kết nối")
    expect(page.locator(".incident")).to_have_count(1)
    page.context.set_offline(False)
    page.keyboard.press("r")
    expect(page.locator("[data-duty-line]")).not_to_contain_text("Mất kết nối")


def test_without_scripts_all_of_it_is_forms(open_desk, live_server, air, at, operator) -> None:
    made = raised(air, at)
    page = open_desk(java_script_enabled=False)
    page.get_by_role("button", name="Tôi nhận").click()
    page.wait_for_url("**/desk/duty/")
    assert "Bạn đã nhận" in page.content()
    page.goto(f"{live_server.url}/desk/duty/{made.id}/")
    assert page.locator(".chart svg .excursion").count() == 1  # drawn on the server
    page.locator("details.deed summary", has_text="Đóng").click()
    page.get_by_label("báo nhầm").check()
    page.get_by_label("Nguyên nhân").fill("Ống lấy mẫu bị nghẹt")
    page.locator("button.danger").click()
    page.wait_for_url(f"**/desk/duty/{made.id}/")
    made.refresh_from_db()
    assert (made.state, made.outcome) == ("closed", "false_alarm")


def test_the_sheet_fits_on_paper(open_desk, air, at, operator) -> None:
    everything(air, at, operator)
    page = open_desk("/desk/duty/handover/")
    page.emulate_media(media="print")
    expect(page.locator(".signatures")).to_be_visible()
    expect(page.locator(".take-over")).to_be_hidden()
    assert page.pdf(format="A4", prefer_css_page_size=True).startswith(b"%PDF")
