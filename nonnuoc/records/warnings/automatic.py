"""Warnings that the machine publishes by itself, of indices and categories that the administrator has allowed.

One line of messages an incident: published when the category is reached, updated when it gets graver, renewed while it
goes on, cancelled when it is over. As soon as a person has published anything about the incident, it is theirs alone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from nonnuoc.records.accounts import audit, preferences
from nonnuoc.records.alerts.judging.incidents import Change, is_fresh
from nonnuoc.records.alerts.models import Alarm, AlarmRule, Incident
from nonnuoc.records.warnings import chains, checking, describing, drafting, news, publishing, words
from nonnuoc.records.warnings.models import PublicWarning

log = logging.getLogger(__name__)

State, MessageType, Status = PublicWarning.State, PublicWarning.MessageType, PublicWarning.Status
GRAVER = [severity.value for severity in reversed(PublicWarning.Severity)]
OVER = (Incident.State.CLEARED, Incident.State.CLOSED)
#: Before its end a warning is renewed while the incident goes on.
RENEWED_BEFORE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Allowed:
    """From which category of an index on the machine may warn, as what, and whether in earnest."""

    index: str  # VN_AQI, VN_WQI
    category: int  # counted from 1, the best: 5 of VN_AQI is “very bad”, 201 to 300
    severity: str  # CAP's
    status: str


def allowed() -> tuple[Allowed, ...]:
    """What the administrator allows (preference warnings.automatic: "VN_AQI 5 Severe Actual; …"); nothing at first."""
    rules = filter(None, map(str.split, preferences.read("warnings.automatic").split(";")))
    return tuple(Allowed(index, int(category), severity, status) for index, category, severity, status in rules)


def consider(changes: Sequence[Change], *, at: datetime) -> list[PublicWarning]:
    """Publish, update or cancel what these changes of incidents ask for; in their own transaction.

    Never raises: what fails is undone by itself, logged, and told to administrators. No query without a change, one or
    two for any number of changes that are nothing to warn of.
    """
    touched = {change.incident.id for change in changes}
    if not touched:
        return []
    try:
        with transaction.atomic():
            could = _candidates(touched)
    except Exception:
        log.exception("no automatic warnings: incidents %s have to be looked at by a person", sorted(touched))
        return []
    return _each(could, at)


def look_after(at: datetime) -> list[PublicWarning]:
    """What no change of an incident says: a warning is about to end while it goes on, or a person has closed it."""
    later = PublicWarning.objects.filter(changes=OuterRef("pk"), state=State.PUBLISHED)
    held = PublicWarning.objects.filter(~Exists(later), state=State.PUBLISHED, automatic=True, expires__gt=at)
    lasting = held.exclude(message_type=MessageType.CANCEL)
    return _each(set(Incident.objects.filter(warnings__in=lasting).values_list("id", flat=True)), at)


def _candidates(touched: set[int]) -> set[int]:
    """Of these incidents those the machine has warned of, and those it might."""
    ours = Incident.objects.filter(id__in=touched, warnings__automatic=True).values_list("id", flat=True)
    if not allowed():
        return set(ours)
    with_index = Alarm.objects.filter(incident__in=touched, cleared=None, rule__kind=AlarmRule.Kind.INDEX)
    return set(ours) | set(with_index.values_list("incident_id", flat=True))


def _each(incident_ids: Iterable[int], at: datetime) -> list[PublicWarning]:
    rules = allowed()
    made = []
    for identity in sorted(incident_ids):
        try:
            with transaction.atomic():
                warning = _of_one(identity, rules, at)
        except Exception:
            log.exception("no automatic warning of incident %s: it has to be written by a person", identity)
            _tell_it_failed(identity, at)
        else:
            made += [warning] if warning else []
    return made


def _of_one(identity: int, rules: Sequence[Allowed], at: datetime) -> PublicWarning | None:
    """What is published of an incident now, if anything. Whoever comes second waits here, and finds it done."""
    incident = Incident.objects.select_for_update(no_key=True).get(id=identity)
    if PublicWarning.objects.filter(incident=incident, automatic=False, state=State.PUBLISHED).exists():
        return None
    head = chains.in_force(incident, at)
    if incident.state in OVER:
        since = incident.cleared or incident.closed or at
        drafted = drafting.cancelled_automatically(head, since, at=at) if head else None
        return _published(drafted, MessageType.CANCEL, incident, head, at) if drafted else None
    if incident.told is None and head is None:
        return None  # found late: it sounded nowhere, and warns nobody
    rule = _reached(incident, rules, at)
    if rule is None or (head is not None and not _is_due(head, rule, incident, at)):
        return None
    drafted = drafting.of(incident, at=at)
    drafted.facts.update(severity=rule.severity, status=Status.TEST if drafted.simulated else rule.status)
    for language in words.LANGUAGES:
        plain = drafted.facts[f"headline_{language}"]
        drafted.facts[f"headline_{language}"] = words.cut(words.said("automatic_headline", language, headline=plain))
    if head is not None:
        drafted.facts["status"] = head.status
    return _published(drafted, MessageType.UPDATE if head else MessageType.ALERT, incident, head, at)


def _reached(incident: Incident, rules: Sequence[Allowed], at: datetime) -> Allowed | None:
    """The gravest rule whose category an alarm of now has reached."""
    chain = ("rule", "datastream__observed_property")
    going_on = incident.alarms.filter(cleared=None, rule__kind=AlarmRule.Kind.INDEX).select_related(*chain)
    alarms = [one for one in going_on if one.datastream and is_fresh(one.last_beyond, one.datastream.interval_s, at)]
    reached = [
        rule
        for rule in rules
        for alarm in alarms
        if alarm.datastream is not None
        and alarm.datastream.observed_property.code == rule.index
        and describing.category_number(alarm) >= rule.category
    ]
    return max(reached, key=lambda rule: (GRAVER.index(rule.severity), rule.category), default=None)


def _is_due(head: PublicWarning, rule: Allowed, incident: Incident, at: datetime) -> bool:
    """Whether the warning in force has to be changed: it got graver, or ends while there are still values beyond."""
    graver = GRAVER.index(rule.severity) > GRAVER.index(head.severity)
    return graver or (head.expires <= at + RENEWED_BEFORE and incident.state == Incident.State.OPEN)


def _published(
    drafted: drafting.Drafted, kind: str, incident: Incident, head: PublicWarning | None, at: datetime
) -> PublicWarning:
    made = PublicWarning(
        **drafted.facts,
        incident=incident,
        simulated=drafted.simulated,
        changes=head,
        message_type=kind,
        automatic=True,
    )
    made.save()
    made.communes.set(drafted.communes)
    checking.require(made, at=at)
    publishing.publish(made, at=at, by=None)
    audit.record(None, "warning.published", str(made), incident=incident.id, message_type=kind)
    return made


def _tell_it_failed(identity: int, at: datetime) -> None:
    try:
        with transaction.atomic():
            news.automatic_failed(identity, at=at)
    except Exception:
        log.exception("nor could the administrators be told")
