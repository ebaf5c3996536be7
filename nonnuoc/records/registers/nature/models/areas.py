"""Protected areas and relics, their parts, cases of changed boundaries, and what presses on them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.registers.pattern.models import Registered


class ProtectedArea(Registered):
    """An area kept for its nature, its landscape or its history."""

    class Kind(models.TextChoices):
        NATIONAL_PARK = "park", _("national park")
        SPECIES_HABITAT = "habitat", _("species and habitat reserve")
        LANDSCAPE = "landscape", _("landscape protection area")
        RELIC = "relic", _("relic")
        GEOPARK = "geopark", _("geopark")
        ECOLOGICAL = "ecological", _("important ecological landscape")
        HIGH_BIODIVERSITY = "biodiversity", _("area of high biodiversity")

    class Rank(models.TextChoices):
        SPECIAL = "special", _("special national")
        NATIONAL = "national", _("national")
        PROVINCIAL = "provincial", _("provincial")
        GLOBAL = "global", _("UNESCO global")

    class State(models.TextChoices):
        TO_ESTABLISH = "planned", _("to be established")
        SUBMITTED = "submitted", _("submitted for decision")
        ESTABLISHED = "established", _("established")
        ENDED = "ended", _("ended")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    rank = models.CharField(_("rank"), max_length=10, choices=Rank, blank=True)
    state = models.CharField(_("state of designation"), max_length=12, choices=State, blank=True)
    decision = models.CharField(_("decision that established or ranked it"), max_length=300, blank=True)
    decided = models.DateField(_("date of the decision"), null=True, blank=True)
    area_ha = models.FloatField(_("area, ha"), null=True, blank=True)
    reaches_into = models.CharField(_("reaches into other provinces"), max_length=200, blank=True)
    board = models.CharField(_("management board"), max_length=300, blank=True)
    # What it is kept for, and how it fares (kế hoạch, mục 1.2a)
    values = models.TextField(_("values"), blank=True)
    threats = models.TextField(_("threats"), blank=True)
    activities = models.TextField(_("conservation activities"), blank=True)
    tourism = models.TextField(_("tourism and sustainable use"), blank=True)

    class Meta(Registered.Meta):
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.CheckConstraint(condition=Q(area_ha=None) | Q(area_ha__gt=0), name="protected_area_has_size"),
        ]


class Part(Registered):
    """A core, a buffer or a level of protection of an area, with its own boundary."""

    class Kind(models.TextChoices):
        CORE = "core", _("core zone")
        BUFFER = "buffer", _("buffer zone")
        STRICT = "strict", _("strictly protected subzone")
        RESTORED = "restored", _("ecological restoration subzone")
        SERVICE = "service", _("service and administration subzone")
        RELIC_I = "relic-1", _("relic protection area I")
        RELIC_II = "relic-2", _("relic protection area II")
        LEVEL_1 = "level-1", _("level 1: strict conservation and protection")
        LEVEL_2 = "level-2", _("level 2: conservation in place, with limits to activities")

    area = models.ForeignKey(
        ProtectedArea, verbose_name=_("protected area"), on_delete=models.PROTECT, related_name="parts"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    area_ha = models.FloatField(_("area, ha"), null=True, blank=True)
    decision = models.CharField(_("decision that set its boundary"), max_length=300, blank=True)

    class Meta(Registered.Meta):
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.CheckConstraint(condition=Q(area_ha=None) | Q(area_ha__gt=0), name="part_has_size"),
        ]


class BoundaryCase(Registered):
    """A change of an area's boundary, from the review of land use to the decision. Its shape: the boundary wanted."""

    class State(models.TextChoices):
        INTENDED = "intended", _("intended")
        REVIEWING = "reviewing", _("land use under review")
        SUBMITTED = "submitted", _("detailed scheme submitted")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")

    area = models.ForeignKey(
        ProtectedArea, verbose_name=_("protected area"), on_delete=models.PROTECT, related_name="boundary_cases"
    )
    state = models.CharField(_("state"), max_length=10, choices=State)
    before_ha = models.FloatField(_("area before, ha"), null=True, blank=True)
    after_ha = models.FloatField(_("area after, ha"), null=True, blank=True)
    land_use = models.TextField(_("present land use"), blank=True)
    grounds = models.TextField(_("grounds for the change"), blank=True)
    drafted_by = models.CharField(_("unit that drafts the scheme"), max_length=300, blank=True)
    submitted = models.DateField(_("submitted on"), null=True, blank=True)
    authority = models.CharField(_("authority that decides"), max_length=300, blank=True)
    decision = models.CharField(_("decision"), max_length=300, blank=True)
    decided = models.DateField(_("decided on"), null=True, blank=True)

    class Meta(Registered.Meta):
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(state__in=("approved", "refused")) | (~Q(decision="") & Q(decided__isnull=False)),
                name="boundary_case_decided_by_decision",
                violation_error_message=_("A case that is decided names its decision and the day of it."),
            ),
            models.CheckConstraint(
                condition=(Q(before_ha=None) | Q(before_ha__gt=0)) & (Q(after_ha=None) | Q(after_ha__gt=0)),
                name="boundary_case_has_sizes",
            ),
        ]


class Pressure(Registered):
    """Something that harms the nature of an area, found on one day: an incident, or a pressure that goes on."""

    class Kind(models.TextChoices):
        ENCROACHMENT = "encroachment", _("encroachment on land")
        LOGGING = "logging", _("illegal logging")
        HUNTING = "hunting", _("hunting, trapping, trade of wild species")
        FIRE = "fire", _("forest fire")
        MINING = "mining", _("mining")
        BUILDING = "building", _("construction")
        POLLUTION = "pollution", _("pollution")
        INVASIVE = "invasive", _("invasive alien species")
        GRAZING = "grazing", _("grazing")
        VISITORS = "visitors", _("visitors")
        OTHER = "other", _("other")

    class State(models.TextChoices):
        OPEN = "open", _("goes on")
        HANDLED = "handled", _("being dealt with")
        ENDED = "ended", _("ended")

    area = models.ForeignKey(
        ProtectedArea, verbose_name=_("protected area"), on_delete=models.PROTECT, related_name="pressures"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    day = models.DateField(_("found on"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    extent_ha = models.FloatField(_("area affected, ha"), null=True, blank=True)
    handled = models.TextField(_("what was done about it"), blank=True)

    class Meta(Registered.Meta):
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.CheckConstraint(condition=Q(extent_ha=None) | Q(extent_ha__gt=0), name="pressure_has_size"),
        ]
