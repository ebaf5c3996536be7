"""Plans: the leader's page, forms that are opened for every unit, and the consolidated report.

Five plans of 500 tasks and 60 units, each of which has a part in 37 tasks or more. Every figure is a ratio to its
limit: what is below 1 keeps it.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from statistics import median

from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone

from nonnuoc.records.accounts import loading as offices
from nonnuoc.records.accounts.models import Appointment, Office, Person, Role
from nonnuoc.records.places import services as places
from nonnuoc.records.plans.models import (
    Answer,
    Assignment,
    Blocker,
    Dependency,
    Form,
    Milestone,
    PathPoint,
    Plan,
    Question,
    Target,
    Task,
    Value,
)
from nonnuoc.records.plans.reports import making
from nonnuoc.records.plans.rounds import opening

PLANS, TASKS, UNITS, PARTS = 5, 500, 60, 37
STEPS, TARGETS = 3, 19
PAGE_MS, OPEN_S, REPORT_S = 300.0, 10.0, 60.0
TURNS = 7


def run() -> dict[str, object]:
    """The leader's page as the web server answers it; then a round of 37 tasks for 60 units."""
    offices.load(places.load_province().province.key)
    figures: dict[str, object] = {"plans": PLANS, "tasks": TASKS, "units": UNITS}
    with transaction.atomic():
        plans = _fill()
        figures["opening"] = _opened(plans[0])
        figures["pages"] = _pages()
        figures["consolidation"] = _consolidated(plans[0])
        transaction.set_rollback(True)
    return figures


def _fill() -> list[Plan]:
    """Plans as a province might have them, the same at every run."""
    chance = random.Random(7)
    where = {one.code: one for one in Office.objects.all()}
    units = [one for one in where.values() if one.kind == Office.Kind.COMMUNE][: UNITS - 10]
    units += [one for one in where.values() if one.kind == Office.Kind.DEPARTMENT][: UNITS - len(units)]
    return [_plan(number, units, chance) for number in range(PLANS)]


def _plan(number: int, units: Sequence[Office], chance: random.Random) -> Plan:
    plan = Plan.objects.create(
        code=f"bench-{number}",
        title=f"Kế hoạch {number}",
        short_title=f"Kế hoạch {number}",
        state=Plan.State.ISSUED,
        issuer=units[0],
        leading=units[-1],
        starts=date(2026, 1, 1),
        ends=date(2030, 12, 31),
        source="bench",
    )
    tasks = Task.objects.bulk_create(_tasks(plan, chance))
    Milestone.objects.bulk_create(_steps(tasks, chance))
    Dependency.objects.bulk_create(
        Dependency(task=tasks[n], on=tasks[chance.randrange(n)], days=30, why="bench", source="bench")
        for n in range(5, TASKS, 3)
    )
    Assignment.objects.bulk_create(_parts(tasks, units, chance))
    targets = Target.objects.bulk_create(_targets(plan))
    PathPoint.objects.bulk_create(
        PathPoint(target=one, year=year, value=10.0 * (year - 2025), source="bench")
        for one in targets
        for year in range(2026, 2031)
    )
    Value.objects.bulk_create(
        Value(target=one, day=date(2026, 10, 1), kind="measured", quality="complete", value=8.0, at=timezone.now())
        for one in targets
    )
    _round(plan, tasks, units)
    return plan


