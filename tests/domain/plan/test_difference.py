"""Anchors that stay with their sentences, and what is told of a change."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from nonnuoc.domain.plan import difference
from nonnuoc.domain.plan.difference import ADDED, CHANGED, KEPT, REMOVED
from nonnuoc.domain.plan.sentences import split

#: Sentences that share few words, so that none passes for another rewritten.
SAID = (
    "Rà soát mạng lưới quan trắc nước mặt.",
    "Trồng cây xanh quanh bãi chôn lấp cũ.",
    "Công khai danh tính doanh nghiệp vi phạm.",
    "Tập huấn cán bộ cấp xã hằng quý.",
    "Khoanh định vùng cấm khai thác khoáng sản.",
    "Đo đạc bản đồ địa chính toàn tỉnh.",
    "Thu gom bao gói thuốc bảo vệ thực vật.",
    "Biểu dương điển hình tiên tiến mỗi năm.",
)


def text(*points: str) -> str:
    return "## I. NHIỆM VỤ\n\n### 1. Việc chung\n\n" + "\n\n".join(
        f"{letter}) {said}" for letter, said in zip("abcdegh", points, strict=False)
    )


def anchors(pieces) -> dict[str, str]:
    return {one.text: one.anchor for one in pieces if one.text}


@given(st.lists(st.sampled_from(SAID), unique=True, min_size=1, max_size=7), st.data())
@settings(max_examples=40)
def test_a_sentence_put_in_or_taken_out_moves_no_anchor(said, data):
    joined = [" ".join(said[place : place + 2]) for place in range(0, len(said), 2)]
    old = split(text(*joined))
    place = data.draw(st.integers(0, len(said)))
    added = data.draw(st.sampled_from([one for one in SAID if one not in said]))
    changed = [*said[:place], added, *said[place:]]
    if data.draw(st.booleans()):
        del changed[data.draw(st.integers(0, len(changed) - 1))]
    new = difference.carried(old, split(text(*[" ".join(changed[at : at + 2]) for at in range(0, len(changed), 2)])))
    before, after = anchors(old), anchors(new)
    assert {one: after[one] for one in said if one in after} == {one: before[one] for one in said if one in after}
    if added in after:
        assert after[added] not in before.values()
    assert len({one.anchor for one in new}) == len(new)


def test_an_anchor_once_used_is_never_given_again():
    first = split(text(f"{SAID[0]} {SAID[1]}"))
    second = difference.carried(first, split(text(SAID[0])))
    used = {one.anchor for one in (*first, *second)}
    third = difference.carried(second, split(text(f"{SAID[0]} {SAID[2]}")), used)
    assert anchors(first)[SAID[1]] == "I.1.a.2"
    assert anchors(third)[SAID[2]] == "I.1.a.3"


def test_changes_are_told_word_by_word_where_they_are():
    old = split(text("Thu gom 90% rác đô thị vào năm 2030.", SAID[0], SAID[1]))
    new = difference.carried(old, split(text("Thu gom 95% rác đô thị vào năm 2030.", SAID[0], SAID[2])))
    told = [(one.kind, (one.new or one.old).anchor) for one in difference.between(old, new) if one.kind != KEPT]
    assert told == [(CHANGED, "I.1.a.1"), (REMOVED, "I.1.c.1"), (ADDED, "I.1.c.2")]
    words = next(one.words for one in difference.between(old, new) if one.kind == CHANGED)
    assert [(one.kind, one.text) for one in words] == [
        (KEPT, "Thu gom"),
        (REMOVED, "90%"),
        (ADDED, "95%"),
        (KEPT, "rác đô thị vào năm 2030."),
    ]


def test_a_renumbered_row_keeps_its_anchor_and_its_new_time_is_told():
    table = "PHỤ LỤC\n\nSTT\tNội dung\tThời gian\tChủ trì\n{}"
    old = split(table.format("1\tLắp trạm quan trắc\t2027\tSở A"))
    new = difference.carried(
        old, split(table.format("1\tLập danh mục hồ\t2026\tSở A\n2\tLắp trạm quan trắc\t2028\tSở A"))
    )
    rows = {one.label: one.anchor for one in new if one.kind == "row" and one.label}
    assert rows == {"1": "PL.2", "2": "PL.1"}
    told = {one.new.anchor: one.kind for one in difference.between(old, new) if one.new and one.new.kind == "row"}
    assert told["PL.1"] == CHANGED
    assert told["PL.2"] == ADDED
