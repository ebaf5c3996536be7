"""Scientific names, matched however they are written; and how exactly related taxa may be shown."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_SUBGENUS = re.compile(r"\([^)]*\)")
_RANKS = frozenset({"subsp.", "ssp.", "var.", "f.", "fo.", "forma", "cf.", "aff.", "sp.", "spp.", "x", "×"})
_OF_AUTHORS = frozenset({"de", "da", "von", "van", "der", "den", "du", "ex", "et", "in", "and", "al", "la", "le"})
_EPITHET = re.compile(r"[a-z]+(?:-[a-z]+)*$")
MOST_EPITHETS = 2


def canonical(name: str) -> str:
    """Genus and epithets alone, in small letters without marks: no author, year, subgenus, mark of rank or of hybrids.

    "Ônis (Onis) simulata subsp. montana (L., 1758)" gives "onis simulata montana"; "" where there is no word.
    """
    letters = unicodedata.normalize("NFD", _SUBGENUS.sub(" ", name.replace("×", " × ")))
    words = "".join(one for one in letters if not unicodedata.combining(one)).split()
    words = [word for word in words if word.lower() not in _RANKS]
    if not words:
        return ""
    found = [re.sub(r"[^a-z-]", "", words[0].lower())]
    for word in words[1:]:
        if len(found) > MOST_EPITHETS or not _EPITHET.match(word) or word in _OF_AUTHORS:
            break
        found.append(word)
    return " ".join(filter(None, found))


@dataclass(frozen=True, slots=True)
class Taxon:
    """A name: which accepted one it stands for (its own key where it is one), and what was decided of it, 0 … n.

    `decided`: how strictly its places are kept back; None: nobody has decided.
    """

    key: int
    canonical: str
    accepted: int
    decided: int | None


def strictness(taxa: Sequence[Taxon], *, undecided: int) -> Mapping[int, int]:
    """Key -> how strictly its places are kept back: no name of a thing tells what another name of it hides.

    The strictest that was decided of a name, its synonyms, its species and subspecies; of a genus, of all its species
    too. Where nobody decided of any, `undecided`; a genus of which nobody decided is never laxer than that.
    """
    groups = _Groups([taxon.key for taxon in taxa])
    by_species: dict[str, list[int]] = defaultdict(list)
    for taxon in taxa:
        groups.join(taxon.key, taxon.accepted)
        if " " in taxon.canonical:
            by_species[" ".join(taxon.canonical.split()[:2])].append(taxon.key)
    for keys in by_species.values():
        for key in keys[1:]:
            groups.join(keys[0], key)
    decided: dict[int, int] = {}
    for taxon in taxa:
        if taxon.decided is not None:
            group = groups.of(taxon.key)
            decided[group] = max(decided.get(group, 0), taxon.decided)
    found = {taxon.key: decided.get(groups.of(taxon.key), undecided) for taxon in taxa}
    for genus in taxa:
        if genus.canonical and " " not in genus.canonical:
            inside = [found[one.key] for one in taxa if one.canonical.startswith(f"{genus.canonical} ")]
            own = undecided if genus.decided is None else found[genus.key]
            found[genus.key] = max([own, *inside])
    return found


class _Groups:
    """Keys that belong together."""

    def __init__(self, keys: Sequence[int]) -> None:
        self._parent = {key: key for key in keys}

    def of(self, key: int) -> int:
        while self._parent.setdefault(key, key) != key:
            key = self._parent[key]
        return key

    def join(self, one: int, other: int) -> None:
        self._parent[self.of(one)] = self.of(other)
