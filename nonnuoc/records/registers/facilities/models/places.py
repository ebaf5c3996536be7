"""Facilities, the zones they stand in, and the names other programmes know them by."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.registers.pattern import lexemes
from nonnuoc.records.registers.pattern.models import Registered


class Zone(Registered):
    """An industrial park, a cluster, or another area where facilities stand together (khu, cụm công nghiệp)."""

    class Kind(models.TextChoices):
        PARK = "park", _("industrial park")
        CLUSTER = "cluster", _("industrial cluster")
        BORDER = "border", _("border-gate economic zone")
        SERVICE = "service", _("concentrated production, business and service area")

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        BUILDING = "building", _("being built")
        OPERATING = "operating", _("operating")
        CLOSED = "closed", _("closed")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=State, blank=True)
    area_ha = models.FloatField(_("area, ha"), null=True, blank=True)
    owner = models.ForeignKey(
        "Facility",
        verbose_name=_("owner of the infrastructure"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_zones",
    )
    wastewater_plant = models.BooleanField(_("has a central wastewater plant"), null=True, blank=True)
    plant_m3_day = models.FloatField(_("capacity of the wastewater plant, m³/day"), null=True, blank=True)
    decision = models.CharField(_("decision that established it"), max_length=200, blank=True)


class Facility(Registered):
    """A production, business or service facility: one identity over all programmes (cơ sở)."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        BUILDING = "building", _("being built")
        OPERATING = "operating", _("operating")
        SUSPENDED = "suspended", _("suspended")
        CLOSED = "closed", _("closed")

    class Group(models.TextChoices):
        I = "I", _("group I")  # noqa: E741 - as the law numbers them
        II = "II", _("group II")
        III = "III", _("group III")
        IV = "IV", _("group IV")

    state = models.CharField(_("state"), max_length=10, choices=State, blank=True)
    business_code = models.CharField(_("enterprise code (tax code)"), max_length=14, blank=True)
    owner_name = models.CharField(_("owner"), max_length=300, blank=True)
    sector = models.CharField(_("sector"), max_length=200, blank=True)
    sector_code = models.CharField(_("sector code (VSIC)"), max_length=6, blank=True)
    capacity = models.CharField(_("capacity"), max_length=300, blank=True)
    # Luật BVMT 2020, điều 28: by risk to the environment
    group = models.CharField(_("project group"), max_length=3, choices=Group, blank=True)
    polluting_type = models.BooleanField(_("type with risk of pollution (Annex II)"), null=True, blank=True)
    zone = models.ForeignKey(
        Zone, verbose_name=_("zone"), on_delete=models.PROTECT, null=True, blank=True, related_name="facilities"
    )
    address = models.CharField(_("address"), max_length=300, blank=True)
    contact = models.CharField(_("contact"), max_length=300, blank=True)  # a person: never public
    started = models.DateField(_("in operation since"), null=True, blank=True)
    # When it was last compared with the others (matching.py); before `changed`: it waits
    compared = models.DateTimeField(null=True, editable=False)
    # After a merge: the one that carries the identity on
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", editable=False
    )

    class Meta(Registered.Meta):
        verbose_name_plural = "facilities"
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.CheckConstraint(
                condition=Q(business_code="") | Q(business_code__regex=r"^[0-9]{10}(-[0-9]{3})?$|^[0-9]{12}$"),
                name="facility_business_code_is_one",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(withdrawn__isnull=False), name="facility_merged_is_withdrawn"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=("business_code",), name="facility_business_code"),
            models.Index(
                fields=("id",),
                condition=Q(compared=None) | Q(compared__lt=F("changed")),
                name="facility_to_be_compared",
            ),
            lexemes.index("facility_words"),
        ]
