"""The table of now: every measured property with its newest value, its means, and what the law allows of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from nonnuoc.look import figures, law, words
from nonnuoc.portal import grades
from nonnuoc.records.monitoring.models import Datastream
from nonnuoc.records.monitoring.selectors import Latest, StationNow

Procedure = Datastream.Procedure
MEANS = (Procedure.MEAN_1H, Procedure.MEAN_8H, Procedure.MEAN_24H)


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean beside its limit."""

    value: Latest
    words: str
    limit: law.Limit | None
    over: bool


@dataclass(frozen=True, slots=True)
class Parameter:
    """A line of the table."""

    latest: Latest
    name: str
    flags: str
    means: tuple[Mean, ...]
    limit: law.Limit | None  # of single values
    over: bool
    graded: bool  # its limit depends on the class of the water, which nobody has registered
    age: str


def parameters(found: StationNow, at: datetime) -> list[Parameter]:
    """A line for every measured property, in the order of the properties."""
    return [_parameter(found, latest, at) for latest in found.latest]


def _parameter(found: StationNow, latest: Latest, at: datetime) -> Parameter:
    code = latest.observed.code
    limits = _limits(found.kind, code, timezone.localdate(latest.time or at))
    own = found.means.get(code, {})
    means = (_mean(own[procedure], limits.get(law.AVERAGING[procedure])) for procedure in MEANS if procedure in own)
    single = limits.get("")
    said = [words.status(latest.status) if latest.procedure == Procedure.RAW else "", words.flags(latest.quality)]
    return Parameter(
        latest=latest,
        name=words.name(latest.observed),
        flags=", ".join(text for text in said if text) if latest.time else gettext("nothing sent yet"),
        means=tuple(means),
        limit=single,
        over=_over(latest, single),
        graded=bool(grades.sentence(found, code, at)),
        age=_age(latest, at),
    )


def html(parameter: Parameter, why: str) -> SafeString:
    """Its line of the table, drawn once for every change of a word in it; `why` is the address behind its numbers."""
    return _drawn(parameter, why, get_language())


@lru_cache(maxsize=8192)
def _drawn(parameter: Parameter, why: str, _language: str | None) -> SafeString:
    return render_to_string("portal/parameter.html", {"line": parameter, "why": why})


@lru_cache(maxsize=1024)
def _limits(kind: str, code: str, day: date) -> Mapping[str, law.Limit]:
    return {one.averaging: one for one in law.limits(kind, code, day)}


def _age(latest: Latest, at: datetime) -> str:
    if latest.time is None:
        return ""
    if latest.silent_since:
        return gettext("silent since %(when)s") % {"when": figures.stamp(latest.silent_since)}
    return figures.age(at - latest.time)


def _mean(value: Latest, limit: law.Limit | None) -> Mean:
    return Mean(value, words.procedure(value.procedure), limit, _over(value, limit))


def _over(value: Latest, limit: law.Limit | None) -> bool:
    return limit is not None and value.value is not None and value.value > limit.value
