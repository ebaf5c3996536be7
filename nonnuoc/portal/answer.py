"""Is it safe now, and what should I do? The air of the province in a sentence, then its waters in another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from nonnuoc.look import province, words
from nonnuoc.portal.rows import Known, Now
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.monitoring.selectors import StationNow


@dataclass(frozen=True, slots=True)
class Answer:
    """The sentence the reader came for, and what follows from it."""

    sentence: str
    second: str
    then: str
    worst: Now | None  # its advice is everybody's; None: nothing can be said
    indicative: bool = False


def speaking(known: Sequence[Known], kind: str) -> list[tuple[StationNow, Now]]:
    """The stations of a kind that have an index of now, the worst first."""
    found = [(station, now) for station, now in known if now and station.kind == kind]
    return sorted(found, key=lambda one: -one[1].badness)


def air(known: Sequence[Known]) -> Answer:
    """What to say of the province's air, from the stations that may speak of now."""
    found = [now for _, now in speaking(known, Thing.Kind.AMBIENT_AIR)]
    if not found:
        return _no_air([one for one, _ in known if one.kind == Thing.Kind.AMBIENT_AIR])
    worst, best, second = found[0], found[-1], ""
    if len(found) == 1:
        said = gettext("The air at %(place)s is %(word)s (%(value)s).") % _parts(worst.place, worst)
    elif worst.category == best.category:
        said = gettext("The air is %(word)s at all %(count)d stations (%(low)s to %(high)s).") % _span(found)
    else:
        said = gettext("Most polluted: %(place)s – %(word)s (%(value)s).") % _parts(worst.place, worst)
        second = gettext("Least polluted: %(place)s – %(word)s (%(value)s).") % _parts(best.place, best)
    return Answer(said, second, worst.category.advice, worst)


def water(known: Sequence[Known]) -> Answer | None:
    """What to say of rivers and lakes; None where nobody means to watch them."""
    there = [one for one, _ in known if one.kind == Thing.Kind.SURFACE_WATER]
    found = speaking(known, Thing.Kind.SURFACE_WATER)
    if not there:
        return None
    if not found:
        return Answer(_no_water(there), "", "", None)
    (station, worst), nows = found[0], [now for _, now in found]
    if len(found) == 1:
        said = gettext("%(place)s: %(word)s (%(value)s).") % _parts(words.medium(station), worst)
    elif worst.category == nows[-1].category:
        said = gettext("Rivers and lakes are %(word)s at all %(count)d places measured (%(low)s to %(high)s).")
        said %= _span(nows)
    else:
        said = gettext("Rivers and lakes, the worst: %(place)s – %(word)s (%(value)s).")
        said %= _parts(_reach(station), worst)
    indicative = any(one.index.indicative for one, _ in found if one.index)
    return Answer(said, "", worst.category.use, worst, indicative)


def description(air: Answer, water: Answer | None) -> str:
    """All of it in a line, for search engines and social cards."""
    return " ".join(filter(None, (air.sentence, air.then, water.sentence if water and water.worst else "")))


def _no_air(air: Sequence[StationNow]) -> Answer:
    if not air:
        said = gettext("Nobody measures the air of %(province)s here yet.") % {"province": province.name()}
        then = gettext("When the first station sends its readings, this page says how the air is and what to do.")
    elif not any(station.state == Thing.State.ACTIVE for station in air):
        said = gettext("No air station of %(province)s is working yet.") % {"province": province.name()}
        then = gettext("They stand in the list below. Nothing can be said of the air until one of them sends readings.")
    else:
        said = gettext("We cannot say how the air is now.")
        then = gettext("In the last two hours no air station has sent enough. The list says what each one lacks.")
    return Answer(said, "", then, None)


def _no_water(there: Sequence[StationNow]) -> str:
    if any(station.state == Thing.State.ACTIVE for station in there):
        return gettext("How rivers and lakes are cannot be said now: no station has sent enough.")
    return gettext("No station on a river or lake is working yet.")


def _reach(station: StationNow) -> str:
    """Which water where."""
    if not station.river:
        return station.place
    return gettext("%(river)s at %(place)s") % {"river": station.river, "place": station.place}


def _parts(place: str, now: Now) -> dict[str, str]:
    return {"place": place, "word": now.category.word, "value": str(now.value)}


def _span(nows: Sequence[Now]) -> dict[str, object]:
    values = sorted(now.value for now in nows)
    return {"word": nows[0].category.word, "count": len(nows), "low": values[0], "high": values[-1]}
