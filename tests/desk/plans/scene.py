"""A plan on the desk, with who has to do with it."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

from django.conf import settings
from django.test import Client
from django.utils import timezone

from nonnuoc.records.accounts.models import Office, Role
from nonnuoc.records.plans.models import Blocker, Form, Question
from tests.records.plans import made

WHO = {
    "officer": ("so-thu", Office.Kind.DEPARTMENT, Role.OFFICER),
    "reporter": ("so-xd", Office.Kind.DEPARTMENT, Role.REPORTER),
    "village": ("ubnd-01273", Office.Kind.COMMUNE, Role.COMMUNE_OFFICER),
    "leader": ("ubnd-tinh", Office.Kind.PROVINCE, Role.LEADER),
    "factory": ("nha-may", Office.Kind.ENTERPRISE, Role.ENTERPRISE),
}
TITLE = "Xây dựng Đề án phân loại, thu gom, vận chuyển và xử lý chất thải rắn sinh hoạt trên địa bàn tỉnh " * 2


def filled(tasks: int, communes: int = 2) -> SimpleNamespace:
    """A plan with that many tasks, a running round, three difficulties and a question."""
    today, now = timezone.localdate(), timezone.now()
    offices = {name: made.office(code, kind) for name, (code, kind, _role) in WHO.items()}
    people = {name: made.worker(name, offices[name], role) for name, (_code, _kind, role) in WHO.items()}
    plan = made.plan(leading=offices["officer"])
    villages = [made.office(f"ubnd-01{273 + n}", Office.Kind.COMMUNE) for n in range(communes)]
    world = SimpleNamespace(plan=plan, tasks=[], offices=offices, people=people, villages=villages, today=today)
    more(world, tasks)
    made.milestone(world.tasks[0], today + timedelta(days=5), office=villages[0])
    running = made.asked_round(plan, tasks=world.tasks, due=today + timedelta(days=4))
    Form.objects.bulk_create(Form(round=running, office=one) for one in (*villages, offices["reporter"]))
    facts = {"plan": plan, "task": world.tasks[0], "office": villages[0], "with_office": offices["leader"]}
    for n in range(3):
        Blocker.objects.create(text=f"Chưa có kinh phí {n}", state="submitted", raised=now, submitted=now, **facts)
    Question.objects.create(plan=plan, key="17", kind="contradiction", title="17 hay 10", at=now)
    return world


def more(world: SimpleNamespace, until: int) -> None:
    """So many tasks, and at most 19 targets: each task waits for the one before it, every third is late, communes
    coordinate all of them."""
    for n in range(len(world.tasks), until):
        ends = world.today + timedelta(days=-20 - n if n % 3 == 0 else 300 + 30 * n)
        lead = world.offices["reporter" if n % 2 else "officer"]
        task = made.task(world.plan, f"{1 + n // 10}.{n}", ends=ends, lead=lead, title=f"{n} {TITLE}")
        for one in world.villages:
            made.assignment(task, one, named="UBND cấp xã")
        if n:
            made.needs(task, world.tasks[-1], days=10)
        world.tasks.append(task)
        if n < 19:
            made.target(world.plan, f"T{n + 1}", title=f"Tỷ lệ chất thải rắn đô thị được thu gom, xử lý {n}")


def browser_of(world: SimpleNamespace, name: str) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(world.people[name])
    return client
