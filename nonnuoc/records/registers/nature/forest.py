"""The registers of forest by function, of conversions, and of plans."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils import formats, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.registers.nature import cover
from nonnuoc.records.registers.nature.cover import Cover
from nonnuoc.records.registers.nature.models import Forest, ForestChange, ForestPlan
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.register import Register, Shape, Subject


def _complete(forest: Forest) -> None:
    with translation.override("vi"):
        words = [forest.get_function_display(), forest.get_origin_display()]
        words += [forest.commune.full_name] if forest.commune else []
        forest.name = ", ".join([*words, str(forest.year)])[:300]


def _check(forest: Forest) -> None:
    if forest.commune is None:
        raise ValidationError({"commune": _("Say in which commune: forest is counted by commune.")})


def cover_now(rights: Rights) -> Cover | None:
    """How much of the province is under forest, as far as the reader may know; None: nothing is known."""
    return cover.latest(reading.readable(FORESTS, rights))


def _about(rights: Rights) -> Sequence[Promise | str]:
    """The share of forest, above the list."""
    found = cover_now(rights)
    if found is None:
        return (_("How much of the province is under forest is not known here: no table of forest has been entered."),)
    told = {"year": found.year, "known": found.communes - len(found.missing), "all": found.communes}
    if found.percent is None:
        return (
            _(
                "How much of the province was under forest at the end of %(year)s is not known: there are figures of"
                " %(known)d of %(all)d communes."
            )
            % told,
        )
    share = {"percent": formats.number_format(round(found.percent, 2), 2), "year": found.year}
    return (_("%(percent)s %% of the province was under forest at the end of %(year)s.") % share,)


def _complete_change(change: ForestChange) -> None:
    with translation.override("vi"):
        change.name = f"{change.get_before_display()} → {change.get_after_display()}, {change.decision}"[:300]


FORESTS = Register(
    key="forests",
    model=Forest,
    title=_("Forest by function"),
    one=_("Forest of a commune"),
    description=_("Natural and planted forest of each commune by what it is for, at the end of each year."),
    subject=Subject.NATURE,
    own=("function", "origin", "area_ha", "year"),
    listed=("function", "origin", "area_ha", "year"),
    filters=("function", "origin", "year"),
    shape=Shape.POLYGON,
    judged=frozenset({"name"}),
    complete=_complete,
    check=_check,
    about=_about,
)
CHANGES = Register(
    key="forest-changes",
    model=ForestChange,
    title=_("Conversions of forest"),
    one=_("Conversion of forest"),
    description=_("Forest moved from one function to another, or to another use, each with its decision."),
    subject=Subject.NATURE,
    own=("before", "after", "area_ha", "decision", "decided", "grounds"),
    listed=("before", "after", "area_ha", "decided"),
    filters=("before", "after", "decided"),
    searched=("decision",),
    shape=Shape.POLYGON,
    judged=frozenset({"name"}),
    complete=_complete_change,
)
PLANS = Register(
    key="forest-plans",
    model=ForestPlan,
    title=_("Plans of sustainable forest management"),
    one=_("Plan of sustainable forest management"),
    description=_("Who manages which forest by which plan, what it yields, and to which processors that goes."),
    subject=Subject.NATURE,
    own=(
        *("owner_name", "state", "area_ha", "products", "processors"),
        *("certificate", "decision", "since", "until"),
    ),
    listed=("owner_name", "state", "area_ha", "until"),
    filters=("state", "until"),
    searched=("owner_name", "products", "processors"),
    shape=Shape.POLYGON,
)
