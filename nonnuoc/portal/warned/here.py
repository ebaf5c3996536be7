"""Warnings on the pages of a commune and of a station; from what is known already for the head of every page."""

from __future__ import annotations

from datetime import datetime

from nonnuoc.look import warned
from nonnuoc.look import warning as reading
from nonnuoc.look.warning import Told
from nonnuoc.portal.sections import Part
from nonnuoc.portal.surroundings import Surroundings


def of_commune(place: Surroundings) -> Part | None:
    """What holds in the commune, with what to do; None on most days."""
    held = [one for one in _told(place.at) if any(code == place.commune.code for code, _ in one.places)]
    return Part({"warnings": held}) if held else None


def of_station(code: str, commune: str, at: datetime) -> list[Told]:
    """What rests on what the station measures, or holds in its commune ("phường Thục Phán")."""
    found = []
    for one in warned.in_force(at):
        thing = one.incident.thing if one.incident else None
        area = {each.full_name for each in one.communes.all()}
        if (thing and thing.code == code) or (commune and commune in area):
            found.append(reading.told(one))
    return found


def _told(at: datetime) -> list[Told]:
    return [reading.told(one) for one in warned.in_force(at)]
