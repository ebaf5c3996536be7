"""A plan's text as pieces: what is cut where, what it is called, and that nothing is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nonnuoc.domain.plan import cutting, sentences
from nonnuoc.domain.plan.marking_up import plain

PLAN = """
Số: /KH-UBND

## KẾ HOẠCH

### Bảo vệ nguồn nước tỉnh Thử

Căn cứ Luật Bảo vệ môi trường năm 2020;

## **I. MỤC ĐÍCH**

1.1. Tăng cường quản lý, hoàn thiện mạng lưới cảnh báo môi

trường tỉnh. Đảm bảo quyền được sống trong lành<sup>1</sup>.

<sup>1</sup> Chương trình số 03-CTr/TU ngày 28/11/2025.

## **II. NHIỆM VỤ**

### **1. Nguồn nước**

#### **1.1. Sông hồ**

Bảo vệ nguồn nước, gồm: sông Gâm; sông Neo;

hồ Thang Hen (*gồm: hồ trên. Hồ dưới*); Mức 1.

a) Thực hiện QCVN 01:2021/BXD tại TP. Thử... (theo Nghị định số 08/2022/NĐ-CP). Đạt 95% vào năm 2030.

b) Công khai số liệu tại chợ, siêu thị...; kịp thời cảnh báo.

- Điểm thứ nhất;

### V. TỔ CHỨC

1. Sở A chủ trì thời kỳ

2021-2030 theo quy định.

Trong quá trình thực hiện, kịp thời báo cáo.

***Nơi nhận:***

- Bộ B;

**KT. CHỦ TỊCH**

**Nguyễn Văn A**

**PHỤ LỤC**
*(Kèm theo Kế hoạch)*

STT	Nội dung thực hiện	Thời gian thực hiện	Đơn vị chủ trì	Đơn vị phối hợp
<b>I</b>	<b>Nguồn nước</b>			
1	Lập danh mục nguồn	Quý IV năm 2027	Sở A	Các Sở, ban, ngành

<b>STT</b>	<b>Nội dung thực hiện</b>	<b>Thời gian thực hiện</b>	<b>Đơn vị chủ trì</b>	<b>Đơn vị phối hợp</b>
	nước mặt của tỉnh			UBND cấp xã
<b>II</b>	<b>Quan trắc</b>			
2.1	Lắp trạm	Thường xuyên	Sở A	
"""


def by_anchor(text: str = PLAN) -> dict[str, str]:
    return {one.anchor: one.text for one in sentences.split(text)}


def test_every_sentence_has_the_anchor_a_person_would_say():
    found = by_anchor()
    assert found["I.1.1.1"] == "Tăng cường quản lý, hoàn thiện mạng lưới cảnh báo môi trường tỉnh."
    assert found["I.1.1.2"] == "Đảm bảo quyền được sống trong lành¹."
    assert found["CT.1"] == "Chương trình số 03-CTr/TU ngày 28/11/2025."
    assert found["II.1.1"] == "Sông hồ"
    assert found["II.1.1.1"].startswith("Bảo vệ nguồn nước, gồm: sông Gâm; sông Neo; hồ Thang Hen (gồm:")
    assert found["II.1.1.a.1"] == "Thực hiện QCVN 01:2021/BXD tại TP. Thử... (theo Nghị định số 08/2022/NĐ-CP)."
    assert found["II.1.1.a.2"] == "Đạt 95% vào năm 2030."
    assert found["II.1.1.b.1"] == "Công khai số liệu tại chợ, siêu thị...; kịp thời cảnh báo."
    assert found["V.1.1"] == "Sở A chủ trì thời kỳ 2021-2030 theo quy định."
    assert found["V.s1"] == "Trong quá trình thực hiện, kịp thời báo cáo."
    assert found["KT.3"] == "KT. CHỦ TỊCH"


def test_a_row_torn_by_a_page_break_is_one_and_printed_2_1_in_part_two_is_its_first():
    rows = {one.anchor: one for one in sentences.split(PLAN) if one.kind == sentences.ROW and one.label}
    assert list(rows) == ["PL.I.1", "PL.II.1"]
    assert rows["PL.I.1"].text == "Lập danh mục nguồn nước mặt của tỉnh"
    assert rows["PL.I.1"].cells[4] == "Các Sở, ban, ngành UBND cấp xã"
    assert rows["PL.II.1"].label == "2.1"


@pytest.mark.parametrize(
    "table",
    [
        "| TT | Nội dung | Thời hạn | Chủ trì |\n| --- | :-: | --- | --- |\n"
        "| 1 | Việc \\| một | 2026 | Sở A |\n| 2 | Hai | 2027 | Sở A |",
        "<table><tr><th>TT</th><th>Nội dung</th><th>Thời hạn</th><th>Chủ trì</th></tr>"
        "<tr><td>1</td><td>Việc | một</td><td>2026</td><td rowspan='2'>Sở A</td></tr>"
        "<tr><td>2</td><td>Hai</td><td>2027</td></tr></table>",
    ],
)
def test_tables_of_markdown_and_html_give_the_same_rows(table):
    rows = [one for one in sentences.split(f"## Phụ lục\n\n{table}") if one.kind == sentences.ROW and one.label]
    assert [(one.anchor, one.cells) for one in rows] == [
        ("PL.1", ("1", "Việc | một", "2026", "Sở A")),
        ("PL.2", ("2", "Hai", "2027", "Sở A")),
    ]


def test_sections_and_sentences_never_share_an_anchor():
    text = "## I. MỘT\n\nCâu dẫn. Câu nữa.\n\n1. Điểm.\n\n2. Điểm hai.\n\n1. Điểm trùng."
    anchors = [one.anchor for one in sentences.split(text)]
    assert len(set(anchors)) == len(anchors)
    assert {"I.s1", "I.s2", "I.1.1", "I.2.1", "I.1-2"} <= set(anchors)


TOKENS = "Rà soát nguồn nước năm 2026 số 08/2022/NĐ-CP (gồm: các hồ) “0” TP. a) 1.1. I. - | * #"
WORDS = st.lists(st.sampled_from(TOKENS.split()), min_size=1, max_size=9)
LINES = st.lists(WORDS.map(" ".join), min_size=1, max_size=12)


@given(LINES)
@settings(max_examples=60)
def test_no_word_is_lost_and_no_anchor_given_twice(lines):
    text = "\n\n".join(lines)
    pieces = sentences.split(text)
    kept = " ".join(f"{one.label} {one.text} {' '.join(one.cells)}" for one in pieces)
    assert set(re.findall(r"\w+", plain(text))) == set(re.findall(r"\w+", kept))
    assert len({one.anchor for one in pieces}) == len(pieces)
    assert all(one.parent in {"", *(two.anchor for two in pieces[: one.order])} for one in pieces)


@given(WORDS.map(" ".join))
@settings(max_examples=40)
def test_sentences_joined_are_the_text(text):
    assert " ".join(cutting.sentences(text)).split() == text.split()
