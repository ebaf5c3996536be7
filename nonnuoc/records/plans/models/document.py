"""A plan as a document: editions of its text, sentence by sentence; what each sentence says; what it leaves open."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from nonnuoc.records.accounts.models import Office, Person
from nonnuoc.records.registers.pattern.models import CODE


class Plan(models.Model):
    """A plan that the province carries out. Its editions say what; tasks and targets are what follows from it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        ISSUED = "issued", pgettext_lazy("of a plan", "issued")
        ENDED = "ended", _("ended")

    code = models.CharField(_("code"), max_length=40, unique=True)  # in addresses; never changes
    title = models.CharField(_("title"), max_length=500)
    short_title = models.CharField(_("short title"), max_length=120)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    number = models.CharField(_("number"), max_length=60, blank=True)  # "": not filled in yet
    issued = models.DateField(pgettext_lazy("of a plan", "issued on"), null=True, blank=True)
    issued_text = models.CharField(_("date as printed"), max_length=60, blank=True)  # "tháng 3 năm 2026": no day
    issuer = models.ForeignKey(Office, verbose_name=_("issued by"), on_delete=models.PROTECT, related_name="+")
    signer = models.CharField(_("signed by"), max_length=160, blank=True)
    leading = models.ForeignKey(  # who guides, follows and urges, and gathers the reports
        Office, verbose_name=_("followed by"), on_delete=models.PROTECT, related_name="+"
    )
    starts = models.DateField(_("from"))
    ends = models.DateField(_("until"))
    # The day by which units report each year, as the plan says it; null: it says none
    report_month = models.PositiveSmallIntegerField(_("month of the yearly report"), null=True, blank=True)
    report_day = models.PositiveSmallIntegerField(_("day of the yearly report"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300)
    public = models.BooleanField(_("its progress is shown to everybody"), default=False)
    public_lights = models.BooleanField(_("how each task stands is shown to everybody"), default=True)
    simulated = models.BooleanField(_("invented for demonstration"), default=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    made = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ("-starts", "code")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(code__regex=CODE), name="plan_code_is_plain"),
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="plan_span"),
            models.CheckConstraint(
                condition=Q(report_month=None, report_day=None)
                | Q(report_month__gte=1, report_month__lte=12, report_day__gte=1, report_day__lte=31),
                name="plan_reports_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.short_title


class Edition(models.Model):
    """The whole text of a plan as it stood from one moment: the first, and each amendment. Never changed."""

    class Kind(models.TextChoices):
        FIRST = "first", _("first text")
        AMENDMENT = "amendment", _("amendment")
        CORRECTION = "correction", _("correction of the copy")  # the copy was wrong, not the plan

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    document_number = models.CharField(_("number of the amending document"), max_length=60, blank=True)
    effective = models.DateField(_("in force from"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    text = models.TextField()  # Markdown, as it was read
    sha256 = models.CharField(max_length=64)  # of the text
    original = models.BinaryField(null=True)  # the file it was read from
    original_name = models.CharField(max_length=200, blank=True)
    original_type = models.CharField(max_length=100, blank=True)
    token = models.UUIDField(unique=True, default=uuid4, editable=False)  # of the import: sent twice, it is one
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ("plan", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("plan", "number"), name="edition_once"),
            models.UniqueConstraint(fields=("plan", "sha256"), name="edition_text_once"),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.number}"


class Passage(models.Model):
    """A piece of an edition. Its anchor stays the same from edition to edition as long as the sentence stays itself."""

    class Kind(models.TextChoices):
        HEADING = "heading", _("heading")
        PARAGRAPH = "paragraph", _("paragraph")  # has no text of its own but its sentences
        SENTENCE = "sentence", _("sentence")
        NOTE = "note", _("footnote")
        ROW = "row", _("row of the appendix")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="passages")
    order = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    anchor = models.CharField(max_length=60)  # "II.3.1.b.2", "PL.III.6"
    parent = models.CharField(max_length=60, blank=True)  # anchor of what it stands in
    label = models.CharField(max_length=20, blank=True)  # as printed: "3.1", "b)"
    level = models.PositiveSmallIntegerField(default=0)  # of a heading: 1 the highest
    text = models.TextField(blank=True)
    cells = models.JSONField(default=list)  # of a row: its texts in the order of the table

    class Meta:
        ordering: ClassVar = ("edition", "order")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("edition", "anchor"), name="passage_anchor_once"),
            models.UniqueConstraint(fields=("edition", "order"), name="passage_order_once"),
        ]

    def __str__(self) -> str:
        return self.anchor


