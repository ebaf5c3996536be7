"""The pages of rules of alarm in a browser: for everyone, on a phone, in dark, in English."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser

from nonnuoc.records.alerts.rulebook import rules
from nonnuoc.records.monitoring import observations
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.monitoring.rows import Rows, micros
from tests import factories
from tests.desk.staff import administrator
from tests.desk.test_management_in_browser import DRESSES, scrolls_no_way_but_down

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PATHS = (
    "",
    "water-limit/",
    "water-limit/preview",
    "water-limit/change",
    "river-rising/",
    "new",
    "new?kind=status&basis=",
)


@pytest.fixture
def session() -> str:
    """An administrator's session, and a river that was over its limit."""
    thing = factories.station("NM01", ("N-NH4", "COD"), kind=Thing.Kind.SURFACE_WATER)
    start = timezone.now() - timedelta(days=1)
    value = np.full(288, 0.1)
    value[100:150] = 0.9
    stream = np.full(288, factories.stream(thing, "N-NH4").id)
    rows = Rows(stream, micros(start) + np.arange(288) * 300_000_000, value, np.zeros(288), np.ones(288))
    observations.write(rows, by="test", reason="test", at=start)
    rules.load_shipped()
    client = Client()
    client.force_login(administrator())
    return str(client.session.session_key)


@pytest.mark.parametrize(("turn", "width", "scheme", "language"), DRESSES)
def test_pages_fit_the_screen_and_everybody(
    browser: Browser, live_server, session: str, axe, turn: int, width: int, scheme: str, language: str
) -> None:
    context = browser.new_context(color_scheme=scheme)
    context.add_cookies(
        [
            {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url},
            {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url},
        ]
    )
    page = context.new_page()
    for path in PATHS[turn::2]:
        page.set_viewport_size({"width": width, "height": 800})
        answer = page.goto(f"{live_server.url}/desk/alarm-rules/{path}")
        assert answer is not None and answer.status == 200, path
        axe(page)
        scrolls_no_way_but_down(page)
    context.close()


def test_a_new_rule_is_written_previewed_and_kept_without_a_mouse(browser: Browser, live_server, session: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/desk/alarm-rules/new?kind=limit&basis=")
    for name, value in {
        "code": "own-nh4", "name_vi": "Amoni cao", "meaning_vi": "Cao.", "action_vi": "Xem.", "unit": "mg/L",
        "step_1_above": "0,5", "article": "quy ước: theo kinh nghiệm",
    }.items():  # fmt: skip
        page.fill(f"[name={name}]", value)
    page.select_option("[name=observed_property]", "N-NH4")
    page.select_option("[name=step_1_severity]", "2")
    page.click("button[value=preview]")
    assert "quy tắc sẽ mở 1 sự cố" in page.inner_text(".preview-answer")
    assert page.locator("rect.excursion").count() == 1
    page.click("button[value=keep]")
    assert page.url.endswith("/desk/alarm-rules/own-nh4/")
    context.close()
