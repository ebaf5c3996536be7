"""Rivers as connected reaches."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.places.models import River
from nonnuoc.records.registers.pattern.models import Registered


class Grade(models.TextChoices):
    """Class of surface water after QCVN 08:2023/BTNMT, tables 2 and 3."""

    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    D = "D", "D"


class Reach(Registered):
    """A stretch of a river between two points, flowing into the next; its water has one class."""

    river = models.ForeignKey(River, verbose_name=_("river"), on_delete=models.PROTECT, related_name="reaches")
    downstream = models.ForeignKey(
        "self",
        verbose_name=_("flows into"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="upstream",
    )
    from_km = models.FloatField(
        _("from kilometre"), null=True, blank=True
    )  # along the river, from its first reach here
    to_km = models.FloatField(_("to kilometre"), null=True, blank=True)
    grade = models.CharField(_("class of water (QCVN 08:2023)"), max_length=1, choices=Grade, blank=True)
    grade_source = models.CharField(_("document that sets the class"), max_length=300, blank=True)
    enters_from_abroad = models.BooleanField(_("flows in from abroad"), null=True, blank=True)

    class Meta(Registered.Meta):
        verbose_name_plural = "reaches"
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.CheckConstraint(
                condition=Q(from_km=None) | Q(to_km=None) | Q(to_km__gt=F("from_km")), name="reach_runs_downstream"
            ),
            models.CheckConstraint(condition=Q(grade="") | ~Q(grade_source=""), name="reach_grade_has_source"),
            models.CheckConstraint(condition=~Q(downstream=F("id")), name="reach_not_into_itself"),
        ]
