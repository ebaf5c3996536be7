"""The shipped plan: taken in whole and once, word for word, every sentence read, nothing of it invented."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from nonnuoc.records.accounts import loading as offices
from nonnuoc.records.accounts.access import ANYBODY, SYSTEM
from nonnuoc.records.places import services as places
from nonnuoc.records.plans import loading, selectors
from nonnuoc.records.plans.models import Assignment, Mark, Plan, Question, Task
from nonnuoc.records.plans.tasks import keeping
from nonnuoc.records.plans.text import citing, editions, heading, marking, marks, reading
from nonnuoc.records.registers import every
from nonnuoc.records.registers.law.models import LegalDocument

pytestmark = pytest.mark.django_db
PROVINCE = "cao_bang"
#: The plan as it was given to this project; where it is not at hand, what depends on it is left out.
GIVEN = Path(__file__).parents[4] / "shared" / "plan" / "ke-hoach-cao-bang-2026.md"


@pytest.fixture(scope="module")
def loaded(rolled_back: None) -> Plan:
    """The province with its registers and its plan."""
    with translation.override("en"):
        offices.load(places.load_province().province.key)
        every.load(PROVINCE)
        assert loading.load(PROVINCE) == 1
    return Plan.objects.get()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def test_the_head_is_what_the_copy_says(loaded):
    assert (loaded.number, loaded.issued, loaded.issued_text) == ("", None, "tháng 3 năm 2026")
    assert (loaded.issuer.code, loaded.leading.code) == ("province", "so-nnmt")
    assert (loaded.starts, loaded.ends) == (date(2026, 1, 1), date(2030, 12, 31))
    assert (loaded.report_month, loaded.report_day) == (11, 30)
    assert (loaded.state, loaded.public, loaded.simulated) == ("issued", False, False)


def test_there_are_37_tasks_with_the_times_of_the_plan(loaded):
    tasks = {one.code: one for one in loaded.tasks.all()}
    assert len(tasks) == 37
    assert Counter(one.time for one in tasks.values()) == {"years": 23, "quarter": 8, "continuous": 6}
    assert {one.ends for one in tasks.values() if one.time == "years"} == {date(2030, 12, 31)}
    quarters = {code: one.ends for code, one in tasks.items() if one.time == "quarter"}
    assert quarters == {
        "VII.2": date(2026, 6, 30),
        "V.10": date(2026, 9, 30),
        "III.6": date(2026, 12, 31),
        "V.9": date(2026, 12, 31),
        "VII.1": date(2026, 12, 31),
        "I.1": date(2027, 12, 31),
        "II.1": date(2027, 12, 31),
        "V.6": date(2027, 12, 31),
    }
    assert tasks["II.1"].printed == "2.1"
    assert "môi trường làng đạt" in tasks["III.11"].title
    assert not any(one.simulated for one in tasks.values())


@pytest.mark.skipif(not GIVEN.exists(), reason="the plan as it was given is not at hand")
def test_no_word_of_the_plan_was_changed(loaded):
    def words(text: str) -> list[str]:
        return re.findall(r"\w+", re.sub(r"</?(?:b|sup|sub)>", "", text))

    given, kept = (path.read_text(encoding="utf-8") for path in (GIVEN, loading.DATA / PROVINCE / "ke-hoach-2026.md"))
    headings = words("STT Nội dung thực hiện Thời gian thực hiện Đơn vị chủ trì Đơn vị phối hợp")
    repeated = Counter(given.replace("\xa0", " ").split())["STT"] + given.count("<b>STT</b>") - 1
    assert Counter(words(given)) - Counter(words(kept)) == Counter(headings * repeated)
    assert not Counter(words(kept)) - Counter(words(given))
    whole = " ".join(words(given))
    crossing = {"V.2", "V.8", "VIII.5"}  # rows that a page break cut in two
    for one in loaded.tasks.all():
        assert one.code in crossing or " ".join(words(one.title)) in whole, one.code


def test_every_unit_is_unfolded_to_the_offices_meant(loaded):
    def led(code: str) -> set[str]:
        held = Assignment.objects.filter(task__plan=loaded, task__code=code, role="lead")
        return set(held.values_list("office__code", flat=True))

    assert len(led("III.9")) == 16 and {"ubnd-01447", "ubnd-01654"} <= led("III.9")
    assert len(led("V.2")) == 11 and led("V.3") == {"ubnd-01558", "ubnd-01795", "ubnd-01318"}
    assert len(led("V.4")) == 56
    assert led("III.10") == {"so-tai-chinh", "so-cong-thuong", "so-nnmt"}
    assert led("V.5") == {"ubnd-01576", "ubnd-01321"} and led("V.6") == {"ubnd-01558"}
    helps = Assignment.objects.filter(task__plan=loaded, task__code="III.1", role="help")
    assert Counter(helps.values_list("named", flat=True)) == {
        "UBND cấp xã": 56,
        "Các Sở, ban, ngành": 6,  # the seven that the plan names, without the one that leads
        "Ủy ban MTTQ tỉnh": 1,
        "Đoàn thể tỉnh": 1,
    }
    part = Assignment.objects.get(task__plan=loaded, task__code="III.9", office__code="ubnd-01447")
    assert part.part == "Đô thị loại III Trà Lĩnh"


def test_every_sentence_is_read_and_what_nothing_covers_is_asked(loaded):
    text = reading.text(editions.current(loaded), SYSTEM)
    sentences = [one for one in text.lines if one.passage.kind in ("sentence", "note")]
    assert [one.passage.anchor for one in sentences if not one.marks] == []
    assert (text.coverage.unread, len(text.lost)) == (0, 0)
    asked = Counter(Question.objects.filter(plan=loaded, found=True).values_list("kind", flat=True))
    assert asked["uncovered"] == text.coverage.uncovered == 18
    uncovered = set(Question.objects.filter(kind="uncovered").values_list("key", flat=True))
    assert {
        f"uncovered:{anchor}"
        for anchor in (
            *("II.3.5.b.2", "II.3.5.c.1", "II.3.6.a.1", "II.3.7.a.1", "II.5.2.1", "II.6.1.c.3", "II.7.4"),
            *("II.9.2.b.2", "II.9.2.c.2", "II.11.1.b.1", "II.11.2.2", "II.11.2.3", "II.11.2.4"),
        )
    } <= uncovered
    bodies = Question.objects.filter(kind="no_body").values_list("facts__task", flat=True)
    assert set(bodies) == {"III.12", "V.5", "V.9"}
    assert (asked["baseline"], asked["time"], asked["lead"]) == (19, 6, 7)
    assert Question.objects.filter(kind="order", facts__task="II.1", facts__on="I.1").exists()
    assert Question.objects.filter(plan=loaded, found=False).count() == 10


def test_targets_have_no_baseline_and_no_path_that_the_plan_does_not_give(loaded):
    targets = {one.code: one for one in loaded.targets.all()}
    assert len(targets) == 19
    assert not any(one.baseline is not None or one.baseline_by_id or one.path.exists() for one in targets.values())
    assert {code for code, one in targets.items() if one.wanted is None} == {"T9"}  # 17, 10 or 11
    assert (targets["T7"].wanted, targets["T7"].due) == (56.15, date(2030, 12, 31))
    assert {code for code, one in targets.items() if not one.measure} == {"T8", "T19"}
    anchors = {one.anchor for one in editions.passages(editions.current(loaded))}
    assert {one.anchor for one in targets.values()} <= anchors


def test_a_document_that_ended_knows_which_sentence_continues_it(loaded):
    ended = LegalDocument.objects.get(code="qd-1973-2021-ttg")
    assert [(one.place, one.route) for one in citing.of(ended, SYSTEM)] == [("II.3.6.a.1", "plan-text")]
    assert list(citing.of(ended, ANYBODY)) == []  # the plan is not shown to everybody yet


def test_loading_again_overwrites_nothing_and_tells_of_other_files(loaded, monkeypatch, tmp_path, caplog):
    task = loaded.tasks.get(code="V.9")
    keeping.change(task, by=None, at=timezone.now(), product="Quyết định giá")
    heading.change(loaded, version=selectors.plan(loaded.code, SYSTEM).version, by=None, number="123/KH-UBND")
    assert loading.load(PROVINCE) == 0 and not caplog.records
    folder = tmp_path / PROVINCE
    folder.mkdir()
    for file in (loading.DATA / PROVINCE).iterdir():
        (folder / file.name).write_bytes(file.read_bytes() + (b"\n" if file.suffix == ".md" else b""))
    monkeypatch.setattr(loading, "DATA", tmp_path)
    with caplog.at_level(logging.WARNING):
        assert loading.load(PROVINCE) == 0
    assert "nothing was overwritten" in caplog.text
    assert Task.objects.get(pk=task.pk).product == "Quyết định giá"
    assert Plan.objects.get(pk=loaded.pk).number == "123/KH-UBND"
    assert editions.of(loaded)[0].number == 1


def test_marks_of_a_file_come_all_or_none(loaded):
    before = Mark.objects.filter(plan=loaded).count()
    wrong = [
        marking.parsed("II.7.1", "duty VIII.1 | nền tảng số"),
        marking.parsed("II.7.1", "object reaches/nowhere"),
        marking.parsed("II.7.2", "duty IX.1 | không có trong câu"),
        marking.parsed("II.99", "frame"),
    ]
    with pytest.raises(ValidationError) as refused:
        marking.put_all(loaded, wrong, by=None, at=timezone.now())
    assert len(refused.value.messages) == 4
    for line in ("duties VIII.1", "deadline 2030-13-01", "target", "frame VIII.1"):
        with pytest.raises(ValidationError):
            marking.parsed("II.7.1", line)
    assert Mark.objects.filter(plan=loaded).count() == before
    assert marking.put_all(loaded, wrong[:1], by=None, at=timezone.now()) == 1
    assert marking.put_all(loaded, wrong[:1], by=None, at=timezone.now()) == 0
    assert len(marks.of(loaded)["II.7.1"]) == 2


def test_a_text_without_its_table_and_a_unit_nobody_named_stop_the_whole(loaded, monkeypatch, tmp_path):
    folder = tmp_path / PROVINCE
    folder.mkdir()
    (folder / "other.md").write_text("# Kế hoạch khác\n", encoding="utf-8")
    monkeypatch.setattr(loading, "DATA", tmp_path)
    with pytest.raises(ValidationError, match=r"other\.toml"):
        loading.load(PROVINCE)
    table = "| STT | Nội dung | Thời gian | Đơn vị chủ trì |\n|---|---|---|---|\n| 1 | Việc | Năm 2027 | Sở Lạ |\n"
    (folder / "other.md").write_text(f"# Kế hoạch khác\n\n# PHỤ LỤC\n\n{table}", encoding="utf-8")
    head = 'code = "khac"\ntitle = "Khác"\nissuer = "province"\nleading = "so-nnmt"\nsource = "test"'
    days = "starts = 2027-01-01\nends = 2027-12-31"
    (folder / "other.toml").write_text(f"[plan]\n{head}\n{days}\n[units]\n", encoding="utf-8")
    with pytest.raises(ValidationError, match="Sở Lạ"):
        loading.load(PROVINCE)
    assert not Plan.objects.filter(code="khac").exists()
