"""What people do about an incident. Every verb may be repeated: what is so already is done no second time.

Each asks access, locks the incident, writes one line of its log and one of the audit trail, and tells whoever looks at
the incident that it changed. Refusals are ValidationErrors in words; where somebody else was first, with who and when.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from nonnuoc.domain import attached
from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.access import Subject
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.alerts.attending import telling
from nonnuoc.records.alerts.attending.in_hand import ACTION, hold, plain, required, who
from nonnuoc.records.alerts.models import AlarmRule, Attachment, Entry, Incident, Missed
from nonnuoc.records.alerts.selectors import subject
from nonnuoc.records.monitoring import selectors as monitoring
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.outbox import services as outbox

Kind, State, Outcome = Entry.Kind, Incident.State, Incident.Outcome
LONGEST_SILENCE = timedelta(days=7)
LARGEST_FILE = 10 * 1024 * 1024
#: What a person may close an incident as; the others are the machine's.
OUTCOMES = (Outcome.CONFIRMED, Outcome.FALSE_ALARM, Outcome.EXERCISE)


@transaction.atomic
def acknowledge(incident: Incident, *, by: Person, note: str = "", at: datetime | None = None) -> Incident:
    """Somebody has seen it and looks after it: no escalation, and no message that waits still.

    Raises ValidationError where somebody else was first.
    """
    held = hold(incident, by, at)
    held.require_open()
    one = held.incident
    if one.acknowledged is not None:
        if one.acknowledged_by_id == by.id:
            return one
        raise ValidationError(
            gettext("%(who)s acknowledged it at %(when)s.") % who(one.acknowledged_by, one.acknowledged)
        )
    held.acknowledge()
    held.done(Kind.ACKNOWLEDGED, plain(note))
    audit.record(by, "incident.acknowledged", held.name, after=_said(note=plain(note)), through=held.lent)
    return one


@transaction.atomic
def assign(incident: Incident, to: Person | None, *, by: Person, at: datetime | None = None) -> Incident:
    """It is theirs to look after, and they are told; None: nobody's. Only to who may work on it."""
    held = hold(incident, by, at)
    held.require_open()
    one = held.incident
    if one.assigned_to_id == (to.id if to else None):
        return one
    if to is not None and not (decision := access.decide(to, ACTION, subject(one))).allowed:
        raise ValidationError(gettext("%(who)s cannot take it: %(why)s") % {"who": to.name, "why": decision.why})
    held.change(assigned_to=to)
    held.done(Kind.ASSIGNED, to=to.id if to else None, name=to.name if to else "")
    audit.record(by, "incident.assigned", held.name, after={"to": to.name if to else ""}, through=held.lent)
    if to is not None and to.id != by.id:
        telling.told_to(one, "assigned", [to], at=held.at)
    return one


@transaction.atomic
def note(incident: Incident, text: str, *, by: Person, at: datetime | None = None) -> Entry:
    """Write something down. The same again by the same person, as the last line there is, is the same line."""
    held = hold(incident, by, at)
    words = required(text, gettext("Write what is to be noted."))
    last = held.incident.log.order_by("-id").first()
    if last is not None and (last.kind, last.by_id, last.note) == (Kind.NOTED, by.id, words):
        return last
    held.change()
    audit.record(by, "incident.noted", held.name, after={"note": words}, through=held.lent)
    return held.done(Kind.NOTED, words)


@transaction.atomic
def silence(incident: Incident, until: datetime, reason: str, *, by: Person, at: datetime | None = None) -> Incident:
    """No messages about it until then, seven days at most; a graver step is told even so. It ends by itself."""
    held = hold(incident, by, at)
    held.require_open()
    why = required(reason, gettext("Say why there are to be no messages: whoever comes after you must know."))
    if until <= held.at:
        raise ValidationError(gettext("That moment is past. Say until when there are to be no messages."))
    if until > held.at + LONGEST_SILENCE:
        raise ValidationError(gettext("Seven days at most: silence it again then, if it must be."))
    if held.incident.silenced_until == until:
        return held.incident
    held.change(silenced_until=until)
    outbox.drop(telling.prefix(held.incident), gettext("silenced"))
    held.done(Kind.SILENCED, why, until=until.isoformat())
    audit.record(
        by, "incident.silenced", held.name, after={"until": until.isoformat(), "reason": why}, through=held.lent
    )
    return held.incident


@transaction.atomic
def unsilence(incident: Incident, *, by: Person, at: datetime | None = None) -> Incident:
    """Messages again, from now on."""
    held = hold(incident, by, at)
    if telling.is_silenced(held.incident, held.at):
        held.change(silenced_until=held.at)
        held.done(Kind.UNSILENCED)
        audit.record(by, "incident.unsilenced", held.name, through=held.lent)
    return held.incident