def _tasks(plan: Plan, chance: random.Random) -> Iterator[Task]:
    for n in range(TASKS):
        ends = date(2026, 3, 31) + timedelta(days=chance.randrange(1700))
        yield Task(
            plan=plan,
            code=f"{1 + n // 50}.{n}",
            printed=str(n),
            section=str(1 + n // 50),
            section_title="Quản lý chất thải",
            order=n,
            title="Xây dựng, trình phê duyệt và tổ chức thực hiện đề án thu gom, phân loại, xử lý chất thải rắn " * 2,
            time_text="Quý IV",
            time=Task.Time.QUARTER,
            starts=date(2026, 1, 1),
            ends=ends,
            lead_text="Sở Nông nghiệp và Môi trường",
        )


def _steps(tasks: Sequence[Task], chance: random.Random) -> Iterator[Milestone]:
    for task in tasks:
        for n in range(STEPS):
            due = date(2026, 2, 1) + timedelta(days=chance.randrange(1200))
            done = due if due < date(2026, 9, 1) and chance.random() < 0.8 else None
            yield Milestone(task=task, order=n, title=f"Mốc {n}", due=due, done=done, source="bench")


def _parts(tasks: Sequence[Task], units: Sequence[Office], chance: random.Random) -> Iterator[Assignment]:
    leads = [chance.choice(units) for _task in tasks]
    for task, lead in zip(tasks, leads, strict=True):
        yield Assignment(task=task, office=lead, role=Assignment.Role.LEAD, named=lead.name)
    for unit in units:
        for n in chance.sample(range(TASKS), PARTS):
            if leads[n] != unit:
                yield Assignment(task=tasks[n], office=unit, role=Assignment.Role.HELP, named="UBND cấp xã")


def _targets(plan: Plan) -> Iterator[Target]:
    for n in range(TARGETS):
        yield Target(
            plan=plan,
            code=f"T{n}",
            order=n,
            title="Tỷ lệ chất thải rắn sinh hoạt đô thị được thu gom, xử lý",
            definition="bench",
            kind=Target.Kind.SHARE,
            unit="%",
            wanted=95.0,
            wanted_text="95%",
            due=date(2030, 12, 31),
            section="II.3",
        )


def _round(plan: Plan, tasks: Sequence[Task], units: Sequence[Office]) -> None:
    facts = {"kind": "yearly", "title": "Báo cáo năm", "opened": timezone.now(), "due": date(2026, 11, 30)}
    made = plan.rounds.create(code="2025", begins=date(2026, 1, 1), ends=date(2026, 11, 30), **facts)
    Form.objects.bulk_create(Form(round=made, office=one) for one in units)
    facts = {"plan": plan, "office": units[0], "text": "Thiếu kinh phí", "with_office": units[0]}
    Blocker.objects.bulk_create(
        Blocker(task=one, state=Blocker.State.SUBMITTED, raised=datetime(2026, 9, 1, tzinfo=UTC), **facts)
        for one in tasks[:40]
    )
    Question.objects.bulk_create(
        Question(plan=plan, key=f"q{n}", kind="time", title="?", at=timezone.now()) for n in range(30)
    )


def _pages() -> dict[str, object]:
    """The middle of some answers each, after one that fills the caches of templates."""
    somebody = _somebody(Role.LEADER)
    with override_settings(ALLOWED_HOSTS=["testserver"], SECURE_SSL_REDIRECT=False):
        client = Client()
        client.force_login(somebody)
        asked = {"leader": "/desk/province", "plan": "/desk/plans/bench-0/", "matrix": "/desk/plans/bench-0/matrix"}
        told = {name: _ms(lambda path=path: _answered(client, path)) for name, path in asked.items()}
    return {**told, "ratio": round(told["leader"] / PAGE_MS, 2)}


def _somebody(role: Role) -> Person:
    someone = Person.objects.create(email=f"{role}@bench.example", name=str(role))
    root = Office.objects.filter(kind=Office.Kind.PROVINCE).earliest("pk")
    Appointment.objects.create(person=someone, office=root, role=role, since=timezone.now() - timedelta(days=1))
    return someone


def _answered(client: Client, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")


def _ms(work: Callable[[], object]) -> float:
    """The middle of some runs, ms. What filling the tables left behind is no part of a web server's memory."""
    work()
    gc.collect()
    gc.freeze()
    times = []
    for _turn in range(TURNS):
        began = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - began))
    return round(median(times), 1)


def _opened(plan: Plan) -> dict[str, object]:
    """Forms of 37 tasks for all 60 units, each prefilled from the records."""
    tasks = list(plan.tasks.order_by("order")[:PARTS])
    units = list(Office.objects.filter(plan_parts__task__plan=plan).distinct())
    Assignment.objects.bulk_create(
        [
            Assignment(task=task, office=one, role=Assignment.Role.HELP, named="bench")
            for task in tasks
            for one in units
        ],
        ignore_conflicts=True,
    )
    officer = _somebody(Role.OFFICER)
    began = time.perf_counter()
    opening.open_(
        plan,
        code="2026",
        kind="yearly",
        title="Báo cáo năm 2026",
        asked="",
        begins=date(2026, 1, 1),
        ends=date(2026, 11, 30),
        due=date(2026, 11, 30),
        tasks=tasks,
        offices=units,
        by=officer,
        at=timezone.now(),
    )
    took = time.perf_counter() - began
    return {
        "forms": len(units),
        "answers": len(units) * len(tasks),
        "s": round(took, 2),
        "ratio": round(took / OPEN_S, 2),
    }


def _consolidated(plan: Plan) -> dict[str, object]:
    """The report of that round, with its DOCX and XLSX, every unit having answered for every task."""
    asked = plan.rounds.get(code="2026")
    Answer.objects.filter(form__round=asked).update(
        state=Assignment.State.UNDER_WAY, result="Đã tổ chức thu gom, phân loại chất thải rắn tại các xóm. " * 3
    )
    now = timezone.now()
    Form.objects.filter(round=asked).update(state=Form.State.APPROVED, submitted=now, first_submitted=now, approved=now)
    with override_settings(LANGUAGE_CODE="vi"):
        report = making.ask(asked, by=Person.objects.get(email=f"{Role.OFFICER}@bench.example"), at=now)
        began = time.perf_counter()
        making.make(report.uuid)
    took = time.perf_counter() - began
    report.refresh_from_db()
    if report.docx is None or report.xlsx is None:
        raise RuntimeError(f"no report was made: {report.why}")
    sizes = {"docx_kb": len(report.docx) // 1000, "xlsx_kb": len(report.xlsx) // 1000}
    return {**sizes, "s": round(took, 2), "ratio": round(took / REPORT_S, 2)}
