"""Forest by function, what was converted, and plans for its management."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.registers.pattern.models import Registered


class Function(models.TextChoices):
    """The three kinds of forest by what it is for, and what stands outside them."""

    PROTECTION = "protection", _("protection forest")
    SPECIAL_USE = "special", _("special-use forest")
    PRODUCTION = "production", _("production forest")
    OUTSIDE = "outside", _("outside land planned for forest")


class Forest(Registered):
    """The forest of one function and origin in one commune at the end of one year."""

    class Origin(models.TextChoices):
        NATURAL = "natural", _("natural")
        PLANTED = "planted", _("planted")
        YOUNG = "young", _("planted, not yet forest")  # does not count as cover

    function = models.CharField(_("function"), max_length=10, choices=Function)
    origin = models.CharField(_("origin"), max_length=8, choices=Origin)
    area_ha = models.FloatField(_("area, ha"))
    year = models.PositiveSmallIntegerField(_("at the end of the year"))

    class Meta(Registered.Meta):
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.CheckConstraint(condition=Q(area_ha__gte=0), name="forest_has_size"),
            models.CheckConstraint(condition=Q(year__gte=1990, year__lte=2100), name="forest_year_is_one"),
            models.UniqueConstraint(
                fields=("commune", "function", "origin", "year"),
                condition=Q(withdrawn=None),
                name="forest_once_a_year",
                violation_error_message=_("The forest of this function and origin is there for the year already."),
            ),
        ]


class ForestChange(Registered):
    """Forest that was moved from one function to another, or ceased to be forest, by a decision."""

    class To(models.TextChoices):
        PROTECTION = "protection", _("protection forest")
        SPECIAL_USE = "special", _("special-use forest")
        PRODUCTION = "production", _("production forest")
        OTHER = "other", _("another use than forest")

    before = models.CharField(_("from"), max_length=10, choices=Function)
    after = models.CharField(_("to"), max_length=10, choices=To)
    area_ha = models.FloatField(_("area, ha"))
    decision = models.CharField(_("decision"), max_length=300)
    decided = models.DateField(_("decided on"))
    grounds = models.TextField(_("grounds for the change"), blank=True)

    class Meta(Registered.Meta):
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.CheckConstraint(condition=Q(area_ha__gt=0), name="forest_change_has_size"),
            models.CheckConstraint(
                condition=~Q(before=F("after")),
                name="forest_change_changes",
                violation_error_message=_("From and to are the same."),
            ),
        ]


class ForestPlan(Registered):
    """A plan of sustainable forest management, of one owner for some years."""

    class State(models.TextChoices):
        DRAFTED = "drafted", _("being drafted")
        APPROVED = "approved", _("approved")
        ENDED = "ended", _("ended")

    owner_name = models.CharField(_("owner of the forest"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, blank=True)
    area_ha = models.FloatField(_("area, ha"), null=True, blank=True)
    products = models.CharField(
        _("products: large and small timber, other products, medicinal plants"), max_length=300, blank=True
    )
    processors = models.CharField(_("processors its raw material goes to"), max_length=300, blank=True)
    certificate = models.CharField(_("certificate of sustainable management"), max_length=200, blank=True)
    decision = models.CharField(_("decision that approved it"), max_length=300, blank=True)
    since = models.DateField(_("holds from"), null=True, blank=True)
    until = models.DateField(_("holds until"), null=True, blank=True)

    class Meta(Registered.Meta):
        constraints: ClassVar = [
            *Registered.Meta.constraints,
            models.CheckConstraint(condition=Q(area_ha=None) | Q(area_ha__gt=0), name="forest_plan_has_size"),
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")), name="forest_plan_in_order"
            ),
        ]
