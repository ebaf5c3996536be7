"""What sentences say, how much has been read, and questions that come and go."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import AuditEntry
from nonnuoc.records.plans.models import Assignment, Mark, Plan, Question, Task
from nonnuoc.records.plans.text import editions, heading, marks, questions, reading, wording
from tests.records.plans import made as rows
from tests.records.plans.made import NOW, worker
from tests.records.plans.text import made

pytestmark = pytest.mark.django_db
Kind = Question.Kind


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture(scope="module")
def offices(rolled_back):
    return made.offices()


@pytest.fixture(scope="module")
def keeper(offices):
    return worker("Can", offices["so-nnmt"], "officer")


@pytest.fixture(scope="module")
def taken(keeper) -> Plan:
    return made.taken(keeper)


@pytest.fixture
def plan(taken) -> Plan:
    return Plan.objects.get(pk=taken.pk)


def task(plan: Plan, code: str) -> Task:
    return Task.objects.get(plan=plan, code=code)


def open_keys(plan: Plan) -> set[str]:
    return set(Question.objects.filter(plan=plan, state="open").values_list("key", flat=True))


def test_a_duty_is_a_question_until_a_task_takes_it_up(plan, keeper):
    duty = marks.put(plan, "II.1.b.1", "duty", by=keeper, at=NOW)
    assert "uncovered:II.1.b.1" in open_keys(plan)
    assert "body:I.1" not in open_keys(plan)  # nobody has said yet which sentence became which task
    taken = marks.put(plan, "II.1.b.1", "duty", task=task(plan, "I.2"), by=keeper, at=NOW)
    assert "uncovered:II.1.b.1" not in open_keys(plan)
    assert {"body:I.1", "body:II.1"} <= open_keys(plan)
    part = marks.put(plan, "II.1.b.1", "duty", words="nước mặt", by=keeper, at=NOW)
    assert "uncovered:II.1.b.1" in open_keys(plan)  # words of their own are a duty of their own
    for mark in (part, taken, taken):
        marks.remove(mark, by=keeper, at=NOW)
    assert open_keys(plan) >= {"uncovered:II.1.b.1"}
    assert "body:I.1" not in open_keys(plan)
    marks.remove(duty, by=keeper, at=NOW)
    assert Question.objects.get(plan=plan, key="uncovered:II.1.b.1").state == "gone"


def test_what_the_plan_leaves_open_is_found_and_goes_with_its_cause(plan, offices):
    assert open_keys(plan) == {"lead:I.2", "lead:II.1", "milestone:II.1"}
    target = rows.target(
        plan,
        "T1",
        wanted=None,
        wanted_text="17 khu (thân bài), 10 khu (phụ lục)",
        baseline_by=offices["so-nnmt"],
        baseline_due=date(2027, 3, 31),
    )
    rows.needs(task(plan, "I.1"), task(plan, "I.2"))
    Task.objects.filter(plan=plan, code="I.2").update(time="quarter", ends=date(2026, 10, 31))
    Task.objects.filter(plan=plan, code="II.1").update(time="unread")
    questions.refresh(plan, NOW)
    assert open_keys(plan) == {
        "lead:I.2",
        "lead:II.1",
        "time:II.1",
        "order:I.1:I.2",
        "baseline:T1",
        "path:T1",
        "wanted:T1",
    }
    said = {one.key: wording.sentence(one) for one in questions.of(plan, access.SYSTEM)}
    assert said["order:I.1:I.2"] == "Task I.1 cannot end before task I.2 has, and both are due in quarter IV of 2026."
    assert said["baseline:T1"].endswith("Sở Nông nghiệp và Môi trường sets it by 31/03/2027.")
    assert "17 khu" in said["wanted:T1"]
    assert "2 offices" in said["lead:I.2"]
    Assignment.objects.filter(task__code="I.2", role="lead", office=offices["ubnd-01279"]).update(ended=NOW)
    target.wanted, target.baseline, target.baseline_day, target.baseline_source = 17.0, 2.0, date(2026, 1, 1), "thử"
    target.save()
    Task.objects.filter(plan=plan, code="I.2").update(done=date(2026, 10, 1))
    questions.refresh(plan, NOW)
    assert open_keys(plan) == {"lead:II.1", "time:II.1", "path:T1"}
    assert questions.refresh(plan, NOW) == 0


def test_what_was_decided_stays_with_who_decided_it(plan, keeper, offices):
    asked = Question.objects.get(plan=plan, key="lead:I.2")
    with pytest.raises(PermissionDenied):
        questions.decide(asked, decision="Sở chịu trách nhiệm chung.", by=keeper, at=NOW)
    with pytest.raises(PermissionDenied):
        commune = worker("Xa", offices["ubnd-01273"], "commune_officer")
        questions.decide(asked, decision="Không.", basis="1/CV", by=commune, at=NOW)
    done = questions.decide(asked, decision="Sở chịu trách nhiệm chung.", basis="12/TB-UBND", by=keeper, at=NOW)
    assert (done.state, done.decided_by, done.basis) == ("decided", keeper, "12/TB-UBND")
    questions.decide(asked, decision="Sở chịu trách nhiệm chung.", basis="12/TB-UBND", by=keeper, at=NOW)
    assert AuditEntry.objects.filter(action="plan.question_decided").count() == 1
    Assignment.objects.filter(task__code="I.2").update(ended=NOW)
    questions.refresh(plan, NOW)
    assert Question.objects.get(pk=asked.pk).state == "decided"
    leader = worker("Lanh", offices["province"], "leader")
    assert questions.decide(asked, decision="Mỗi xã tự chịu.", by=leader, at=NOW).decided_by == leader


def test_a_question_of_a_person_is_asked_once_and_quotes_the_text(plan, keeper):
    said = {"kind": Kind.WORDING, "title": "“b” nghĩa là gì", "anchors": ["II.1.b.1"]}
    assert questions.ask(plan, by=keeper, at=NOW, **said) == questions.ask(plan, by=keeper, at=NOW, **said)
    with pytest.raises(ValidationError, match=r"no sentence “X\.9”"):
        questions.ask(plan, by=keeper, at=NOW, **{**said, "title": "khác", "anchors": ["X.9"]})
    questions.refresh(plan, NOW)
    assert Question.objects.get(plan=plan, title=said["title"]).state == "open"
    assert [one.text for one in reading.quoted(plan, said["anchors"])] == [
        "Xây dựng kế hoạch quản lý chất lượng nước mặt."
    ]


def test_a_mark_is_put_once_and_only_where_it_is_true(plan, keeper, offices):
    other = rows.plan("khac", leading=offices["so-nnmt"], issuer=offices["province"])
    wrong = (
        ({"anchor": "II.9"}, "no sentence “II.9”"),
        ({"task": rows.task(other)}, "another plan"),
        ({"register": "facilities", "code": "KHONG-CO"}, "No entry of this register"),
        ({"register": "gi-do", "code": "1"}, "no register “gi-do”"),
        ({"words": "không có ở đây"}, "do not stand in the sentence"),
        ({"kind": "deadline"}, "Give the day"),
        ({"kind": "lệnh"}, "Say what the sentence says"),
    )
    for given, says in wrong:
        with pytest.raises(ValidationError, match=says):
            marks.put(plan, **{"anchor": "II.1.b.1", "kind": "duty", "by": keeper, "at": NOW, **given})
    assert not Mark.objects.exists()
    first = marks.put(plan, "II.1.a.2", "deadline", day=date(2030, 12, 31), by=keeper, at=NOW)
    assert marks.put(plan, "II.1.a.2", "deadline", day=date(2030, 12, 31), by=keeper, at=NOW) == first
    assert marks.put(plan, "II.1.a.2", "deadline", day=date(2030, 6, 30), by=keeper, at=NOW).day == date(2030, 6, 30)
    assert Mark.objects.count() == 1
    with pytest.raises(PermissionDenied):
        marks.put(plan, "II.1.b.1", "duty", by=worker("Xa", offices["ubnd-01273"], "commune_officer"), at=NOW)


def test_the_page_counts_what_has_been_read(plan, keeper, django_assert_num_queries):
    edition = editions.current(plan)
    assert reading.coverage(plan) == reading.Coverage(sentences=4, duties=0, covered=0, uncovered=0, unread=4)
    marks.put(plan, "I.1.1", "frame", by=keeper, at=NOW)
    marks.put(plan, "II.1.a.1", "duty", task=task(plan, "I.1"), by=keeper, at=NOW)
    marks.put(plan, "II.1.b.1", "duty", by=keeper, at=NOW)
    with django_assert_num_queries(5):
        text = reading.text(edition, access.SYSTEM)
    assert text.coverage == reading.Coverage(sentences=4, duties=2, covered=1, uncovered=1, unread=1)
    lines = {one.passage.anchor: one for one in text.lines}
    assert [anchor for anchor, one in lines.items() if not one.read] == ["II.1.a.2"]
    assert lines["II.1.b.1"].uncovered
    assert lines["PL.I.1"].task == task(plan, "I.1")
    Task.objects.filter(plan=plan, code="I.1").update(withdrawn=NOW)
    assert reading.coverage(plan).uncovered == 2


def test_number_and_day_are_filled_in_later(plan, keeper):
    filled = heading.change(plan, version=1, number="12/KH-UBND", issued=date(2026, 3, 5), by=keeper)
    assert (filled.number, filled.version, filled.state) == ("12/KH-UBND", 2, "draft")
    assert heading.change(plan, version=1, number="12/KH-UBND", by=keeper).version == 2  # already so
    with pytest.raises(ValidationError, match="Somebody else"):
        heading.change(plan, version=1, number="13/KH-UBND", by=keeper)
    assert heading.issue(plan, by=keeper, at=NOW).state == "issued"
    with pytest.raises(ValidationError, match="keeps its number"):
        heading.change(plan, version=3, number="", by=keeper)
    with pytest.raises(ValidationError, match="why it ends"):
        heading.end(plan, "", by=keeper, at=NOW)
    assert heading.end(plan, "Kế hoạch mới thay thế.", by=keeper, at=NOW).state == "ended"
    with pytest.raises(ValidationError, match="has ended"):
        heading.issue(plan, by=keeper, at=NOW)


def test_a_correction_says_what_was_wrong_and_an_amendment_by_which_document(plan, keeper):
    text = editions.of(plan)[0].text
    with pytest.raises(ValidationError, match="what was wrong"):
        editions.add(plan, text + "\n\nThêm.", kind="correction", by=keeper, at=NOW)
    with pytest.raises(ValidationError, match="number of the document"):
        editions.add(plan, text + "\n\nThêm.", kind="amendment", by=keeper, at=NOW)
    with pytest.raises(ValidationError, match="has a text already"):
        editions.add(plan, text + "\n\nThêm.", kind="first", by=keeper, at=NOW)
    mended = editions.add(
        plan, text.replace("mọi người", "người"), kind="correction", reason="chép sai", by=keeper, at=NOW
    )
    assert [(one.kind, one.new.anchor) for one in editions.changes(mended) if one.kind != "kept"] == [
        ("changed", "I.1.1")
    ]
    assert editions.add(plan, mended.text, kind="correction", by=keeper, at=NOW) == mended
    with pytest.raises(ValidationError, match="text of edition 1"):
        editions.add(plan, text, kind="correction", reason="lại", by=keeper, at=NOW)
