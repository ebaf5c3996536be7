"""Machines that are told: their addresses, and the secrets their messages are signed with."""

from __future__ import annotations

import base64
import json
import secrets
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.entrance import sealing
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.outbox import services, targets, topics
from nonnuoc.records.outbox.models import Channel, Message, Webhook
from nonnuoc.records.outbox.wishes import SEVERITIES
from nonnuoc.records.places.models import Commune

PREFIX = "whsec_"  # as the Standard Webhooks specification writes secrets
#: How long messages are signed with the old secret, too, after a new one was made.
OVERLAP = timedelta(hours=24)
TRIAL = "webhook_trial"


@transaction.atomic
def make_webhook(
    name: str,
    url: str,
    *,
    by: Person,
    topics: Sequence[str] = (),
    least_severity: int = 1,
    communes: Iterable[Commune] = (),
) -> tuple[Webhook, str]:
    """Tell a machine from now on; of all topics when none is named. The secret with it is shown this once.

    Raises ValidationError, PermissionDenied.
    """
    lent = access.require(by, "settings.manage").lent
    secret = _drawn()
    hook = Webhook(by=by, sealed_secret=_sealed([(secret, None)]))
    _set(hook, name, url, topics, least_severity, active=True)
    hook.save()
    hook.communes.set(communes)
    audit.record(by, "webhook.made", hook.name, after=_facts(hook), through=lent)
    return hook, secret


@transaction.atomic
def change_webhook(
    hook: Webhook,
    *,
    name: str,
    url: str,
    topics: Sequence[str],
    least_severity: int,
    communes: Iterable[Commune],
    active: bool,
    by: Person,
) -> Webhook:
    """Bring a webhook up to date; not `active`: nothing is sent, and what waits is dropped. Raises ValidationError."""
    lent = access.require(by, "settings.manage").lent
    before = _facts(hook)
    _set(hook, name, url, topics, least_severity, active=active)
    hook.save()
    hook.communes.set(communes)
    if not active:
        services.drop_of(hook, gettext_noop("the webhook was switched off"))
    if before != _facts(hook):
        audit.record(by, "webhook.changed", hook.name, before=before, after=_facts(hook), through=lent)
    return hook


@transaction.atomic
def new_secret(hook: Webhook, *, by: Person) -> str:
    """Another secret; for a day, messages are signed with both. Nobody is shown it again."""
    lent = access.require(by, "settings.manage").lent
    hook = Webhook.objects.select_for_update().get(pk=hook.pk)
    now, secret = timezone.now(), _drawn()
    held = [(one, min(until or now + OVERLAP, now + OVERLAP)) for one, until in _opened(hook)]
    hook.sealed_secret = _sealed([(secret, None), *((one, until) for one, until in held if until > now)])
    hook.save(update_fields=["sealed_secret"])
    audit.record(by, "webhook.new-secret", hook.name, through=lent)
    return secret


@transaction.atomic
def test_webhook(hook: Webhook, *, by: Person) -> Message:
    """Queue a message that says it is a trial; the ledger tells what became of it."""
    access.require(by, "settings.manage")
    now = timezone.now()
    message = Message(
        key=f"webhook:{hook.pk}:{uuid.uuid4()}",
        topic=topics.WEBHOOK_TRIAL,
        severity=1,
        webhook=hook,
        template=TRIAL,
        facts={"webhook": hook.name, "by": by.name},
        due=now,
    )
    services.on_channel(message, Channel.WEBHOOK, at=now)
    message.give_up = now  # one try
    message.save()
    services.wake()
    return message


def signing_secrets(hook: Webhook, at: datetime) -> list[bytes]:
    """The keys to sign with, the newest first. Raises sealing.SealBrokenError."""
    return [key(secret) for secret, until in _opened(hook) if until is None or until > at]


def key(secret: str) -> bytes:
    """The bytes a secret stands for."""
    return base64.b64decode(secret.removeprefix(PREFIX))


def _drawn() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def _sealed(held: Sequence[tuple[str, datetime | None]]) -> bytes:
    return sealing.seal(json.dumps([[secret, until.isoformat() if until else None] for secret, until in held]))


def _opened(hook: Webhook) -> list[tuple[str, datetime | None]]:
    held = json.loads(sealing.open_sealed(hook.sealed_secret))
    return [(secret, datetime.fromisoformat(until) if until else None) for secret, until in held]


def _set(hook: Webhook, name: str, url: str, wanted: Sequence[str], least_severity: int, *, active: bool) -> None:
    if not name.strip():
        raise ValidationError({"name": _("Give it a name.")})
    if unknown := sorted(set(wanted) - set(topics.ALL)):
        raise ValidationError({"topics": _("There is no topic %(topic)s.") % {"topic": unknown[0]}})
    if least_severity not in SEVERITIES:
        raise ValidationError({"least_severity": _("There is no such severity.")})
    check_url(url.strip())
    hook.name, hook.url, hook.topics = name.strip()[:80], url.strip(), sorted(set(wanted))
    hook.least_severity, hook.active = least_severity, active


def check_url(url: str) -> None:
    """Raise ValidationError, saying why, unless messages could be sent there. Names are looked up at each sending."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (80 if parts.scheme == "http" else 443)
    except ValueError:
        host, port = "", 0
    if not host or parts.scheme not in ("http", "https") or not url.isascii() or any(c.isspace() for c in url):
        raise ValidationError({"url": _("%(text)s is no https address.") % {"text": url[:200]}})
    if parts.username is not None or parts.fragment:
        raise ValidationError({"url": _("Leave out names, passwords and what stands behind a #.")})
    if targets.is_listed(host, port, targets.literal(host)):
        return
    if parts.scheme == "http":
        raise ValidationError({"url": _("Messages are sent over https only; http goes to listed machines alone.")})
    address = targets.literal(host)
    if host == "localhost" or (address is not None and not targets.is_public(address)):
        raise ValidationError(
            {"url": _("%(host)s is an address of an inner network: have an administrator list it.") % {"host": host}}
        )


def _facts(hook: Webhook) -> dict[str, Any]:
    return {
        "name": hook.name,
        "url": hook.url,
        "topics": list(hook.topics),
        "least_severity": hook.least_severity,
        "communes": sorted(hook.communes.values_list("code", flat=True)) if hook.pk else [],
        "active": hook.active,
    }
