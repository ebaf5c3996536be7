"""The administrators' pages in a browser: for everyone, on a phone, in dark, in English, without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

from nonnuoc.records.accounts import invitations, services
from nonnuoc.records.accounts.models import Office, Role
from nonnuoc.records.monitoring import services as monitoring
from tests.desk.staff import administrator
from tests.portal import network
from tests.records.accounts import staff

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PATHS = (
    *("people/", "people/?q=nobody", "people/invite/", "people/roles/", "people/{person}/", "people/{person}/task/"),
    *("people/{person}/lend/", "tasks/{task}/end/", "delegations/", "offices/", "offices/so/", "offices/so/change/"),
    *(
        "offices/new/",
        "stations/",
        "stations/A1/",
        "keys/",
        "keys/new/",
        "settings/",
        "audit/",
        "deliveries/",
        "upload/",
    ),
)
#: What reaches beyond the window, but for what scrolls in a frame of its own.
TOO_WIDE = """() => [...document.querySelectorAll('main *, header *, nav *')]
  .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .filter((one) => !one.closest('.table-frame, .unseen, .sprite'))
  .map((one) => one.outerHTML.slice(0, 200))"""
#: Each page is looked at once, every second one in each of these dresses, and for its width in both.
WIDTHS = (320, 1440)
DRESSES = [(0, 320, "light", "vi"), (1, 1440, "dark", "en")]
LONG = "Trạm quan trắc không khí tự động, liên tục " + "x" * 90


def scrolls_no_way_but_down(page: Page, too_wide: str = TOO_WIDE) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert page.evaluate(too_wide) == [], f"{page.url} at {width}"
        sideways = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(sideways), f"{page.url} at {width}"


@pytest.fixture
def desk() -> dict[str, object]:
    """An administrator who has signed in, and one of everything, with long names."""
    an = administrator()
    office = services.register_office("so", name=LONG, kind="department", parent=services.root_office(), by=an)
    for number in range(7):
        staff.office(f"ubnd{number}", Office.Kind.COMMUNE, services.root_office())
    someone = staff.person("Chi")
    staff.Person.objects.filter(id=someone.id).update(name=LONG[:120], email=f"{'x' * 60}@example.vn")
    task = services.appoint(someone, office, Role.OFFICER, communes=[staff.commune()], by=an)
    invitations.invite("new@example.vn", name=LONG[:120], office=office, role=Role.OFFICER, by=an)
    thing = network.station("A1", kind="ambient_air", name=LONG[:160], office=office, facility="F" * 40)
    monitoring.new_key(thing, label="x" * 80, by=an)
    client = Client()
    client.force_login(an)
    return {"session": client.session.session_key, "person": someone.id, "task": task.id}


@pytest.fixture
def open_desk(browser: Browser, live_server, desk: dict[str, object]) -> Iterator[Callable[..., Page]]:
    contexts = []

    def open_(**facts: object) -> Page:
        context = browser.new_context(locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", **facts)
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": str(desk["session"]), "url": live_server.url}
        context.add_cookies([cookie])
        contexts.append(context)
        return context.new_page()

    yield open_
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("turn", "width", "scheme", "language"), DRESSES)
def test_every_page_is_for_everyone_and_scrolls_no_way_but_down(
    open_desk, live_server, desk, axe, turn, width, scheme, language
) -> None:
    page = open_desk(color_scheme=scheme)
    page.goto(f"{live_server.url}/language/{language}")
    for path in PATHS[turn::2]:
        page.set_viewport_size({"width": width, "height": 800})
        answer = page.goto(f"{live_server.url}/desk/{path.format(**desk)}")
        assert answer is not None and answer.status == 200, path
        axe(page)
        scrolls_no_way_but_down(page)


def test_a_person_is_invited_and_a_key_made_without_scripts(open_desk, live_server) -> None:
    page = open_desk(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page.goto(f"{live_server.url}/desk/people/invite/")
    page.fill("[name=email]", "lan@example.vn")
    page.fill("[name=name]", "Lan")
    page.select_option("[name=office]", "so")
    page.select_option("[name=role]", "commune_officer")
    page.get_by_role("button", name="Mời", exact=True).click()
    assert page.locator("[name=role] >> xpath=preceding-sibling::ul").is_visible()  # refused beside its field
    page.select_option("[name=role]", "officer")
    page.get_by_role("button", name="Mời", exact=True).click()
    assert "/desk/invitation/" in page.locator(".secret").inner_text()
    page.goto(f"{live_server.url}/desk/keys/new/?station=A1")
    page.get_by_role("button", name="Tạo khóa").click()
    assert len(page.locator(".secret").inner_text().strip()) == 43
