"""Warnings in a browser: for everyone, on a phone, by keys alone, without scripts, drawn, previewed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

from nonnuoc.look import built
from nonnuoc.look import warned as above
from nonnuoc.records.accounts.models import Person, Role
from nonnuoc.records.warnings import services
from nonnuoc.records.warnings.models import PublicWarning
from tests.desk.test_management_in_browser import DRESSES, scrolls_no_way_but_down
from tests.records.warnings import warned

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not built.manifest(), reason="the front end is not built"),
]
LONG = "Không dùng nước sông Bằng Giang để ăn uống, tắm giặt từ cầu Sông Hiến đến cửa khẩu Tà Lùng"


@pytest.fixture
def world() -> SimpleNamespace:
    """Two officers; a real warning of many communes, an exercise, a cancelled one, a proposal and a draft."""
    an, binh = warned.officer("An"), warned.officer("Binh", Role.LEADER)
    places = [warned.place(f"0{1273 + n}", name=f"Xã số {n}", lon=106 + n / 20, lat=22.66) for n in range(14)]
    real = warned.published(
        an, binh, status="Actual", headline_vi=LONG, communes=places, polygon=warned.SQUARE, severity="Extreme"
    )
    exercise = warned.published(an, binh, status="Exercise")
    ended = warned.published(an, binh, status="Actual")
    services.approve(services.cancel(ended, why="Đã dập tắt.", by=an), by=binh)
    draft = services.draft_from(warned.smog(warned.air(simulated=True)), by=an)
    update = services.write(services.update(real, by=an), by=an, headline_vi="Khác")
    above.forget()
    return SimpleNamespace(
        an=an, binh=binh, real=real, exercise=exercise, ended=ended, draft=draft, update=services.propose(update, by=an)
    )


@pytest.fixture
def open_as(browser: Browser, live_server, world: SimpleNamespace) -> Iterator[Callable[..., Page]]:
    contexts = []

    def open_(someone: Person | None, **facts: object) -> Page:
        context = browser.new_context(
            locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", base_url=live_server.url, service_workers="block", **facts
        )
        if someone is not None:
            client = Client()
            client.force_login(someone)
            key = str(client.session.session_key)
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        contexts.append(context)
        return context.new_page()

    yield open_
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("turn", "width", "scheme", "language"), DRESSES)
def test_every_page_is_for_everyone_and_scrolls_no_way_but_down(
    open_as, world, axe, turn, width, scheme, language
) -> None:
    page = open_as(world.binh, color_scheme=scheme)
    writer = open_as(world.an, color_scheme=scheme)
    public = [f"/warnings/{one.identifier}" for one in (world.real, world.exercise, world.ended)]
    paths = [
        "/warnings",
        "/catalogue",
        *public,
        f"{public[0]}/loudspeaker",
        "/desk/warnings/",
        f"/desk/warnings/{world.update.uuid}",
    ]
    pages = [(page, path) for path in paths] + [(writer, f"/desk/warnings/{world.draft.uuid}/change")]
    for one, path in pages[turn::2]:
        one.goto(f"/language/{language}")
        one.set_viewport_size({"width": width, "height": 800})
        answer = one.goto(path)
        assert answer is not None and answer.status == 200, path
        axe(one)
        scrolls_no_way_but_down(one)


def test_an_area_is_drawn_by_keys_alone_and_taken_back(open_as, world) -> None:
    page = open_as(world.an, viewport={"width": 1280, "height": 900})
    page.goto(f"/desk/warnings/{world.draft.uuid}/change")
    page.locator("[data-area]").scroll_into_view_if_needed()
    page.wait_for_selector(".area-canvas[data-ready]")
    page.get_by_role("button", name="Vẽ một vùng").press("Enter")
    corners = page.locator("[name=polygon]")
    for key in ("ArrowRight", "ArrowUp", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press("Enter")
        page.keyboard.press(key)
        page.wait_for_timeout(400)  # the map moves
    assert len(set(corners.input_value().splitlines())) == 4
    page.keyboard.press("Backspace")
    assert len(corners.input_value().splitlines()) == 3
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Lưu bản thảo").click()
    held = PublicWarning.objects.get(id=world.draft.id)
    assert held.polygon is not None and len(held.polygon["coordinates"][0]) == 4


def test_a_click_on_the_map_chooses_the_commune_of_the_list(open_as, world) -> None:
    page = open_as(world.an, viewport={"width": 1280, "height": 900})
    page.goto(f"/desk/warnings/{world.draft.uuid}/change")
    page.locator(".area-canvas").scroll_into_view_if_needed()
    page.wait_for_selector(".area-canvas[data-ready]")
    before = page.locator("[name=communes]:checked").count()
    frame = page.locator(".area-canvas .frame").bounding_box()
    assert frame is not None
    for step in range(2, 40):  # along the row of communes, until one is met
        page.mouse.click(frame["x"] + frame["width"] * step / 40, frame["y"] + frame["height"] / 2)
        if page.locator("[name=communes]:checked").count() != before:
            break
    assert page.locator("[name=communes]:checked").count() != before


def test_a_long_list_is_found_in_without_marks(open_as, world) -> None:
    page = open_as(world.an, viewport={"width": 360, "height": 740})
    page.goto(f"/desk/warnings/{world.draft.uuid}/change")
    page.locator("[data-area]").scroll_into_view_if_needed()
    page.fill(".find-in-list", "xa so 13")
    shown = page.locator(".commune-boxes > div:visible")
    assert "Xã số 13" in " ".join(shown.all_inner_texts()).replace("Phường ", "")
    assert shown.count() <= 2  # and the chosen one


def test_the_preview_follows_what_is_written(open_as, world) -> None:
    page = open_as(world.an, viewport={"width": 1280, "height": 900})
    page.goto(f"/desk/warnings/{world.draft.uuid}/change")
    page.fill("[name=headline_vi]", "Mưa axit ở chợ Xanh")
    page.wait_for_selector(".preview-body >> text=Mưa axit ở chợ Xanh")
    assert "THỬ NGHIỆM" in page.locator(".preview-body").inner_text()


def test_from_nothing_to_the_public_page_without_scripts(open_as, world) -> None:
    page = open_as(world.an, viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page.goto("/desk/warnings/new")
    texts = {"event": "Sự cố", "headline": "Rò rỉ dầu", "description": "Dầu loang."}
    for name, words in texts.items():
        page.fill(f"[name={name}_vi]", words)
        page.fill(f"[name={name}_en]", words)
    for language in ("vi", "en"):
        page.fill(f"[name=deed_everyone_{language}]", "Tránh xa.")
    page.check("[name=communes][value='01273']")
    page.check("[name=hours][value='6']")
    page.check("[name=status][value='Actual']")
    page.get_by_role("button", name="Trình người thứ hai duyệt").click()
    approver = open_as(world.binh, viewport={"width": 360, "height": 740}, java_script_enabled=False)
    approver.goto(page.url)
    approver.get_by_role("button", name="Duyệt và công bố").click()
    above.forget()
    reader = open_as(None, viewport={"width": 360, "height": 740}, java_script_enabled=False)
    reader.goto("/warnings")
    reader.get_by_role("link", name="Rò rỉ dầu").click()
    assert reader.locator("h1").inner_text() == "Rò rỉ dầu"
    assert "Tránh xa." in reader.locator("main").inner_text()


def test_a_banner_left_open_says_when_its_warning_has_run_out(open_as, world) -> None:
    page = open_as(None, viewport={"width": 360, "height": 740})
    page.clock.install()
    page.goto("/method")
    assert page.locator(".warned .is-over").count() == 0
    page.clock.fast_forward("08:00:00")
    page.wait_for_selector(".warned .is-over")
    assert "Đã hết hiệu lực lúc" in page.locator(".warned .is-over").first.inner_text()
