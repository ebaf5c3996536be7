"""Which alarms are of one cause: plain values in, plain values out, whatever order the alarms were found in.

At a station, alarms of one family belong together while they overlap. An outage of the network is put together by who
notices it (network.py), and stays as it was put together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from nonnuoc.records.alerts.judging.found import Found
from nonnuoc.records.alerts.models import Family

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(eq=False, slots=True)
class Member:
    """An alarm on its way into an incident."""

    id: int | None  # None: not kept yet
    incident_id: int | None  # the one it is in
    home: int | None  # whose incident it is in or may be in: a station's id; None: of the network or the system
    family: str
    found: Found
    fresh: bool  # its last value beyond a level is of now
    heard: bool = False  # values come, whatever they say
    was_in: set[int] = field(default_factory=set)  # incidents of the alarms that it, or a part of it, was before

    @property
    def is_live(self) -> bool:
        """Whether it goes on now, for all we know."""
        return self.fresh and self.found.cleared is None

    @property
    def end(self) -> datetime:
        """When it was over; far ahead: it is not."""
        return self.found.cleared or _NEVER

    def came_from(self) -> set[int]:
        """The incidents that it, or some of it, was in before."""
        return self.was_in | ({self.incident_id} if self.incident_id is not None else set())


@dataclass(frozen=True, slots=True)
class Group:
    """The alarms of one cause, in order of onset."""

    family: str
    home: int | None
    members: tuple[Member, ...]

    @property
    def onset(self) -> datetime:
        """When the first of them began."""
        return self.members[0].found.onset

    @property
    def cleared(self) -> datetime | None:
        """When the last of them was over; None: not yet."""
        end = max(member.end for member in self.members)
        return None if end == _NEVER else end

    @property
    def severity(self) -> int:
        """Of the gravest."""
        return max(member.found.severity for member in self.members)


def groups(members: Iterable[Member]) -> list[Group]:
    """The causes of these alarms, in order of onset."""
    places: dict[tuple[str, int | None, int | None], list[Member]] = defaultdict(list)
    for member in members:
        outage = member.incident_id if member.family == Family.SILENCE and member.home is None else None
        places[member.family, member.home, outage].append(member)
    found = []
    for (family, home, outage), here in places.items():
        several = together(here) if outage is None else [tuple(sorted(here, key=_order))]
        found += [Group(family, home, one) for one in several]
    return sorted(found, key=lambda one: (one.onset, one.family, one.home or 0))


def together(members: Iterable[Member]) -> list[tuple[Member, ...]]:
    """Alarms that overlap, directly or through others; those that only touch do as well."""
    found: list[list[Member]] = []
    end = _NEVER
    for member in sorted(members, key=_order):
        if found and member.found.onset <= end:
            found[-1].append(member)
            end = max(end, member.end)
        else:
            found.append([member])
            end = member.end
    return [tuple(one) for one in found]


def _order(member: Member) -> tuple[datetime, str, int]:
    return member.found.onset, member.found.code, member.found.datastream_id or 0
