"""Two people typed into the same form: what each changed, and where both changed the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that both sides changed, differently."""

    name: str
    base: str  # what both began with
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merged:
    """`taken`: fields that get a new text; `clashes`: what only a person can decide. The rest stays as it is."""

    taken: Mapping[str, str]
    clashes: tuple[Clash, ...]


def merged(base: Mapping[str, str], theirs: Mapping[str, str], mine: Mapping[str, str]) -> Merged:
    """Merge field by field what somebody typed (`mine`) into what stands (`theirs`), both made from `base`.

    Only names in `mine` are looked at; `base` and `theirs` hold each of them. Where one side alone changed a field,
    its text holds; where both changed it to the same text, nothing is left to do; else it is a clash, and what stands
    stays. Nothing is ever lost: each text of `mine` that differs from `base` is in `theirs`, in `taken` or in a clash.
    """
    taken: dict[str, str] = {}
    clashes: list[Clash] = []
    for name, text in mine.items():
        if text in (base[name], theirs[name]):
            continue
        if theirs[name] == base[name]:
            taken[name] = text
        else:
            clashes.append(Clash(name, base[name], text, theirs[name]))
    return Merged(taken, tuple(clashes))
