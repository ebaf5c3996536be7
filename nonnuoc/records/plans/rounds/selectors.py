"""Rounds and forms as somebody may see them; who has reported, who is late. Nothing here writes.

Whether a form came in time is decided by the day it was first submitted, or on which paper or e-mail was received.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, TruncDate

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import Office
from nonnuoc.records.plans import selectors as plans
from nonnuoc.records.plans.models import Answer, Assignment, Form, Plan, Remark, Round, Task

#: By which rights somebody sees every unit's form.
FOLLOWERS = ("plans.steer", "plans.issue", "plans.decide")
IN_TIME, LATE, WAITED_FOR, OVERDUE = "in_time", "late", "waited_for", "overdue"
#: It is with the unit.
WITH_UNIT = (Form.State.DRAFT, Form.State.RETURNED)


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one round: forms by when they came, and by their state."""

    forms: int
    in_time: int  # came by the day
    late: int  # came after it
    waited_for: int  # not here, the day is not over
    overdue: int  # not here, the day is over
    states: Mapping[str, int]  # Form.State -> number

    @property
    def here(self) -> int:
        return self.in_time + self.late


NOBODY = Counts(0, 0, 0, 0, 0, dict.fromkeys(Form.State.values, 0))


def rounds(rights: Rights, plan: Plan | None = None) -> QuerySet[Round]:
    """Of plans they may follow on the desk, the newest first."""
    if not rights.may("plans.read"):
        return Round.objects.none()
    found = Round.objects.filter(plan__in=plans.plans(rights)).select_related("plan__leading", "plan__issuer")
    return found if plan is None else found.filter(plan=plan)


def round_(plan: Plan, code: str, rights: Rights) -> Round | None:
    """The round with this code, where they may follow it."""
    return None if "\0" in code else rounds(rights, plan).filter(code=code).first()


def sees_all(rights: Rights, plan: Plan) -> bool:
    """Whether they see what every unit answers: who follows this plan, and who decides on it."""
    return any(
        rights.may(action, plans.subject(office)) for action in FOLLOWERS for office in (plan.leading, plan.issuer)
    )


def forms(of: Round, rights: Rights) -> QuerySet[Form]:
    """The forms they may read: all, or those of their own offices."""
    found = Form.objects.filter(round=of).defer("original").select_related("office__commune", "round")
    if sees_all(rights, of.plan):
        return found
    return found.filter(rights.reach("plans.report").within("office_id", "office__commune_id", None))


def form(of: Round, office: str, rights: Rights) -> Form | None:
    """The form of this office, where they may read it."""
    if "\0" in office:
        return None
    chosen = forms(of, rights).select_related("round__plan", "submitted_by", "approved_by", "saved_by")
    return chosen.filter(office__code=office).first()


def answers(of: Form) -> list[Answer]:
    """All of a form: what it leads first, then what it coordinates, as the plan orders them. One query."""
    return list(of.answers.select_related("task").order_by("-role", "task__order"))  # "lead" > "help"


def remarks(of: Form) -> list[Remark]:
    """What has to be mended still. One query."""
    return list(of.remarks.filter(settled=None).select_related("task", "by"))


def original(of: Form) -> bytes | None:
    """The paper or the e-mail as it came."""
    body = Form.objects.values_list("original", flat=True).get(pk=of.pk)
    return None if body is None else bytes(body)


def standing(on: date) -> Case:
    """The word for when a form came, in SQL: IN_TIME, LATE, WAITED_FOR or OVERDUE."""
    came = Coalesce(F("received"), TruncDate("first_submitted"))
    return Case(
        When(Q(state__in=WITH_UNIT, first_submitted=None) & Q(round__due__lt=on), then=Value(OVERDUE)),
        When(state__in=WITH_UNIT, first_submitted=None, then=Value(WAITED_FOR)),
        When(Q(round__due__lt=came), then=Value(LATE)),
        default=Value(IN_TIME),
        output_field=CharField(),
    )


