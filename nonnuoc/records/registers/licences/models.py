"""Environmental dossiers, what they limit and ask for, and the dated obligations that follow from it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.monitoring.models import ObservedProperty, Thing
from nonnuoc.records.registers.facilities.models import Facility, Outfall, Stack
from nonnuoc.records.registers.pattern.models import Document, Registered
from nonnuoc.records.registers.waters.models import Reach


class Dossier(Registered):
    """A paper by which a facility may do what it does to the environment, or needs none (hồ sơ môi trường).

    Whether it is in force on a day follows from its dates, its stage and what replaces it: see `standing`.
    """

    class Kind(models.TextChoices):
        EIA = "eia", _("decision that approves the appraisal of an EIA")
        LICENCE = "licence", _("environmental licence")
        REGISTRATION = "registration", _("environmental registration")
        EXEMPTION = "exemption", _("exempt from registration")
        ABSTRACTION = "abstraction", _("licence to abstract water")
        OTHER = "other", _("another environmental paper")

    class Stage(models.TextChoices):
        PREPARING = "preparing", _("in preparation")
        ISSUED = "issued", _("issued")
        REVOKED = "revoked", _("revoked")

    facility = models.ForeignKey(
        Facility, verbose_name=_("facility"), on_delete=models.PROTECT, related_name="dossiers"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    stage = models.CharField(_("state of the paper"), max_length=10, choices=Stage, default=Stage.ISSUED)
    number = models.CharField(_("number"), max_length=100, blank=True)
    issued = models.DateField(_("issued on"), null=True, blank=True)
    issuer = models.CharField(_("issuing authority"), max_length=200, blank=True)
    valid_from = models.DateField(_("in force from"), null=True, blank=True)
    valid_until = models.DateField(_("in force until (last day)"), null=True, blank=True)
    replaces = models.ForeignKey(
        "self",
        verbose_name=_("replaces"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
    )
    revoked_on = models.DateField(_("revoked on"), null=True, blank=True)
    revoked_by = models.CharField(_("decision that revoked it"), max_length=200, blank=True)
    # Luật BVMT 2020, điều 28: of the project as this paper puts it, which the facility's own may have outgrown
    group = models.CharField(_("project group"), max_length=3, choices=Facility.Group, blank=True)
    scope = models.TextField(_("what it allows"), blank=True)
    exempt_because = models.TextField(_("reason of the exemption"), blank=True)
    # From when on obligations are followed here: what was due before is not asked for. Null: from its registration
    followed_from = models.DateField(_("obligations followed from"), null=True, blank=True)
    # Where a restriction lies on the ground: the decision that lets it stand all the same, and why
    ground_decision = models.CharField(_("decision that allows it on restricted ground"), max_length=200, blank=True)
    ground_reason = models.TextField(_("reason to allow it on restricted ground"), blank=True)

    class Meta(Registered.Meta):
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_from=None) | Q(valid_until__gte=F("valid_from")),
                name="dossier_validity",
                violation_error_message=_("Its last day lies before its first."),
            ),
            models.CheckConstraint(
                condition=Q(stage="revoked", revoked_on__isnull=False) | (~Q(stage="revoked") & Q(revoked_on=None)),
                name="dossier_revoked_has_day",
                violation_error_message=_("What is revoked has the day of it, and nothing else has one."),
            ),
            models.CheckConstraint(condition=~Q(replaces=F("id")), name="dossier_not_its_own_successor"),
            models.CheckConstraint(
                condition=Q(ground_decision="", ground_reason="") | ~Q(ground_decision="") & ~Q(ground_reason=""),
                name="dossier_override_is_whole",
                violation_error_message=_("A decision to allow it needs its reason, and a reason its decision."),
            ),
        ]


class Averaging(models.TextChoices):
    """Over what time a limit is meant: which datastreams may be judged by it."""

    SINGLE = "single", _("every single value")
    HOUR = "1h", _("mean of 1 hour")
    EIGHT_HOURS = "8h", _("mean of 8 hours")
    DAY = "24h", _("mean of 24 hours")


class Limit(models.Model):
    """A bound that a dossier sets for what leaves one outfall or stack. Never changed: ended, and a new one begun."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="limits")
    outfall = models.ForeignKey(Outfall, on_delete=models.PROTECT, null=True, blank=True, related_name="limits")
    stack = models.ForeignKey(Stack, on_delete=models.PROTECT, null=True, blank=True, related_name="limits")
    observed_property = models.ForeignKey(ObservedProperty, on_delete=models.PROTECT, related_name="+")
    lower = models.FloatField(null=True, blank=True)
    upper = models.FloatField(null=True, blank=True)
    unit = models.CharField(max_length=20)  # as the paper states it; judged in the property's own
    averaging = models.CharField(max_length=6, choices=Averaging, default=Averaging.SINGLE)
    article = models.CharField(max_length=200, blank=True)  # where in the paper
    valid_from = models.DateField(null=True, blank=True)  # null: as the dossier
    valid_until = models.DateField(null=True, blank=True)  # the last day; null: as the dossier
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # An error that was taken back: judges nothing, also of the past
    withdrawn = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("dossier", "outfall", "stack", "observed_property", "valid_from", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(outfall__isnull=False, stack=None) | Q(outfall=None, stack__isnull=False),
                name="limit_of_one_source",
            ),
            models.CheckConstraint(
                condition=Q(lower__isnull=False) | Q(upper__isnull=False), name="limit_says_something"
            ),
            models.CheckConstraint(
                condition=Q(lower=None) | Q(upper=None) | Q(upper__gt=F("lower")),
                name="limit_upper_over_lower",
                violation_error_message=_("The upper bound must be the larger number."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="limit_validity",
                violation_error_message=_("Its last day lies before its first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier} {self.observed_property_id}"


class Condition(models.Model):
    """Something a dossier asks for, once or again and again; its obligations follow from it."""

    class Kind(models.TextChoices):
        MONITORING = "monitoring", _("periodic monitoring")
        AUTOMATIC = "automatic", _("automatic monitoring")
        REPORT = "report", _("report")
        WORKS = "works", _("works to be carried out")
        OTHER = "other", _("another condition")

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="conditions")
    kind = models.CharField(max_length=12, choices=Kind)
    text = models.TextField()  # as the paper has it
    article = models.CharField(max_length=200, blank=True)  # where in the paper
    outfall = models.ForeignKey(Outfall, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    stack = models.ForeignKey(Stack, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    parameters = models.ManyToManyField(ObservedProperty, blank=True, related_name="+")
    every_months = models.PositiveSmallIntegerField(null=True, blank=True)  # null: not again and again
    lag_days = models.PositiveSmallIntegerField(default=0)  # after the period's last day
    due = models.DateField(null=True, blank=True)  # once; with neither it is a standing condition, due on no day
    valid_from = models.DateField(null=True, blank=True)  # null: as the dossier
    valid_until = models.DateField(null=True, blank=True)
    counted_from = models.DateField()  # what was due before is not made: the day it was written or rewritten
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("dossier", "id")
        constraints = [
            models.CheckConstraint(condition=Q(every_months=None) | Q(due=None), name="condition_once_or_again"),
            models.CheckConstraint(
                condition=Q(every_months=None) | Q(every_months__gte=1, every_months__lte=120),
                name="condition_interval",
            ),
            models.CheckConstraint(condition=Q(outfall=None) | Q(stack=None), name="condition_of_one_source"),
            models.CheckConstraint(condition=Q(lag_days__lte=366), name="condition_lag"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier} {self.kind}"


class Obligation(models.Model):
    """Something a facility has to do by a day, once. What was settled keeps its days, whatever becomes of the rest."""

    class Kind(models.TextChoices):
        MONITORING = "monitoring", _("periodic monitoring")
        AUTOMATIC = "automatic", _("automatic monitoring")
        REPORT = "report", _("report")
        WORKS = "works", _("works to be carried out")
        OTHER = "other", _("another condition")
        YEARLY = "yearly", _("yearly report on environmental protection")  # by law, without a condition
        RENEWAL = "renewal", _("the paper expires")

    class Settled(models.TextChoices):
        OPEN = "open", _("open")
        REPORTED = "reported", _("reported as done, not yet looked at")
        MET = "met", _("met")
        EXCUSED = "excused", _("excused")

    key = models.CharField(max_length=80, unique=True)  # domain.obligations.Due.key
    source = models.CharField(max_length=40, db_index=True)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="obligations")
    condition = models.ForeignKey(
        Condition, on_delete=models.PROTECT, null=True, blank=True, related_name="obligations"
    )
    kind = models.CharField(max_length=12, choices=Kind)
    period_from = models.DateField(null=True, blank=True)
    period_until = models.DateField(null=True, blank=True)
    due = models.DateField()  # the last day in time
    settled = models.CharField(max_length=8, choices=Settled, default=Settled.OPEN)
    met_on = models.DateField(null=True, blank=True)  # the day it was done, as it was accepted
    excused_because = models.TextField(blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("due", "dossier", "id")
        indexes = [models.Index(fields=("settled", "due"), name="obligation_open")]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled="met", met_on__isnull=False) | (~Q(settled="met") & Q(met_on=None)),
                name="obligation_met_has_day",
            ),
            models.CheckConstraint(
                condition=Q(settled="excused") & ~Q(excused_because="") | ~Q(settled="excused") & Q(excused_because=""),
                name="obligation_excused_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(period_from=None, period_until=None) | Q(period_until__gte=F("period_from")),
                name="obligation_period",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Report(models.Model):
    """Somebody says that an obligation is met, with or without a file; somebody else accepts it or returns it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits to be looked at")
        ACCEPTED = "accepted", _("accepted")
        RETURNED = "returned", _("returned")

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="reports")
    done_on = models.DateField()
    note = models.TextField(blank=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)  # of returning it

    class Meta:
        ordering = ("at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["obligation"], condition=Q(state="waiting"), name="report_one_waits_of_obligation"
            ),
            models.CheckConstraint(condition=~Q(state="returned") | ~Q(reason=""), name="report_returned_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.obligation} {self.at}"


class Abstraction(Registered):
    """A place where a facility takes water out of a river, a reservoir or the ground, and how much it may take."""

    class Kind(models.TextChoices):
        SURFACE = "surface", _("surface water")
        GROUND = "ground", _("groundwater")

    facility = models.ForeignKey(
        Facility,
        verbose_name=_("facility"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="abstractions",
    )
    dossier = models.ForeignKey(
        Dossier, verbose_name=_("licence"), on_delete=models.PROTECT, null=True, blank=True, related_name="abstractions"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    reach = models.ForeignKey(
        Reach, verbose_name=_("river reach"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    aquifer = models.CharField(_("aquifer"), max_length=200, blank=True)
    wells = models.PositiveSmallIntegerField(_("wells"), null=True, blank=True)
    purpose = models.CharField(_("what the water is for"), max_length=200, blank=True)
    allowed_m3_day = models.FloatField(_("allowed, m³/day"), null=True, blank=True)
    minimum_flow_m3_s = models.FloatField(_("minimum flow downstream, m³/s"), null=True, blank=True)
    lowest_level_m = models.FloatField(_("lowest water level allowed, m"), null=True, blank=True)
    minimum_source = models.CharField(_("document that sets the minimum"), max_length=300, blank=True)
    # Whose flow or level tells whether the minimum is kept; null: nobody measures it
    station = models.ForeignKey(
        Thing,
        verbose_name=_("station that measures it"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta(Registered.Meta):
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.CheckConstraint(
                condition=Q(minimum_flow_m3_s=None, lowest_level_m=None) | ~Q(minimum_source=""),
                name="abstraction_minimum_has_source",
                violation_error_message=_("Name the document that sets the minimum."),
            ),
            models.CheckConstraint(
                condition=(Q(allowed_m3_day=None) | Q(allowed_m3_day__gte=0))
                & (Q(minimum_flow_m3_s=None) | Q(minimum_flow_m3_s__gte=0)),
                name="abstraction_amounts",
            ),
        ]


class Judged(models.Model):
    """By which limits a datastream was last judged: where they are others now, it is judged again."""

    datastream = models.OneToOneField("monitoring.Datastream", on_delete=models.CASCADE, related_name="+")
    limits = models.JSONField()  # as in_force.Permitted has them, in order of time
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "judged"

    def __str__(self) -> str:
        return f"{self.datastream_id}"
