"""Where waste is collected, handed on, treated and buried, as long as it works or is to work."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.registers.facilities.models import Facility
from nonnuoc.records.registers.pattern.models import Registered


class Site(Registered):
    """A place of the waste system (khu xử lý, điểm tập kết, trạm trung chuyển). Closed dumps are land, not sites."""

    class Kind(models.TextChoices):
        PROVINCIAL = "provincial", _("treatment area of the province")
        AREA = "area", _("treatment area of several communes")
        CONSTRUCTION = "construction", _("site for construction waste")
        HAZARDOUS = "hazardous", _("collection and treatment point for hazardous waste")
        TRANSFER = "transfer", _("transfer station")
        COLLECTION = "collection", _("collection point")

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        BUILDING = "building", _("being built")
        OPERATING = "operating", _("operating")
        UPGRADING = "upgrading", _("being upgraded")
        CLOSED = "closed", _("closed")

    class Ordered(models.TextChoices):
        BUILD = "build", _("to be built")
        UPGRADE = "upgrade", _("to be upgraded and extended")
        EITHER = "either", _("to be built anew, or upgraded and extended")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State, blank=True)
    ordered = models.CharField(_("what the plan orders"), max_length=8, choices=Ordered, blank=True)
    ordered_until = models.PositiveSmallIntegerField(_("ordered until the end of (year)"), null=True, blank=True)
    finished = models.DateField(_("what was ordered is finished since"), null=True, blank=True)
    facility = models.ForeignKey(
        Facility,
        verbose_name=_("facility that runs it"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="waste_sites",
    )
    accepts = models.CharField(_("waste it accepts"), max_length=300, blank=True)
    technology = models.CharField(_("technology"), max_length=300, blank=True)
    area_ha = models.FloatField(_("area, ha"), null=True, blank=True)
    target_from_ha = models.FloatField(_("planned area, from, ha"), null=True, blank=True)
    target_to_ha = models.FloatField(_("planned area, to, ha"), null=True, blank=True)
    pilot_from_ha = models.FloatField(_("area of the pilot, from, ha"), null=True, blank=True)
    pilot_to_ha = models.FloatField(_("area of the pilot, to, ha"), null=True, blank=True)
    capacity_t_day = models.FloatField(_("capacity, t/day"), null=True, blank=True)
    # What a survey found free; from then on amounts say how it fills. Never guessed from an area.
    room_left_t = models.FloatField(_("room left when surveyed, t"), null=True, blank=True)
    room_surveyed = models.DateField(_("day of that survey"), null=True, blank=True)
    nearest_homes_m = models.FloatField(_("distance to the nearest homes, m"), null=True, blank=True)
    basis = models.CharField(_("planning basis"), max_length=300, blank=True)
    marked = models.DateField(_("boundary markers set on"), null=True, blank=True)
    recovered = models.DateField(_("land recovered on"), null=True, blank=True)
    allocated = models.DateField(_("land allocated or leased on"), null=True, blank=True)

    class Meta(Registered.Meta):
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.CheckConstraint(
                condition=Q(room_left_t=None, room_surveyed=None)
                | Q(room_left_t__gte=0, room_left_t__isnull=False, room_surveyed__isnull=False),
                name="site_room_has_its_day",
            ),
        ]
