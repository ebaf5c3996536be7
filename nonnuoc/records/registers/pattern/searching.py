"""Words of an entry, kept so that they are found as they are typed: from their beginning, with marks and without."""

from __future__ import annotations

from functools import lru_cache

from django.db.models import Q

from nonnuoc.records.places import names
from nonnuoc.records.registers.pattern import lexemes
from nonnuoc.records.registers.pattern.models import Registered
from nonnuoc.records.registers.pattern.register import Register

_AROUND = ".,;:()“”\"'"


def words(register: Register, entry: Registered) -> str:
    """What is searched: each word behind a space, as it is written and, where that differs, without marks."""
    texts = [entry.code, entry.name, *(str(getattr(entry, name) or "") for name in register.searched)]
    found: dict[str, None] = {}
    for text in texts:
        forms = [_forms(word) for word in names.marked(text).split()]
        found |= dict.fromkeys([marked for marked, _folded in forms] + [folded for _marked, folded in forms])
    return "".join(f" {word}" for word in found if word)


@lru_cache(maxsize=65_536)
def _forms(word: str) -> tuple[str, str]:
    """A word of a marked text with its marks, and without; what stands around it in a sentence taken off."""
    return word.strip(_AROUND), names.folded(word).strip(_AROUND)


def matching(text: str, model: type[Registered]) -> Q:
    """Entries that hold every typed word, or a word that begins so; marks count where they were typed."""
    typed = [word for one in names.marked(text).split() if (word := one.strip(".,;:()“”"))]
    if typed and lexemes.indexed(model):
        return lexemes.begun(typed)
    found = Q()
    for word in typed:
        found &= Q(words__contains=f" {word}")
    return found
