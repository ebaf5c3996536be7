"""A round in all its states: who reported, who is late, what was returned; as rows, without the services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from nonnuoc.records.accounts.models import Office, Person, Role
from nonnuoc.records.plans.models import (
    Answer,
    Assignment,
    Blocker,
    Budget,
    Evidence,
    Form,
    Mark,
    Passage,
    PathPoint,
    Plan,
    Round,
    Task,
    Value,
)
from tests.records.plans import made

LONG = (
    "Nâng cấp, mở rộng diện tích, nâng cao năng lực tiếp nhận và thay đổi công nghệ xử lý chất thải tại 10 khu xử lý "
    "chất thải rắn (gồm các xã: Khánh Xuân, Trường Hà, Tổng Cọt, Thông Nông, Hòa An, Trà Lĩnh, Trùng Khánh, Độc Lập, "
    "Phục Hòa, Lý Quốc, Thạch An) – một nhiệm vụ có tên dài"
)
FORMULA = '=HYPERLINK("http://example.vn";"bấm vào đây")'


@dataclass(frozen=True)
class World:
    plan: Plan
    round: Round
    tasks: dict[str, Task]
    forms: dict[str, Form]
    steerer: Person


def build() -> World:
    """Three tasks; a department that leads, three communes: one in time, one late on paper, one silent."""
    offices = {
        "so-thu": made.office("so-thu"),
        "so-xd": made.office("so-xd"),
        **{f"ubnd-{code}": made.office(f"ubnd-{code}", Office.Kind.COMMUNE) for code in ("01001", "01002", "01003")},
    }
    plan = made.plan("thu", title="Kế hoạch thử <triển khai> & “quy hoạch”")
    tasks = {
        "I.1": made.task(plan, "I.1", lead=offices["so-thu"], lead_text="Cơ quan chủ trì và phối hợp"),
        "I.2": made.task(plan, "I.2", lead=offices["so-xd"], title=LONG, ends=date(2026, 9, 30), time_text="Quý III"),
        "V.10": made.task(plan, "V.10", lead=offices["so-thu"], time=Task.Time.CONTINUOUS, time_text="Thường xuyên"),
    }
    first = made.milestone(tasks["I.1"], date(2026, 6, 30), done=date(2026, 6, 20))
    made.milestone(tasks["I.1"], date(2027, 6, 30))
    Evidence.objects.create(
        task=tasks["I.1"],
        milestone=first,
        office=offices["so-thu"],
        kind=Evidence.Kind.DOCUMENT,
        title="Quyết định phê duyệt đề cương",
        reference="12/QĐ",
        at=made.NOW,
    )
    _passage(plan, tasks["I.1"])
    round_ = made.asked_round(plan, tasks=list(tasks.values()), due=date(2026, 11, 20))
    forms = {code: Form.objects.create(round=round_, office=office) for code, office in offices.items()}
    for task in tasks.values():
        for code, form in forms.items():
            leads = Assignment.objects.filter(task=task, office=offices[code], role="lead").exists()
            if not leads and code.startswith("ubnd"):
                made.assignment(task, offices[code])
            if leads or code.startswith("ubnd"):
                Answer.objects.create(form=form, task=task, role="lead" if leads else "help")
    _told(forms, tasks)
    _around(plan, tasks, offices)
    return World(plan, round_, tasks, forms, made.officer(where=offices["so-thu"]))


def _passage(plan: Plan, task: Task) -> None:
    edition = made.edition(plan)
    Passage.objects.create(edition=edition, order=1, kind="sentence", anchor="II.1.a.1", text="Xây dựng phương án.")
    Mark.objects.create(plan=plan, anchor="II.1.a.1", kind="duty", task=task, at=made.NOW)


def _told(forms: dict[str, Form], tasks: dict[str, Task]) -> None:
    in_time, late = datetime(2026, 11, 10, 2, tzinfo=UTC), datetime(2026, 11, 24, 2, tzinfo=UTC)
    for code, when, state, way in (
        ("so-thu", in_time, "approved", "here"),
        ("ubnd-01001", in_time, "submitted", "here"),
        ("ubnd-01002", late, "submitted", "paper"),
    ):
        facts = {"state": state, "way": way, "submitted": when, "first_submitted": when}
        facts |= {"approved": when} if state == "approved" else {}
        facts |= {"received": when.date()} if way == "paper" else {}
        Form.objects.filter(pk=forms[code].pk).update(**facts)
    said = {
        ("so-thu", "I.1"): ("under_way", "Đã phê duyệt đề cương.\nĐang lấy ý kiến các sở.", "Trình thẩm định", ""),
        ("so-thu", "V.10"): ("under_way", "Đã tổ chức 12 hội nghị", "", "Thiếu kinh phí"),
        ("ubnd-01001", "I.1"): ("done", FORMULA, "", ""),
        ("ubnd-01002", "I.1"): ("done", f"  {FORMULA} ", "", ""),
        ("ubnd-01002", "V.10"): ("not_ours", "", "", "Không có cán bộ chuyên trách"),
        ("ubnd-01003", "I.1"): ("done", "chưa gửi, không được tính", "", ""),
    }
    for (code, task), (state, result, following, difficulty) in said.items():
        told = {"state": state, "result": result, "next": following, "difficulty": difficulty}
        Answer.objects.filter(form=forms[code], task=tasks[task]).update(**told)
    Form.objects.filter(pk=forms["ubnd-01001"].pk).update(proposals="Bố trí thêm kinh phí", general="Đã triển khai")


def _around(plan: Plan, tasks: dict[str, Task], offices: dict[str, Office]) -> None:
    facts = {"plan": plan, "task": tasks["V.10"], "office": offices["so-thu"], "with_office": plan.issuer}
    Blocker.objects.create(**facts, text="Thiếu kinh phí", state="submitted", raised=made.NOW - timedelta(days=30))
    Budget.objects.create(task=tasks["I.1"], year=2026, source="environment", estimated=1_500_000_000, at=made.NOW)
    share = made.target(plan, "T1", baseline=80.0, baseline_day=date(2025, 12, 31), baseline_source="báo cáo 2025")
    PathPoint.objects.create(target=share, year=2026, value=83, source="tự đặt")
    value = {"quality": "complete", "at": made.NOW}
    Value.objects.create(target=share, day=date(2026, 10, 31), kind="measured", value=81.5, **value)
    Value.objects.create(target=share, day=date(2026, 6, 30), kind="declared", value=90, evidence="công văn", **value)
    made.target(plan, "T2", wanted=None, wanted_text="đạt theo quy định", unit="khu")


def reporter(where: Office) -> Person:
    """Somebody of one unit, who does not see what the others answer."""
    return made.worker("Xa", where, Role.COMMUNE_OFFICER)
