"""What is left of the pages when the line drops."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page

from nonnuoc.look import built
from nonnuoc.portal import offline
from nonnuoc.records.monitoring.models import Thing
from tests.portal import network

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=False),
    pytest.mark.skipif(not built.manifest(), reason="the front end is not built"),
]


@pytest.fixture
def context(browser: Browser, live_server) -> Iterator[BrowserContext]:
    network.air("A1", timezone.now(), where=network.commune(), hours=14)
    opened = browser.new_context(
        locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", viewport={"width": 360, "height": 800}, base_url=live_server.url
    )
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """The front page with a service worker that has taken over."""
    page = context.new_page()
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => {})")
    page.wait_for_function("navigator.serviceWorker.controller")
    page.reload()
    wait_until_kept(page, "/")
    return page


def kept(page: Page) -> list[str]:
    """The addresses of the pages that are kept."""
    return page.evaluate(
        "async () => { const [name] = (await caches.keys()).filter((n) => n.startsWith('pages-'));"
        "return (await (await caches.open(name)).keys()).map((r) => new URL(r.url).pathname + new URL(r.url).search) }"
    )


def wait_until(page: Page, script: str, arg: object = None) -> None:
    """Until the asynchronous function says yes; `wait_for_function` takes its promise for one."""
    for _ in range(300):
        if page.evaluate(script, arg):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"this did not come about: {script}")


def wait_until_kept(page: Page, path: str) -> None:
    wait_until(
        page,
        "async (path) => { for (const name of await caches.keys()) if (name.startsWith('pages-')"
        "  && await (await caches.open(name)).match(path)) return true; return false }",
        path,
    )


def test_a_page_that_was_seen_is_there_without_a_line_and_says_that_it_is_old(
    page: Page, context: BrowserContext
) -> None:
    headline = page.locator("h1").inner_text()
    context.set_offline(True)
    page.reload()
    assert page.locator("h1").inner_text() == headline
    banner = page.locator(".kept")
    assert banner.is_visible()
    now = timezone.localtime()
    assert f"{now:%d/%m/%Y}; hiện không có mạng." in banner.inner_text()
    assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith('"Be Vietnam Pro"')
    assert page.evaluate("[...document.styleSheets].length") >= 1  # the built files are kept as well
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_with_the_line_back_the_page_is_new_again(page: Page, context: BrowserContext) -> None:
    context.set_offline(True)
    page.reload()
    Thing.objects.update(name="Trạm đổi tên")
    context.set_offline(False)
    page.locator(".kept a").click()
    page.wait_for_selector("text=Trạm đổi tên")
    assert page.locator(".kept").count() == 0


def test_a_page_never_seen_gives_a_list_of_those_that_were(page: Page, context: BrowserContext) -> None:
    page.goto("/stations/A1")
    wait_until_kept(page, "/stations/A1")
    context.set_offline(True)
    page.goto("/communes/")
    assert "Hiện không có mạng, và trang này chưa từng được mở trên máy này." in page.locator("h1").inner_text()
    links = page.locator(".kept-pages a")
    assert [link.get_attribute("href") for link in links.all()] == ["/stations/A1", "/"]
    assert "bản lưu lúc" in page.locator(".kept-pages li").first.inner_text()
    links.first.click()
    page.wait_for_url("**/stations/A1")
    assert page.locator(".kept").is_visible()


def test_nothing_of_a_person_is_ever_kept(page: Page, context: BrowserContext) -> None:
    page.goto("/desk/sign-in/")
    page.goto("/offline")
    page.evaluate("Promise.all(['/desk/sign-in/', '/healthz', '/api/'].map((path) => fetch(path)))")
    page.goto("/")
    found = page.evaluate(
        "async () => (await Promise.all((await caches.keys()).map(async (name) =>"
        "  (await (await caches.open(name)).keys()).map((r) => new URL(r.url).pathname)))).flat()"
    )
    assert found
    assert [path for path in found if path.startswith(("/desk", "/api", "/healthz", "/language"))] == []
    context.set_offline(True)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        page.goto("/desk/sign-in/")


def test_a_missing_page_is_not_kept(page: Page) -> None:
    page.goto("/stations/NONE")
    page.goto("/")
    assert kept(page) == ["/"]


def test_only_so_many_pages_are_kept_the_oldest_go(page: Page) -> None:
    for number in range(3):
        page.goto(f"/?page={number}")
        wait_until_kept(page, f"/?page={number}")
    page.evaluate(
        "async () => { const [name] = (await caches.keys()).filter((n) => n.startsWith('pages-'));"
        "const cache = await caches.open(name);"
        "for (let n = 0; n < 70; n++) await cache.put(`/old/${n}`, new Response('')) }"
    )
    page.goto("/offline")
    wait_until_kept(page, "/offline")
    wait_until(
        page,
        "async () => { const [name] = (await caches.keys()).filter((n) => n.startsWith('pages-'));"
        "return (await (await caches.open(name)).keys()).length <= 60 }",
    )
    assert "/?page=0" not in kept(page)
    assert "/offline" in kept(page)


def test_a_new_version_replaces_all_the_old_kept(page: Page, monkeypatch) -> None:
    before = page.evaluate("caches.keys()")
    offline._script.cache_clear()
    script = offline._script(built.path(offline.SOURCE) or "")
    head, _, body = script.partition("\n")
    monkeypatch.setattr(offline, "_script", lambda source: head.replace('"version": "', '"version": "x') + "\n" + body)
    page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update())")
    wait_until(page, "async () => (await caches.keys()).every((name) => name.includes('-x'))")
    after = page.evaluate("caches.keys()")
    assert set(before).isdisjoint(after)
    wait_until_kept(page, "/")  # what was seen last is fetched anew


def test_a_page_left_open_says_how_old_it_is(browser: Browser, live_server) -> None:
    context = browser.new_context(locale="vi-VN", service_workers="block")
    page = context.new_page()
    page.clock.install()
    page.goto(live_server.url)
    page.wait_for_timeout(200)
    assert page.locator(".grown-old").count() == 0
    page.clock.fast_forward(25 * 60_000)
    page.wait_for_selector(".grown-old")
    said = page.locator(".grown-old").inner_text()
    assert "Trang này lập cách đây 25 phút; có thể đã có số liệu mới hơn." in said
    page.clock.fast_forward(200 * 60_000)
    page.wait_for_selector("text=Trang này lập cách đây 3 giờ")
    assert page.locator(".grown-old").count() == 1
    context.close()
