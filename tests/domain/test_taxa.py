"""Scientific names however they are written, and what relatives do to each other."""

from __future__ import annotations

import pytest

from nonnuoc.domain import taxa
from nonnuoc.domain.taxa import Taxon

OPEN, KM_1, KM_10, WITHHELD = range(4)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("Onis simulata", "onis simulata"),
        ("  ONIS  simulata ", "onis simulata"),
        ("Onis simulata Nguyễn, 1999", "onis simulata"),
        ("Onis simulata (Linnaeus, 1758)", "onis simulata"),
        ("Onis (Subonis) simulata de Vriese", "onis simulata"),
        ("Ónis simulata subsp. montana (L.)", "onis simulata montana"),
        ("Onis simulata var. alba-rosea", "onis simulata alba-rosea"),
        ("Onis × hybrida", "onis hybrida"),
        ("×Onis hybrida", "onis hybrida"),
        ("Onis sp.", "onis"),
        ("Onis cf. simulata", "onis simulata"),
        ("", ""),
    ],
)
def test_canonical_leaves_genus_and_epithets(written: str, canonical: str):
    assert taxa.canonical(written) == canonical
    assert taxa.canonical(canonical) == canonical


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ([Taxon(1, "onis simulata", 1, None)], {1: KM_10}),
        ([Taxon(1, "onis simulata", 1, OPEN)], {1: OPEN}),
        # a synonym tells no more than the accepted name, whichever of them was decided on
        ([Taxon(1, "onis simulata", 1, OPEN), Taxon(2, "vetus simulata", 1, WITHHELD)], {1: WITHHELD, 2: WITHHELD}),
        ([Taxon(1, "onis simulata", 1, KM_1), Taxon(2, "vetus simulata", 1, None)], {1: KM_1, 2: KM_1}),
        # nor a subspecies, nor a subspecies of a synonym
        ([Taxon(1, "onis simulata", 1, WITHHELD), Taxon(2, "onis simulata alba", 2, OPEN)], {1: WITHHELD, 2: WITHHELD}),
        (
            [
                Taxon(1, "onis simulata", 1, WITHHELD),
                Taxon(2, "vetus simulata", 1, None),
                Taxon(3, "vetus simulata alba", 3, None),
            ],
            dict.fromkeys((1, 2, 3), WITHHELD),
        ),
        # a genus hides what any of its species needs; a species owes nothing to its genus' other species
        (
            [Taxon(1, "onis", 1, OPEN), Taxon(2, "onis simulata", 2, WITHHELD), Taxon(3, "onis alia", 3, OPEN)],
            {1: WITHHELD, 2: WITHHELD, 3: OPEN},
        ),
        ([Taxon(1, "onis", 1, None), Taxon(2, "onis alia", 2, OPEN)], {1: KM_10, 2: OPEN}),
        ([Taxon(1, "onis", 1, OPEN), Taxon(2, "onisimus alius", 2, WITHHELD)], {1: OPEN, 2: WITHHELD}),
    ],
)
def test_no_name_tells_what_another_hides(told: list[Taxon], shown: dict[int, int]):
    assert dict(taxa.strictness(told, undecided=KM_10)) == shown
