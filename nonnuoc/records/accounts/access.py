"""The one place that decides who may do what to which thing, and says why not.

A person acts by appointments (a role in an office) and by what others have lent to them. Each right reaches some way
(rights.py), and no further than the communes and the facility of the appointment. `decide` answers for one thing,
`reach` for a list of them in SQL; both read the same parts, so that they cannot disagree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from nonnuoc.records.accounts import offices, preferences
from nonnuoc.records.accounts.models import Appointment, DataClass, Delegation, Person, Role
from nonnuoc.records.accounts.rights import ACTIONS, NEED_SECOND_FACTOR, RIGHTS, Extent


@dataclass(frozen=True, slots=True)
class Subject:
    """What something is done to: whose it is, and where it lies. Unknown is None, and is within nobody's bounds."""

    office_id: int | None = None
    commune_id: int | None = None
    facility: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """An appointment in force, the person's own or lent to them."""

    appointment: Appointment
    lent: Delegation | None = None

    @property
    def role(self) -> Role:
        return Role(self.appointment.role)


@dataclass(frozen=True, slots=True)
class Part:
    """Where one grant reaches; None: no bound."""

    grant: Grant | None
    offices: frozenset[int] | None = None
    communes: frozenset[int] | None = None
    facility: str = ""

    def covers(self, on: Subject) -> bool:
        """Whether the thing lies within every bound."""
        return (
            (self.offices is None or on.office_id in self.offices)
            and (self.communes is None or on.commune_id in self.communes)
            and self.facility in ("", on.facility)
        )

    def within(self, office: str, commune: str, facility: str | None) -> Q:
        """The same in SQL; the arguments name the columns, None one that such things do not have."""
        if self.facility and facility is None:
            return Q(pk__in=[])
        found = Q()
        if self.offices is not None:
            found &= Q(**{f"{office}__in": self.offices})
        if self.communes is not None:
            found &= Q(**{f"{commune}__in": self.communes})
        if self.facility and facility is not None:
            found &= Q(**{facility: self.facility})
        return found


