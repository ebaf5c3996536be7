"""Where a facility gives off its wastewater and its gases, and which telemetry watches it there."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.models import Person
from nonnuoc.records.monitoring.models import Datastream
from nonnuoc.records.registers.facilities.models.places import Facility
from nonnuoc.records.registers.pattern.models import Registered
from nonnuoc.records.registers.waters.models import Reach


class Works(models.TextChoices):
    """How far the treatment works are: plan 3.7c asks for them before a new facility begins to operate."""

    NONE = "none", _("none")
    PLANNED = "planned", _("planned")
    BUILDING = "building", _("being built")
    TRIAL = "trial", _("on trial")
    OPERATING = "operating", _("operating")
    STOPPED = "stopped", _("stopped")


class Outfall(Registered):
    """A place where a facility lets its wastewater go (cửa xả, điểm xả)."""

    class Kind(models.TextChoices):
        DOMESTIC = "domestic", _("domestic wastewater")
        INDUSTRIAL = "industrial", _("industrial wastewater")
        CENTRAL = "central", _("wastewater of a zone's central plant")
        MEDICAL = "medical", _("medical wastewater")
        LIVESTOCK = "livestock", _("wastewater of livestock")
        LEACHATE = "leachate", _("leachate of a landfill")
        COOLING = "cooling", _("cooling water")
        MIXED = "mixed", _("several together")

    class Mode(models.TextChoices):
        CONTINUOUS = "continuous", _("continuous")
        BATCHES = "batches", _("in batches")
        SEASONAL = "seasonal", _("in season")
        NONE = "none", _("none, all is reused")

    facility = models.ForeignKey(
        Facility, verbose_name=_("facility"), on_delete=models.PROTECT, related_name="outfalls"
    )
    kind = models.CharField(_("kind of wastewater"), max_length=10, choices=Kind, blank=True)
    works = models.CharField(_("treatment works"), max_length=10, choices=Works, blank=True)
    works_since = models.DateField(_("treatment works since"), null=True, blank=True)
    treatment = models.CharField(_("how it is treated"), max_length=300, blank=True)
    design_m3_day = models.FloatField(_("design flow, m³/day"), null=True, blank=True)
    mode = models.CharField(_("how it is discharged"), max_length=10, choices=Mode, blank=True)
    reach = models.ForeignKey(
        Reach,
        verbose_name=_("receiving reach"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="outfalls",
    )
    receiving = models.CharField(_("receiving water, in words"), max_length=300, blank=True)
    purpose = models.CharField(_("use of the receiving water"), max_length=300, blank=True)

    class Meta(Registered.Meta):
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.CheckConstraint(
                condition=Q(design_m3_day=None) | Q(design_m3_day__gte=0), name="outfall_flow_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(works_since=None) | Q(works__in=("trial", "operating", "stopped")),
                name="outfall_works_since_of_works",
            ),
        ]


class Stack(Registered):
    """A place where a facility lets its gases go (ống khói, ống thải)."""

    facility = models.ForeignKey(Facility, verbose_name=_("facility"), on_delete=models.PROTECT, related_name="stacks")
    emitter = models.CharField(_("process or fuel"), max_length=300, blank=True)
    works = models.CharField(_("treatment works"), max_length=10, choices=Works, blank=True)
    works_since = models.DateField(_("treatment works since"), null=True, blank=True)
    treatment = models.CharField(_("how it is treated"), max_length=300, blank=True)
    height_m = models.FloatField(_("height, m"), null=True, blank=True)
    diameter_m = models.FloatField(_("inner diameter at the mouth, m"), null=True, blank=True)
    design_m3_h = models.FloatField(_("design flow, m³/h"), null=True, blank=True)

    class Meta(Registered.Meta):
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.CheckConstraint(
                condition=(Q(height_m=None) | Q(height_m__gt=0))
                & (Q(diameter_m=None) | Q(diameter_m__gt=0))
                & (Q(design_m3_h=None) | Q(design_m3_h__gte=0)),
                name="stack_measures_positive",
            ),
            models.CheckConstraint(
                condition=Q(works_since=None) | Q(works__in=("trial", "operating", "stopped")),
                name="stack_works_since_of_works",
            ),
        ]


class SourceStream(models.Model):
    """A datastream that measures what goes out of an outfall or a stack, from a time until another."""

    outfall = models.ForeignKey(Outfall, on_delete=models.PROTECT, null=True, related_name="streams")
    stack = models.ForeignKey(Stack, on_delete=models.PROTECT, null=True, related_name="streams")
    # Where an administrator deletes a datastream, nothing is left that could be measured
    datastream = models.ForeignKey(Datastream, on_delete=models.CASCADE, related_name="sources")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)  # half open
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ("datastream", "since")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outfall=None, stack__isnull=False) | Q(outfall__isnull=False, stack=None),
                name="stream_of_one_source",
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="stream_span"),
            models.UniqueConstraint(fields=("datastream",), condition=Q(until=None), name="stream_open_once"),
        ]

    def __str__(self) -> str:
        return f"{self.outfall or self.stack}: {self.datastream_id}"
