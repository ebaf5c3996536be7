"""What a person wants to hear, and how."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import time
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.models import Delegation, Person
from nonnuoc.records.outbox import topics
from nonnuoc.records.outbox.models import Channel, Preference, Subscription
from nonnuoc.records.places.models import Commune

SEVERITIES = range(1, 5)
#: One above the gravest: nothing breaks quiet hours.
NEVER_LOUD = 5
MOST_AN_HOUR = 60
TO_PEOPLE = (Channel.APP, Channel.EMAIL, Channel.SMS, Channel.ZALO)


def preference(person: Person) -> Preference:
    """What the person has said, or what holds where nothing was said."""
    return Preference.objects.filter(person=person).first() or Preference(person=person)


@transaction.atomic
def set_preferences(
    person: Person,
    *,
    language: str,
    quiet_from: time | None,
    quiet_until: time | None,
    loud_severity: int,
    most_an_hour: int,
    by: Person | None,
) -> Preference:
    """How the person is told. Raises ValidationError, PermissionDenied for somebody else's."""
    lent = require_own(person, by)
    if language not in dict(settings.LANGUAGES):
        raise ValidationError({"language": _("There are no messages in this language.")})
    if (quiet_from is None) != (quiet_until is None) or (quiet_from is not None and quiet_from == quiet_until):
        raise ValidationError({"quiet_until": _("Quiet hours have a beginning and another end, or neither.")})
    if loud_severity not in (*SEVERITIES, NEVER_LOUD):
        raise ValidationError({"loud_severity": _("There is no such severity.")})
    if not 1 <= most_an_hour <= MOST_AN_HOUR:
        raise ValidationError({"most_an_hour": _("Choose 1 to %(most)s messages an hour.") % {"most": MOST_AN_HOUR}})
    held = Preference.objects.select_for_update().filter(person=person).first() or Preference(person=person)
    before = _preference_facts(held) if held.pk else {}
    held.language, held.quiet_from, held.quiet_until = language, quiet_from, quiet_until
    held.loud_severity, held.most_an_hour = loud_severity, most_an_hour
    if before != _preference_facts(held):
        held.save()
        audit.record(by, "messages.preferred", person.email, before=before, after=_preference_facts(held), through=lent)
    return held


@transaction.atomic
def subscribe(
    person: Person,
    topic: str,
    *,
    channels: Sequence[str],
    by: Person | None,
    least_severity: int = 1,
    communes: Iterable[Commune] = (),
    active: bool = True,
) -> Subscription:
    """What the person wants to hear of a topic, in place of what their tasks bring; not `active`: nothing of it.

    `communes` none: wherever their rights reach. `channels` none: as it is for everybody. Raises ValidationError,
    PermissionDenied.
    """
    lent = require_own(person, by)
    if topic not in topics.ALL:
        raise ValidationError({"topic": _("There is no such topic.")})
    if least_severity not in SEVERITIES:
        raise ValidationError({"least_severity": _("There is no such severity.")})
    if any(one not in TO_PEOPLE for one in channels) or len(set(channels)) < len(channels):
        raise ValidationError({"channels": _("Name each channel once.")})
    held = Subscription.objects.select_for_update().filter(person=person, topic=topic).first()
    before = _subscription_facts(held) if held else {}
    held = held or Subscription(person=person, topic=topic)
    held.least_severity, held.channels, held.active = least_severity, [str(one) for one in channels], active
    held.save()
    held.communes.set(communes)
    after = _subscription_facts(held)
    if before != after:
        audit.record(by, "messages.subscribed", person.email, before=before, after=after, through=lent)
    return held


@transaction.atomic
def forget(person: Person, topic: str, *, by: Person | None) -> None:
    """What their tasks bring holds again."""
    lent = require_own(person, by)
    held = Subscription.objects.select_for_update().filter(person=person, topic=topic).first()
    if held is not None:
        before = _subscription_facts(held)
        held.delete()
        audit.record(by, "messages.unsubscribed", person.email, before=before, through=lent)


def require_own(person: Person, by: Person | None) -> Delegation | None:
    """Raise PermissionDenied unless `by` is the person, or may change people's accounts."""
    if by is not None and by.pk == person.pk:
        if not by.is_active:
            raise PermissionDenied(_("This account is closed. Ask an administrator of the province."))
        return None
    return access.require(by, "people.register").lent


def _preference_facts(held: Preference) -> dict[str, Any]:
    return {
        "language": held.language,
        "quiet_from": held.quiet_from.isoformat("minutes") if held.quiet_from else None,
        "quiet_until": held.quiet_until.isoformat("minutes") if held.quiet_until else None,
        "loud_severity": held.loud_severity,
        "most_an_hour": held.most_an_hour,
    }


def _subscription_facts(held: Subscription) -> dict[str, Any]:
    return {
        "topic": held.topic,
        "least_severity": held.least_severity,
        "communes": sorted(held.communes.values_list("code", flat=True)),
        "channels": list(held.channels),
        "active": held.active,
    }
