"""What an address asks: known parameters only, each once; every fault is told with its parameter."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, TypeVar

from django.http import HttpRequest

from nonnuoc.api.doors.problems import Problem
from nonnuoc.api.ogc import boxes, systems, times
from nonnuoc.api.ogc.systems import System
from nonnuoc.look import language
from nonnuoc.records.places.layers import FIRST, LAST

T = TypeVar("T")
#: Of every address here: the format, and the language of its words.
EVERYWHERE = ("f", language.PARAMETER)
MAX_QUERY = 12_000  # characters of the query string


class Asked:
    """The parameters of one request. Every method raises Problem 400, which names the parameter."""

    def __init__(self, request: HttpRequest, allowed: Collection[str]) -> None:
        if len(request.META.get("QUERY_STRING", "")) > MAX_QUERY:
            raise Problem(400, "too_long", f"The query is longer than {MAX_QUERY} characters: ask in parts.")
        self.known = (*allowed, *EVERYWHERE)
        for name, values in request.GET.lists():
            if name not in self.known:
                there = ", ".join(self.known)
                raise fault(name[:60], f"There is no parameter {name[:60]!r} here; there are {there}.")
            if len(values) > 1:
                raise fault(name, f"{name} stands in the address {len(values)} times; once is understood.")
        self.parameters = request.GET.dict()

    def get(self, name: str) -> str:
        """As it was written; "" where it was not."""
        return self.parameters.get(name, "")

    def read(self, name: str, reader: Callable[[str], T], default: T) -> T:
        """What the reader, which raises ValueError, makes of it."""
        if name not in self.parameters:
            return default
        try:
            return reader(self.parameters[name])
        except ValueError as error:
            raise fault(name, str(error)) from None

    def whole(self, name: str, default: int, lowest: int, highest: int) -> int:
        """A whole number; one above the highest counts as the highest, as the standard asks."""

        def reader(text: str) -> int:
            if not (text.isascii() and text.isdigit()) or int(text[:12]) < lowest:
                raise ValueError(f"{name} is a whole number from {lowest} to {highest}, not {text[:20]!r}")
            return min(int(text[:12]), highest)

        return self.read(name, reader, default)

    def system(self, name: str) -> System:
        """A coordinate system; that of what is stored where none is named."""

        def reader(text: str) -> System:
            found = systems.find(text)
            if found is None:
                there = ", ".join(one.uri for one in systems.known())
                raise ValueError(f"the system {text[:80]!r} is not offered here; these are: {there}")
            return found

        return self.read(name, reader, systems.CRS84)

    def span(self) -> tuple[int, int] | None:
        """`datetime`: from when to when, both included; None: any time."""
        found = self.read("datetime", times.span, (FIRST, LAST))
        return None if found == (FIRST, LAST) else found

    def area(self, system: System) -> Any:
        """`bbox` of that system as an area of WGS 84; None: everywhere."""
        return self.read("bbox", lambda text: boxes.area(boxes.numbers(text), system), None)

    def choice(self, name: str, offered: Collection[str], default: str) -> str:
        """One of the words offered."""

        def reader(text: str) -> str:
            if text not in offered:
                raise ValueError(f"{name} is one of {', '.join(offered)}, not {text[:40]!r}")
            return text

        return self.read(name, reader, default)


def fault(parameter: str, detail: str, **more: Any) -> Problem:
    """400: what is wrong with a parameter."""
    return Problem(400, "parameter", detail, parameter=parameter, **more)
