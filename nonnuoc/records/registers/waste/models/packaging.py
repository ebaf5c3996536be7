"""Tanks for the packaging of pesticides, and when they were emptied."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.models import Person
from nonnuoc.records.registers.facilities.models import Facility
from nonnuoc.records.registers.pattern.models import Registered


class Tank(Registered):
    """A tank in the fields for used packaging of pesticides (bể chứa bao gói thuốc BVTV)."""

    class State(models.TextChoices):
        USABLE = "usable", _("in use")
        FULL = "full", _("full")
        DAMAGED = "damaged", _("damaged")
        REMOVED = "removed", _("removed")

    state = models.CharField(_("state"), max_length=8, choices=State, blank=True)
    volume_m3 = models.FloatField(_("volume, m³"), null=True, blank=True)
    serves = models.CharField(_("fields or hamlets it serves"), max_length=300, blank=True)
    keeper = models.CharField(_("who looks after it"), max_length=200, blank=True)
    placed = models.DateField(_("placed on"), null=True, blank=True)


class PickUp(models.Model):
    """What was taken out of a tank on one day. A correction is a new row that replaces the old one and says why."""

    tank = models.ForeignKey(Tank, on_delete=models.PROTECT, related_name="pick_ups")
    day = models.DateField()
    kg = models.FloatField(null=True)  # null: struck out by a correction
    to = models.ForeignKey(Facility, on_delete=models.PROTECT, null=True, related_name="+")
    to_name = models.CharField(max_length=200, blank=True)  # where the facility is not registered
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    token = models.UUIDField(unique=True)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    reason = models.CharField(max_length=300, blank=True)
    current = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ("-day", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kg=None, replaces__isnull=False) | Q(kg__gte=0, kg__isnull=False), name="pick_up_weighs"
            ),
            models.CheckConstraint(
                condition=Q(replaces=None, reason="") | (Q(replaces__isnull=False) & ~Q(reason="")),
                name="pick_up_correction_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tank_id} {self.day} {self.kg} kg"
