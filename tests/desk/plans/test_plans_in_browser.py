"""The form of a unit on a phone whose line drops; the province on one sheet of paper."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, expect

from nonnuoc.look import built
from nonnuoc.records.accounts.models import Office, Role
from nonnuoc.records.plans.models import Assignment, Form, Saving
from nonnuoc.records.plans.rounds import fields, filling, opening, selectors
from tests.desk.plans import scene
from tests.desk.test_management_in_browser import TOO_WIDE
from tests.records.plans import made

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not built.manifest(), reason="the front end is not built"),
]
LEFT = "caches.keys().then((names) => names.includes('plan-forms') || Object.keys(localStorage).length > 0)"


def asked_form() -> Form:
    """A commune that leads one task and helps with another is asked about both."""
    commune = made.office("ubnd-01273", Office.Kind.COMMUNE)
    plan = made.plan(leading=made.office("so-thu"))
    tasks = [made.task(plan, "I.1", lead=commune), made.task(plan, "I.2", lead=plan.leading, title="Thu gom " * 30)]
    made.assignment(tasks[1], commune, Assignment.Role.HELP)
    today = timezone.localdate()
    facts = {"code": "nam", "kind": "yearly", "title": "Báo cáo năm", "begins": date(today.year, 1, 1), "ends": today}
    opening.open_(plan, **facts, due=today, tasks=tasks, offices=[commune], by=None, at=timezone.now())
    return Form.objects.get()


def test_what_is_typed_without_a_line_is_there_after_reloading_and_is_saved_once(
    browser: Browser, live_server: Any, axe: Any
) -> None:
    form = asked_form()
    lead, help_ = selectors.answers(form)
    me = made.worker("Xa", form.office, Role.COMMUNE_OFFICER)
    client = Client()
    client.force_login(me)
    context = browser.new_context(locale="vi-VN", viewport={"width": 360, "height": 740}, base_url=live_server.url)
    key = str(client.session.session_key)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto("/desk/plans/thu/rounds/nam/ubnd-01273/")
    state = page.locator("[data-state]")
    page.locator("html[data-form-kept]").wait_for(state="attached")
    assert page.evaluate(TOO_WIDE) == []
    axe(page)

    context.set_offline(True)
    page.get_by_text("Nhiệm vụ I.1").click()
    page.locator(f"[name='{fields.name(lead, 'result')}']").fill("Đã xây hai bể")
    page.get_by_text("Thu gom").first.scroll_into_view_if_needed()
    page.get_by_role("button", name="Không có việc phải làm").click()
    expect(state).to_contain_text("giữ trên máy này")
    page.reload()
    expect(page.locator(".kept")).to_be_visible()  # it says that this is a copy
    expect(page.locator(f"[name='{fields.name(lead, 'result')}']")).to_have_value("Đã xây hai bể")
    expect(page.locator("[data-count-shown]")).to_have_text("đã trả lời 1/2")
    assert not Saving.objects.exists()

    mate = made.worker("Ban", form.office, Role.COMMUNE_OFFICER)  # meanwhile, at the office
    given = {"general": "Của Bạn", fields.name(lead, "result"): "Bạn ghi khác"}
    filling.save(form, given, version=1, token=uuid4(), by=mate, at=timezone.now())
    context.set_offline(False)
    clash = page.locator(".clash")
    expect(clash).to_contain_text("Bạn ghi khác", timeout=15_000)
    axe(page)
    expect(page.locator("[name='general']")).to_have_value("Của Bạn")
    clash.get_by_role("button", name="Giữ của tôi").click()
    expect(state).to_contain_text("Đã gửi lúc")
    page.wait_for_timeout(300)
    stands = fields.values(Form.objects.get(), selectors.answers(form))
    assert stands[fields.name(lead, "result")] == "Đã xây hai bể"
    assert (stands[fields.name(help_, "state")], stands["general"]) == ("not_ours", "Của Bạn")
    mine = list(Saving.objects.filter(by=me).order_by("version").values_list("after", flat=True))
    assert mine == [{fields.name(help_, "state"): "not_ours"}, {fields.name(lead, "result"): "Đã xây hai bể"}]

    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url("**/sign-in/**")
    assert page.evaluate(LEFT) is False
    context.close()
    assert errors == []


def test_the_province_prints_on_one_sheet_and_nothing_scrolls_sideways(browser: Browser, live_server: Any):
    world = scene.filled(37, 12)
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
    session = scene.browser_of(world, "leader").cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    try:
        views = ("", "units/ubnd-01273/", "matrix", "timeline", "calendar", "units/")
        for path in ("/desk/province", *(f"/desk/plans/thu/{view}" for view in views)):
            page.goto(live_server.url + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        page.goto(live_server.url + "/desk/province")
        paper = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b(?!s)", paper)) == 1
    finally:
        context.close()
