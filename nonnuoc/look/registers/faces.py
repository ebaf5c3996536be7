"""The side of the house a register is looked at from: whose rights, and which addresses its links lead to."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from nonnuoc.records.accounts.access import ANYBODY, Rights


@dataclass(frozen=True, slots=True)
class Face:
    """The public pages or the desk. Its routes are the same words, on the desk with a prefix."""

    rights: Rights
    prefix: str = ""

    @property
    def desk(self) -> bool:
        return bool(self.prefix)

    def address(self, route: str, *arguments: object) -> str:
        """Of a page of this face; "" where it has no such page."""
        try:
            return reverse(f"{self.prefix}{route}", args=arguments)
        except NoReverseMatch:
            return ""

    def register(self, key: str, **query: str) -> str:
        """The list of a register, narrowed by the query."""
        address = self.address("register", key)
        return f"{address}?{urlencode(query)}" if query else address

    def entry(self, key: str, code: str) -> str:
        return self.address("register-entry", key, code)


PUBLIC = Face(ANYBODY)


def of_desk(rights: Rights) -> Face:
    """The desk, as this person sees it."""
    return Face(rights, "desk-")
