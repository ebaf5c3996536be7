"""Rivers as connected reaches, reservoirs, intakes of drinking water, urban areas; which water a station stands on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.places.models import River
from nonnuoc.records.registers.pattern.models import Registered

_CLASS_NEEDS_DOCUMENT = _("A class of water needs the document that sets it.")


class Grade(models.TextChoices):
    """Class of surface water after QCVN 08:2023/BTNMT, tables 2 and 3."""

    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    D = "D", "D"


class WaterBody(Registered):
    """What reaches and reservoirs have in common: a class of water, and what the province needs them for."""

    grade = models.CharField(_("class of water (QCVN 08:2023)"), max_length=1, choices=Grade, blank=True)
    grade_source = models.CharField(_("document that sets the class"), max_length=300, blank=True)
    # The plan, II.3.7.a: which intra-provincial waters matter for the economy and the environment is to be determined
    within_province = models.BooleanField(_("lies wholly within the province"), null=True, blank=True)
    role = models.CharField(_("role for the economy and the environment"), max_length=300, blank=True)

    class Meta(Registered.Meta):
        abstract = True


class Reach(WaterBody):
    """A stretch of a river between two points, flowing into the next; its water has one class."""

    river = models.ForeignKey(River, verbose_name=_("river"), on_delete=models.PROTECT, related_name="reaches")
    downstream = models.ForeignKey(
        "self",
        verbose_name=_("flows into"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="upstream",
    )
    from_km = models.FloatField(
        _("from kilometre"), null=True, blank=True
    )  # along the river, from its first reach here
    to_km = models.FloatField(_("to kilometre"), null=True, blank=True)
    enters_from_abroad = models.BooleanField(_("flows in from abroad"), null=True, blank=True)

    class Meta(Registered.Meta):
        verbose_name_plural = "reaches"
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.CheckConstraint(
                condition=Q(from_km=None) | Q(to_km=None) | Q(to_km__gt=F("from_km")),
                name="reach_runs_downstream",
                violation_error_message=_("Kilometres run downstream: a reach ends at a higher one than it begins."),
            ),
            models.CheckConstraint(
                condition=Q(grade="") | ~Q(grade_source=""),
                name="reach_grade_has_source",
                violation_error_message=_CLASS_NEEDS_DOCUMENT,
            ),
            models.CheckConstraint(condition=~Q(downstream=F("id")), name="reach_not_into_itself"),
        ]


class Reservoir(WaterBody):
    """A lake or a reservoir: standing water, judged by the classes of table 3."""

    reach = models.ForeignKey(
        Reach, verbose_name=_("reach it lies on"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    km = models.FloatField(_("at kilometre"), null=True, blank=True)  # of its outlet, along the reach's river
    drinking_water = models.BooleanField(_("supplies drinking water"), null=True, blank=True)
    area_ha = models.FloatField(_("area, ha"), null=True, blank=True)
    volume_million_m3 = models.FloatField(_("volume, million m³"), null=True, blank=True)
    operator = models.CharField(_("who runs it"), max_length=300, blank=True)

    class Meta(Registered.Meta):
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.CheckConstraint(
                condition=Q(grade="") | ~Q(grade_source=""),
                name="reservoir_grade_has_source",
                violation_error_message=_CLASS_NEEDS_DOCUMENT,
            ),
            models.CheckConstraint(
                condition=(Q(area_ha=None) | Q(area_ha__gt=0))
                & (Q(volume_million_m3=None) | Q(volume_million_m3__gt=0)),
                name="reservoir_sizes_positive",
            ),
        ]


class Intake(Registered):
    """Where water is taken for drinking. Its shape, where it has one, is its protection corridor as it was decided."""

    class Kind(models.TextChoices):
        RIVER = "river", _("river or stream")
        RESERVOIR = "reservoir", _("lake or reservoir")
        GROUNDWATER = "groundwater", _("groundwater")
        SPRING = "spring", _("spring")

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        OPERATING = "operating", _("operating")
        RESERVE = "reserve", _("in reserve")
        CLOSED = "closed", _("closed")

    kind = models.CharField(_("takes from"), max_length=12, choices=Kind, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, blank=True)
    reach = models.ForeignKey(
        Reach, verbose_name=_("reach"), on_delete=models.PROTECT, null=True, blank=True, related_name="intakes"
    )
    km = models.FloatField(_("at kilometre"), null=True, blank=True)  # along the reach's river
    reservoir = models.ForeignKey(
        Reservoir, verbose_name=_("reservoir"), on_delete=models.PROTECT, null=True, blank=True, related_name="intakes"
    )
    operator = models.CharField(_("who runs it"), max_length=300, blank=True)
    m3_day = models.FloatField(_("capacity, m³/day"), null=True, blank=True)
    people = models.PositiveIntegerField(_("people supplied"), null=True, blank=True)
    corridor_decision = models.CharField(_("decision that sets the protection corridor"), max_length=300, blank=True)
    corridor_m = models.FloatField(_("width of the corridor around the point, m"), null=True, blank=True)
    corridor_document = models.CharField(_("document that the width is from"), max_length=300, blank=True)

    class Meta(Registered.Meta):
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.CheckConstraint(
                condition=Q(shape=None) | ~Q(corridor_decision=""),
                name="intake_corridor_has_decision",
                violation_error_message=_("A drawn corridor needs the decision that sets it."),
            ),
            models.CheckConstraint(
                condition=Q(corridor_m=None) | (Q(corridor_m__gt=0) & ~Q(corridor_document="")),
                name="intake_width_has_document",
                violation_error_message=_("The width of a corridor needs the document that it is from."),
            ),
            models.CheckConstraint(
                condition=Q(km=None) | Q(reach__isnull=False),
                name="intake_km_on_reach",
                violation_error_message=_("A kilometre needs the reach that it is on."),
            ),
        ]


class UrbanArea(Registered):
    """An urban area, and how far it collects and treats its wastewater."""

    class Type(models.TextChoices):
        SPECIAL = "special", _("special type")
        I = "I", _("type I")  # noqa: E741 - as the law numbers them
        II = "II", _("type II")
        III = "III", _("type III")
        IV = "IV", _("type IV")
        V = "V", _("type V")

    class Sewerage(models.TextChoices):
        NONE = "none", _("none")
        PLANNED = "planned", _("planned")
        BUILDING = "building", _("being built")
        OPERATING = "operating", _("operating")

    type = models.CharField(_("type of urban area"), max_length=7, choices=Type, blank=True)
    covers = models.CharField(_("consists of"), max_length=300, blank=True)
    sewerage = models.CharField(_("central wastewater system"), max_length=10, choices=Sewerage, blank=True)
    stormwater_apart = models.BooleanField(_("stormwater is collected apart"), null=True, blank=True)
    plant_m3_day = models.FloatField(_("capacity of the wastewater plant, m³/day"), null=True, blank=True)
    served_percent = models.FloatField(_("households connected, %"), null=True, blank=True)
    sewerage_source = models.CharField(_("who says so of the wastewater, and as of when"), max_length=300, blank=True)
    project = models.CharField(_("project"), max_length=300, blank=True)
    project_document = models.CharField(_("document of the project"), max_length=300, blank=True)

    class Meta(Registered.Meta):
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.CheckConstraint(
                condition=Q(served_percent=None) | Q(served_percent__gte=0, served_percent__lte=100),
                name="urbanarea_share_is_one",
            ),
            models.CheckConstraint(
                condition=Q(sewerage="", served_percent=None, plant_m3_day=None, stormwater_apart=None)
                | ~Q(sewerage_source=""),
                name="urbanarea_sewerage_has_source",
                violation_error_message=_("What is said of the wastewater needs who says so, and as of when."),
            ),
        ]


class StationOnWater(models.Model):
    """On which reach or reservoir a station stands: the class of that water is what its values are judged by."""

    thing = models.OneToOneField(Thing, on_delete=models.CASCADE, related_name="+")
    reach = models.ForeignKey(Reach, on_delete=models.PROTECT, null=True, related_name="stations")
    km = models.FloatField(null=True)  # along the reach's river; null: somewhere on the reach
    reservoir = models.ForeignKey(Reservoir, on_delete=models.PROTECT, null=True, related_name="stations")
    source = models.CharField(max_length=300)  # who says that it stands there

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(reach=None, km=None, reservoir__isnull=False) | Q(reach__isnull=False, reservoir=None),
                name="station_on_one_water",
            )
        ]

    def __str__(self) -> str:
        return f"{self.thing_id} on {self.reach_id or self.reservoir_id}"
