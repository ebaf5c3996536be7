"""What happens to a task on its way: what blocks it, what proves it, what it costs, where people see it otherwise."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.models import DataClass, Office, Person
from nonnuoc.records.plans.models.document import Plan
from nonnuoc.records.plans.models.tasks import Milestone, Task


class Blocker(models.Model):
    """A difficulty ("khó khăn, vướng mắc") that climbs to who can decide, and comes back decided (plan, V)."""

    class State(models.TextChoices):
        RAISED = "raised", _("with the office that follows the plan")
        SUBMITTED = "submitted", _("submitted to the People's Committee")
        DECIDED = "decided", _("decided")
        CLOSED = "closed", _("gone")

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="blockers")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="blockers")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")  # who has the difficulty
    text = models.TextField(_("difficulty"))
    proposal = models.TextField(_("proposal"), blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.RAISED)
    with_office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")  # who can decide it now
    raised = models.DateTimeField(_("raised"))
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    submitted = models.DateTimeField(_("submitted"), null=True, blank=True)
    decision = models.TextField(_("decision"), blank=True)
    basis = models.CharField(_("document it rests on"), max_length=300, blank=True)
    decided = models.DateTimeField(_("decided on"), null=True, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed = models.DateTimeField(_("gone since"), null=True, blank=True)
    token = models.UUIDField(unique=True, default=uuid4, editable=False)  # of the form: sent twice, it is one

    class Meta:
        ordering: ClassVar = ("-raised", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="decided") | (~Q(decision="") & Q(decided__isnull=False)),
                name="blocker_decided_says_what",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=("task", "state"), name="blocker_of_task")]

    def __str__(self) -> str:
        return self.text[:60]


class Evidence(models.Model):
    """What shows that something was done: a file, or a record of this system named by its kind and code."""

    class Kind(models.TextChoices):
        FILE = "file", _("file")
        ENTRY = "entry", _("entry of a register")  # reference "register/code"
        INCIDENT = "incident", _("incident")
        STATION = "station", _("station")
        INSPECTION = "inspection", _("inspection")
        DOCUMENT = "document", _("legal document or decision")  # reference: its number
        LINK = "link", _("address")

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="evidence")
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")  # who brought it
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = models.CharField(_("what it shows"), max_length=300)
    reference = models.CharField(_("reference"), max_length=300, blank=True)
    name = models.CharField(max_length=200, blank=True)  # of a file
    media_type = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(null=True)  # bytes
    body = models.BinaryField(null=True)
    data_class = models.CharField(_("who may read it"), max_length=10, choices=DataClass, default=DataClass.INTERNAL)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ("task", "at", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(kind="file") & Q(body__isnull=False) & ~Q(sha256=""))
                | (~Q(kind="file") & ~Q(reference="")),
                name="plan_evidence_is_file_or_reference",
            ),
            models.UniqueConstraint(
                fields=("task", "milestone", "kind", "reference", "sha256"),
                condition=Q(withdrawn=None),
                name="plan_evidence_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Budget(models.Model):
    """Money for a task in one year from one source (plan, II.13), in đồng. Null: not told."""

    class Source(models.TextChoices):
        ENVIRONMENT = "environment", _("environmental budget (sự nghiệp môi trường)")
        INVESTMENT = "investment", _("public investment")
        CENTRAL = "central", _("support of the central budget")
        PROGRAMME = "programme", _("target programmes")
        ODA = "oda", _("ODA")
        ENTERPRISE = "enterprise", _("capital of enterprises")
        COLLECTIVE = "collective", _("collective and private economy")
        SOCIAL = "social", _("contributions of society")
        PPP = "ppp", _("public–private partnership")

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="budgets")
    year = models.PositiveSmallIntegerField(_("year"))
    source = models.CharField(_("source of money"), max_length=12, choices=Source)
    estimated = models.DecimalField(_("estimated, đồng"), max_digits=18, decimal_places=0, null=True, blank=True)
    approved = models.DecimalField(_("approved, đồng"), max_digits=18, decimal_places=0, null=True, blank=True)
    spent = models.DecimalField(_("disbursed, đồng"), max_digits=18, decimal_places=0, null=True, blank=True)
    document = models.CharField(_("document it rests on"), max_length=300, blank=True)
    simulated = models.BooleanField(_("invented for demonstration"), default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ("task", "year", "source")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("task", "year", "source"), name="budget_once"),
            models.CheckConstraint(
                condition=(Q(estimated=None) | Q(estimated__gte=0))
                & (Q(approved=None) | Q(approved__gte=0))
                & (Q(spent=None) | Q(spent__gte=0)),
                name="budget_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.year} {self.source}"


class Override(models.Model):
    """A person sees a task otherwise than it was computed, and says why; shown as what it is until it ends."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="overrides")
    light = models.CharField(max_length=10)  # a value of domain.plan.light.Light
    reason = models.CharField(_("reason"), max_length=500)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    until = models.DateField(_("until"))
    ended = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ("task", "-at")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("task",), condition=Q(ended=None), name="override_one_open"),
            models.CheckConstraint(condition=~Q(reason=""), name="override_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.light}"
