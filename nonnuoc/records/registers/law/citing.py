"""Who rests on a document: rooms above say it themselves. Append a reader to READERS, once, in `apps.ready`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.registers.law.models import LegalDocument


@dataclass(frozen=True, slots=True)
class Citation:
    """A sentence somewhere that names the document."""

    where: str  # the plan, in short
    place: str  # its number there: "II.3.6.a.1"
    words: str  # the sentence
    route: str = ""  # with `code`: the page it stands on
    code: str = ""


Reader = Callable[[LegalDocument, Rights], Sequence[Citation]]
READERS: list[Reader] = []


def of(document: LegalDocument, rights: Rights) -> list[Citation]:
    """Every sentence that names it, that the reader may know of."""
    return [one for reader in READERS for one in reader(document, rights)]
