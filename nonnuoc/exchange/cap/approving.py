"""The last look before a warning leaves: it is built, and read as its receivers will read it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from nonnuoc.exchange.cap import building, checking
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.warnings import services
from nonnuoc.records.warnings.models import PublicWarning


@transaction.atomic
def approve(warning: PublicWarning, *, by: Person, note: str = "", seen: str | None = None) -> PublicWarning:
    """As services.approve. Raises ValidationError, and publishes nothing, where its CAP message has a fault."""
    published = services.approve(warning, by=by, note=note, seen=seen)
    if found := checking.faults(building.build(published)):
        told = gettext("Its CAP message would be wrong, so nothing was published. %(what)s")
        raise ValidationError([told % {"what": str(one)} for one in found])
    return published
