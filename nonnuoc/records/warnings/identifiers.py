"""How a public warning is called: CAP's identifier, sender and references.

CAP 1.2 (OASIS, 1.7.2010), 3.2.1: neither identifier nor sender holds spaces, commas, < or &; a reference is
"sender,identifier,sent", several stand apart by a space. So neither ever needs quoting in a path or in XML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils import timezone

from nonnuoc.records.accounts import preferences
from nonnuoc.records.places import province
from nonnuoc.records.warnings.models import PublicWarning

#: What identifier and sender may be made of here: narrower than CAP, so that they also stand in an address as they are.
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{2,119}")


def identifier(warning: PublicWarning, sent: datetime) -> str:
    """Unique in the world and for ever: the country and province, the day, and twelve digits of its random number."""
    return f"vn-{province.read().code}-{timezone.localtime(sent):%Y%m%d}-{warning.uuid.hex[:12]}"


def sender() -> str:
    """Who sends, as machines know it: what the administrator chose, else a name that no other province has."""
    return preferences.read("warnings.sender") or f"warnings@vn-{province.read().code}.nonnuoc"


def stamp(moment: datetime) -> str:
    """A time as CAP writes it: whole seconds, local, with its offset (+07:00) and never Z."""
    return timezone.localtime(moment).replace(microsecond=0).isoformat()


def reference(warning: PublicWarning) -> dict[str, str]:
    """A published warning, as later ones refer to it."""
    if warning.sent is None or warning.identifier is None or warning.as_sent is None:
        raise ValueError("only a published warning can be referred to")
    return {"sender": warning.as_sent["sender"], "identifier": warning.identifier, "sent": stamp(warning.sent)}


def references(given: Iterable[Mapping[str, str]]) -> str:
    """CAP's `references`."""
    return " ".join(f"{one['sender']},{one['identifier']},{one['sent']}" for one in given)
