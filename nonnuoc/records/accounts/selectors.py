"""People and their tasks, for those who ask. Nothing here writes. The tree of offices stands in offices.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from nonnuoc.records.accounts.access import Reach, Rights, Subject
from nonnuoc.records.accounts.models import Appointment, Delegation, Office, Person, Role
from nonnuoc.records.places import names


def has_administrator() -> bool:
    """Whether anybody can sign in to manage this installation."""
    held = appointments().filter(role=Role.ADMINISTRATOR, person__is_active=True)
    return held.exists()


def appointments() -> QuerySet[Appointment]:
    """Those in force, by office and name."""
    now = timezone.now()
    in_force = Appointment.objects.filter(Q(until=None) | Q(until__gt=now), since__lte=now)
    return in_force.select_related("office", "person").order_by("office__name", "person__name", "id")


def appointment(identity: int) -> Appointment | None:
    """One of those in force."""
    return appointments().filter(id=identity).first()


def history(someone: Person) -> QuerySet[Appointment]:
    """The tasks the person ever held, those in force first, then the last ended."""
    found = Appointment.objects.filter(person=someone).select_related("office", "given_by")
    return found.prefetch_related("communes").order_by("-until", "-since", "-id")


def people_like(query: str = "", office: Office | None = None, reach: Reach | None = None) -> list[int]:
    """The ids of those whose name or address has the words in it, in Vietnamese order of names.

    Marks count where they were typed. With an office, those who hold a task there; with a reach of `people.read`,
    those within it.
    """
    found = Person.objects.order_by("id")
    if office is not None:
        found = found.filter(appointments__in=appointments().filter(office=office))
    if reach is not None and not reach.everywhere:
        within = reach.within("office_id", "office__commune_id", None)
        found = found.filter(appointments__in=Appointment.objects.filter(within))
    rows = [row for row in found.distinct().values_list("id", "name", "email") if _fits(row[1], row[2], query)]
    return [one for one, _name, _email in sorted(rows, key=lambda row: (names.alphabetical(row[1]), row[0]))]


def people(ids: Sequence[int] | None = None) -> list[Person]:
    """These people, in this order (all, by id), with the `tasks` they hold."""
    found = Person.objects.order_by("id") if ids is None else Person.objects.filter(id__in=ids)
    held = Prefetch("appointments", appointments().prefetch_related("communes"), to_attr="tasks")
    rows = {one.id: one for one in found.prefetch_related(held)}
    return [rows[one] for one in (rows if ids is None else ids) if one in rows]


def person(identity: int) -> Person | None:
    """One of them."""
    return next(iter(people([identity])), None)


def person_by_email(email: str) -> Person | None:
    """The person who signs in with this address."""
    return Person.objects.filter(email=email.strip().lower()).first()


def subjects(someone: Person) -> list[Subject]:
    """The person as access sees one: in each office they hold or held a task in; nowhere, if in none."""
    places = Appointment.objects.filter(person=someone).values_list("office_id", "office__commune_id").distinct()
    return [Subject(office, commune) for office, commune in places] or [Subject()]


def staff_by_office() -> Mapping[int, int]:
    """Office id -> how many people with an open account hold a task there."""
    held = appointments().filter(person__is_active=True).order_by().values("office_id")
    return dict(held.annotate(n=Count("person_id", distinct=True)).values_list("office_id", "n"))


def delegations_of(someone: Person, *, ended: bool = False) -> QuerySet[Delegation]:
    """What the person lent or was lent and has not ended yet, the next to end first; or what has, the last first."""
    found = Delegation.objects.filter(Q(appointment__person=someone) | Q(to=someone))
    found = found.select_related("appointment__person", "appointment__office", "to")
    if ended:
        return found.filter(until__lte=timezone.now()).order_by("-until", "-id")
    return found.filter(until__gt=timezone.now()).order_by("until", "id")


def delegations_ending(since: datetime, until: datetime) -> QuerySet[Delegation]:
    """Those that end in the span, the next one first."""
    return Delegation.objects.filter(until__gte=since, until__lt=until).order_by("until", "id")


def without_task() -> QuerySet[Person]:
    """People with an open account who hold no task and were lent none: they can sign in and do nothing."""
    lent = Delegation.objects.filter(until__gt=timezone.now())
    held = Q(appointments__in=appointments().order_by()) | Q(delegations__in=lent)
    return Person.objects.filter(is_active=True).exclude(id__in=Person.objects.filter(held).values("id"))


def colleagues(rights: Rights) -> QuerySet[Person]:
    """Whom somebody may lend a task to: other people with an open account whom they see, or share an office with."""
    found = Person.objects.filter(is_active=True).order_by("name", "id")
    if rights.person is not None:
        found = found.exclude(id=rights.person.id)
    reach = rights.reach("people.read")
    if reach.everywhere:
        return found
    shared = Q(office__in=[grant.appointment.office_id for grant in rights.grants])
    seen = appointments().filter(shared | reach.within("office_id", "office__commune_id", None))
    return found.filter(appointments__in=seen.order_by()).distinct()


def delegation(identity: int) -> Delegation | None:
    """One, ended or not."""
    chain = ("appointment__person", "appointment__office", "to")
    return Delegation.objects.filter(id=identity).select_related(*chain).first()


def _fits(name: str, email: str, query: str) -> bool:
    return all(names.holds(name, word) or word.lower() in email for word in query.split()[:10])
