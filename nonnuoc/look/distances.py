"""How far and which way, as people say it."""

from __future__ import annotations

from django.utils.translation import gettext

from nonnuoc.look import figures

NEAR_KM = 10.0  # below it a tenth of a kilometre matters


def kilometres(km: float | None) -> str:
    """With its unit; a tenth below ten, a dash for unknown."""
    return f"{figures.number(km, 1 if km is not None and km < NEAR_KM else 0)} km"


def direction(bearing: float) -> str:
    """One of the eight winds, in words; `bearing` in degrees from north, clockwise."""
    winds = (
        gettext("north"),
        gettext("north-east"),
        gettext("east"),
        gettext("south-east"),
        gettext("south"),
        gettext("south-west"),
        gettext("west"),
        gettext("north-west"),
    )
    return winds[round(bearing / 45) % 8]
