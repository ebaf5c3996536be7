"""Published warnings, for those who ask. Nothing here writes, and no test or exercise comes where it was not asked for.

What the desk lists before publication is in boards.py.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from nonnuoc.records.places import selectors as places
from nonnuoc.records.places.models import Commune
from nonnuoc.records.warnings.models import PublicWarning

State = PublicWarning.State
Status = PublicWarning.Status
MessageType = PublicWarning.MessageType
#: The gravest first.
ORDER = [severity.value for severity in PublicWarning.Severity]
#: How long a feed still tells what is over.
KEPT = timedelta(days=7)


def in_force(at: datetime, *, status: str = Status.ACTUAL) -> list[PublicWarning]:
    """Those that hold at a moment, as was known then: the gravest first, of these the newest. Two queries at most."""
    later = PublicWarning.objects.filter(changes=OuterRef("pk"), state=State.PUBLISHED, sent__lte=at)
    held = _published().filter(~Exists(later), status=status, sent__lte=at, effective__lte=at, expires__gt=at)
    rows = held.exclude(message_type=MessageType.CANCEL).order_by("-sent", "-id")
    return sorted(rows, key=lambda one: ORDER.index(one.severity))


def published(
    since: datetime | None = None,
    *,
    status: str = Status.ACTUAL,
    commune: Commune | None = None,
) -> QuerySet[PublicWarning]:
    """Every message that was published (since then), the newest first; of one status, so that no test slips in."""
    found = _published().filter(status=status)
    if since is not None:
        found = found.filter(sent__gte=since)
    if commune is not None:
        found = found.filter(communes=commune)
    return found.order_by("-sent", "-id")


def told(at: datetime, *, status: str = Status.ACTUAL) -> QuerySet[PublicWarning]:
    """What a feed tells: what holds or is announced, and what was sent or ended in the last days; newest first."""
    recent = at - KEPT
    return published(status=status).filter(Q(sent__gte=recent) | Q(expires__gte=recent))


def by_identifier(identifier: str) -> PublicWarning | None:
    """The published warning of this name, of whatever status."""
    return None if "\0" in identifier else _published().filter(identifier=identifier).first()


def chain(warning: PublicWarning) -> list[PublicWarning]:
    """Every message of a published warning's line, the first one first."""
    earlier = (warning.as_sent or {}).get("references", [])
    first = earlier[0]["identifier"] if earlier else warning.identifier
    line = Q(identifier=first) | Q(as_sent__references__contains=[{"identifier": first}])
    return list(_published().filter(line).order_by("sent", "id"))


def changed_by(warning: PublicWarning) -> PublicWarning | None:
    """The published message that changed it, if any did."""
    return PublicWarning.objects.filter(changes=warning, state=State.PUBLISHED).first()


def _published() -> QuerySet[PublicWarning]:
    rows = PublicWarning.objects.filter(state=State.PUBLISHED).select_related("river", "changes", "incident__thing")
    return rows.prefetch_related(Prefetch("communes", queryset=places.communes()))
