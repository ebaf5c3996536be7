"""Times as plans write them."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from nonnuoc.domain.plan.time import UNREAD, Span, read

BEGIN, END = date(2026, 3, 1), date(2030, 12, 31)


def of_plan(text: str) -> Span:
    return read(text, starts=BEGIN, ends=END)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("Quý IV năm 2027", Span("quarter", BEGIN, date(2027, 12, 31))),
        ("Quý IV/2027", Span("quarter", BEGIN, date(2027, 12, 31))),
        ("Q4/2027", Span("quarter", BEGIN, date(2027, 12, 31))),
        ("QUY II NAM 2026.", Span("quarter", BEGIN, date(2026, 6, 30))),
        ("Trước quý IV/2027", Span("quarter", BEGIN, date(2027, 9, 30))),
        ("Quý III, IV năm 2026", Span("quarter", date(2026, 7, 1), date(2026, 12, 31))),
        ("Từ quý III/2026 đến quý II/2027", Span("quarter", date(2026, 7, 1), date(2027, 6, 30))),
        ("Quý I năm 2026", Span("quarter", BEGIN, date(2026, 3, 31))),
        ("Năm 2026 - 2030", Span("years", date(2026, 1, 1), date(2030, 12, 31))),
        ("Năm 2026\u2013\n2030", Span("years", date(2026, 1, 1), date(2030, 12, 31))),
        ("2026-2030", Span("years", date(2026, 1, 1), date(2030, 12, 31))),
        ("Giai đoạn 2026 — 2030", Span("years", date(2026, 1, 1), date(2030, 12, 31))),
        ("Từ năm 2026 đến hết năm 2030", Span("years", date(2026, 1, 1), date(2030, 12, 31))),
        ("Năm 2027", Span("years", date(2027, 1, 1), date(2027, 12, 31))),
        ("Đến năm 2030", Span("years", BEGIN, date(2030, 12, 31))),
        ("đến hết năm 2030", Span("years", BEGIN, date(2030, 12, 31))),
        ("Trước năm 2028", Span("years", BEGIN, date(2027, 12, 31))),
        ("Tháng 6 năm 2027", Span("day", BEGIN, date(2027, 6, 30))),
        ("Tháng 02/2028", Span("day", BEGIN, date(2028, 2, 29))),
        ("6 tháng đầu năm 2027", Span("day", BEGIN, date(2027, 6, 30))),
        ("Trước ngày 30/11/2026", Span("day", BEGIN, date(2026, 11, 30))),
        ("ngày 15 tháng 3 năm 2027", Span("day", BEGIN, date(2027, 3, 15))),
        ("Thường xuyên", Span("continuous", BEGIN)),
        ("thuong xuyen, lien tuc", Span("continuous", BEGIN)),
        ("Hằng năm", Span("continuous", BEGIN)),
        ("Trước ngày 30/11 hàng năm", Span("continuous", BEGIN)),
    ],
)
def test_time_is_read_as_plans_write_it(text, span):
    assert of_plan(text) == span


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Quý V/2027",
        "Quý IV",
        "Trước 30/11",
        "31/02/2027",
        "Tháng 13/2027",
        "Năm 2030 - 2026",
        "Năm 26 - 30",
        "Năm 2026 và những năm tiếp theo",
        "Sau khi Quy hoạch được duyệt",
        "Quý IV/2027 hoặc quý I/2028",
        "Năm 2027 " * 40,
    ],
)
def test_what_does_not_read_wholly_is_not_guessed(text):
    assert of_plan(text) == UNREAD


def test_a_plan_of_one_year_need_not_write_it():
    of_year = {"starts": date(2026, 1, 1), "ends": date(2026, 12, 31)}
    assert read("Quý II", **of_year).ends == date(2026, 6, 30)
    assert read("Trước 30/11", **of_year).ends == date(2026, 11, 30)
    assert read("Tháng 9", **of_year).ends == date(2026, 9, 30)


@given(some.integers(1, 4), some.integers(2000, 2099), some.booleans(), some.sampled_from(["NFC", "NFD"]))
@settings(max_examples=40)
def test_marks_case_and_dashes_do_not_matter(quarter, year, loud, form):
    text = f"Quý {('I', 'II', 'III', 'IV')[quarter - 1]} năm {year}"
    written = unicodedata.normalize(form, text.upper() if loud else text)
    assert of_plan(written) == of_plan(f"q{quarter} - {year}")


@given(some.text(max_size=140))
@settings(max_examples=40)
def test_any_text_is_read_or_unread_and_never_ends_before_it_begins(text):
    span = of_plan(text)
    assert span == UNREAD or span.starts is not None
    assert span.ends is None or span.starts <= span.ends
