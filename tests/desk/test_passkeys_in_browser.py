"""Passkeys in a real browser, made and used by Chromium's virtual authenticator; and the pages as people find them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from urllib.parse import parse_qs

import pyotp
import pytest
from playwright.sync_api import Browser, Page

from nonnuoc.look import built
from nonnuoc.records.accounts import invitations, services
from nonnuoc.records.accounts.entrance import passkeys, recovery_codes
from nonnuoc.records.accounts.entrance.models import Passkey
from nonnuoc.records.accounts.models import Person, Role
from tests.desk import staff

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=False),
    pytest.mark.skipif(not built.manifest(), reason="the front end is not built"),
]


class Window:
    """A browser window with an authenticator in it, and what went wrong."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page, self.origin = page, origin
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self._heard(message.type, message.text))
        self.devices = page.context.new_cdp_session(page)
        self.devices.send("WebAuthn.enable")
        self.device = ""

    def _heard(self, kind: str, text: str) -> None:
        if kind == "error" and "status of 4" not in text:  # refusals are answered with their status
            self.errors.append(text)

    def plug_in(self, *, verifies: bool = True) -> None:
        """An authenticator, such as a telephone's; `verifies`: its owner's finger is known to it."""
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": verifies,
            "automaticPresenceSimulation": True,
        }
        made = self.devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self.device = made["authenticatorId"]

    def unplug(self) -> None:
        self.devices.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self.device})

    def keys(self) -> list[dict]:
        return self.devices.send("WebAuthn.getCredentials", {"authenticatorId": self.device})["credentials"]

    def open(self, path: str) -> Page:
        self.page.goto(self.origin + path)
        return self.page

    def arrive(self, path: str) -> None:
        self.page.wait_for_url(self.origin + path)

    def sign_in(self, email: str = staff.EMAIL, password: str = staff.PASSWORD) -> None:
        self.open("/desk/sign-in/?next=/desk/account/")
        self.page.fill("[name=email]", email)
        self.page.fill("[name=password]", password)
        self.page.get_by_role("button", name="Đăng nhập", exact=True).click()
        self.page.wait_for_load_state()

    def sign_out(self) -> None:
        self.page.get_by_role("button", name="Đăng xuất", exact=True).click()
        self.arrive("/desk/sign-in/")

    def add_passkey(self, name: str = "Điện thoại của tôi") -> None:
        self.open("/desk/account/passkey/")
        self.page.fill("[name=name]", name)
        self.page.get_by_role("button", name="Tạo khóa truy cập").click()

    def use_passkey(self, words: str = "Đăng nhập bằng khóa truy cập") -> None:
        self.page.get_by_role("button", name=words).click()


@pytest.fixture
def person() -> Person:
    return staff.administrator()


@pytest.fixture
def window(browser: Browser, live_server) -> Iterator[Window]:
    assert live_server.url.startswith("http://localhost:")  # passkeys need a name
    context = browser.new_context(
        locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", viewport={"width": 390, "height": 844}
    )
    opened = Window(context.new_page(), live_server.url)
    yield opened
    context.close()
    assert opened.errors == []


def test_a_passkey_is_made_and_signs_in_without_address_and_password(window: Window, person: Person) -> None:
    window.plug_in()
    window.sign_in()
    window.add_passkey()
    window.arrive("/desk/account/codes/")
    assert Passkey.objects.get().name == "Điện thoại của tôi"
    (kept,) = window.keys()
    assert kept["rpId"] == "localhost" and staff.EMAIL.encode() not in base64.b64decode(kept["userHandle"])
    window.open("/desk/account/")
    window.sign_out()
    window.open("/desk/sign-in/?next=/desk/account/")
    window.use_passkey()
    window.arrive("/desk/account/")
    assert "Nông Thị An" in window.page.locator("h1").inner_text()
    assert staff.deeds("sign-in") == ["sign-in", "sign-in"]


def test_it_is_the_second_step_after_the_password(window: Window, person: Person) -> None:
    window.plug_in()
    window.sign_in()
    window.add_passkey()
    window.arrive("/desk/account/codes/")
    window.open("/desk/account/")
    window.sign_out()
    window.sign_in()
    window.arrive("/desk/sign-in/second/")
    window.use_passkey("Dùng khóa truy cập")
    window.arrive("/desk/account/")


def test_it_confirms_that_it_is_still_the_same_person(window: Window, person: Person) -> None:
    window.plug_in()
    window.sign_in()
    window.add_passkey()
    window.arrive("/desk/account/codes/")
    window.open("/desk/account/confirm/?next=/desk/account/codes/")
    window.use_passkey("Dùng khóa truy cập")
    window.arrive("/desk/account/codes/")


def test_a_device_that_does_not_know_its_owner_makes_none(window: Window, person: Person) -> None:
    window.plug_in(verifies=False)
    window.sign_in()
    window.add_passkey()
    window.page.get_by_text("Chưa tạo khóa truy cập nào").wait_for()
    assert Passkey.objects.count() == 0


def test_a_passkey_that_was_removed_opens_nothing(window: Window, person: Person) -> None:
    window.plug_in()
    window.sign_in()
    window.add_passkey()
    window.arrive("/desk/account/codes/")
    window.open("/desk/account/")
    window.page.get_by_role("button", name="Gỡ bỏ Điện thoại của tôi").click()
    window.page.get_by_text("Đã gỡ khóa truy cập").wait_for()
    window.sign_out()
    window.open("/desk/sign-in/")
    window.use_passkey()
    window.page.get_by_text("Hệ thống không biết khóa truy cập này").wait_for()


