"""One identity over all programmes: other names and numbers of a facility, doubtful pairs, and what was merged."""

from __future__ import annotations

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.models import Person
from nonnuoc.records.registers.facilities.models.places import Facility


class Identifier(models.Model):
    """What another programme knows a facility by."""

    class Programme(models.TextChoices):
        TAX = "tax", _("enterprise code (tax code)")
        LICENCE = "licence", _("number of the environmental licence")
        HAZARDOUS = "hazardous", _("code of the generator of hazardous waste")
        EPR = "epr", _("number in the EPR system")
        NETWORK = "network", _("code in monitoring files (TT 10/2021)")
        INSPECTION = "inspection", _("number in inspection files")
        COMMUNE = "commune", _("number in the commune's list")
        OTHER = "other", _("other")

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="identifiers")
    programme = models.CharField(_("programme"), max_length=12, choices=Programme)
    value = models.CharField(_("number or code"), max_length=80)
    source = models.CharField(_("source"), max_length=300)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ("programme", "value")
        constraints: ClassVar = [
            # One number in one programme is one facility: the second to claim it is a pair to be looked at
            models.UniqueConstraint(fields=("programme", "value"), name="identifier_is_one_facility"),
            models.CheckConstraint(condition=~Q(value=""), name="identifier_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.get_programme_display()}: {self.value}"


class Alias(models.Model):
    """A name the facility has, or had, beside its own."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="aliases")
    name = models.CharField(_("name"), max_length=300)
    source = models.CharField(_("source"), max_length=300)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ("name",)
        verbose_name_plural = "aliases"
        constraints: ClassVar = [models.UniqueConstraint(fields=("facility", "name"), name="alias_once")]

    def __str__(self) -> str:
        return self.name


class Match(models.Model):
    """Two entries that may be one facility, how much speaks for it, and what a person decided."""

    class State(models.TextChoices):
        OPEN = "open", _("waits for a decision")
        LATER = "later", _("put off")
        SAME = "same", _("the same facility")
        DIFFERENT = "different", _("different facilities")

    first = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="+")  # the one of the lower id
    second = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField()  # 0 to 100; domain/resemblance.py
    sure = models.BooleanField(default=False)  # same enterprise code, and same name, address or place
    reasons = models.JSONField()  # [[code of the reason, points], …]
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    found = models.DateTimeField()
    decided = models.DateTimeField(null=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ("-sure", "-score", "id")
        verbose_name_plural = "matches"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("first", "second"), name="match_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="match_in_order"),
            models.CheckConstraint(condition=Q(state="open") | Q(decided__isnull=False), name="match_decided_when"),
        ]
        indexes: ClassVar = [
            models.Index(fields=("-sure", "-score", "id"), condition=Q(state="open"), name="match_open"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} = {self.second_id}? {self.score}"


class Merge(models.Model):
    """One facility that was found to be another: what went over, so that it can go back."""

    survivor = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    merged = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500)
    moved = models.JSONField(encoder=DjangoJSONEncoder)  # [{"column": key, "rows": [primary keys]}, …]
    kept = models.JSONField(
        encoder=DjangoJSONEncoder
    )  # the same, of what stayed at the old code: both had one of the kind
    picked = models.JSONField()  # field -> [value of the survivor before, value taken from the merged one]
    made = models.JSONField()  # {"aliases": [ids], "identifiers": [ids]}: what the merge itself wrote
    undone = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    undone_why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ("-at", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("merged",), condition=Q(undone=None), name="merged_into_one"),
            models.CheckConstraint(condition=~Q(survivor=F("merged")), name="merge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} -> {self.survivor_id}"
