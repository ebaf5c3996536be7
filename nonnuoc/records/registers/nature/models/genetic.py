"""Who may use genetic resources, and what the providers have of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.registers.nature.models.species import Species
from nonnuoc.records.registers.pattern.models import Registered


class GeneticAgreement(Registered):
    """Access to a genetic resource: between whom, for what, and how the benefit is shared."""

    class Purpose(models.TextChoices):
        RESEARCH = "research", _("research without commerce")
        TEACHING = "teaching", _("teaching")
        COMMERCE = "commerce", _("commerce, development of products")

    class State(models.TextChoices):
        ASKED = "asked", _("registered, no permit yet")
        IN_FORCE = "force", _("in force")
        ENDED = "ended", _("ended")
        REFUSED = "refused", _("refused")

    provider = models.CharField(_("provider of the resource"), max_length=300, blank=True)
    user = models.CharField(_("user of the resource"), max_length=300, blank=True)
    resource = models.CharField(_("genetic resource"), max_length=300)
    species = models.ForeignKey(
        Species, verbose_name=_("species"), on_delete=models.PROTECT, null=True, blank=True, related_name="agreements"
    )
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, blank=True)
    permit = models.CharField(_("permit of access"), max_length=200, blank=True)
    issued_by = models.CharField(_("issued by"), max_length=300, blank=True)
    signed = models.DateField(_("signed on"), null=True, blank=True)
    until = models.DateField(_("holds until"), null=True, blank=True)
    benefits = models.TextField(_("terms of sharing benefits"), blank=True)
    knowledge = models.TextField(_("traditional knowledge concerned"), blank=True)
    knowledge_holders = models.CharField(_("holders of the knowledge, and their consent"), max_length=300, blank=True)

    class Meta(Registered.Meta):
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.CheckConstraint(
                condition=Q(signed=None) | Q(until=None) | Q(until__gte=F("signed")), name="genetic_agreement_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(state="force") | ~Q(permit=""),
                name="genetic_agreement_has_permit",
                violation_error_message=_("What is in force names its permit."),
            ),
        ]
