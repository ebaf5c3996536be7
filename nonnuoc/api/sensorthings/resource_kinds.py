"""Addresses told apart by what they lead to, so that each answers the methods it can, and tells no others."""

from __future__ import annotations

from django.urls import register_converter

from nonnuoc.api.sensorthings import paths
from nonnuoc.api.sensorthings.paths import Resource


class Whole:
    """A path to entities as a whole. What leads to a part of one, or nowhere, is none: those are read, and told why."""

    regex = ".+"

    def to_python(self, value: str) -> str:
        """Raises ValueError, as AskingError is one, for a path of another kind."""
        found = paths.read(value.removesuffix("/"))
        if found.properties or found.reference or not self.fits(found):
            raise ValueError(value)
        return value

    def to_url(self, value: str) -> str:
        return value

    def fits(self, found: Resource) -> bool:
        """Whether it is of this kind."""
        raise NotImplementedError


class Collection(Whole):
    """To many: read, and added to."""

    def fits(self, found: Resource) -> bool:
        return found.many


class Series(Whole):
    """To the observations of one datastream: they are deleted by a filter, too."""

    def fits(self, found: Resource) -> bool:
        return found.many and [step.name for step in found.steps] == ["Datastreams", "Observations"]


class Entity(Whole):
    """To one: read, changed, deleted."""

    def fits(self, found: Resource) -> bool:
        return not found.many


for _name, _kind in (("series", Series), ("collection", Collection), ("entity", Entity)):
    register_converter(_kind, f"sensorthings_{_name}")