class Mark(models.Model):
    """What a sentence says: a duty, a target, a thing it names, a day, a legal document; and what of ours it is."""

    class Kind(models.TextChoices):
        DUTY = "duty", _("duty")
        TARGET = "target", _("target")
        OBJECT = "object", _("named object")
        DEADLINE = "deadline", _("deadline")
        LEGAL = "legal", _("legal document")
        FRAME = "frame", _("no duty: purpose, principle, frame")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="marks")
    anchor = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=Kind)
    task = models.ForeignKey("plans.Task", on_delete=models.CASCADE, null=True, blank=True, related_name="marks")
    target = models.ForeignKey("plans.Target", on_delete=models.CASCADE, null=True, blank=True, related_name="marks")
    register = models.CharField(max_length=40, blank=True)  # with `code`: an entry of a register
    code = models.CharField(max_length=60, blank=True)
    words = models.CharField(max_length=300, blank=True)  # what of the sentence it is about
    day = models.DateField(null=True, blank=True)  # of a deadline
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ("plan", "anchor", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("plan", "anchor", "kind", "task", "target", "register", "code", "words"),
                name="mark_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=(Q(register="") & Q(code="")) | (~Q(register="") & ~Q(code="")), name="mark_names_whole_entry"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.anchor} {self.kind}"


class Question(models.Model):
    """What the plan leaves open, listed for decision. What the system finds itself comes and goes with its cause."""

    class Kind(models.TextChoices):
        UNCOVERED = "uncovered", _("duty that no task covers")
        CONTRADICTION = "contradiction", _("contradiction")
        ORDER = "order", _("tasks due together of which one needs the other")
        BASELINE = "baseline", _("target without a baseline")
        PATH = "path", _("target without a path")
        LEAD = "lead", _("lead not named, or several")
        TIME = "time", _("time not clear")
        WORDING = "wording", _("wording not clear")
        NO_BODY = "no_body", _("task without a paragraph in the text")

    class State(models.TextChoices):
        OPEN = "open", _("waits for a decision")
        DECIDED = "decided", _("decided")
        GONE = "gone", _("its cause is gone")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="questions")
    key = models.CharField(max_length=100)  # what it is about, so that it is asked once
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    title = models.CharField(_("title"), max_length=300)
    text = models.TextField(_("what is open"), blank=True)
    anchors = models.JSONField(default=list)  # the sentences it is about
    found = models.BooleanField(default=False)  # by the system, not by a person
    facts = models.JSONField(default=dict)  # of one the system found: what its words are made of
    decision = models.TextField(_("decision"), blank=True)
    basis = models.CharField(_("document it rests on"), max_length=300, blank=True)
    decided = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ("plan", "kind", "key")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("plan", "key"), name="question_once"),
            models.CheckConstraint(
                condition=~Q(state="decided") | (~Q(decision="") & Q(decided__isnull=False)),
                name="decided_says_what",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PlanImport(models.Model):
    """A file that brings a plan, while its bearer confirms what each name and time in it means. Kept some days."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits to be confirmed")
        TAKEN = "taken", _("taken over")

    uuid = models.UUIDField(unique=True, default=uuid4, editable=False)  # becomes the token of the edition
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)  # of the file
    media_type = models.CharField(max_length=100)
    body = models.BinaryField()  # emptied once it is taken over: the edition keeps the file
    said = models.JSONField(default=dict)  # as `importing.take` wants it, as far as it has been confirmed
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, null=True, related_name="imports")  # it became, or amends
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ("-at", "-id")

    def __str__(self) -> str:
        return self.name
