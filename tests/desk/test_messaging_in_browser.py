"""The pages of messages in a browser: for everyone, on a phone, in dark, in English, without scripts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

from nonnuoc.records.outbox import contacts, gateways, wishes
from nonnuoc.records.outbox.models import Channel, Message
from tests.desk.staff import administrator
from tests.desk.test_management_in_browser import DRESSES, scrolls_no_way_but_down
from tests.records.accounts import staff
from tests.records.outbox import letters

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PATHS = (
    *("", "?before=1", "preferences/", "preferences/about/incident.environment/", "preferences/to/sms/"),
    *("preferences/to/zalo/", "ledger/", "ledger/?state=failed&to=nobody", "ledger/?before=x", "ledger/{message}/"),
    *("ledger/{mail}/", "channels/", "channels/gateway/sms/", "channels/gateway/zalo/", "channels/webhooks/new/"),
    *("channels/webhooks/{hook}/", "channels/webhooks/{hook}/secret/"),
)
TOO_WIDE = """() => [...document.querySelectorAll('main *, header *, nav *')]
  .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .filter((one) => !one.closest('.table-frame, .unseen, .sprite, pre'))
  .map((one) => one.outerHTML.slice(0, 200))"""
LONG = "Hệ thống điều hành " + "x" * 60


@pytest.fixture
def desk() -> dict[str, object]:
    """An administrator with one of everything, and long names."""
    an = administrator()
    for _ in range(2):
        letters.letter(an, severity=4, facts={**letters.FACTS, "headline_vi": f"{LONG} {'y' * 70}", "simulated": True})
    letters.letter(an, Channel.EMAIL, Message.State.SENT)
    text = "POST https://sms.example.vn/send\n\nto={to}&text={text}"
    gateways.set_up(Channel.SMS, text=text, secret="x", by=an)
    contacts.add_contact(an, Channel.SMS, "0912345678", by=an)
    wishes.subscribe(an, "incident.silence", channels=["app"], communes=[staff.commune()], by=an)
    machine = letters.to_a_machine(an)
    letters.webhook(an, name=LONG)
    why = "550 5.1.1 " + "z" * 200
    mail = letters.letter(staff.person("Chi"), Channel.EMAIL, Message.State.FAILED, why=why, attempts=12)
    client = Client()
    client.force_login(an)
    session = client.session
    session["confirmed"] = time.time()
    session.save()
    return {"session": session.session_key, "message": machine.id, "mail": mail.id, "hook": machine.webhook_id}


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
        answer = page.goto(f"{live_server.url}/desk/messages/{path.format(**desk)}")
        assert answer is not None and answer.status == (422 if path.endswith("=x") else 200), path
        axe(page)
        scrolls_no_way_but_down(page, TOO_WIDE)


def test_messages_are_read_and_a_topic_is_chosen_without_scripts(open_desk, live_server) -> None:
    page = open_desk(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page.goto(f"{live_server.url}/desk/messages/")
    page.locator("button[name=message]").first.click()
    assert page.locator("h1").inner_text() == "1 tin chưa đọc"
    page.goto(f"{live_server.url}/desk/messages/preferences/about/incident.system/")
    page.locator("[name=wish][value=own]").check()
    page.select_option("[name=least_severity]", "3")
    page.select_option("[name=first]", "email")
    page.select_option("[name=second]", "email")
    page.get_by_role("button", name="Lưu").click()
    assert page.locator("[name=second] >> xpath=preceding-sibling::ul").is_visible()  # refused beside its field
    page.select_option("[name=second]", "app")
    page.get_by_role("button", name="Lưu").click()
    assert "Từ mức “nghiêm trọng” trở lên" in page.locator("main").inner_text()
