"""The life of a public warning: written, proposed, approved by a second person; updated and cancelled by new ones.

What is published is never changed. Every step asks `access`, leaves an entry in the trail, and does no harm when it is
repeated: who approves what has been approved gets the published warning back. `seen` is `version(warning)` as the page
that was answered had it: what somebody else changed meanwhile is neither overwritten nor approved unread.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.models import Delegation, Person
from nonnuoc.records.alerts import selectors as alerts
from nonnuoc.records.alerts.models import Incident
from nonnuoc.records.places.models import Commune
from nonnuoc.records.warnings import chains, checking, drafting, identifiers, news, publishing, reaching
from nonnuoc.records.warnings.drafting import Drafted
from nonnuoc.records.warnings.models import PublicWarning

State = PublicWarning.State
MessageType = PublicWarning.MessageType
Status = PublicWarning.Status

#: What whoever writes a warning may give to `write`; beside these its communes.
FIELDS = (
    *("status", "category", "urgency", "severity", "certainty"),
    *("event_vi", "event_en", "headline_vi", "headline_en", "description_vi", "description_en", "instructions"),
    *("effective", "onset", "expires"),
    *("river", "reach", "polygon", "area_vi", "area_en"),
)
OPEN = (State.DRAFT, State.RETURNED)


@transaction.atomic
def draft_from(incident: Incident, *, by: Person) -> PublicWarning:
    """A whole draft in both languages of what an incident's data say, as a test until somebody says otherwise.

    Where a real warning of the incident is in force, an update of that. A draft of it that is open already is returned
    as it is. Raises ValidationError for an incident that is not of the environment.
    """
    lent = access.require(by, "warnings.write", alerts.subject(incident)).lent
    Incident.objects.select_for_update(no_key=True).get(id=incident.id)
    waiting = PublicWarning.objects.filter(incident=incident, automatic=False, state__in=(*OPEN, State.PROPOSED))
    if (open_one := waiting.exclude(message_type=MessageType.CANCEL).order_by("id").first()) is not None:
        return open_one
    now = timezone.now()
    drafted = drafting.of(incident, at=now)
    head = chains.in_force(incident, now)
    if head is not None and head.status != Status.ACTUAL:
        head = None  # a test or an exercise stands by itself
    if head is not None:
        drafted.facts["status"] = head.status
    return _made(drafted, MessageType.UPDATE if head else MessageType.ALERT, head, incident, by, lent)


@transaction.atomic
def write(
    warning: PublicWarning | None,
    *,
    by: Person,
    communes: Iterable[Commune] | None = None,
    seen: str | None = None,
    **given: Any,
) -> PublicWarning:
    """A new draft (None), or changes to one; `given` are of FIELDS, what is left out stays.

    A draft may be unfinished: `checking.faults` says what it lacks. Raises ValidationError for what cannot be kept at
    all, field by field, for one that is no draft any more, and where another person changed it meanwhile.
    """
    if strange := sorted(set(given) - set(FIELDS)):
        raise TypeError(f"no field of a warning: {', '.join(strange)}")
    held = PublicWarning(**drafting.blank(timezone.now())) if warning is None else _locked(warning)
    if warning is not None:
        reaching.require(by, "warnings.write", held)
        _is_draft(held)
        _as_seen(held, seen)
    before = facts(held) if warning is not None else {}
    for field, value in given.items():
        setattr(held, field, value)
    held.written_by = by
    held.state = State.DRAFT
    checking.storable(held)
    held.save()
    if communes is not None:
        held.communes.set(communes)
    lent = reaching.require(
        by, "warnings.write", held
    ).lent  # where it reaches now: a draft cannot be moved out of one's bounds
    after = facts(held)
    if not before:
        audit.record(by, "warning.drafted", name(held), after=after, through=lent)
    elif after != before:
        audit.record(by, "warning.changed", name(held), before=before, after=after, through=lent)
    return held


@transaction.atomic
def propose(warning: PublicWarning, *, by: Person, seen: str | None = None) -> PublicWarning:
    """Lay it before those who approve. Proposed already: nothing happens. Raises ValidationError with every fault."""
    held = _locked(warning)
    lent = reaching.require(by, "warnings.write", held).lent
    if held.state in (State.PROPOSED, State.PUBLISHED):
        return held
    _is_draft(held)
    _as_seen(held, seen)
    now = timezone.now()
    checking.require(held, at=now)
    held.state = State.PROPOSED
    held.decided_by = held.decided = None
    held.note = ""
    held.save()
    audit.record(by, "warning.proposed", name(held), after=facts(held), through=lent)
    news.to_be_approved(held, at=now)
    return held


@transaction.atomic
def approve(warning: PublicWarning, *, by: Person, note: str = "", seen: str | None = None) -> PublicWarning:
    """Publish what another person proposed. Published already: it is returned, and nothing happens.

    Raises ValidationError for one's own words, for one that is not proposed, for one that changes what has been changed
    by somebody else meanwhile, and for whatever has become wrong since it was proposed (it has expired).
    """
    held = _locked(warning)
    lent = reaching.require(by, "warnings.approve", held).lent
    if held.state == State.PUBLISHED:
        return held
    if held.state != State.PROPOSED:
        raise ValidationError(
            gettext("This warning does not wait for approval: %(state)s.") % {"state": held.get_state_display()}
        )
    if held.written_by_id == by.id:
        raise ValidationError(gettext("These are your own words: another person approves them."))
    _as_seen(held, seen)
    chains.attach(held)
    now = timezone.now()
    checking.require(held, at=now)
    publishing.publish(held, at=now, by=by, note=note.strip()[:300])
    audit.record(by, "warning.approved", name(held), after=facts(held), through=lent, identifier=held.identifier)
    return held


@transaction.atomic
def send_back(warning: PublicWarning, *, note: str, by: Person) -> PublicWarning:
    """Not approved; the note tells whoever wrote it why. Not proposed any more: nothing happens."""
    held = _locked(warning)
    lent = reaching.require(by, "warnings.approve", held).lent
    if not note.strip():
        raise ValidationError({"note": gettext("Say why: whoever wrote it must be able to mend it.")})
    if held.state == State.PROPOSED:
        _decide(held, State.RETURNED, by, note)
        audit.record(by, "warning.returned", name(held), after=facts(held), through=lent)
        news.returned(held, at=timezone.now())
    return held


@transaction.atomic
def withdraw(warning: PublicWarning, *, by: Person, note: str = "") -> PublicWarning:
    """Taken back before publication, for good; by whoever may write it. Raises ValidationError for a published one."""
    held = _locked(warning)
    lent = reaching.require(by, "warnings.write", held).lent
    if held.state == State.PUBLISHED:
        raise ValidationError(gettext("It is published, and stays what was said: cancel it instead."))
    if held.state != State.WITHDRAWN:
        _decide(held, State.WITHDRAWN, by, note)
        audit.record(by, "warning.withdrawn", name(held), after=facts(held), through=lent)
        news.withdrawn(held)
    return held


@transaction.atomic
def update(warning: PublicWarning, *, by: Person) -> PublicWarning:
    """A draft that changes a published warning (or whatever has changed that since), filled in with its words.

    Of one that rests on an incident still going on, with what its data say now. One that is open already is returned:
    two people who update the same warning work on the same draft.
    """
    lent = reaching.require(by, "warnings.write", warning).lent
    head = chains.head(_published(warning))
    if head.message_type == MessageType.CANCEL:
        raise ValidationError(gettext("This warning is cancelled. Write a new one."))
    if (open_one := _open_change(head, MessageType.UPDATE)) is not None:
        return open_one
    return _made(drafting.again(head, at=timezone.now()), MessageType.UPDATE, head, head.incident, by, lent)


@transaction.atomic
def cancel(warning: PublicWarning, *, why: str, by: Person) -> PublicWarning:
    """A cancellation of a published warning, filled in and proposed: another person approves it with one more click.

    Cancelled already, or proposed to be: that cancellation. Raises ValidationError without a reason.
    """
    if not why.strip():
        raise ValidationError({"why": gettext("Say why: people who stayed inside want to know that it is over.")})
    lent = reaching.require(by, "warnings.write", warning).lent
    head = chains.head(_published(warning))
    if head.message_type == MessageType.CANCEL:
        return head
    made = _open_change(head, MessageType.CANCEL)
    if made is None:
        drafted = drafting.cancelled(head, why.strip(), at=timezone.now())
        made = _made(drafted, MessageType.CANCEL, head, head.incident, by, lent)
    return propose(made, by=by)


def version(warning: PublicWarning) -> str:
    """Changes whenever anything that is read before approval does: what `seen` is compared with."""
    return hashlib.sha256(json.dumps(facts(warning), sort_keys=True).encode()).hexdigest()[:16]


def name(warning: PublicWarning) -> str:
    """What the audit trail calls it."""
    return warning.identifier or warning.headline_vi or str(warning.uuid)


def facts(warning: PublicWarning) -> dict[str, Any]:
    """What the audit trail keeps of it."""
    plain = {name: getattr(warning, name) for name in FIELDS if name != "river"}
    times = {name: plain[name] and identifiers.stamp(plain[name]) for name in ("effective", "onset", "expires")}
    more = {
        "river": warning.river.code if warning.river else None,
        "communes": sorted(warning.communes.values_list("code", flat=True)),
        "message_type": str(warning.message_type),
        "state": str(warning.state),
        "changes": str(warning.changes) if warning.changes else None,
        "simulated": warning.simulated,
        "note": warning.note,
    }
    return {name: value if isinstance(value, list | dict) else str(value or "") for name, value in plain.items()} | (
        times | more
    )


def _locked(warning: PublicWarning) -> PublicWarning:
    """Its row as it is now, held until the commit. Its incident first: the order in which the river takes them."""
    if warning.incident_id is not None:
        Incident.objects.select_for_update(no_key=True).filter(id=warning.incident_id).first()
    return PublicWarning.objects.select_for_update(no_key=True).get(id=warning.id)


def _is_draft(held: PublicWarning) -> None:
    if held.state == State.PUBLISHED:
        raise ValidationError(gettext("It is published, and stays what was said: update it instead."))
    if held.state == State.PROPOSED:
        raise ValidationError(gettext("It waits for approval: have it sent back before you change it."))
    if held.state == State.WITHDRAWN:
        raise ValidationError(gettext("It was withdrawn. Write a new one."))


def _as_seen(held: PublicWarning, seen: str | None) -> None:
    if seen is not None and seen != version(held):
        raise ValidationError(gettext("Somebody changed this warning after you opened it. Read it again."))


def _published(warning: PublicWarning) -> PublicWarning:
    if warning.state != State.PUBLISHED:
        raise ValidationError(gettext("It is not published yet: change the draft itself."))
    return _locked(warning)


def _open_change(head: PublicWarning, kind: str) -> PublicWarning | None:
    """A draft or proposal that changes it in this way."""
    waiting = PublicWarning.objects.filter(changes=head, message_type=kind, state__in=(*OPEN, State.PROPOSED))
    return waiting.order_by("id").first()


def _made(
    drafted: Drafted,
    kind: str,
    changes: PublicWarning | None,
    incident: Incident | None,
    by: Person,
    lent: Delegation | None,
) -> PublicWarning:
    """A draft, kept."""
    made = PublicWarning(
        **drafted.facts,
        incident=incident,
        simulated=drafted.simulated,
        changes=changes,
        message_type=kind,
        written_by=by,
    )
    made.save()
    made.communes.set(drafted.communes)
    audit.record(by, "warning.drafted", name(made), after=facts(made), through=lent)
    return made


def _decide(held: PublicWarning, state: str, by: Person, note: str) -> None:
    held.state, held.decided_by, held.decided, held.note = state, by, timezone.now(), note.strip()[:300]
    held.save(update_fields=["state", "decided_by", "decided", "note"])
