"""What is to be done: tasks, who leads and who helps, the steps on the way, what waits for what."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.models import Office
from nonnuoc.records.plans.models.document import Plan


class Task(models.Model):
    """A row of the plan's appendix, or a task added to it by a decision.

    How it stands is never typed: it is computed from dates, milestones, what it waits for and what blocks it
    (domain/plan/light.py).
    """

    class Time(models.TextChoices):
        QUARTER = "quarter", _("by a quarter")
        YEARS = "years", _("over years")
        DAY = "day", _("by a day")
        CONTINUOUS = "continuous", _("continuous")
        UNREAD = "unread", _("cannot be read as dates")

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="tasks")
    code = models.CharField(_("code"), max_length=20)  # "III.6": section and number
    printed = models.CharField(_("number as printed"), max_length=20)  # "6", "2.1"
    section = models.CharField(_("section"), max_length=20)  # "III"
    section_title = models.CharField(max_length=500)
    order = models.PositiveIntegerField()
    title = models.TextField(_("content"))  # whole, as the plan writes it
    time_text = models.CharField(_("time as the plan writes it"), max_length=120)
    time = models.CharField(_("kind of time"), max_length=10, choices=Time)
    starts = models.DateField(_("from"), null=True, blank=True)
    ends = models.DateField(_("until"), null=True, blank=True)  # null: no end
    lead_text = models.CharField(_("lead as the plan writes it"), max_length=500)
    help_text = models.CharField(_("coordinators as the plan writes it"), max_length=500, blank=True)
    product = models.TextField(_("product"), blank=True)
    done = models.DateField(_("done on"), null=True, blank=True)
    added_by = models.CharField(_("decision that added it"), max_length=300, blank=True)  # "": of the plan itself
    public = models.BooleanField(_("shown to everybody"), default=True)
    simulated = models.BooleanField(_("invented for demonstration"), default=False)
    withdrawn = models.DateTimeField(null=True, blank=True)  # an amendment took it out; it stays readable
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering: ClassVar = ("plan", "order")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("plan", "code"), name="task_once"),
            models.CheckConstraint(
                condition=Q(starts=None) | Q(ends=None) | Q(ends__gte=F("starts")), name="task_span"
            ),
            models.CheckConstraint(
                condition=Q(time__in=("continuous", "unread")) | Q(ends__isnull=False), name="task_with_time_has_end"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=("ends",), name="task_by_end")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Assignment(models.Model):
    """An office's part in a task. Of "UBND cấp xã" each commune that is meant has one of its own."""

    class Role(models.TextChoices):
        LEAD = "lead", _("leads")
        HELP = "help", _("coordinates")

    class State(models.TextChoices):
        NOT_TOLD = "not_told", _("nothing told yet")
        UNDER_WAY = "under_way", _("under way")
        DONE = "done", _("done")
        NOT_OURS = "not_ours", _("nothing to do here")  # said by the unit, with the reason

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="assignments")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="plan_parts")
    role = models.CharField(_("part"), max_length=4, choices=Role)
    named = models.CharField(_("named in the plan as"), max_length=160)  # "UBND cấp xã", "Các sở, ban, ngành"
    part = models.TextField(_("what is theirs to do"), blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.NOT_TOLD)
    told = models.DateField(_("told on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    ended = models.DateTimeField(null=True, blank=True)  # an amendment, or a correction of who is meant

    class Meta:
        ordering: ClassVar = ("task", "role", "office")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("task", "office"), condition=Q(ended=None), name="assignment_once"),
        ]
        indexes: ClassVar = [models.Index(fields=("office", "role"), name="assignment_of_office")]

    def __str__(self) -> str:
        return f"{self.office} {self.role} {self.task_id}"


class Milestone(models.Model):
    """A step of a task that can be seen to be done."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="milestones")
    order = models.PositiveSmallIntegerField()
    title = models.CharField(_("what is there then"), max_length=300)
    due = models.DateField(_("due"))
    done = models.DateField(_("done on"), null=True, blank=True)
    office = models.ForeignKey(
        Office, verbose_name=_("by whom"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = models.CharField(_("source"), max_length=300)  # the plan, a decision, or who set it
    withdrawn = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ("task", "order", "due")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("task", "order"), condition=Q(withdrawn=None), name="milestone_order_once"),
        ]

    def __str__(self) -> str:
        return self.title


class Dependency(models.Model):
    """A task cannot end before another has, and some days more. Circles are refused (tasks/waiting.py)."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="needs")
    on = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="needed_by")
    days = models.PositiveSmallIntegerField(_("days it takes after that"), default=0)
    why = models.CharField(_("why"), max_length=300)
    source = models.CharField(_("source"), max_length=300)

    class Meta:
        ordering: ClassVar = ("task", "on")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("task", "on"), name="dependency_once"),
            models.CheckConstraint(condition=~Q(task=F("on")), name="dependency_not_on_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} <- {self.on_id}"
