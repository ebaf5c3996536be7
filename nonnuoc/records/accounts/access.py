"""The one place that decides who may do what.

Offices, roles and areas will be told apart here; today there are administrators, and everybody else.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from nonnuoc.records.accounts.models import Person

#: Everything that can be done, in words a refusal can use.
ACTIONS = {
    "deliveries.read": "read deliveries",
    "deliveries.upload": "upload a delivery",
    "deliveries.replay": "replay a delivery",
    "observations.correct": "correct observations",
    "places.import": "import boundaries",
    "profiles.keep": "keep column profiles",
    "stations.register": "register stations, datastreams and keys",
    "people.register": "register people",
}


def may(person: Person | None, action: str) -> bool:
    """Whether the person may do it. `None` is the system itself or the command line of the machine: it may."""
    if action not in ACTIONS:
        raise KeyError(f"unknown action {action!r}: name it in access.ACTIONS")
    return person is None or (person.is_active and person.is_administrator)


def require(person: Person | None, action: str) -> None:
    """Raise PermissionDenied, saying what was refused, unless the person may do it."""
    if not may(person, action):
        raise PermissionDenied(f"Only an administrator may {ACTIONS[action]}.")
