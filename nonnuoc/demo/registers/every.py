"""All of them, in the order in which they refer to each other."""

from __future__ import annotations

from collections.abc import Callable

from nonnuoc.demo.registers import facilities, inspections, land, licences, nature, waste, waters

#: Each registers what is not there yet, marked as simulated; repeating it changes nothing.
LOADERS: tuple[Callable[[], None], ...] = (
    waters.load,
    facilities.load,
    land.load,
    licences.load,
    waste.load,
    nature.load,
    inspections.load,
)


def load() -> None:
    """Register the demonstration's invented entries."""
    for loader in LOADERS:
        loader()