@dataclass(frozen=True, slots=True)
class Reach:
    """Everything an action may be done to."""

    parts: tuple[Part, ...]

    @property
    def nowhere(self) -> bool:
        return not self.parts

    @property
    def everywhere(self) -> bool:
        """Without any bound; also things of unknown office or place."""
        return any(part.offices is None and part.communes is None and not part.facility for part in self.parts)

    def part(self, on: Subject) -> Part | None:
        """The first part that covers the thing."""
        return next((part for part in self.parts if part.covers(on)), None)

    def within(self, office: str = "office_id", commune: str = "commune_id", facility: str | None = "facility") -> Q:
        """A filter for querysets; the arguments name the columns, None one that such things do not have."""
        if self.everywhere:
            return Q()
        found = Q(pk__in=[])
        for part in self.parts:
            found |= part.within(office, commune, facility)
        return found


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether it may be done; if not, why, in a sentence; if by what somebody lent, what."""

    allowed: bool
    why: str = ""
    lent: Delegation | None = None


class Rights:
    """All that one person may do at one moment. Five queries at most, and one for each office that bounds it."""

    def __init__(
        self,
        person: Person | None,
        grants: Sequence[Grant],
        *,
        system: bool = False,
        under: Callable[[int], frozenset[int]] | None = None,
    ) -> None:
        self.person, self.grants, self.system = person, tuple(grants), system
        self._offices = under or cache(offices.under)
        self._reaches: dict[str, Reach] = {}

    def reach(self, action: str) -> Reach:
        """Where the action may be done. Raises KeyError for one that access does not know."""
        if action not in ACTIONS:
            raise KeyError(f"unknown action {action!r}: name it in rights.ACTIONS")
        if action not in self._reaches:
            self._reaches[action] = Reach((Part(None),) if self.system else tuple(self._parts(action)))
        return self._reaches[action]

    def decide(self, action: str, on: Subject | None = None) -> Decision:
        """Whether the action may be done to this thing; without one, whether it may be done to anything at all."""
        reach = self.reach(action)
        if reach.nowhere:
            return Decision(False, self._why_nowhere(action))
        part = reach.parts[0] if on is None else reach.part(on)
        if part is None:
            return Decision(False, self._why_elsewhere(action, reach))
        return Decision(True, lent=part.grant.lent if part.grant else None)

    def may(self, action: str, on: Subject | None = None) -> bool:
        return self.decide(action, on).allowed

    def require(self, action: str, on: Subject | None = None) -> Decision:
        """The decision. Raises PermissionDenied with the reason where it is no."""
        decision = self.decide(action, on)
        if not decision.allowed:
            raise PermissionDenied(decision.why)
        return decision

    def readable(self, *, data_class: str = "data_class", **columns: Any) -> Q:
        """What may be read, by its class of data; the arguments name the columns, as for `Reach.within`."""
        found = Q(**{data_class: DataClass.PUBLIC})
        for name in (DataClass.INTERNAL, DataClass.RESTRICTED):
            found |= Q(**{data_class: name}) & self.reach(f"data.{name}").within(**columns)
        return found

    def may_read(self, data_class: str, on: Subject) -> bool:
        """Whether data of this class may be read there."""
        return data_class == DataClass.PUBLIC or self.may(f"data.{DataClass(data_class)}", on)

    def without_grants(self) -> Rights:
        """The same person, who may do nothing yet: the second proof their task needs is missing."""
        return Rights(self.person, ())

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def needs_second_factor(self) -> bool:
        """Whether this person must sign in with a second proof."""
        return bool(self.roles & NEED_SECOND_FACTOR) or bool(preferences.read("second_factor.everyone"))

    def _parts(self, action: str) -> Iterator[Part]:
        for grant in self.grants:
            extent = RIGHTS[grant.role].get(action)
            if extent is not None:
                yield self._part(grant, extent)

    def _part(self, grant: Grant, extent: Extent) -> Part:
        appointment = grant.appointment
        communes = frozenset(commune.id for commune in appointment.communes.all()) or None
        if extent is Extent.AREA:
            communes = communes or frozenset(filter(None, [appointment.office.commune_id]))
        within = self._offices(appointment.office_id) if extent is Extent.OFFICE else None
        return Part(grant, within, communes, appointment.facility)

    def _why_nowhere(self, action: str) -> str:
        if self.person is None:
            return gettext("Sign in first: only people with the right task may %(do)s.") % {"do": ACTIONS[action]}
        if not self.person.is_active:
            return gettext("This account is closed. Ask an administrator of the province.")
        able = ", ".join(sorted(str(role.label) for role in Role if action in RIGHTS[role]))
        said = {"do": ACTIONS[action], "able": able, "mine": ", ".join(sorted(str(role.label) for role in self.roles))}
        if not self.grants:
            return gettext("You hold no task here yet, so you may not %(do)s. Ask an administrator for one.") % said
        return gettext("Your task (%(mine)s) does not allow you to %(do)s. These may: %(able)s.") % said

    def _why_elsewhere(self, action: str, reach: Reach) -> str:
        places = sorted({_bounds(part) for part in reach.parts})
        said = {"do": ACTIONS[action], "where": "; ".join(places)}
        return gettext("You may %(do)s only within your own bounds (%(where)s); this lies outside.") % said


#: Somebody who has not signed in.
ANYBODY = Rights(None, ())
#: The system itself, or the command line of the machine.
SYSTEM = Rights(None, (), system=True)


def of(person: Person | None, at: datetime | None = None) -> Rights:
    """What the person may do at `at` (now). `None` is the system itself, or the command line of the machine."""
    if person is None:
        return SYSTEM
    return Rights(person, _grants([person], at or timezone.now())[person.id] if person.is_active else ())


def of_everybody(at: datetime) -> list[Rights]:
    """What everybody may do who has a task at `at` and an open account; as many queries for a thousand as for one."""
    people = list(Person.objects.filter(is_active=True).order_by("id"))
    grants, below = _grants(people, at), offices.below()
    under = cache(lambda office_id: offices.under(office_id, below))
    return [Rights(person, grants[person.id], under=under) for person in people if grants[person.id]]


def once(person_id: int, at: datetime) -> Rights:
    """What the person might do at a moment past, whether or not the account is open still."""
    person = Person.objects.get(id=person_id)
    return Rights(person, _grants([person], at)[person.id])


def decide(person: Person | None, action: str, on: Subject | None = None) -> Decision:
    """Whether the person may do it now, and why not."""
    return of(person).decide(action, on)


def may(person: Person | None, action: str, on: Subject | None = None) -> bool:
    """Whether the person may do it now."""
    return of(person).may(action, on)


def require(person: Person | None, action: str, on: Subject | None = None) -> Decision:
    """Raise PermissionDenied, saying why, unless the person may do it now."""
    return of(person).require(action, on)


def needs_second_factor(person: Person) -> bool:
    """Whether the person must sign in with a second proof."""
    return of(person).needs_second_factor


def _grants(people: Collection[Person], at: datetime) -> Mapping[int, list[Grant]]:
    """Those of each person, by id: their own first."""
    own = Appointment.objects.filter(_in_force(at), person__in=people)
    lent = Delegation.objects.filter(
        _in_force(at, "appointment__"), to__in=people, since__lte=at, until__gt=at, appointment__person__is_active=True
    )
    held = own.select_related("office", "person").prefetch_related("communes").order_by("id")
    chain = ("appointment__office", "appointment__person")
    borrowed = lent.select_related(*chain).prefetch_related("appointment__communes").order_by("id")
    grants: dict[int, list[Grant]] = defaultdict(list)
    for one in held:
        grants[one.person_id].append(Grant(one))
    for lent_one in borrowed:
        grants[lent_one.to_id].append(Grant(lent_one.appointment, lent_one))
    return grants


def _in_force(at: datetime, path: str = "") -> Q:
    begun = Q(**{f"{path}since__lte": at, f"{path}office__is_active": True})
    return begun & (Q(**{f"{path}until": None}) | Q(**{f"{path}until__gt": at}))


def _bounds(part: Part) -> str:
    """The bounds of a part in words."""
    if part.grant is None:
        return ""
    appointment = part.grant.appointment
    areas = [commune.full_name for commune in appointment.communes.all()]
    return ", ".join([appointment.office.name, *areas, *([appointment.facility] if appointment.facility else [])])
