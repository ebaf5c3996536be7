"""The registers of species and of the lists they stand on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nonnuoc.domain import taxa
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.registers.nature import naming
from nonnuoc.records.registers.nature.models import Occurrence, Sensitivity, Species, SpeciesStatus
from nonnuoc.records.registers.nature.occurrences import OCCURRENCES
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.register import Cell, Linked, Register, Shape, Subject

LONGEST_CODE = 40


def _coded(values: Mapping[str, Any]) -> str:
    return taxa.canonical(str(values.get("scientific_name", ""))).replace(" ", "-")[:LONGEST_CODE].strip("-") or "-"


def _check(species: Species) -> None:
    if not species.canonical:
        raise ValidationError({"scientific_name": _("Write the scientific name: genus and epithet, in Latin letters.")})
    if species.accepted is not None and species.accepted.accepted_id is not None:
        raise ValidationError({"accepted": _("That name is a synonym itself: choose the accepted one.")})


def _kept(species: Species, by: Person | None) -> None:
    naming.follow(species, by)
    if species.version > 1:
        naming.rename(species, OCCURRENCES)


def _linked(species: Species, rights: Rights) -> Sequence[Linked]:
    statuses = reading.readable(STATUSES, rights).filter(species=species).order_by("scheme", "-since", "code")
    synonyms = reading.readable(SPECIES, rights).filter(accepted=species).order_by("canonical")
    found = Counter(
        reading.readable(OCCURRENCES, rights).filter(species=species).order_by().values_list("state", flat=True)
    )
    return (
        Linked(
            _("On which lists it stands"),
            (_("List of species"), _("Group or category"), _("Document"), _("Annex, row"), _("Source")),
            [
                (
                    Cell(one.get_scheme_display(), STATUSES.key, one.code),
                    Cell(one.category or None),
                    Cell(one.document),
                    Cell(one.annex or None),
                    Cell(one.source),
                )
                for one in statuses
            ],
            _("Unknown: nobody has entered what the lists say of it. That does not mean that it stands on none."),
        ),
        Linked(
            _("Occurrences"),
            (_("State of the record"), _("How many")),
            [(Cell(state.label), Cell(found[state])) for state in Occurrence.State if found[state]],
            _("None is on record that you may read."),
        ),
        Linked(
            _("Synonyms"),
            (_("Name"), _("Author and year")),
            [(Cell(one.scientific_name, SPECIES.key, one.code), Cell(one.authorship or None)) for one in synonyms],
            _("None is registered."),
        ),
    )


def _remarks(species: Species, rights: Rights) -> Sequence[Promise | str]:
    remarks: list[Promise | str] = []
    if species.sensitivity == "":
        remarks.append(
            _("Nobody has decided how exactly its places may be shown. Until then, cells of 0.1° or as relatives need.")
        )
    shown = Sensitivity(species.shown_as)
    if shown == Sensitivity.OPEN and species.statuses.filter(withdrawn=None).exists():
        remarks.append(_("It stands on a list, and its places are shown exactly: an expert should look at that again."))
    return remarks


SPECIES = Register(
    key="species",
    model=Species,
    title=_("Species"),
    one=_("Species"),
    description=_("Species by their scientific names, and how exactly everybody may know where they were found."),
    subject=Subject.NATURE,
    own=(
        *("scientific_name", "authorship", "local_name", "other_names", "rank", "accepted"),
        *("kingdom", "phylum", "tax_class", "order", "family"),
        *("sensitivity", "sensitivity_grounds", "actions"),
    ),
    listed=("scientific_name", "family", "sensitivity"),
    filters=("kingdom", "rank", "sensitivity"),
    searched=("scientific_name", "other_names", "family"),
    shape=Shape.NONE,
    keep="occurrences.validate",
    judged=frozenset({"name"}),
    coded=_coded,
    complete=naming.complete,
    check=_check,
    kept=_kept,
    linked=_linked,
    remarks=_remarks,
)
STATUSES = Register(
    key="species-statuses",
    model=SpeciesStatus,
    title=_("Lists of protected species"),
    one=_("Status of a species"),
    description=_(
        "Which species stands on which list of which document: only what somebody read there, with its source."
    ),
    subject=Subject.NATURE,
    own=("species", "scheme", "category", "document", "annex", "since", "until"),
    listed=("species", "scheme", "category", "document"),
    filters=("scheme", "species"),
    searched=("species", "document", "category"),
    shape=Shape.NONE,
    keep="occurrences.validate",
    judged=frozenset({"name"}),
    finds={"species": naming.matched},
    complete=naming.complete_status,
)
