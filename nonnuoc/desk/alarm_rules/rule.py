"""One rule of alarm: what it says, what it rests on, where it applies, how good it is, how it came to be so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.desk.alarm_rules import listing, wording
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.look import figures, words
from nonnuoc.look.timeline import Event
from nonnuoc.records.alerts.attending.wording import article
from nonnuoc.records.alerts.levels import bounding
from nonnuoc.records.alerts.models import AlarmRule
from nonnuoc.records.alerts.rulebook import drafting, rules, scoping, scoring
from nonnuoc.records.alerts.rulebook import reading as rulebook
from nonnuoc.records.alerts.rulebook.faults import RefusedError
from nonnuoc.records.alerts.rulebook.reading import Standing
from nonnuoc.records.alerts.rulebook.scoping import Overlap, Where
from nonnuoc.records.alerts.rulebook.scoring import Score
from nonnuoc.records.monitoring.rows import micros

MANAGE = "alarm_rules.manage"
PAGE = 25  # stations
SCORED = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Spot:
    """A station the rule is about, and what it judges there."""

    code: str
    name: str
    simulated: bool
    judged: list[str]


@dataclass(frozen=True, slots=True)
class Beside:
    """Another rule that judges the same."""

    code: str
    name: str
    level: str
    differs: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the score."""

    words: str
    value: str


@allowed("incidents.read", "GET", "HEAD")
def rule(request: Entered, code: str) -> HttpResponse:
    """All there is to know of a rule."""
    at = timezone.now()
    versions, line = found(code)
    now = line.rule
    version = bounding.version_of(now, frozenset(commune.pk for commune in now.communes.all()))
    spots = scoping.where(version, request.rights.reach("incidents.read"))
    page = Paginator(spots, PAGE).get_page(request.GET.get("page"))
    names = {code: words.short(one) for code, one in rulebook.properties().items()}
    score = scoring.scores(at - SCORED, at).get(code, Score(code))
    context = {
        "rule": now,
        "name": wording.told(now, "name"),
        "sentence": wording.sentence(now),
        "steps": wording.steps(now),
        "scope": wording.scope(now),
        "meaning": wording.told(now, "meaning"),
        "action": wording.told(now, "action"),
        "article": article(now.article),
        "address": now.source if now.source.startswith("http") else "",
        "state": wording.state(line.standing),
        "standing": line.standing,
        "versions": [_version(one, at) for one in versions],
        "spots": [_spot(one, names, micros(at)) for one in page.object_list],
        "stations": len(spots),
        "page": page,
        "previous": f"?page={page.previous_page_number()}#where" if page.has_previous() else "",
        "next": f"?page={page.next_page_number()}#where" if page.has_next() else "",
        "simulated": any(one.station.simulated for one in page.object_list),
        "score": score,
        "figures": figures_of(score),
        "precision": listing.precision(score),
        "missed": scoring.missed(code, at - SCORED, at),
        "overlaps": [beside(one) for one in scoping.overlapping(version, spots, at)],
        "may_manage": all(request.rights.may(MANAGE, one) for one in drafting.subjects(now, now.communes.all())),
    }
    return render(request, "desk/alarm_rules/rule.html", context)


@allowed("alarm_rules.manage", "POST")
def switch(request: Entered, code: str) -> HttpResponse:
    """Switched on, switched off, or ended, from now on."""
    _versions, line = managed(request, code)
    deeds = {
        "on": (rules.enable, _("The rule is switched on. It judges what is measured from now on.")),
        "off": (rules.disable, _("The rule is switched off. What it found stays.")),
        "end": (rules.end, _("The rule has ended. What it found stays.")),
    }
    deed, said = deeds.get(request.POST.get("to", ""), (None, ""))
    if deed is None:
        raise Http404
    try:
        deed(line.rule.code, by=request.user)
    except RefusedError as error:
        messages.error(request, " ".join(f"{fault.what} {fault.mend}" for fault in error.faults))
    else:
        messages.success(request, said)
    return redirect("alarm-rule", code=code)


def found(code: str) -> tuple[list[AlarmRule], rulebook.Line]:
    """All versions of a rule, the newest first, and how it stands. Raises Http404."""
    versions = rulebook.versions(code)
    if not versions:
        raise Http404(_("There is no rule with this code."))
    return versions, rulebook.line(versions, timezone.now())


def managed(request: Entered, code: str) -> tuple[list[AlarmRule], rulebook.Line]:
    """The same, of a rule whose whole scope lies within reach of who asks. Raises Http404 and PermissionDenied."""
    versions, line = found(code)
    for one in drafting.subjects(versions[0], versions[0].communes.all()):
        request.rights.require(MANAGE, one)
    return versions, line


def beside(one: Overlap) -> Beside:
    """Another rule, and what differs."""
    parts = []
    if one.same:
        parts.append(_("the same level at %(n)d") % {"n": one.same})
    if one.earlier:
        parts.append(_("this one sooner at %(n)d") % {"n": one.earlier})
    if one.later:
        parts.append(_("this one later at %(n)d") % {"n": one.later})
    said = _("%(n)d series are judged by both: %(how)s.") % {"n": one.streams, "how": ", ".join(parts)}
    return Beside(one.rule.code, wording.told(one.rule, "name"), wording.level(one.rule), said)


def figures_of(score: Score) -> list[Figure]:
    """The score in numbers, each with its words."""
    return [
        Figure(_("incidents in a year"), figures.number(score.total)),
        Figure(_("confirmed"), figures.number(score.confirmed)),
        Figure(_("false alarms"), figures.number(score.false_alarm)),
        Figure(_("missed, as people told"), figures.number(score.missed)),
        Figure(_("recorded afterwards"), figures.number(score.recorded)),
        Figure(_("withdrawn, data corrected"), figures.number(score.withdrawn)),
        Figure(_("not judged yet"), figures.number(score.open)),
        Figure(_("from onset to telling, median"), wording.minutes(score.delay)),
        Figure(_("to the acknowledgement, median"), wording.minutes(score.answer)),
    ]


def _version(one: AlarmRule, at: datetime) -> Event:
    """A line of the history."""
    standing = rulebook.standing(one, at)
    said = {"n": one.version, "state": _held(one, standing), "level": wording.level(one)}
    return Event(
        at=one.valid_from,
        until=one.valid_to,
        words=_("Version %(n)d, %(state)s: %(level)s") % said,
        detail=one.by.name if one.by else (_("came with the system") if one.shipped else _("the system")),
        is_open=standing == Standing.ON,
    )


def _held(one: AlarmRule, standing: Standing) -> str:
    """Of a version that is over, whether it judged."""
    if standing != Standing.ENDED:
        return wording.state(standing)
    return _("was switched on") if one.enabled else _("was switched off")


def _spot(spot: Where, names: dict[str, str], at: int) -> Spot:
    judged = [wording.judged(stream, applied, names, at) for stream, applied in spot.streams]
    return Spot(spot.station.code, spot.station.name, spot.station.simulated, list(dict.fromkeys(judged)))
