"""How much waste came in, went out, was treated or came about: at a site, or at a facility."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.models import Person
from nonnuoc.records.places.models import Commune
from nonnuoc.records.registers.facilities.models import Facility
from nonnuoc.records.registers.waste.models.sites import Site


class Stream(models.TextChoices):
    """What kind of waste it is (Luật BVMT 2020, chương VI)."""

    DOMESTIC = "domestic", _("domestic waste")
    CONSTRUCTION = "construction", _("construction waste")
    INDUSTRIAL = "industrial", _("ordinary industrial waste")
    HAZARDOUS = "hazardous", _("hazardous waste")
    MEDICAL = "medical", _("medical waste")
    SLUDGE = "sludge", _("sludge")
    AGRICULTURAL = "agricultural", _("agricultural by-products and waste")
    PACKAGING = "packaging", _("packaging of pesticides")
    RESIDUE = "residue", _("ash and other residues of treatment")
    OTHER = "other", _("other waste")


class Flow(models.TextChoices):
    """Which way it goes."""

    GENERATED = "generated", _("came about here")
    RECEIVED = "received", _("received")
    TREATED = "treated", _("treated here")
    CLUSTER = "cluster", _("treated for it by another facility of its cluster")
    SENT = "sent", _("sent on or handed over")


class Method(models.TextChoices):
    """How it was treated."""

    LANDFILLED = "landfilled", _("landfilled directly")
    LANDFILLED_AFTER = "landfilled-after", _("landfilled after pre-treatment")
    INCINERATED = "incinerated", _("incinerated")
    INCINERATED_ENERGY = "incinerated-energy", _("incinerated with energy recovery")
    PYROLYSED = "pyrolysed", _("pyrolysed")
    COMPOSTED = "composted", _("composted")
    RECYCLED = "recycled", _("recycled or reused")
    DISINFECTED = "disinfected", _("disinfected (steam, microwave)")
    STABILISED = "stabilised", _("stabilised")
    OTHER = "other", _("otherwise")


class Basis(models.TextChoices):
    """How the number came about, marked as E-PRTR does: M, C, E."""

    MEASURED = "M", _("weighed or measured (M)")
    CALCULATED = "C", _("calculated (C)")
    ESTIMATED = "E", _("estimated (E)")


#: Treatment that fills the room of a site for good.
FILLS = (Method.LANDFILLED, Method.LANDFILLED_AFTER)


class Amount(models.Model):
    """Tonnes of one stream going one way in one month (or one year), or on one weigh ticket.

    Never changed: a correction is a new row that replaces the old one and says why; `tonnes` null strikes it out.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="amounts")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, null=True, related_name="waste_amounts")
    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField(null=True)  # null: of the whole year
    flow = models.CharField(max_length=10, choices=Flow)
    stream = models.CharField(max_length=12, choices=Stream)
    method = models.CharField(max_length=20, choices=Method, blank=True)  # of what was treated
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, null=True, related_name="+")  # where from, if known
    partner = models.CharField(max_length=200, blank=True)  # who brought it, or where it went
    tonnes = models.FloatField(null=True)
    basis = models.CharField(max_length=1, choices=Basis)
    ticket = models.CharField(max_length=40, blank=True)  # number of the weigh ticket
    day = models.DateField(null=True)  # of a weigh ticket
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    token = models.UUIDField(unique=True)  # of the form it was sent with: the same one twice is one row
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    reason = models.CharField(max_length=300, blank=True)  # why it replaces another
    current = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ("-year", "-month", "flow", "stream", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(site__isnull=True, facility__isnull=False) | Q(site__isnull=False, facility__isnull=True),
                name="amount_is_somewhere",
            ),
            models.CheckConstraint(condition=Q(tonnes=None) | Q(tonnes__gte=0), name="amount_is_not_negative"),
            models.CheckConstraint(
                condition=Q(tonnes__isnull=False) | Q(replaces__isnull=False), name="amount_only_correction_strikes"
            ),
            models.CheckConstraint(condition=Q(month=None) | Q(month__range=(1, 12)), name="amount_month_is_one"),
            models.CheckConstraint(
                condition=Q(flow="treated") | Q(flow="cluster") | Q(method=""), name="amount_method_of_treated"
            ),
            models.CheckConstraint(condition=~Q(flow="treated") | ~Q(method=""), name="amount_treated_says_how"),
            models.CheckConstraint(
                condition=Q(ticket="", day=None) | (~Q(ticket="") & Q(day__isnull=False, month__isnull=False)),
                name="amount_ticket_has_day",
            ),
            models.CheckConstraint(
                condition=Q(replaces=None, reason="") | (Q(replaces__isnull=False) & ~Q(reason="")),
                name="amount_correction_has_reason",
            ),
            models.UniqueConstraint(
                F("site"),
                F("facility"),
                F("year"),
                F("month"),
                F("flow"),
                F("stream"),
                F("method"),
                F("commune"),
                F("partner"),
                condition=Q(current=True, ticket=""),
                name="amount_once_a_month",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                F("site"),
                F("facility"),
                F("ticket"),
                F("stream"),
                condition=Q(current=True) & ~Q(ticket=""),
                name="amount_ticket_once",
                nulls_distinct=False,
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=("site", "year", "month"), name="amount_of_site"),
            models.Index(fields=("facility", "year", "month"), name="amount_of_facility"),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.month or '--'} {self.flow} {self.stream} {self.tonnes} t"
