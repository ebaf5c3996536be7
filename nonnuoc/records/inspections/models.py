"""Inspections, what they found, what was decided, how it is remedied, and what of it the public is told."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.models import Office, Person
from nonnuoc.records.alerts.models import Incident
from nonnuoc.records.registers.facilities.models import Facility


class Inspection(models.Model):
    """A visit to a facility to see whether it keeps the law and its licence.

    Until it is announced, or the visit has begun, the inspected cannot learn of it (`selectors.visible`).
    """

    class Kind(models.TextChoices):
        PERIODIC = "periodic", _("periodic, by the plan")
        AD_HOC = "ad_hoc", _("ad hoc, for a reason")
        UNANNOUNCED = "unannounced", _("unannounced")

    class State(models.TextChoices):
        PLANNED = "planned", _("to be carried out")
        UNDER_WAY = "under_way", _("under way")
        CONCLUDED = "concluded", _("concluded")
        CANCELLED = "cancelled", _("cancelled")

    code = models.CharField(max_length=20, unique=True)  # "KT-2026-00012"
    facility = models.ForeignKey(
        Facility, verbose_name=_("facility"), on_delete=models.PROTECT, related_name="inspections"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    scheduled = models.DateField(_("planned for"), null=True, blank=True)
    reason = models.TextField(_("reason"))  # the plan, the sign, the order it rests on
    incident = models.ForeignKey(
        Incident,
        verbose_name=_("incident"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="inspections",
    )
    office = models.ForeignKey(Office, verbose_name=_("office"), on_delete=models.PROTECT, related_name="+")
    lead = models.ForeignKey(Person, verbose_name=_("lead"), on_delete=models.PROTECT, related_name="+")
    team = models.CharField(_("team"), max_length=500, blank=True)
    scope = models.TextField(_("what is looked at"), blank=True)
    score = models.JSONField(default=dict)  # the risk when it was planned: see risk.py
    announced = models.DateTimeField(_("announced"), null=True, blank=True)
    began = models.DateTimeField(_("visit began"), null=True, blank=True)
    ended = models.DateTimeField(_("concluded"), null=True, blank=True)
    conclusion = models.TextField(_("conclusion"), blank=True)
    cancelled_why = models.CharField(_("why it was cancelled"), max_length=500, blank=True)
    simulated = models.BooleanField(default=False)
    made = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ("-scheduled", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(kind="unannounced") | Q(announced=None), name="unannounced_is_never_announced"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("planned", "cancelled")) | Q(began__isnull=False), name="inspection_began_first"
            ),
            models.CheckConstraint(
                condition=~Q(state="concluded") | (Q(ended__isnull=False) & ~Q(conclusion="")),
                name="concluded_has_conclusion",
            ),
            models.CheckConstraint(
                condition=Q(ended=None) | Q(ended__gte=F("began")), name="inspection_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Finding(models.Model):
    """One thing that was seen. A correction is a new finding that takes the place of the old one, which stays."""

    class Kind(models.TextChoices):
        KEPT = "kept", _("in order")  # looked at and in order: absence of findings is not compliance
        REMINDER = "reminder", _("to be reminded of")
        VIOLATION = "violation", _("violation")
        UNKNOWN = "unknown", _("could not be established")

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="findings")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(_("what it is"), max_length=10, choices=Kind)
    text = models.TextField(_("what was found"))
    basis = models.CharField(_("article, or condition of the licence"), max_length=300, blank=True)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    why = models.CharField(max_length=500, blank=True)  # of the correction
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ("number", "id")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(kind="violation") | ~Q(basis=""), name="violation_names_its_basis"),
            models.CheckConstraint(condition=Q(replaces=None) | ~Q(why=""), name="correction_says_why"),
            models.UniqueConstraint(
                fields=("inspection", "number"), condition=Q(replaces=None), name="finding_number_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inspection} {self.number}"


class Evidence(models.Model):
    """A file of an inspection: a photograph, minutes, a laboratory's sheet. Never changed, never deleted."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="evidence")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    body = models.BinaryField()
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ("at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("inspection", "sha256"), name="evidence_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Decision(models.Model):
    """What an authority decided on findings; a reminder without form is one as well (it would be lost elsewhere)."""

    class Kind(models.TextChoices):
        REMINDER = "reminder", _("reminder")
        FINE = "fine", _("administrative fine")
        SUSPENSION = "suspension", _("suspension of operation")
        REVOCATION = "revocation", _("withdrawal of a licence")
        ORDER = "order", _("order to remedy")
        TRANSFER = "transfer", _("handed over for prosecution")

    class State(models.TextChoices):
        IN_FORCE = "in_force", _("in force")
        COMPLAINED = "complained", _("under complaint")
        CANCELLED = "cancelled", _("cancelled")
        DONE = "done", _("carried out")

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="decisions")
    findings = models.ManyToManyField(Finding, related_name="decisions")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.IN_FORCE)
    number = models.CharField(_("number"), max_length=80, blank=True)
    day = models.DateField(_("day"))
    issued_by = models.CharField(_("issued by"), max_length=200)
    text = models.TextField(_("what was decided"))
    amount_vnd = models.DecimalField(_("amount, VND"), max_digits=14, decimal_places=0, null=True, blank=True)
    paid = models.DateField(_("paid on"), null=True, blank=True)
    state_why = models.CharField(max_length=500, blank=True)  # of the last change of state
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ("day", "id")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind="reminder") | ~Q(number=""), name="decision_has_number"),
            models.CheckConstraint(
                condition=Q(amount_vnd=None) | Q(kind="fine", amount_vnd__gt=0), name="only_fines_have_amounts"
            ),
            models.UniqueConstraint(
                fields=("inspection", "kind", "number", "day"), condition=~Q(number=""), name="decision_once"
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.get_kind_display()


class Remedy(models.Model):
    """Something that has to be put right by a day, and whether somebody has seen that it is."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="remedies")
    text = models.TextField(_("what has to be done"))
    due = models.DateField(_("due by"))
    reported = models.DateField(_("reported done"), null=True, blank=True)  # by the facility
    report = models.TextField(_("what was reported"), blank=True)
    verified = models.DateField(_("verified"), null=True, blank=True)  # by the authority: only this ends it
    verified_how = models.CharField(_("how it was verified"), max_length=500, blank=True)
    verified_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reminded = models.DateField(null=True, blank=True)  # the last day a reminder was sent

    class Meta:
        ordering: ClassVar = ("due", "id")
        verbose_name_plural = "remedies"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(verified=None) | ~Q(verified_how=""), name="verified_says_how"),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class Publication(models.Model):
    """What the public is told of an inspection: written, shown to the facility, approved by a second person."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        REPLY = "reply", _("with the facility, for its reply")
        PROPOSED = "proposed", _("waits for approval")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    inspection = models.OneToOneField(Inspection, on_delete=models.PROTECT, related_name="publication")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"))  # Vietnamese; what the decisions say
    text_en = models.TextField(_("text in English"), blank=True)
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    reply_until = models.DateField(_("reply until"), null=True, blank=True)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    published = models.DateTimeField(_("published"), null=True, blank=True)
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_why = models.CharField(_("why it was withdrawn"), max_length=500, blank=True)
    returned_why = models.CharField(_("what has to be changed"), max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="published")
                | (
                    Q(published__isnull=False, published_by__isnull=False)
                    & ~Q(published_by=F("written_by"))
                    & ~Q(published_by=F("proposed_by"))
                ),
                name="published_by_a_second_person",
            ),
            models.CheckConstraint(condition=~Q(state="withdrawn") | ~Q(withdrawn_why=""), name="withdrawn_says_why"),
        ]

    def __str__(self) -> str:
        return self.title


class Reply(models.Model):
    """What the facility says to it; shown beside the publication, as it was written."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="replies")
    text = models.TextField(_("reply"))
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ("at", "id")
        verbose_name_plural = "replies"

    def __str__(self) -> str:
        return self.text[:80]