def test_the_passkey_of_another_is_no_second_step(window: Window, person: Person) -> None:
    window.plug_in()
    window.sign_in()
    window.add_passkey()
    window.arrive("/desk/account/codes/")
    (credential,) = window.keys()
    window.open("/desk/account/")
    window.sign_out()
    other = staff.colleague("binh@example.vn")
    held = Passkey.objects.get()
    Passkey.objects.create(person=other, name="x", credential=b"other", public_key=held.public_key, sign_count=0)
    window.sign_in("binh@example.vn")
    window.arrive("/desk/sign-in/second/")
    # The browser is made to sign with the first person's passkey all the same.
    path = "**/desk/sign-in/second/passkey/options"
    window.page.route(path, lambda route: _with_credential(route, credential["credentialId"]))
    window.use_passkey("Dùng khóa truy cập")
    window.page.get_by_text("không thuộc tài khoản của bạn").wait_for()
    assert "sign-in.refused" in staff.deeds()


def _with_credential(route, credential: str) -> None:
    answer = route.fetch()
    told = answer.json()
    plain = credential.replace("+", "-").replace("/", "_").rstrip("=")
    told["allowCredentials"] = [{"id": plain, "type": "public-key"}]
    route.fulfill(response=answer, body=json.dumps(told))


def test_an_answer_counts_once_and_a_copied_counter_is_seen(window: Window, person: Person, client) -> None:
    window.plug_in()
    window.sign_in()
    window.add_passkey()
    window.arrive("/desk/account/codes/")
    window.open("/desk/account/")
    window.sign_out()
    window.open("/desk/sign-in/")
    posted: list[str] = []
    window.page.on("request", lambda one: posted.append(one.post_data or "") if one.url.endswith("/passkey/") else None)
    window.use_passkey()
    window.arrive("/desk/")

    answer = parse_qs(posted[0])["answer"][0]
    assert client.post("/desk/sign-in/passkey/", {"answer": answer}).status_code == 403  # a browser that asked nothing
    client.post("/desk/sign-in/passkey/options")
    assert client.post("/desk/sign-in/passkey/", {"answer": answer}).status_code == 403  # of another challenge
    Passkey.objects.update(sign_count=10_000)
    window.open("/desk/account/")
    window.sign_out()
    window.open("/desk/sign-in/")
    window.use_passkey()
    window.page.get_by_text("Hệ thống không biết khóa truy cập này").wait_for()


def test_without_an_authenticator_the_page_says_what_to_do(window: Window, person: Person) -> None:
    window.plug_in()
    window.open("/desk/sign-in/")
    window.use_passkey()
    window.page.get_by_text("Chưa dùng khóa truy cập nào").wait_for()


def test_an_administrator_is_led_from_invitation_to_second_proof_to_desk(window: Window, settings, axe) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    office = services.root_office()
    token = invitations.invite("moi@example.vn", name="Hoàng Văn Mới", office=office, role=Role.ADMINISTRATOR, by=None)
    page = window.open(f"/desk/invitation/{token}/")
    axe(page)
    page.fill("[name=password]", "quay son river at dawn")
    page.get_by_role("button", name="Tạo tài khoản").click()
    window.arrive("/desk/account/")
    page.get_by_role("link", name="Thêm ứng dụng tạo mã").click()
    axe(page)
    secret = page.locator(".typed-secret").inner_text().replace(" ", "")
    assert page.locator(".qr").evaluate("(image) => image.complete && image.naturalWidth > 100")
    page.fill("[name=code]", pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Thêm ứng dụng").click()
    window.arrive("/desk/account/codes/")
    page.get_by_role("button", name="Tạo mã khôi phục").click()
    page.locator(".codes").wait_for()
    assert page.locator(".codes li").count() == recovery_codes.HOW_MANY
    axe(page)
    window.open("/desk/upload/")
    assert page.url.endswith("/desk/upload/")


PAGES = ["/desk/sign-in/", "/desk/sign-in/forgotten/", "/desk/invitation/gone/", "/desk/sign-in/forgotten/MQ/x-y/"]


def test_pages_before_the_desk_are_accessible(window: Window, axe) -> None:
    for path in PAGES:
        axe(window.open(path))


def test_pages_of_the_account_are_accessible(window: Window, person: Person, axe) -> None:
    window.plug_in()
    window.sign_in()
    window.add_passkey()
    window.arrive("/desk/account/codes/")
    for path in ("", "password/", "authenticator/", "passkey/", "codes/", "confirm/", "keys/", "keys/new/"):
        page = window.open(f"/desk/account/{path}")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
    window.open("/desk/account/")
    window.sign_out()
    window.sign_in()
    window.arrive("/desk/sign-in/second/")
    axe(window.page)


def test_a_passkey_belongs_to_the_site_it_was_made_for(person: Person) -> None:
    """Made by hand, since a browser refuses: the same answer for another origin, name or challenge proves nothing."""
    site = passkeys.Site("quantrac.example", "https://quantrac.example")
    for answer in ({}, {"id": "AAAA"}, {"id": None, "response": 5}, {"id": "AAAA", "response": {"userHandle": "%%"}}):
        with pytest.raises(passkeys.PasskeyRefusedError):
            passkeys.check(answer, challenge="AAAA", site=site)
        with pytest.raises(passkeys.PasskeyRefusedError):
            passkeys.enrol(person, "x", answer, challenge="AAAA", site=site)
