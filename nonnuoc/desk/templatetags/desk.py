"""What templates of the desk may use besides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils.text import capfirst
from django.utils.translation import gettext

from nonnuoc.desk import differences, navigation, words
from nonnuoc.desk.doors import rights
from nonnuoc.desk.navigation import Link
from nonnuoc.ingest.formats.examine import Doubt
from nonnuoc.records.accounts.models import AuditEntry
from nonnuoc.records.monitoring import deliveries

register = template.Library()
register.filter("deed", words.deed)
register.filter("named_station", deliveries.named_station)
register.filter("differences", differences.of)


@register.filter
def doubt(told: Doubt) -> str:
    """A doubt about a table, in the reader's language."""
    return f"{capfirst(gettext(told.template) % {'column': told.column})}."


@register.filter
def about(entry: AuditEntry) -> str:
    """What an entry of the audit trail was done to."""
    return words.subject(entry.action, entry.subject)


@register.filter
def query(pairs: Iterable[tuple[str, str]]) -> str:
    """Pairs as the query of an address."""
    return urlencode(list(pairs))


@register.simple_tag(takes_context=True)
def desk_rooms(context: dict[str, Any]) -> list[Link]:
    """The rooms of the desk this person may enter."""
    return navigation.rooms(rights(context["request"]), _route(context))


@register.simple_tag(takes_context=True)
def desk_pages(context: dict[str, Any]) -> list[Link]:
    """The pages of the room at hand."""
    return navigation.pages(rights(context["request"]), _route(context))


def _route(context: dict[str, Any]) -> str:
    match = context["request"].resolver_match
    return (match and match.url_name) or ""
