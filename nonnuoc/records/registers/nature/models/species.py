"""Species, and on which lists they stand."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.registers.pattern.models import Registered


class Sensitivity(models.TextChoices):
    """How exactly everybody may know where a species was found, after Chapman (2020), Current Best Practices for
    Generalizing Sensitive Species Occurrence Data, GBIF: the coarser, the more harm the exact place could do.
    """

    OPEN = "open", _("exact: knowing the place does no harm")
    KM_1 = "km-1", _("cells of 0.01° (about 1 km)")
    KM_10 = "km-10", _("cells of 0.1° (about 10 km)")
    WITHHELD = "withheld", _("no place at all")


class Species(Registered):
    """A taxon by its scientific name; `name`: its local one, else that. A synonym points at the accepted one."""

    class Rank(models.TextChoices):
        GENUS = "genus", _("genus")
        SPECIES = "species", _("species")
        SUBSPECIES = "subspecies", _("subspecies")
        VARIETY = "variety", _("variety")
        FORM = "form", _("form (taxonomy)")

    class Kingdom(models.TextChoices):
        ANIMALS = "Animalia", _("animals")
        PLANTS = "Plantae", _("plants")
        FUNGI = "Fungi", _("fungi")
        OTHER = "incertae sedis", _("others")

    scientific_name = models.CharField(_("scientific name"), max_length=200)  # without its author
    authorship = models.CharField(_("author and year of the name"), max_length=200, blank=True)
    canonical = models.CharField(max_length=200, unique=True, editable=False)  # by which names are matched
    local_name = models.CharField(_("name used here"), max_length=200, blank=True)  # Vietnamese first
    other_names = models.CharField(_("other names"), max_length=300, blank=True)
    rank = models.CharField(_("taxonomic rank"), max_length=10, choices=Rank, default=Rank.SPECIES)
    accepted = models.ForeignKey(
        "self",
        verbose_name=_("synonym of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="synonyms",
    )
    kingdom = models.CharField(_("kingdom"), max_length=20, choices=Kingdom, blank=True)
    phylum = models.CharField(_("phylum"), max_length=100, blank=True)
    tax_class = models.CharField(_("class (taxonomy)"), max_length=100, blank=True)
    order = models.CharField(_("order (taxonomy)"), max_length=100, blank=True)
    family = models.CharField(_("family (taxonomy)"), max_length=100, blank=True)
    # Unknown is generalised as KM_10 until somebody has decided
    sensitivity = models.CharField(
        _("how exactly its places are shown"), max_length=10, choices=Sensitivity, blank=True
    )
    sensitivity_grounds = models.CharField(_("grounds for that"), max_length=300, blank=True)
    # The strictest of its own, its synonyms', its subspecies' and, of a genus, its species'
    shown_as = models.CharField(max_length=10, choices=Sensitivity, default=Sensitivity.KM_10, editable=False)
    actions = models.TextField(_("conservation and restoration"), blank=True)

    class Meta(Registered.Meta):
        verbose_name_plural = "species"
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.CheckConstraint(condition=~Q(accepted=F("id")), name="species_not_its_own_synonym"),
            models.CheckConstraint(
                condition=Q(sensitivity="") | ~Q(sensitivity_grounds=""),
                name="species_sensitivity_has_grounds",
                violation_error_message=_("Say on what grounds its places are shown so exactly."),
            ),
        ]


class SpeciesStatus(Registered):
    """A species on one list of one document: what somebody read there, and where."""

    class Scheme(models.TextChoices):
        FOREST = "forest", _("endangered, precious and rare forest plants and animals")
        PRIORITY = "priority", _("endangered, precious and rare species given priority protection")
        RED_BOOK = "red-book", _("Red Book of Viet Nam")
        IUCN = "iucn", _("IUCN Red List")
        CITES = "cites", _("CITES")
        MIGRATORY = "migratory", _("migratory species")
        INVASIVE = "invasive", _("invasive alien species")

    species = models.ForeignKey(Species, verbose_name=_("species"), on_delete=models.PROTECT, related_name="statuses")
    scheme = models.CharField(_("list of species"), max_length=10, choices=Scheme)
    category = models.CharField(_("group or category"), max_length=40, blank=True)  # IB, IIA, EN, …
    document = models.CharField(_("document of the list"), max_length=200)
    annex = models.CharField(_("annex, row"), max_length=100, blank=True)
    since = models.DateField(_("holds from"), null=True, blank=True)
    until = models.DateField(_("held until"), null=True, blank=True)

    class Meta(Registered.Meta):
        verbose_name_plural = "species statuses"
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")), name="species_status_in_order"
            ),
        ]
