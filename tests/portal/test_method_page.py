from __future__ import annotations

import gzip
import re
from datetime import date
from itertools import pairwise

import pytest
from django.test import Client
from django.utils import translation

from nonnuoc import rules
from nonnuoc.domain.quality import Check
from nonnuoc.portal import method, method_checks, sources
from nonnuoc.rules.table import Evidence

TODAY = date(2026, 11, 24)


@pytest.fixture
def page(client: Client, db: None) -> str:
    response = client.get("/method")
    assert response.status_code == 200
    assert len(gzip.compress(response.content)) < 60_000
    return response.content.decode()


def test_every_section_has_the_anchor_that_other_pages_link_to(page: str) -> None:
    for anchor, _ in method.contents():
        assert page.count(f'id="{anchor}"') == 1
        assert f'href="#{anchor}"' in page
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for target in re.findall(r'href="#([^"]+)"', page):
        assert target in ids or target.startswith("shape"), target


def test_headings_are_in_order(page: str) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_table_is_named_with_its_source(page: str) -> None:
    for name in rules.names():
        for period in rules.periods(name):
            table = period.table
            assert table.number in page
            assert table.title.replace("&", "&amp;") in page
            assert f"{table.valid_from:%d/%m/%Y}" in page or table.valid_from.year == 1900


def test_what_is_our_own_is_not_called_law() -> None:
    found = {one.number: one for one in sources.sources(TODAY)}
    assert found["QCVN 05:2023/BTNMT"].evidence == sources.evidence(Evidence.VERIFIED)
    own = [one for one in found.values() if not one.is_law]
    assert own
    assert {one.evidence for one in own} == {sources.evidence(Evidence.CONVENTION)}
    with translation.override("en"):
        assert len({sources.evidence(mark) for mark in Evidence}) == len(Evidence)


def test_every_check_is_explained() -> None:
    told = method_checks.tests(TODAY)
    assert len(told) == len(Check) + 1  # and LATE
    assert all(one.name and one.meaning and one.outcome for one in told)
    assert len({one.name for one in told}) == len(told)


def test_thresholds_and_breakpoints_are_those_of_the_rules(page: str) -> None:
    assert ">120 / 400<" in page  # PM2.5: a spike
    assert ">0 … 1000<" in page
    row = re.search(r'<th scope="row" class="figure">150</th>(.*?)</tr>', page)
    assert row is not None
    assert re.findall(r">([\d.–]+)<", row[1]) == ["300", "170", "45.000", "550", "700", "250", "80"]
    assert "75 %" in page


@pytest.mark.django_db
def test_limits_say_from_when_to_when(client: Client, page: str) -> None:
    assert "hết hiệu lực (12/09/2023 – 31/12/2025)" in " ".join(page.split())
    document = next(one for one in sources.documents(date(2025, 6, 1)) if one.key == "qcvn05")
    fine = {(one.bound, one.in_force) for one in document.allowed if one.code == "PM2.5" and one.since.year != 2023}
    assert fine == {("≤ 45", False)}
    held = [one for one in document.allowed if one.code == "PM2.5" and one.until == date(2025, 12, 31)]
    assert [(one.bound, one.in_force) for one in held] == [("≤ 50", True)]


def test_what_is_only_remembered_is_not_shown(page: str) -> None:
    table = rules.load("qcvn08", on=TODAY)
    withheld = len(table.data_with_unverified["limit"]) - len(table.data["limit"])
    assert withheld > 0
    assert f"Có {withheld} con số chưa đọc được" in page


@pytest.mark.django_db
def test_method_in_english_is_english(client: Client) -> None:
    client.cookies["django_language"] = "en"
    page = client.get("/method").content.decode()
    assert "Quality checks" in page
    assert "Third q: one public implementation has 52, two have 50." in page
    assert "Kiểm tra chất lượng" not in page


@pytest.mark.django_db
def test_method_takes_no_post_and_any_query(client: Client) -> None:
    assert client.post("/method").status_code == 405
    assert client.head("/method").status_code == 200
    assert client.get("/method?x=%00&y=" + "a" * 5000).status_code == 200
