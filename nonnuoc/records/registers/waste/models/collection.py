"""How far collection reaches in a commune, month by month, as the commune reports it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.models import Person
from nonnuoc.records.places.models import Commune
from nonnuoc.records.registers.waste.models.amounts import Basis


class CommuneReport(models.Model):
    """Domestic waste of one commune in one month. A draft can be written over; once sent, a correction is a new row."""

    class Separation(models.TextChoices):
        NONE = "none", _("not separated at source")
        PART = "part", _("separated in part of the commune")
        ALL = "all", _("separated in the whole commune")

    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="waste_reports")
    month = models.DateField()  # its first day
    households = models.PositiveIntegerField(_("households"), null=True, blank=True)
    served = models.PositiveIntegerField(_("of these, with access to collection"), null=True, blank=True)
    separating = models.PositiveIntegerField(_("of these, separating at source"), null=True, blank=True)
    separation = models.CharField(_("separation at source"), max_length=4, choices=Separation, blank=True)
    points = models.PositiveIntegerField(_("collection points"), null=True, blank=True)
    rounds_week = models.FloatField(_("collections a week"), null=True, blank=True)
    urban_generated_t = models.FloatField(_("urban: came about, t"), null=True, blank=True)
    urban_collected_t = models.FloatField(_("urban: collected, t"), null=True, blank=True)
    urban_treated_t = models.FloatField(_("urban: collected and treated as prescribed, t"), null=True, blank=True)
    rural_generated_t = models.FloatField(_("rural: came about, t"), null=True, blank=True)
    rural_collected_t = models.FloatField(_("rural: collected, t"), null=True, blank=True)
    rural_treated_t = models.FloatField(_("rural: collected and treated as prescribed, t"), null=True, blank=True)
    basis = models.CharField(_("how the tonnes are known"), max_length=1, choices=Basis, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    draft = models.BooleanField(default=True)
    simulated = models.BooleanField(default=False)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    reason = models.CharField(max_length=300, blank=True)
    current = models.BooleanField(default=True)  # of those that were sent

    class Meta:
        ordering: ClassVar = ("commune", "-month", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(month__day=1), name="commune_report_month_begins"),
            models.UniqueConstraint(
                F("commune"), F("month"), condition=Q(current=True, draft=False), name="commune_report_once"
            ),
            models.UniqueConstraint(
                F("commune"), F("month"), condition=Q(draft=True), name="commune_report_draft_once"
            ),
            models.CheckConstraint(
                condition=Q(served=None) | Q(households=None) | Q(served__lte=F("households")),
                name="commune_report_served_are_households",
            ),
            models.CheckConstraint(
                condition=Q(replaces=None, reason="") | Q(draft=True) | (Q(replaces__isnull=False) & ~Q(reason="")),
                name="commune_report_correction_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commune_id} {self.month:%Y-%m}"
