"""What is to be reached: targets, the way there year by year, and values – measured or declared, never mixed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from nonnuoc.records.accounts.models import Office, Person
from nonnuoc.records.places.models import Commune
from nonnuoc.records.plans.models.document import Plan


class Target(models.Model):
    """A number the plan wants. `measure` names the formula over records that gives its value (targets/measures.py)."""

    class Kind(models.TextChoices):
        SHARE = "share", _("share")
        COUNT = "count", _("number of things")
        AMOUNT = "amount", _("amount")
        KEPT = "kept", _("kept up, year by year")

    class Sense(models.TextChoices):
        AT_LEAST = "at_least", _("at least")
        AT_MOST = "at_most", _("at most")
        BETWEEN = "between", _("between")

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="targets")
    code = models.CharField(_("code"), max_length=20)  # "T1"
    order = models.PositiveSmallIntegerField()
    title = models.CharField(_("target"), max_length=300)
    definition = models.TextField(_("definition"))
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    sense = models.CharField(_("sense"), max_length=8, choices=Sense, default=Sense.AT_LEAST)
    unit = models.CharField(_("unit"), max_length=40)
    wanted = models.FloatField(
        _("wanted"), null=True, blank=True
    )  # null: the plan contradicts itself, or says no number
    wanted_to = models.FloatField(_("wanted at most"), null=True, blank=True)  # of `between`
    wanted_text = models.CharField(_("wanted, as the plan writes it"), max_length=200)
    due = models.DateField(_("by"), null=True, blank=True)
    anchor = models.CharField(_("sentence of the plan"), max_length=60, blank=True)
    section = models.CharField(_("section"), max_length=60)  # "II.3.1b; PL V.2"
    task = models.ForeignKey("plans.Task", on_delete=models.PROTECT, null=True, blank=True, related_name="targets")
    measure = models.CharField(max_length=60, blank=True)  # "": only declared
    numerator = models.CharField(_("numerator"), max_length=300, blank=True)
    denominator = models.CharField(_("denominator"), max_length=300, blank=True)
    data_source = models.CharField(_("source of the values"), max_length=300, blank=True)
    frequency = models.CharField(_("how often"), max_length=60, blank=True)
    responsible = models.ForeignKey(
        Office, verbose_name=_("responsible"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    baseline = models.FloatField(_("baseline"), null=True, blank=True)  # null: not yet known
    baseline_day = models.DateField(_("day of the baseline"), null=True, blank=True)
    baseline_source = models.CharField(_("source of the baseline"), max_length=300, blank=True)
    baseline_by = models.ForeignKey(  # who will set it, and by when, while it is not known
        Office, verbose_name=_("sets the baseline"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    baseline_due = models.DateField(_("baseline by"), null=True, blank=True)
    public = models.BooleanField(_("shown to everybody"), default=True)
    simulated = models.BooleanField(_("invented for demonstration"), default=False)
    withdrawn = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering: ClassVar = ("plan", "order")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("plan", "code"), name="target_once"),
            models.CheckConstraint(
                condition=Q(baseline=None) | (Q(baseline_day__isnull=False) & ~Q(baseline_source="")),
                name="baseline_has_day_and_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class PathPoint(models.Model):
    """What is to be reached at the end of a year on the way to the target."""

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="path")
    year = models.PositiveSmallIntegerField(_("year"))
    value = models.FloatField(_("value"))
    source = models.CharField(_("source"), max_length=300)  # the plan, a decision, or who set it

    class Meta:
        ordering: ClassVar = ("target", "year")
        constraints: ClassVar = [models.UniqueConstraint(fields=("target", "year"), name="path_point_once")]

    def __str__(self) -> str:
        return f"{self.target_id} {self.year}"


class Value(models.Model):
    """A value of a target for a day. A later one of the same kind, place and day takes its place; both stay."""

    class Kind(models.TextChoices):
        MEASURED = (
            "measured",
            pgettext_lazy("value of a target", "measured"),
        )  # computed from records by the target's formula
        DECLARED = "declared", pgettext_lazy("value of a target", "declared")  # typed by somebody, with evidence

    class Quality(models.TextChoices):
        COMPLETE = "complete", _("complete")
        PARTIAL = "partial", _("part of it is missing")
        UNKNOWN = "unknown", _("cannot be computed")

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="values")
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    day = models.DateField(pgettext_lazy("a day", "for"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    quality = models.CharField(_("quality"), max_length=8, choices=Quality)
    value = models.FloatField(_("value"), null=True, blank=True)
    numerator = models.FloatField(null=True, blank=True)
    denominator = models.FloatField(null=True, blank=True)
    why = models.CharField(max_length=500, blank=True)  # it cannot be computed, or what is missing
    facts = models.JSONField(default=dict)  # of a measured one: what was counted, so that it can be followed
    evidence = models.CharField(_("evidence"), max_length=500, blank=True)  # of a declared one
    simulated = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    current = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ("target", "day", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("target", "commune", "day", "kind"),
                condition=Q(current=True),
                name="value_one_current",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=~Q(quality="unknown") | (Q(value=None) & ~Q(why="")), name="unknown_says_why"
            ),
            models.CheckConstraint(condition=~Q(kind="declared") | ~Q(evidence=""), name="declared_has_evidence"),
        ]

    def __str__(self) -> str:
        return f"{self.target_id} {self.day}"
