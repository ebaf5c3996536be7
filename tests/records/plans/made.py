"""Plans for tests: rows as they are, without the services that would have made them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from nonnuoc.records.accounts.models import Office, Person, Role
from nonnuoc.records.plans.models import Assignment, Dependency, Edition, Milestone, Plan, Target, Task
from nonnuoc.records.plans.models import Round as AskedRound
from tests.records.accounts import staff

#: The day and the moment of the tests: inside the first yearly round.
TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
#: Since when people hold their tasks, whenever the tests run.
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
SOURCE = "test"


def office(code: str = "so-thu", kind: str = Office.Kind.DEPARTMENT, **facts: object) -> Office:
    """The office with this code; "ubnd-01273" of kind commune is that of the commune 01273."""
    if (there := Office.objects.filter(code=code).first()) is not None:
        return there
    digits = code.rpartition("-")[2]
    if kind == Office.Kind.COMMUNE and digits.isdigit() and len(digits) == 5:
        facts.setdefault("commune", staff.commune(digits))
    return staff.office(code, kind, **facts)


def worker(name: str, where: Office, role: str, **facts: object) -> Person:
    """Somebody who holds a task in an office."""
    someone = staff.person(name)
    staff.task(someone, where, role, **{"since": SINCE, **facts})
    return someone


def officer(name: str = "Can", where: Office | None = None) -> Person:
    """Who keeps plans: an officer of the department that follows them."""
    return worker(name, where or office("so-thu"), Role.OFFICER)


def plan(code: str = "thu", **facts: object) -> Plan:
    """An issued plan 2026-2030, issued by "ubnd-tinh" and followed by "so-thu"."""
    given = {
        "title": f"Kế hoạch {code}",
        "short_title": f"KH {code}",
        "state": Plan.State.ISSUED,
        "starts": date(2026, 1, 1),
        "ends": date(2030, 12, 31),
        "report_month": 11,
        "report_day": 30,
        "source": SOURCE,
        "public": True,
        **facts,
    }
    given.setdefault("issuer", office("ubnd-tinh", Office.Kind.PROVINCE))
    given.setdefault("leading", office("so-thu"))
    return Plan.objects.create(code=code, **given)


def task(of: Plan, code: str = "I.1", *, lead: Office | Sequence[Office] = (), **facts: object) -> Task:
    """A task that ends at the end of 2027, in the section before the dot of its code; `lead` is led by these."""
    section, _dot, printed = code.partition(".")
    order = Task.objects.filter(plan=of).count() + 1
    given = {
        "printed": printed,
        "section": section,
        "section_title": f"Mục {section}",
        "order": order,
        "title": f"Nhiệm vụ {code}",
        "time_text": "Quý IV năm 2027",
        "time": Task.Time.QUARTER,
        "starts": date(2026, 3, 1),
        "ends": date(2027, 12, 31),
        "lead_text": "Cơ quan chủ trì",
        **facts,
    }
    if given["time"] in (Task.Time.CONTINUOUS, Task.Time.UNREAD) and "ends" not in facts:
        given["ends"] = None
    made = Task.objects.create(plan=of, code=code, **given)
    for one in [lead] if isinstance(lead, Office) else lead:
        assignment(made, one, Assignment.Role.LEAD)
    return made


def assignment(of: Task, where: Office, role: str = Assignment.Role.HELP, **facts: object) -> Assignment:
    given = {"named": where.name, **facts}
    return Assignment.objects.create(task=of, office=where, role=role, **given)


def milestone(of: Task, due: date, *, done: date | None = None, **facts: object) -> Milestone:
    order = Milestone.objects.filter(task=of).count() + 1
    given = {"order": order, "title": f"Mốc {order}", "source": SOURCE, **facts}
    return Milestone.objects.create(task=of, due=due, done=done, **given)


def needs(of: Task, on: Task, days: int = 0) -> Dependency:
    """`of` cannot end before `on` has."""
    return Dependency.objects.create(task=of, on=on, days=days, why="phải có trước", source=SOURCE)


def target(of: Plan, code: str = "T1", **facts: object) -> Target:
    """At least 95 % by the end of 2030."""
    given = {
        "order": Target.objects.filter(plan=of).count() + 1,
        "title": f"Chỉ tiêu {code}",
        "definition": "Tỷ lệ thử",
        "kind": Target.Kind.SHARE,
        "unit": "%",
        "wanted": 95.0,
        "wanted_text": "95%",
        "due": date(2030, 12, 31),
        "section": "II.1",
        **facts,
    }
    return Target.objects.create(plan=of, code=code, **given)


def edition(of: Plan, text: str = "# Kế hoạch thử", **facts: object) -> Edition:
    """A text without its passages: `text.editions.add` makes one with them."""
    number = Edition.objects.filter(plan=of).count() + 1
    given = {"number": number, "kind": Edition.Kind.FIRST, "text": text, "sha256": f"{number:064d}", "at": NOW}
    return Edition.objects.create(plan=of, **{**given, **facts})


def asked_round(of: Plan, code: str = "2026", tasks: Sequence[Task] = (), **facts: object) -> AskedRound:
    """An open yearly round, due on 30 November 2026, without forms."""
    given = {
        "kind": AskedRound.Kind.YEARLY,
        "title": f"Báo cáo {code}",
        "begins": date(2026, 1, 1),
        "ends": date(2026, 11, 30),
        "due": date(2026, 11, 30),
        "opened": NOW,
        **facts,
    }
    made = AskedRound.objects.create(plan=of, code=code, **given)
    made.tasks.set(tasks)
    return made
