"""Legal documents, and how each stands to another."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.registers.pattern.models import Registered


class LegalDocument(Registered):
    """A document that others rest on. Whether it is in force on a day follows from its days (standing.py)."""

    class Kind(models.TextChoices):
        LAW = "law", _("law")
        RESOLUTION = "resolution", _("resolution")
        DECREE = "decree", _("decree")
        DECISION = "decision", _("decision")
        CIRCULAR = "circular", _("circular")
        JOINT_CIRCULAR = "joint_circular", _("joint circular")
        DIRECTIVE = "directive", _("directive")
        PROGRAMME = "programme", _("programme")
        PLAN = "plan", _("plan")
        STANDARD = "standard", _("technical regulation or standard")
        OTHER = "other", _("other")

    class Rank(models.TextChoices):
        """Whose document it is; the first stands above the others."""

        ASSEMBLY = "assembly", _("National Assembly")
        GOVERNMENT = "government", _("Government, Prime Minister")
        MINISTRY = "ministry", _("ministry")
        PARTY = "party", _("Party Committee of the province")
        COUNCIL = "council", _("People's Council of the province")
        PROVINCE = "province", _("People's Committee of the province")
        BELOW = "below", _("department, commune")

    class State(models.TextChoices):
        IN_FORCE = "in_force", _("in force")
        REPLACED = "replaced", _("replaced")
        ENDED = "ended", _("ended")
        NOT_YET = "not_yet", _("not yet in force")

    class Evidence(models.TextChoices):
        VERIFIED = "verified", _("verified here")
        NOT_VERIFIED = "not_verified", _("not verified here")

    number = models.CharField(_("number of the document"), max_length=100, blank=True)  # "": not known
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    rank = models.CharField(_("level of authority"), max_length=10, choices=Rank, blank=True)
    issuer = models.CharField(_("issued by"), max_length=200, blank=True)
    issued = models.DateField(_("date of issue"), null=True, blank=True)
    effective = models.DateField(_("in force from"), null=True, blank=True)
    ended = models.DateField(_("in force until"), null=True, blank=True)
    state = models.CharField(_("state as found"), max_length=10, choices=State, blank=True)  # "": nobody looked
    # As it was found at `url`; what was looked at there, and what was not, stands in the note
    evidence = models.CharField(_("verification"), max_length=12, choices=Evidence, default=Evidence.NOT_VERIFIED)
    url = models.URLField(_("address of the text"), max_length=500, blank=True)
    retrieved = models.DateField(_("looked up on"), null=True, blank=True)

    class Meta(Registered.Meta):
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.CheckConstraint(
                condition=Q(effective=None) | Q(ended=None) | Q(ended__gte=F("effective")),
                name="legal_document_in_order",
                violation_error_message=_("A document does not end before it comes into force."),
            ),
            models.CheckConstraint(
                condition=~Q(evidence="verified") | ~Q(url=""),
                name="legal_document_verified_where",
                violation_error_message=_("Whoever verified it says where: give the address of the text."),
            ),
        ]


class Relation(Registered):
    """What one document does to another: it implements, amends, replaces it, or is based on it."""

    class Kind(models.TextChoices):
        IMPLEMENTS = "implements", _("implements")
        BASED_ON = "based_on", _("is based on")
        AMENDS = "amends", _("amends")
        REPLACES = "replaces", _("replaces")

    document = models.ForeignKey(
        LegalDocument, verbose_name=_("document"), on_delete=models.PROTECT, related_name="relations"
    )
    kind = models.CharField(_("what it does"), max_length=10, choices=Kind)
    other = models.ForeignKey(
        LegalDocument, verbose_name=_("other document"), on_delete=models.PROTECT, related_name="related"
    )
    article = models.CharField(_("article"), max_length=100, blank=True)

    class Meta(Registered.Meta):
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(document=F("other")),
                name="legal_relation_not_to_itself",
                violation_error_message=_("A document does nothing to itself."),
            ),
            models.UniqueConstraint(
                fields=("document", "kind", "other"),
                condition=Q(withdrawn=None),
                name="legal_relation_once",
                violation_error_message=_("This is registered of the two documents already."),
            ),
        ]