@transaction.atomic
def close(incident: Incident, outcome: str, cause: str, *, by: Person, at: datetime | None = None) -> Incident:
    """It is dealt with: what it was and what caused it. Allowed while an alarm goes on; the log says so then.

    Raises ValidationError for an outcome that is not a person's to give, and for no cause of what was real or false.
    """
    held = hold(incident, by, at)
    one = held.incident
    if one.state == State.CLOSED and (one.closed_by_id, one.outcome) == (by.id, outcome):
        return one
    held.require_open()
    if outcome not in OUTCOMES:
        raise ValidationError(gettext("Say what it was: confirmed, a false alarm, or an exercise."))
    words = plain(cause)
    if not words and outcome != Outcome.EXERCISE:
        raise ValidationError(
            gettext("Say what caused it: the next one on watch will ask, and the rule is judged by it.")
        )
    going_on = one.alarms.filter(cleared=None).count()
    if one.acknowledged is None:
        held.acknowledge()
    held.change(state=State.CLOSED, closed=held.at, closed_by=by, outcome=outcome, cause=words)
    said = {"outcome": str(outcome), "going_on": going_on}
    held.done(Kind.CLOSED, words, **said)
    telling.closed(one, at=held.at)
    audit.record(by, "incident.closed", held.name, after=_said(**said, cause=words), through=held.lent)
    return one


@transaction.atomic
def reopen(incident: Incident, reason: str, *, by: Person, at: datetime | None = None) -> Incident:
    """It was closed too soon: it waits for somebody again, and is told again. Open already: nothing happens."""
    held = hold(incident, by, at)
    one = held.incident
    if one.state != State.CLOSED:
        return one
    if one.merged_into_id:
        held.require_open()
    why = required(reason, gettext("Say why it is opened again."))
    was = {"outcome": one.outcome, "cause": one.cause}
    goes_on = one.alarms.filter(cleared=None).exists()
    held.change(
        state=State.OPEN if goes_on else State.CLEARED,
        cleared=None if goes_on else one.cleared or held.at,
        closed=None,
        closed_by=None,
        outcome="",
        cause="",
        acknowledged=None,
        acknowledged_by=None,
        escalation=0,
    )
    held.done(Kind.REOPENED, why, **was)
    audit.record(by, "incident.reopened", held.name, before=was, after={"reason": why}, through=held.lent)
    telling.announce(one, "reopened", at=held.at)
    return one


@transaction.atomic
def attach(
    incident: Incident,
    name: str,
    media_type: str,
    body: bytes,
    *,
    by: Person,
    note: str = "",
    at: datetime | None = None,
) -> Attachment:
    """Keep a file with the incident; the same bytes again are the same attachment.

    `media_type` is what the sender calls it, and believed only where the bytes cannot tell (CSV is text).
    Raises ValidationError for one that is empty, too large, or of a type that is not taken.
    """
    held = hold(incident, by, at)
    if not body:
        raise ValidationError(gettext("The file is empty."))
    if len(body) > LARGEST_FILE:
        raise ValidationError(gettext("The file is larger than 10 MB: make the picture smaller, or attach a part."))
    kind = attached.media_type_of(body, media_type)
    if kind is None:
        raise ValidationError(
            gettext("Only pictures (JPEG, PNG), PDF, text, CSV, XLSX and DOCX without macros are taken.")
        )
    sha256 = hashlib.sha256(body).digest()
    known = Attachment.objects.filter(entry__incident=held.incident, sha256=sha256).defer("body").first()
    if known is not None:
        return known
    held.change()
    called = attached.plain_name(name)
    entry = held.done(Kind.ATTACHED, plain(note), name=called, size=len(body))
    audit.record(by, "incident.attached", held.name, after={"name": called, "size": len(body)}, through=held.lent)
    return Attachment.objects.create(
        entry=entry, name=called, media_type=kind, size=len(body), sha256=sha256, body=body
    )


@transaction.atomic
def missed(
    code: str,
    thing: Thing | None,
    since: datetime,
    until: datetime | None,
    note: str,
    *,
    by: Person,
    at: datetime | None = None,
) -> Missed:
    """An event that the rule of this code should have found and did not; it enters the rule's score."""
    lent = access.require(by, ACTION, monitoring.subject(thing) if thing else Subject()).lent
    if not AlarmRule.objects.filter(code=code).exists():
        raise ValidationError(gettext("There is no rule of alarm %(code)s.") % {"code": code})
    words = required(note, gettext("Write what happened, and how you know."))
    if since > (at or timezone.now()):
        raise ValidationError(gettext("That moment is still to come."))
    if until is not None and until < since:
        raise ValidationError(gettext("It ended before it began: look at the two times again."))
    found, new = Missed.objects.get_or_create(
        code=code, thing=thing, since=since, until=until, defaults={"note": words, "by": by}
    )
    if new:
        where = thing.code if thing else ""
        audit.record(by, "incident.missed", f"{code} {where}".strip(), after={"note": words}, through=lent)
    return found


def _said(**facts: object) -> dict[str, object]:
    return {name: fact for name, fact in facts.items() if fact}
