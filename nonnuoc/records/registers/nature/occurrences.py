"""The register of occurrences: where and when species were found."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.registers.nature import generalising, naming
from nonnuoc.records.registers.nature.models import Occurrence
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.register import Act, Cell, Coarse, Linked, Register, Subject

OPEN_STATES = (Occurrence.State.REPORTED, Occurrence.State.DOUBTFUL)


def _drawn() -> str:
    """Drawn by lot: a running number would tell which ones were found together, and so where."""
    return f"oc-{secrets.token_hex(6)}"


def _complete(occurrence: Occurrence) -> None:
    generalising.follow(occurrence)
    if occurrence.species_id is not None:
        occurrence.name = occurrence.species.scientific_name


def _check(occurrence: Occurrence) -> None:
    if occurrence.data_class == DataClass.PUBLIC and occurrence.state != Occurrence.State.VALIDATED:
        raise ValidationError({"data_class": _("Everybody reads an occurrence once an expert has validated it.")})
    if occurrence.data_class == DataClass.PUBLIC and occurrence.species.data_class != DataClass.PUBLIC:
        raise ValidationError({"data_class": _("Its species is not public: decide on that first.")})


def _linked(occurrence: Occurrence, rights: Rights) -> Sequence[Linked]:
    if not rights.may_read(DataClass.INTERNAL, reading.subject(OCCURRENCES, occurrence)):
        return ()
    judged = occurrence.judgements.select_related("by").order_by("-at", "-id")
    exact = reading.exact(OCCURRENCES, occurrence, rights)
    return (
        Linked(
            _("What experts judged"),
            (_("When"), _("State of the record"), _("Reason"), _("By")),
            [
                (
                    Cell(one.at),
                    Cell(one.get_state_display()),
                    Cell(one.reason or None) if exact else Cell(_("for those who may know the place")),
                    Cell(one.by.name if one.by else None),
                )
                for one in judged
            ],
            _("No expert has looked at it yet."),
        ),
    )


def _remarks(occurrence: Occurrence, rights: Rights) -> Sequence[Promise | str]:
    if not occurrence.generalised:
        return ()
    if not reading.exact(OCCURRENCES, occurrence, rights):
        if occurrence.coarse_lon is None:
            return (_("Its place is not told, to keep the species from harm."),)
        return (_("To keep the species from harm, its place is told as a cell of a grid it lies in, and no closer."),)
    if occurrence.coarse_lon is None:
        return (_("You see exactly where it was found; others are told no place at all. Do not pass it on."),)
    return (_("You see exactly where it was found; others are told a cell of a grid. Do not pass it on."),)


OCCURRENCES = Register(
    key="occurrences",
    model=Occurrence,
    title=_("Occurrences of species"),
    one=_("Occurrence of a species"),
    description=_("Where and when species were found: exact for the entitled, as a cell of a grid for everybody."),
    subject=Subject.NATURE,
    own=(
        *("species", "day", "until", "count", "basis", "state"),
        *("recorded_by", "identified_by", "method", "locality", "uncertainty_m"),
    ),
    listed=("species", "day", "count", "state"),
    filters=("species", "state", "basis", "day"),
    searched=("species",),
    internal=frozenset({"recorded_by", "identified_by"}),
    keep="occurrences.validate",
    coarse=Coarse(
        "species.exact", hides=("lon", "lat", "position_source", "source", "note", "locality", "method", "recorded_by")
    ),
    area="found_in",
    drawn=_drawn,
    finds={"species": naming.matched},
    judged=frozenset({"name", "state"}),
    complete=_complete,
    check=_check,
    linked=_linked,
    remarks=_remarks,
    acts=(Act(_("Judge it"), "nature-occurrence", "occurrences.validate", lambda one: one.withdrawn is None),),
)
