"""Ground that is worked on stage by stage: contaminated sites and closed dumps."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.registers.pattern.models import Registered


class LandClass(models.TextChoices):
    """What land is used for, as QCVN 03:2023/BTNMT, section 2, groups it."""

    ONE = "1", _("class 1: farming, housing, public life")
    TWO = "2", _("class 2: offices, commerce, cemeteries, public works")
    THREE = "3", _("class 3: industry, mining, transport")


class Stage(models.TextChoices):
    """Where the work stands (domain/gates.py)."""

    SURVEY = "survey", _("survey")
    PLAN = "plan", _("remediation plan")
    WORKS = "works", _("remediation works")
    VERIFICATION = "verification", _("verification")
    CLOSED = "closed", _("concluded")


class Ground(Registered):
    """What sites and dumps have in common: a stage, a day by which it is to be done, and a use that is intended."""

    stage = models.CharField(_("stage"), max_length=12, choices=Stage, default=Stage.SURVEY)
    stage_since = models.DateField(_("in this stage since"), null=True, blank=True)
    due = models.DateField(_("to be done by"), null=True, blank=True)
    task = models.CharField(_("task of the plan"), max_length=300, blank=True)
    lead = models.CharField(_("who leads"), max_length=200, blank=True)
    land_class = models.CharField(_("intended use (QCVN 03:2023)"), max_length=1, choices=LandClass, blank=True)
    area_m2 = models.FloatField(_("area, m²"), null=True, blank=True)
    volume_m3 = models.FloatField(_("volume, m³"), null=True, blank=True)

    class Meta(Registered.Meta):
        abstract = True
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.CheckConstraint(
                condition=(Q(area_m2=None) | Q(area_m2__gt=0)) & (Q(volume_m3=None) | Q(volume_m3__gt=0)),
                name="%(class)s_sizes_positive",
            ),
        ]


class ContaminatedSite(Ground):
    """Contaminated ground, or another spot that pollutes and that the plan wants cleared up."""

    class Kind(models.TextChoices):
        PESTICIDE = "pesticide", _("pesticide residue")
        INDUSTRY = "industry", _("industrial waste")
        WASTEWATER = "wastewater", _("wastewater of producers")
        OTHER = "other", _("other")

    class Risk(models.TextChoices):
        LOW = "low", _("low")
        MEDIUM = "medium", _("medium")
        HIGH = "high", _("high")

    kind = models.CharField(_("cause"), max_length=10, choices=Kind, blank=True)
    pollutants = models.CharField(_("pollutants"), max_length=300, blank=True)
    risk = models.CharField(_("risk"), max_length=6, choices=Risk, blank=True)
    receptors = models.CharField(_("whom or what it can reach"), max_length=300, blank=True)


class ClosedDump(Ground):
    """A dump that takes no more waste, or is to be closed."""

    class Leachate(models.TextChoices):
        NONE = "none", _("not collected")
        COLLECTED = "collected", _("collected, not treated")
        TREATED = "treated", _("collected and treated")

    closed_on = models.DateField(_("takes no waste since"), null=True, blank=True)
    covered = models.BooleanField(_("covered with soil"), null=True, blank=True)
    trees = models.BooleanField(_("belt of trees"), null=True, blank=True)
    leachate = models.CharField(_("leachate"), max_length=10, choices=Leachate, blank=True)
    reuse = models.CharField(_("what the ground is to become"), max_length=300, blank=True)