def listed(of: Round, rights: Rights, on: date) -> QuerySet[Form]:
    """The forms they may read with `standing`, `answered` and `asked` (numbers of answers)."""
    found = forms(of, rights).annotate(standing=standing(on), asked=Count("answers"))
    return found.annotate(answered=Count("answers", filter=~Q(answers__state=""))).order_by("office__name")


def late(of: Round, on: date) -> QuerySet[Form]:
    """Forms that are not here though the day is over, of an open round."""
    rows = Form.objects.filter(round=of, round__state=Round.State.OPEN).defer("original").select_related("office")
    return rows.annotate(standing=standing(on)).filter(standing=OVERDUE).order_by("office__name")


def counts(of: Round, on: date) -> Counts:
    """Of one round. One query."""
    return counts_of([of], on)[of.pk]


def counts_of(several: Iterable[Round], on: date) -> Mapping[int, Counts]:
    """By round: how many forms came in time, late, not yet; and in which state they are. One query."""
    ids = [one.pk for one in several]
    rows = Form.objects.filter(round__in=ids).annotate(standing=standing(on)).order_by()
    found: dict[int, dict[str, int]] = {pk: dict.fromkeys((IN_TIME, LATE, WAITED_FOR, OVERDUE), 0) for pk in ids}
    states: dict[int, dict[str, int]] = {pk: dict.fromkeys(Form.State.values, 0) for pk in ids}
    for row in rows.values("round_id", "state", "standing").annotate(number=Count("pk")):
        found[row["round_id"]][row["standing"]] += row["number"]
        states[row["round_id"]][row["state"]] += row["number"]
    return {pk: Counts(forms=sum(found[pk].values()), states=states[pk], **found[pk]) for pk in ids}


def own(rights: Rights, on: date) -> list[Form]:
    """Open forms that wait for this person's offices, the most pressing first. One query."""
    reach = rights.reach("plans.report").within("office_id", "office__commune_id", None)
    rows = Form.objects.filter(reach, round__state=Round.State.OPEN, state__in=WITH_UNIT).defer("original")
    rows = rows.select_related("office", "round__plan").annotate(standing=standing(on), asked=Count("answers"))
    rows = rows.annotate(answered=Count("answers", filter=~Q(answers__state="")))
    return list(rows.order_by("round__due", "office__name"))


def number_waiting(rights: Rights) -> int:
    """How many forms wait for their offices and, for who follows plans, how many submitted ones for a decision."""
    reach = rights.reach("plans.report").within("office_id", "office__commune_id", None)
    waits = Q(pk__in=Form.objects.filter(reach, state__in=WITH_UNIT).values("pk"))
    steered = rights.reach("plans.steer").within("round__plan__leading_id", "round__plan__leading__commune_id", None)
    waits |= Q(pk__in=Form.objects.filter(steered, state=Form.State.SUBMITTED).values("pk"))
    return Form.objects.filter(waits, round__state=Round.State.OPEN).count()


def codes(plan: Plan) -> set[str]:
    """The codes its rounds have."""
    return set(plan.rounds.values_list("code", flat=True))


def told_until(plan: Plan) -> date | None:
    """The last day that a yearly round has asked about; None: none has."""
    asked = plan.rounds.filter(kind=Round.Kind.YEARLY, called_off="").order_by("-ends")
    return asked.values_list("ends", flat=True).first()


def offered(plan: Plan) -> tuple[list[Task], list[Office]]:
    """What a round can ask: tasks of the plan, and the offices that have a part in any. Two queries."""
    tasks = list(plan.tasks.filter(withdrawn=None))
    parts = Assignment.objects.filter(task__plan=plan, task__withdrawn=None, ended=None)
    offices = Office.objects.filter(pk__in=parts.values("office_id"), is_active=True).order_by("kind", "name")
    return tasks, list(offices)
