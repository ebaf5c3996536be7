"""What lies along the rivers: below an outfall, above an intake, in the order in which the water comes past."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nonnuoc.domain import reaches
from nonnuoc.domain.reaches import Network
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.monitoring.selectors import OF_THING
from nonnuoc.records.places.models import River
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.register import of_model
from nonnuoc.records.registers.waters.models import Intake, Reach, StationOnWater

NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Mark:
    """A thing that lies on a reach."""

    what: Promise | str  # "station", "intake"
    name: str
    register: str  # with `code`: its entry; "" for a station
    code: str
    reach_id: int
    km: float | None  # along the reach's river; None: somewhere on the reach
    route: str = ""  # with `code`: a page that is no entry's


@dataclass(frozen=True, slots=True)
class Step:
    """A mark that the water comes past."""

    mark: Mark
    km: float | None  # along the water from where one stands; None: not known
    sure: bool  # False: on the same reach, and nobody knows whether above or below


#: Who reads marks. Rooms that stand on this one add their own: outfalls, abstractions.
READERS: list[Callable[[Rights], Iterable[Mark]]] = []


def below(rights: Rights, reach: Reach, km: float | None) -> list[Step]:
    """What water from this point of the reach comes past, nearest first, as far as the reader may know of it."""
    return _steps(rights, reach, km, reaches.below)


def above(rights: Rights, reach: Reach, km: float | None) -> list[Step]:
    """Everything whose water comes past this point of the reach, nearest first; of unknown distance last."""
    return _steps(rights, reach, km, reaches.above)


def known() -> tuple[list[Reach], Network]:
    """All reaches in the register, and their network; in the order of rivers and kilometres."""
    found = list(
        Reach.objects.filter(withdrawn=None).defer("shape", "words").select_related("river").order_by(
            "river__code", "from_km", "code"
        )
    )  # fmt: skip
    return found, network(found)


def network(found: Sequence[Reach]) -> Network:
    """Of these reaches."""
    return reaches.network(
        [one.pk for one in found],
        [one.downstream_id for one in found],
        [_or_nan(one.from_km) for one in found],
        [_or_nan(one.to_km) for one in found],
    )


@dataclass(frozen=True, slots=True)
class Course:
    """A river from its first reach down."""

    river: River
    simulated: bool  # invented reaches are a river of their own
    reaches: Sequence[tuple[Reach, Sequence[Mark]]]  # each with what lies on it, downstream


def rivers(rights: Rights) -> list[Course]:
    """Every river that has a reach in the register which may be read; reaches in the order in which they flow."""
    known_, water = known()
    seen = set(reading.readable(of_model(Reach), rights).values_list("pk", flat=True))
    marks: dict[int, list[Mark]] = {}
    for mark in sorted(_marks(rights), key=lambda one: (one.km is None, one.km or 0)):
        marks.setdefault(mark.reach_id, []).append(mark)
    found: dict[tuple[River, bool], list[tuple[Reach, Sequence[Mark]]]] = {}
    depth = [len(reaches.path(water, place)) for place in range(len(known_))]
    for place in sorted(
        range(len(known_)), key=lambda one: (known_[one].simulated, known_[one].river.name, -depth[one])
    ):
        if known_[place].pk in seen:
            reach = known_[place]
            found.setdefault((reach.river, reach.simulated), []).append((reach, marks.get(reach.pk, ())))
    return [Course(river, invented, of_river) for (river, invented), of_river in found.items()]


def _marks(rights: Rights) -> list[Mark]:
    return [mark for reader in READERS for mark in reader(rights)]


def _steps(rights: Rights, reach: Reach, km: float | None, way: Callable[..., list[reaches.Met]]) -> list[Step]:
    found, water = known()
    places = {one.pk: place for place, one in enumerate(found)}
    if reach.pk not in places:
        return []
    marks = [mark for mark in _marks(rights) if mark.reach_id in places]
    met = way(
        water,
        places[reach.pk],
        _or_nan(km),
        np.array([places[mark.reach_id] for mark in marks], np.intp),
        np.array([_or_nan(mark.km) for mark in marks], np.float64),
    )
    return [Step(marks[one.point], None if np.isnan(one.km) else one.km, one.sure) for one in met]


def stations(rights: Rights) -> list[Mark]:
    """Those on reaches that may be read."""
    readable = rights.readable(**OF_THING)
    found = StationOnWater.objects.filter(readable, reach__isnull=False).select_related("thing").order_by("thing__code")
    return [
        Mark(_("station"), one.thing.name, "", one.thing.code, int(one.reach_id or 0), one.km, _public(one.thing))
        for one in found
    ]


def _public(thing: Thing) -> str:
    """The route of a station's page, which everybody reads; "" where it is not public."""
    return "station" if thing.data_class == DataClass.PUBLIC else ""


def intakes(rights: Rights) -> list[Mark]:
    """Those on reaches that may be read."""
    register = of_model(Intake)
    found = reading.readable(register, rights).filter(reach__isnull=False).order_by("code")
    return [Mark(register.one, one.name, register.key, one.code, one.reach_id, one.km) for one in found]


READERS += [stations, intakes]


def _or_nan(km: float | None) -> float:
    return NAN if km is None else km
