"""Points where soil is watched, mines, degraded land."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.registers.land.models.ground import LandClass
from nonnuoc.records.registers.pattern.models import Registered


class SoilPoint(Registered):
    """A point where the quality of soil is looked at again and again (the plan, II.3.5.c)."""

    land_class = models.CharField(_("land use (QCVN 03:2023)"), max_length=1, choices=LandClass, blank=True)
    use = models.CharField(_("what grows or stands there"), max_length=200, blank=True)
    programme = models.CharField(_("survey it belongs to"), max_length=200, blank=True)


class Mine(Registered):
    """A mine, from its licence to the restored ground."""

    class State(models.TextChoices):
        LICENSED = "licensed", _("licensed")
        OPERATING = "operating", _("operating")
        EXHAUSTED = "exhausted", _("exhausted, not closed")
        CLOSING = "closing", _("being closed")
        CLOSED = "closed", _("closed")

    mineral = models.CharField(_("mineral"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, blank=True)
    licensee = models.CharField(_("who mines"), max_length=300, blank=True)
    licence = models.CharField(_("mining licence"), max_length=200, blank=True)
    licence_until = models.DateField(_("licence until"), null=True, blank=True)
    area_ha = models.FloatField(_("area, ha"), null=True, blank=True)
    closure_decision = models.CharField(_("decision to close"), max_length=200, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    deposit_million = models.FloatField(_("deposit for restoration, million đồng"), null=True, blank=True)
    deposited_million = models.FloatField(_("of it paid in, million đồng"), null=True, blank=True)
    restored_ha = models.FloatField(_("restored, ha"), null=True, blank=True)
    restoration_accepted = models.CharField(_("acceptance of the restoration"), max_length=200, blank=True)

    class Meta(Registered.Meta):
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(state="closed") | ~Q(closure_decision=""),
                name="mine_closed_by_decision",
                violation_error_message=_("A closed mine needs the decision that closes it."),
            ),
            models.CheckConstraint(
                condition=(Q(area_ha=None) | Q(area_ha__gt=0))
                & (Q(deposit_million=None) | Q(deposit_million__gte=0))
                & (Q(deposited_million=None) | Q(deposited_million__gte=0))
                & (Q(restored_ha=None) | Q(restored_ha__gte=0)),
                name="mine_numbers_positive",
            ),
        ]


class DegradedLand(Registered):
    """Land that has lost what it could bear, and what is done about it (the plan, II.11.2)."""

    class Kind(models.TextChoices):
        EROSION = "erosion", _("erosion")
        LANDSLIDE = "landslide", _("landslide")
        FERTILITY = "fertility", _("loss of fertility")
        DROUGHT = "drought", _("drought, karst desertification")
        MINING = "mining", _("left by mining")
        OTHER = "other", _("other")

    class State(models.TextChoices):
        FOUND = "found", _("found, nothing done yet")
        PLANNED = "planned", _("rehabilitation planned")
        WORKING = "working", _("being rehabilitated")
        RESTORED = "restored", _("rehabilitated")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, blank=True)
    area_ha = models.FloatField(_("area, ha"), null=True, blank=True)
    use = models.CharField(_("land use"), max_length=200, blank=True)
    found_on = models.DateField(_("found on"), null=True, blank=True)
    measure = models.CharField(_("what is done"), max_length=300, blank=True)
    mapped = models.BooleanField(_("in the cadastral map"), null=True, blank=True)

    class Meta(Registered.Meta):
        verbose_name_plural = "degraded land"
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.CheckConstraint(condition=Q(area_ha=None) | Q(area_ha__gt=0), name="degradedland_area_positive"),
        ]
