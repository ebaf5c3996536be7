"""The tables of facilities: what they are, how they are told from each other, what they emit through."""

from nonnuoc.records.registers.facilities.models.identity import Alias, Identifier, Match, Merge
from nonnuoc.records.registers.facilities.models.places import Facility, Zone
from nonnuoc.records.registers.facilities.models.sources import Outfall, SourceStream, Stack

__all__ = ["Alias", "Facility", "Identifier", "Match", "Merge", "Outfall", "SourceStream", "Stack", "Zone"]
