"""The yearly round, and requests between the years: a form for each unit, what it answers, what is made of them."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.models import Office, Person
from nonnuoc.records.plans.models.document import Plan
from nonnuoc.records.plans.models.tasks import Task


class Round(models.Model):
    """Units are asked to report on tasks over a period, by a day (plan, V.2)."""

    class Kind(models.TextChoices):
        YEARLY = "yearly", _("yearly")
        AD_HOC = "ad_hoc", _("on request")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")  # its report is issued, or it was called off

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="rounds")
    code = models.CharField(_("code"), max_length=40)  # "2026", "2026-2"
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    title = models.CharField(_("title"), max_length=300)
    asked = models.TextField(_("what is asked"), blank=True)  # shown above every form
    begins = models.DateField(_("period from"))
    ends = models.DateField(_("period until"))
    due = models.DateField(_("due"))
    tasks = models.ManyToManyField(Task, related_name="rounds")
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.OPEN)
    opened = models.DateTimeField(_("opened"))
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    closed = models.DateTimeField(null=True, blank=True)
    called_off = models.CharField(_("why it was called off"), max_length=500, blank=True)  # "": it was not
    simulated = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ("-due", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("plan", "code"), name="round_once"),
            models.CheckConstraint(condition=Q(ends__gte=F("begins")), name="round_period"),
        ]

    def __str__(self) -> str:
        return self.title


class Form(models.Model):
    """What one unit answers in a round. Paper and e-mail are typed in by who follows the plan, and say so."""

    class State(models.TextChoices):
        DRAFT = "draft", _("being filled in")
        SUBMITTED = "submitted", pgettext_lazy("report of a unit", "submitted")
        RETURNED = "returned", _("returned with remarks")
        APPROVED = "approved", _("approved")

    class Way(models.TextChoices):
        HERE = "here", _("filled in here")
        PAPER = "paper", _("came on paper")
        EMAIL = "email", _("came by e-mail")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="forms")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="plan_forms")
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DRAFT)
    way = models.CharField(_("how it came"), max_length=5, choices=Way, default=Way.HERE)
    received = models.DateField(
        _("received on"), null=True, blank=True
    )  # of paper and e-mail: what counts as submitted
    original = models.BinaryField(null=True)  # the paper as scanned, the e-mail
    original_name = models.CharField(max_length=200, blank=True)
    original_type = models.CharField(max_length=100, blank=True)
    general = models.TextField(_("general remarks"), blank=True)
    difficulties = models.TextField(_("difficulties"), blank=True)
    proposals = models.TextField(_("proposals"), blank=True)
    submitted = models.DateTimeField(_("submitted"), null=True, blank=True)  # the last time
    first_submitted = models.DateTimeField(null=True, blank=True)  # decides whether it came in time
    submitted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved = models.DateTimeField(_("approved"), null=True, blank=True)
    approved_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reminded = models.DateTimeField(_("last reminded"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)  # counts every saving: what was typed offline says which it saw
    saved = models.DateTimeField(null=True, blank=True)
    saved_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ("round", "office__name")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("round", "office"), name="form_once"),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "returned")) | Q(submitted__isnull=False), name="form_submitted_when"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved__isnull=False), name="form_approved_when"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.office_id}"

    @property
    def state_words(self) -> str:
        """Its state; a draft that nobody has saved yet has not been begun."""
        if self.state == self.State.DRAFT and self.saved is None:
            return gettext("not begun")
        return self.get_state_display()


class Answer(models.Model):
    """What a unit says of one task. `known`: what the system had to say of it when it was opened, and submitted."""

    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="answers")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="answers")
    role = models.CharField(max_length=4)  # Assignment.Role
    known = models.JSONField(default=dict)  # sentences with what they rest on: rounds/prefilling.py
    last_year = models.TextField(blank=True)  # what the unit reported the time before
    state = models.CharField(_("state"), max_length=9, blank=True)  # Assignment.State; "": not answered
    result = models.TextField(_("what was done"), blank=True)
    next = models.TextField(_("what comes next"), blank=True)
    difficulty = models.TextField(_("difficulty"), blank=True)
    done = models.DateField(_("done on"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ("form", "role", "task__order")
        constraints: ClassVar = [models.UniqueConstraint(fields=("form", "task"), name="answer_once")]

    def __str__(self) -> str:
        return f"{self.form_id} {self.task_id}"


class Saving(models.Model):
    """What one saving changed in a form: an older copy is merged by it, and the same sent twice is one saving.

    `before` and `after` are texts by the name of the field (rounds/fields.py), of the fields that changed alone.
    """

    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="savings")
    version = models.PositiveIntegerField()  # the form's after it
    token = models.UUIDField(default=uuid4)  # of what was sent
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ("form", "version")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("form", "version"), name="saving_version_once"),
            models.UniqueConstraint(fields=("form", "token"), name="saving_token_once"),
        ]

    def __str__(self) -> str:
        return f"{self.form_id} {self.version}"


class Remark(models.Model):
    """What has to be mended in a form that is returned; of one task, or of the whole."""

    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="remarks")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(_("remark"))
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    settled = models.DateTimeField(null=True, blank=True)  # by the next submission

    class Meta:
        ordering: ClassVar = ("form", "at", "id")

    def __str__(self) -> str:
        return self.text[:60]


class Report(models.Model):
    """A round's answers as one report. A draft is made anew at will; an issued one is frozen."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for its turn")
        RUNNING = "running", _("is being made")
        DRAFT = "draft", _("draft")
        ISSUED = "issued", pgettext_lazy("of a plan", "issued")
        FAILED = "failed", _("could not be made")

    uuid = models.UUIDField(unique=True, default=uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="reports")
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING)
    progress = models.PositiveSmallIntegerField(default=0)  # percent
    why = models.CharField(max_length=500, blank=True)  # it failed
    content = models.JSONField(default=dict)  # sections, each with sentences and what they rest on: reports/content.py
    docx = models.BinaryField(null=True)
    xlsx = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)  # of content, of an issued one
    number = models.CharField(_("number"), max_length=60, blank=True)
    asked = models.DateTimeField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    made = models.DateTimeField(null=True, blank=True)
    issued = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ("-asked", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("round",), condition=Q(state="issued"), name="report_issued_once"),
            models.CheckConstraint(
                condition=~Q(state="issued")
                | (Q(issued__isnull=False) & Q(docx__isnull=False) & Q(xlsx__isnull=False) & ~Q(sha256="")),
                name="issued_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.asked:%Y-%m-%d}"
