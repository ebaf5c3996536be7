"""The stations in and around a commune: how far, in which direction, and what they say now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext

from nonnuoc.look import distances, figures, words
from nonnuoc.portal import rows
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.monitoring.selectors import StationNow
from nonnuoc.records.places import nearness
from nonnuoc.records.places.models import Commune

SHOWN = 3  # of each kind, beside the commune's own


@dataclass(frozen=True, slots=True)
class Near:
    """A station as seen from the commune."""

    row: rows.Row
    own: bool
    km: float | None  # None: nobody knows where it stands
    where: str  # "in the commune", "23 km to the north-east"
    reading: str  # its index or its newest values, in words
    time: datetime | None
    when: str  # of the reading: the clock for today, with the day for any other
    validated: bool | None  # None: no reading

    @property
    def station(self) -> StationNow:
        return self.row.station


@dataclass(frozen=True)
class Surroundings:
    """A commune, and all stations as they are at `at`."""

    commune: Commune
    at: datetime
    from_edge: bool  # distances are from its official boundary, not from its point
    ordered: Sequence[tuple[StationNow, float | None, float]]  # with km and bearing, the nearest first
    _found: dict[tuple[str, bool], list[Near]] = field(default_factory=dict)  # what several sections ask for

    @property
    def name(self) -> str:
        return self.commune.full_name

    @property
    def kind(self) -> str:
        """Commune, ward or special zone, in the reader's language."""
        return kind_word(self.commune.kind)

    def is_own(self, station: StationNow, km: float | None) -> bool:
        """Whether it stands here: as registered, or inside the boundary where nobody registered its commune."""
        return station.commune == self.name or (not station.commune and self.from_edge and km == 0)

    def own(self, kind: str) -> list[Near]:
        """Its own stations of a kind, those that say something first."""
        if (kind, True) not in self._found:
            found = [self._near(*one) for one in self.ordered if one[0].kind == kind and self.is_own(*one[:2])]
            self._found[kind, True] = sorted(found, key=_telling)
        return self._found[kind, True]

    def others(self, kind: str) -> list[Near]:
        """The nearest ones elsewhere; the nearest that reports is among them, however far."""
        if (kind, False) not in self._found:
            self._found[kind, False] = self._others(kind)
        return self._found[kind, False]

    def first(self, kind: str) -> list[Near]:
        """Its own, the nearest elsewhere, and, where none of its own says anything, the nearest that does."""
        own, others = self.own(kind), self.others(kind)
        telling = [] if any(near.reading for near in own) else [near for near in others if near.reading][:1]
        return own + others[:1] + [near for near in telling if near is not others[0]]

    def _others(self, kind: str) -> list[Near]:
        found = [one for one in self.ordered if one[0].kind == kind and not self.is_own(*one[:2])]
        chosen = found[:SHOWN]
        speaking = next((one for one in found if one[0].condition in ("reporting", "measuring")), None)
        if speaking and speaking not in chosen:
            chosen.append(speaking)
        return [self._near(*one) for one in chosen]

    def _near(self, station: StationNow, km: float | None, bearing: float) -> Near:
        row, own = rows.row(station, self.at), self.is_own(station, km)
        reading, time, validated = _reading(row)
        where = gettext("in the commune") if own else distance(station, km, bearing)
        return Near(row, own, km, where, reading, time, figures.when(time, self.at) if time else "", validated)


def of(commune: Commune, stations: Sequence[StationNow], at: datetime) -> Surroundings:
    """The commune's surroundings; two queries at most, whatever the number of stations."""
    placed = [(one, one.position) for one in stations if one.position]
    away = nearness.away(commune.code, tuple((where.lon, where.lat) for _, where in placed))
    ordered: list[tuple[StationNow, float | None, float]] = [
        (one, km, bearing)
        for (one, _), km, bearing in zip(placed, away.km.tolist(), away.bearing.tolist(), strict=True)
    ]
    ordered.sort(key=lambda one: one[1] or 0.0)
    lost: list[tuple[StationNow, float | None, float]] = [(one, None, 0.0) for one in stations if not one.position]
    return Surroundings(commune, at, away.from_edge, ordered + lost)


def kind_word(kind: str) -> str:
    """A commune's kind."""
    return {
        Commune.Kind.COMMUNE: gettext("commune"),
        Commune.Kind.WARD: gettext("ward"),
        Commune.Kind.SPECIAL_ZONE: gettext("special zone"),
    }[Commune.Kind(kind)]


def distance(station: StationNow, km: float | None, bearing: float) -> str:
    """ "23 km to the north-east"; "about" where the point of the station's commune stands for its position."""
    if km is None:
        return gettext("position unknown")
    said = {"km": distances.kilometres(km), "direction": distances.direction(bearing)}
    if station.position and not station.position.exact:
        return (
            gettext("about %(km)s to the %(direction)s (position unknown, taken from the point of its commune)") % said
        )
    return gettext("%(km)s to the %(direction)s") % said


def _telling(near: Near) -> tuple[int, int]:
    return rows.CONDITIONS.index(near.station.condition), -(near.row.now.badness if near.row.now else 0)


def _reading(row: rows.Row) -> tuple[str, datetime | None, bool | None]:
    """The index where there is one; else the first values that are fresh."""
    if row.now:
        said = {"scheme": row.now.scheme, "value": row.now.value, "word": row.now.category.word}
        return gettext("%(scheme)s %(value)s, %(word)s") % said, row.now.hour, row.now.validated
    if row.station.state != Thing.State.ACTIVE:
        return "", None, None
    fresh = [one for one in row.station.latest if one.value is not None and not one.silent_since][:2]
    if not fresh:
        return "", None, None
    said_values = ", ".join(words.reading(one) for one in fresh)
    return said_values, max(one.time for one in fresh if one.time), all(one.validated for one in fresh)
