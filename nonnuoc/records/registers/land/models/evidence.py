"""What stages rest on: documents, results of the laboratory, moves, milestones, and the restrictions that remain."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.domain import gates
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.registers.land.models.ground import ClosedDump, ContaminatedSite, Stage
from nonnuoc.records.registers.land.models.other import SoilPoint
from nonnuoc.records.registers.pattern.models import Document

_ONE_GROUND = Q(site__isnull=False, dump=None) | Q(site=None, dump__isnull=False)


class OfGround(models.Model):
    """Something of one contaminated site or of one closed dump."""

    site = models.ForeignKey(
        ContaminatedSite, on_delete=models.CASCADE, null=True, blank=True, related_name="%(class)ss"
    )
    dump = models.ForeignKey(ClosedDump, on_delete=models.CASCADE, null=True, blank=True, related_name="%(class)ss")

    class Meta:
        abstract = True
        constraints: ClassVar = [models.CheckConstraint(condition=_ONE_GROUND, name="%(class)s_of_one_ground")]

    @property
    def ground(self) -> Any:
        """The site or the dump."""
        return self.site or self.dump


class Evidence(OfGround):
    """A document that opens a gate."""

    class Paper(models.TextChoices):
        SURVEY_REPORT = gates.Paper.SURVEY_REPORT.value, _("report of the survey")
        PLAN_DECISION = gates.Paper.PLAN_DECISION.value, _("decision that approves the plan")
        WORKS_ACCEPTANCE = gates.Paper.WORKS_ACCEPTANCE.value, _("record of acceptance of the works")
        VERIFICATION_REPORT = gates.Paper.VERIFICATION_REPORT.value, _("report of the verification")
        NO_RESTRICTION = gates.Paper.NO_RESTRICTION.value, _("finding that no use needs to be restricted")

    paper = models.CharField(_("what it is"), max_length=20, choices=Paper)
    number = models.CharField(_("number of the document"), max_length=200)
    on = models.DateField(_("day of the document"))
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # null: on paper only
    note = models.CharField(_("note"), max_length=500, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    removed = models.DateTimeField(null=True, blank=True)  # taken back: no longer counts
    removed_why = models.CharField(max_length=500, blank=True)

    class Meta(OfGround.Meta):
        ordering: ClassVar = ("on", "id")

    def __str__(self) -> str:
        return self.number


class SoilResult(models.Model):
    """One value that a laboratory found in one sample of soil."""

    class Phase(models.TextChoices):
        SURVEY = "survey", _("survey")
        VERIFICATION = "verification", _("after the works")

    site = models.ForeignKey(ContaminatedSite, on_delete=models.CASCADE, null=True, blank=True, related_name="results")
    dump = models.ForeignKey(ClosedDump, on_delete=models.CASCADE, null=True, blank=True, related_name="results")
    soil_point = models.ForeignKey(SoilPoint, on_delete=models.CASCADE, null=True, blank=True, related_name="results")
    phase = models.CharField(_("when"), max_length=12, choices=Phase)
    parameter = models.CharField(_("parameter"), max_length=60)  # of rules/data/qcvn03.toml, or as the report names it
    value = models.FloatField(_("value"))
    unit = models.CharField(_("unit"), max_length=20)
    below_detection = models.BooleanField(default=False)  # not found; `value` is the limit of detection
    place = models.CharField(_("sampling point"), max_length=100)
    from_cm = models.FloatField(_("depth from, cm"), null=True, blank=True)
    to_cm = models.FloatField(_("depth to, cm"), null=True, blank=True)
    sampled = models.DateField(_("sampled on"))
    laboratory = models.CharField(_("laboratory"), max_length=200)
    report = models.CharField(_("number of the laboratory's report"), max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn = models.DateTimeField(null=True, blank=True)  # taken back: judges nothing any more
    withdrawn_why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ("sampled", "place", "parameter", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(site__isnull=False, dump=None, soil_point=None)
                | Q(site=None, dump__isnull=False, soil_point=None)
                | Q(site=None, dump=None, soil_point__isnull=False),
                name="soilresult_of_one_ground",
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0),
                name="soilresult_not_negative",
                violation_error_message=_("A content is never negative."),
            ),
            models.CheckConstraint(
                condition=Q(from_cm=None, to_cm=None) | Q(from_cm__gte=0, to_cm__gte=F("from_cm")),
                name="soilresult_depth_is_one",
                violation_error_message=_("A depth goes from less to more, in centimetres; give both ends or none."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.parameter}"


class Move(OfGround):
    """A step from stage to stage, forward through a gate or back with a reason."""

    before = models.CharField(max_length=12, choices=Stage)
    after = models.CharField(max_length=12, choices=Stage)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(OfGround.Meta):
        ordering: ClassVar = ("at", "id")

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class Milestone(OfGround):
    """Something that is to be done by a day."""

    name = models.CharField(_("milestone"), max_length=200)
    due = models.DateField(_("due"))
    done = models.DateField(_("done"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta(OfGround.Meta):
        ordering: ClassVar = ("due", "id")

    def __str__(self) -> str:
        return self.name


class Restriction(OfGround):
    """What may not be done on the ground, since when and until when; watched against later licences."""

    text = models.CharField(_("what is restricted"), max_length=500)
    decision = models.CharField(_("decision"), max_length=200)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)  # from this day on it no longer holds; null: for good
    shape = models.BinaryField(null=True, blank=True)  # WKB, WGS 84; null: the whole of the ground
    lifted_why = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(OfGround.Meta):
        ordering: ClassVar = ("since", "id")
        constraints: ClassVar = [
            *OfGround.Meta.constraints,
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="restriction_span",
                violation_error_message=_("It cannot end before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return self.text
