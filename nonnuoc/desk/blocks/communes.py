"""The communes somebody looks after: their stations of now; the public page of each says the rest."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nonnuoc.look import words
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import Role
from nonnuoc.records.monitoring import selectors as monitoring


def make(rights: Rights, at: datetime) -> dict[str, Any] | None:
    """Each commune with the stations in it, and what they say."""
    mine = {
        commune.id: commune
        for grant in rights.grants
        if grant.role == Role.COMMUNE_OFFICER
        for commune in (*grant.appointment.communes.all(), grant.appointment.office.commune)
        if commune is not None
    }
    stations = monitoring.stations_now(at, reader=rights)
    listed = [
        (commune, [(one, words.condition(one, at)) for one in stations if one.commune == commune.full_name])
        for commune in sorted(mine.values(), key=lambda one: one.name)
    ]
    return {"communes": listed, "simulated": any(one.simulated for _, found in listed for one, _ in found)}
