"""Who has to do with hazardous waste, and in what part."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.registers.facilities.models import Facility
from nonnuoc.records.registers.pattern.models import Registered


class Handler(Registered):
    """The part a facility has in the way of hazardous waste (chủ nguồn thải, chủ vận chuyển, chủ xử lý)."""

    class Role(models.TextChoices):
        GENERATOR = "generator", _("generator")
        TRANSPORTER = "transporter", _("transporter")
        TREATER = "treater", _("treater")

    facility = models.ForeignKey(
        Facility, verbose_name=_("facility"), on_delete=models.PROTECT, related_name="hazardous_parts"
    )
    role = models.CharField(_("part"), max_length=12, choices=Role)
    permit = models.CharField(_("licence or registration"), max_length=200, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    capacity_t_year = models.FloatField(_("licensed capacity, t/year"), null=True, blank=True)
    waste = models.CharField(_("kinds of waste"), max_length=500, blank=True)

    class Meta(Registered.Meta):
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.UniqueConstraint(fields=("facility", "role"), name="handler_part_once"),
        ]
