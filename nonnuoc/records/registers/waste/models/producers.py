"""Producers and importers who must see to what becomes of their products and packaging (EPR)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.models import Person
from nonnuoc.records.registers.facilities.models import Facility
from nonnuoc.records.registers.pattern.models import Registered


class Producer(Registered):
    """A facility bound by extended producer responsibility; the ministry's own portal stays the official book."""

    class Role(models.TextChoices):
        PRODUCER = "producer", _("producer")
        IMPORTER = "importer", _("importer")
        BOTH = "both", _("producer and importer")

    facility = models.ForeignKey(
        Facility, verbose_name=_("facility"), on_delete=models.PROTECT, related_name="producer_parts"
    )
    role = models.CharField(_("part"), max_length=10, choices=Role, blank=True)
    products = models.CharField(_("products and packaging"), max_length=500, blank=True)

    class Meta(Registered.Meta):
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.UniqueConstraint(fields=("facility",), name="producer_facility_once"),
        ]


class Praise(models.Model):
    """That a producer is named in public as doing well for a year: one person proposes it, another approves."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        PUBLISHED = "published", _("published")
        DECLINED = "declined", _("declined")
        ENDED = "ended", _("taken back")

    producer = models.ForeignKey(Producer, on_delete=models.PROTECT, related_name="praises")
    year = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=300)  # what it does well; everybody reads it
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ("-year", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                F("producer"), F("year"), condition=Q(state__in=("proposed", "published")), name="praise_once_a_year"
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(decided_by=None) | ~Q(decided_by=F("by")), name="praise_four_eyes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.producer_id} {self.year} {self.state}"


class Declaration(Registered):
    """What one producer declared of one product or packaging for one year, what it did, and what it paid."""

    class Kind(models.TextChoices):
        PRODUCT = "product", _("product")
        PACKAGING = "packaging", _("packaging")

    class Way(models.TextChoices):
        OWN = "own", _("recycles itself")
        HIRED = "hired", _("hires a recycler")
        ENTRUSTED = "entrusted", _("entrusts an organisation")
        PAID = "paid", _("pays into the Vietnam Environment Protection Fund")

    class State(models.TextChoices):
        EXPECTED = "expected", _("not declared yet")
        DECLARED = "declared", _("declared")
        REPORTED = "reported", _("result reported")
        SETTLED = "settled", _("settled")

    producer = models.ForeignKey(
        Producer, verbose_name=_("producer"), on_delete=models.PROTECT, related_name="declarations"
    )
    year = models.PositiveSmallIntegerField(_("year"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State)
    way = models.CharField(_("how it is done"), max_length=10, choices=Way, blank=True)
    market_t = models.FloatField(_("put on the market, t"), null=True, blank=True)
    # The law's rates are typed with the document they stand in: nothing here knows them by itself
    rate_percent = models.FloatField(_("mandatory recycling rate, %"), null=True, blank=True)
    rate_source = models.CharField(_("where that rate stands"), max_length=200, blank=True)
    recycled_t = models.FloatField(_("recycled, t"), null=True, blank=True)
    due_vnd = models.BigIntegerField(_("to be paid, VND"), null=True, blank=True)
    paid_vnd = models.BigIntegerField(_("paid, VND"), null=True, blank=True)
    due = models.DateField(_("due on"), null=True, blank=True)  # the next thing that is due
    due_source = models.CharField(_("where that day stands"), max_length=200, blank=True)

    class Meta(Registered.Meta):
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.UniqueConstraint(F("producer"), F("year"), F("kind"), F("name"), name="declaration_once"),
            models.CheckConstraint(
                condition=Q(rate_percent=None) | (Q(rate_percent__range=(0, 100)) & ~Q(rate_source="")),
                name="declaration_rate_has_source",
            ),
            models.CheckConstraint(condition=Q(due=None) | ~Q(due_source=""), name="declaration_due_has_source"),
        ]
