"""Species by their names; and what follows for others when one of them is written."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Q, QuerySet

from nonnuoc.domain import taxa
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.places import names
from nonnuoc.records.registers.nature import generalising
from nonnuoc.records.registers.nature.models import Occurrence, Species, SpeciesStatus
from nonnuoc.records.registers.pattern import searching
from nonnuoc.records.registers.pattern.models import Revision
from nonnuoc.records.registers.pattern.register import Register

IN_ONE_GO = 2000


def found(name: str) -> Species | None:
    """The species of this scientific name, however it is written; of a synonym the one it stands for."""
    species = Species.objects.select_related("accepted").filter(canonical=taxa.canonical(name), withdrawn=None).first()
    return species.accepted or species if species else None


def matched(name: str) -> Species | None:
    """The one of exactly this name, however it is written; a synonym stays what it is."""
    return Species.objects.filter(canonical=taxa.canonical(name), withdrawn=None).first()


def known(text: str) -> Species | None:
    """The one that this is the scientific name of, or alone goes by it here, with marks or without."""
    by_science = found(text)
    if by_science is not None or not text.strip():
        return by_science
    plain = names.folded(text)
    like = Species.objects.filter(withdrawn=None, accepted=None, words__contains=f" {plain.split()[0]}")
    called = [one for one in like.order_by("code")[:IN_ONE_GO] if names.folded(one.name) == plain]
    return called[0] if len(called) == 1 else None


def offered() -> QuerySet[Species]:
    """Those that can be reported, for lists to choose from."""
    return Species.objects.filter(withdrawn=None, accepted=None).order_by("name", "code")


def complete(species: Species) -> None:
    """The name it is matched by, and the one it is listed by."""
    species.canonical = taxa.canonical(species.scientific_name)
    species.name = species.local_name or species.scientific_name


def follow(species: Species, by: Person | None) -> None:
    """After a species was written: how exactly it and its relatives are shown, and their occurrences everywhere.

    `by` is who wrote it; what follows needs no right of its own.
    """
    related = _related(species)
    decided = {str(one): number for number, one in enumerate(generalising.STRICTNESS)}
    undecided = generalising.STRICTNESS.index(generalising.UNDECIDED)
    told = [
        taxa.Taxon(one.pk, one.canonical, one.accepted_id or one.pk, decided.get(one.sensitivity)) for one in related
    ]
    changed: dict[str, list[int]] = defaultdict(list)
    strictness = taxa.strictness(told, undecided=undecided)
    for one in related:
        wanted = str(generalising.STRICTNESS[strictness[one.pk]])
        if one.shown_as != wanted:
            changed[wanted].append(one.pk)
    for wanted, keys in changed.items():
        Species.objects.filter(pk__in=keys).update(shown_as=wanted)
        generalising.again(keys, wanted)
    species.shown_as = str(generalising.STRICTNESS[strictness[species.pk]])


def _related(species: Species) -> list[Species]:
    """All whose showing may depend on it, as it is and as it was before: of its genera, with synonyms of any genus."""
    genera, accepted = {_genus(species.canonical)}, {species.accepted_id}
    before = Revision.objects.filter(register="species", entry_id=species.pk, version=species.version - 1).first()
    if before is not None:
        genera.add(_genus(taxa.canonical(before.values.get("scientific_name") or "")))
        accepted |= set(Species.objects.filter(code=before.values.get("accepted")).values_list("pk", flat=True))
    known: dict[int, Species] = {}
    while True:
        wanted = Q(pk__in=accepted - {None}) | Q(accepted__in=list(known)) | Q(accepted__in=accepted - {None})
        for genus in genera:
            wanted |= Q(canonical=genus) | Q(canonical__startswith=f"{genus} ")
        now = {one.pk: one for one in Species.objects.select_for_update().filter(wanted).order_by("pk")}
        if len(now) == len(known):
            return list(now.values())
        known = now
        genera |= {_genus(one.canonical) for one in now.values()}
        accepted |= {one.accepted_id for one in now.values()}


def _genus(canonical: str) -> str:
    return canonical.partition(" ")[0]


def rename(species: Species, register: Register) -> None:
    """Occurrences (of this register) carry the names of their species, to be found by them."""
    stale = []
    for one in Occurrence.objects.filter(species=species).select_related("species").iterator(IN_ONE_GO):
        before = (one.name, one.words)
        one.name = species.scientific_name
        one.words = searching.words(register, one)
        if (one.name, one.words) != before:
            stale.append(one)
    Occurrence.objects.bulk_update(stale, ["name", "words"], batch_size=IN_ONE_GO)


def complete_status(status: SpeciesStatus) -> None:
    """Its name: of the species, and of the group it stands in."""
    if status.species_id is not None:
        status.name = ", ".join(filter(None, [status.species.scientific_name, status.document, status.category]))[:300]
