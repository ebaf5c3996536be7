"""Where and when species were found, and what experts judged of it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.models import Person
from nonnuoc.records.places.models import Commune
from nonnuoc.records.registers.nature.models.species import Species
from nonnuoc.records.registers.pattern import lexemes
from nonnuoc.records.registers.pattern.models import Registered


class Occurrence(Registered):
    """A species found at a place on a day. `lon`, `lat`, `found_in` are exact; everybody may know the coarse ones.

    `commune` is shown: empty unless it says nothing that the coarse place does not say (see `generalising.py`).
    """

    class Basis(models.TextChoices):  # values are those of Darwin Core
        HUMAN = "HumanObservation", _("seen or heard")
        MACHINE = "MachineObservation", _("recorded by a device (camera trap, sound)")
        SPECIMEN = "PreservedSpecimen", _("preserved specimen")
        LIVING = "LivingSpecimen", _("living specimen")
        SAMPLE = "MaterialSample", _("sample (environmental DNA and the like)")
        LITERATURE = "MaterialCitation", _("from literature")

    class State(models.TextChoices):
        REPORTED = "reported", _("reported")
        VALIDATED = "validated", _("validated")
        DOUBTFUL = "doubtful", _("doubtful")
        REFUSED = "refused", _("refused")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # its name everywhere, for ever
    species = models.ForeignKey(
        Species, verbose_name=_("species"), on_delete=models.PROTECT, related_name="occurrences"
    )
    day = models.DateField(_("found on"))
    until = models.DateField(_("until"), null=True, blank=True)  # where one day is not known: found within
    count = models.PositiveIntegerField(_("how many individuals"), null=True, blank=True)
    basis = models.CharField(_("basis of the record"), max_length=20, choices=Basis, default=Basis.HUMAN)
    recorded_by = models.CharField(_("found by"), max_length=200, blank=True)  # people: never public
    identified_by = models.CharField(_("identified by"), max_length=200, blank=True)
    method = models.CharField(_("method"), max_length=200, blank=True)
    locality = models.CharField(_("place in words"), max_length=300, blank=True)
    uncertainty_m = models.FloatField(_("uncertainty of the position, m"), null=True, blank=True)
    state = models.CharField(_("state of the record"), max_length=10, choices=State, default=State.REPORTED)
    found_in = models.ForeignKey(Commune, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    generalised = models.BooleanField(_("place is generalised"), default=True, editable=False)
    coarse_lon = models.FloatField(null=True, editable=False)  # the middle of the cell it lies in; WGS 84
    coarse_lat = models.FloatField(null=True, editable=False)
    coarse_m = models.FloatField(null=True, editable=False)  # from the middle to a corner; null: the place is exact

    class Meta(Registered.Meta):
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("day")), name="occurrence_in_order"),
            models.CheckConstraint(condition=Q(count=None) | Q(count__gt=0), name="occurrence_is_presence"),
            models.CheckConstraint(
                condition=Q(uncertainty_m=None) | Q(uncertainty_m__gt=0), name="occurrence_uncertainty_positive"
            ),
            # An exact place is never what a coarse one stands for
            models.CheckConstraint(
                condition=Q(generalised=False, coarse_m=None)
                | Q(generalised=True, coarse_lon=None, coarse_lat=None, coarse_m=None)
                | Q(generalised=True, coarse_lon__isnull=False, coarse_lat__isnull=False, coarse_m__isnull=False),
                name="occurrence_coarse_is_coarse",
            ),
            models.CheckConstraint(
                condition=~Q(data_class="public") | Q(state="validated"), name="occurrence_public_once_validated"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=("state", "created"), name="occurrence_queue"),
            models.Index(fields=("species", "state"), name="occurrence_of_species"),
            models.Index(fields=("coarse_lon", "coarse_lat"), name="occurrence_cell"),
            models.Index(fields=("data_class", "code"), name="occurrence_listed"),
            models.Index(fields=("day", "code"), name="occurrence_by_day"),
            lexemes.index("occurrence_words"),
        ]


class Judgement(models.Model):
    """What an expert judged of an occurrence, and why."""

    occurrence = models.ForeignKey(Occurrence, on_delete=models.CASCADE, related_name="judgements")
    before = models.CharField(max_length=10, choices=Occurrence.State)
    state = models.CharField(max_length=10, choices=Occurrence.State)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ("at", "id")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state="validated") | ~Q(reason=""), name="judgement_says_why")
        ]

    def __str__(self) -> str:
        return f"{self.occurrence_id} {self.state}"
