"""The pages that every page leads to."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

#: Route -> its words, and the routes that belong under it.
SECTIONS: dict[str, tuple[str, frozenset[str]]] = {
    "home": (_("Front page"), frozenset()),
    "warnings": (_("Warnings"), frozenset({"warning", "warning-aloud"})),
    "communes": (_("Communes"), frozenset({"commune"})),
    "network": (_("Stations"), frozenset({"station", "why", "compare", "receipt"})),
    "map": (_("Map"), frozenset({"search"})),
    "registers": (_("Registers"), frozenset({"register", "register-entry"})),
    "progress": (_("Plans"), frozenset({"plan-progress", "plan-progress-task", "plan-progress-target"})),
    "catalogue": (_("Data"), frozenset({"api", "api-docs"})),
    "method": (_("Method"), frozenset()),
    "unknown": (_("What we do not know"), frozenset()),
}


@dataclass(frozen=True, slots=True)
class Link:
    """An address and its words; `current`: "page" for the page itself, "true" for one below it."""

    words: str
    address: str
    current: str


def here(request: HttpRequest | None) -> str:
    """The route of the request, if it is a section or below one; else nothing."""
    match = getattr(request, "resolver_match", None)
    route = match.url_name if match else ""
    known = route in SECTIONS or any(route in below for _, below in SECTIONS.values())
    return route if known else ""


def sections(route: str) -> list[Link]:
    """The sections of the public pages, the one that `route` belongs to marked."""
    links = []
    for name, (words, below) in SECTIONS.items():
        current = "page" if route == name else "true" if route in below else ""
        links.append(Link(gettext(words), reverse(name), current))
    return links
