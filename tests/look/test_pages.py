"""What is true of every page: its frame, its navigation, what other machines are told of it."""

from __future__ import annotations

import re

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import ResolverMatch
from django.utils import translation

from nonnuoc.look import navigation
from tests.look import messages


def test_no_template_holds_inline_script_or_style() -> None:
    for path in messages.ROOT.rglob("*.html"):
        found = re.findall(r"<style|\sstyle=|\son\w+=\"|<script(?![^>]*\bsrc=)", path.read_text())
        assert found == [], path


def test_the_sections_lead_to_pages_and_mark_the_one_we_are_in() -> None:
    request = RequestFactory().get("/stations/A1")
    request.resolver_match = ResolverMatch(lambda: None, (), {}, url_name="station")
    with translation.override("vi"):
        links = navigation.sections(navigation.here(request))
    assert [link.words for link in links] == [
        "Trang đầu", "Cảnh báo", "Xã, phường", "Trạm quan trắc", "Bản đồ", "Danh mục", "Kế hoạch", "Dữ liệu",
        "Phương pháp", "Điều chưa biết",
    ]  # fmt: skip
    assert [link.words for link in links if link.current] == ["Trạm quan trắc"]
    assert next(link.current for link in links if link.words == "Trạm quan trắc") == "true"


def test_a_page_outside_the_sections_is_none_of_them() -> None:
    request = RequestFactory().get("/components")
    request.resolver_match = ResolverMatch(lambda: None, (), {}, url_name="components")
    assert navigation.here(request) == navigation.here(None) == ""


def test_what_is_the_same_on_every_page_is_rendered_once_for_a_language() -> None:
    page = Template("{% load frame %}{% once %}{{ x }}{% endonce %}{% once y %}{{ x }}{% endonce %}")
    with translation.override("vi"):
        assert page.render(Context({"x": 1, "y": "a"})) == "11"
        assert page.render(Context({"x": 2, "y": "a"})) == "11"
        assert page.render(Context({"x": 3, "y": "b"})) == "13"
    with translation.override("en"):
        assert page.render(Context({"x": 4, "y": "a"})) == "44"


def test_the_page_itself_is_marked_as_current(client: Client) -> None:
    page = client.get("/components").content.decode()
    assert 'aria-current="page"' not in re.search(r'<nav class="site".*?</nav>', page, re.S)[0]  # type: ignore[index]
    assert '<a class="skip" href="#main">' in page
    assert [page.count(f"<{mark}") for mark in ("main ", "header ", "footer ")] == [1, 1, 1]


def test_a_page_has_one_address_in_each_language(client: Client) -> None:
    page = client.get("/components?period=week").content.decode()
    assert '<link rel="canonical" href="http://testserver/components">' in page
    assert '<link rel="alternate" hreflang="vi" href="http://testserver/components">' in page
    assert '<link rel="alternate" hreflang="en" href="http://testserver/components?lang=en">' in page
    assert '<link rel="alternate" hreflang="x-default" href="http://testserver/components">' in page
    english = client.get("/components?lang=en").content.decode()
    assert '<link rel="canonical" href="http://testserver/components?lang=en">' in english


def test_the_title_is_told_once_and_fits_into_an_attribute() -> None:
    page = Template(
        '{% load frame %}{% keep title %} "Nước"\n <b>{{ x }}</b>{% endkeep %}<i a="{{ title }}">{{ title }}</i>'
    )
    told = "&quot;Nước&quot; <b>&lt;</b>"
    assert page.render(Context({"x": "<"})) == f'<i a="{told}">{told}</i>'


def test_what_is_shared_carries_title_and_description(client: Client) -> None:
    page = client.get("/components").content.decode()
    title = re.search(r"<title>(.*) – Non Nước</title>", page)
    assert title is not None
    assert f'<meta property="og:title" content="{title[1]}">' in page
    description = re.search(r'<meta name="description" content="([^"]+)">', page)
    assert description is not None
    assert f'<meta property="og:description" content="{description[1]}">' in page


def test_an_error_page_is_not_offered_to_search_engines(client: Client) -> None:
    page = client.get("/nowhere").content.decode()
    assert '<meta name="robots" content="noindex">' in page
    assert "canonical" not in page


@pytest.mark.parametrize(
    ("validated", "css", "word", "meaning"),
    [
        (True, "validated", "đã thẩm định", "đã có người kiểm tra và xác nhận"),
        (False, "provisional", "tạm thời", "mới được máy kiểm tra, chưa có người thẩm định"),
    ],
)
def test_a_number_says_whether_a_person_has_checked_it(validated: bool, css: str, word: str, meaning: str) -> None:
    with translation.override("vi"):
        tag = Template("{% load look %}{% standing validated %}").render(Context({"validated": validated}))
    assert tag == (f'<span class="tag {css}" title="{meaning}">{word}<span class="unseen"> ({meaning})</span></span>')
