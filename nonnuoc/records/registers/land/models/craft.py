"""Craft villages, and what they have of the works that keep their waste from everybody else."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.models import Person
from nonnuoc.records.registers.pattern.models import Registered


class CraftVillage(Registered):
    """A craft village (làng nghề): its trade, its protection plan, the works that keep its waste from others."""

    class Plan(models.TextChoices):
        NONE = "none", _("none")
        DRAFTING = "drafting", _("being drawn up")
        SUBMITTED = "submitted", _("submitted")
        APPROVED = "approved", _("approved")

    class Screening(models.TextChoices):
        EXISTED = "existed", _("existed before: not screened")
        PASSED = "passed", _("none of the excluded types")
        EXCLUDED = "excluded", _("of an excluded type: not to be established")

    class Infrastructure(models.TextChoices):
        COMPLETE = "complete", _("complete")
        INCOMPLETE = "incomplete", _("incomplete")

    trade = models.CharField(_("trade"), max_length=200, blank=True)
    households = models.PositiveIntegerField(_("households that produce"), null=True, blank=True)
    recognised = models.BooleanField(_("recognised as a craft village"), null=True, blank=True)
    recognised_by = models.CharField(_("decision that recognises it"), max_length=200, blank=True)
    recognised_on = models.DateField(_("recognised on"), null=True, blank=True)
    plan_state = models.CharField(_("protection plan"), max_length=10, choices=Plan, blank=True)
    plan_decision = models.CharField(_("decision that approves the plan"), max_length=200, blank=True)
    plan_on = models.DateField(_("plan approved on"), null=True, blank=True)
    self_management = models.BooleanField(_("has a self-management team"), null=True, blank=True)
    # The plan, II.3.5.a: no new village whose trade pollutes, may burn or explode, or works with obsolete machines
    screening = models.CharField(_("screening at registration"), max_length=10, choices=Screening)
    screening_reason = models.CharField(_("reason of the screening's answer"), max_length=500, blank=True)
    # Follows from the checklist: empty while an answer is unknown and none is no
    infrastructure = models.CharField(_("infrastructure"), max_length=10, choices=Infrastructure, blank=True)

    class Meta(Registered.Meta):
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.CheckConstraint(
                condition=Q(screening="existed") | ~Q(screening_reason=""),
                name="craftvillage_screening_has_reason",
                violation_error_message=_("The answer of the screening needs its reason."),
            ),
            models.CheckConstraint(
                condition=~Q(plan_state="approved") | ~Q(plan_decision=""),
                name="craftvillage_plan_has_decision",
                violation_error_message=_("An approved plan needs the decision that approves it."),
            ),
            models.CheckConstraint(
                condition=~Q(recognised=True) | ~Q(recognised_by=""),
                name="craftvillage_recognised_by_decision",
                violation_error_message=_("A recognised village needs the decision that recognises it."),
            ),
        ]


class CraftCheck(models.Model):
    """An answer to one line of the checklist; the newest of each line counts, the others are its history."""

    class Item(models.TextChoices):
        COLLECTION = "collection", _("Wastewater is collected")
        TREATMENT = "treatment", _("Wastewater is treated to the regulation")
        EXHAUST = "exhaust", _("Exhaust gases are treated to the regulation")
        NOISE = "noise", _("Noise keeps to the regulation")
        SOLID_WASTE = "solid_waste", _("Solid waste is collected and treated")

    class Answer(models.TextChoices):
        YES = "yes", _("yes")
        NO = "no", _("no")
        UNKNOWN = "unknown", _("not known")

    village = models.ForeignKey(CraftVillage, on_delete=models.CASCADE, related_name="checks")
    item = models.CharField(max_length=12, choices=Item)
    answer = models.CharField(max_length=7, choices=Answer)
    on = models.DateField()  # the day it was so
    evidence = models.CharField(max_length=500)  # what the answer rests on
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ("village", "item", "on", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answer="unknown") | ~Q(evidence=""), name="craftcheck_answer_has_evidence"
            )
        ]

    def __str__(self) -> str:
        return f"{self.village_id} {self.item} {self.answer}"
