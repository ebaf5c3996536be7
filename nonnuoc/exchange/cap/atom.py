"""Public warnings as an Atom feed (RFC 4287): whoever passes warnings on asks it again and again.

Real warnings, tests and exercises are in feeds of their own, so that nobody who takes the public one over can pass on a
test. What is over stays for seven days. An entry's id is the warning's own and never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lxml import etree

from nonnuoc.exchange.cap.vocabulary import MEDIA_TYPE
from nonnuoc.records.places import province
from nonnuoc.records.warnings import words
from nonnuoc.records.warnings.identifiers import stamp
from nonnuoc.records.warnings.models import PublicWarning

NAMESPACE = "http://www.w3.org/2005/Atom"
CONTENT_TYPE = "application/atom+xml; charset=utf-8"
Status, MessageType = PublicWarning.Status, PublicWarning.MessageType
#: Since when a feed without entries stands: long before any warning, and the same on every request.
NEVER = "2026-01-01T00:00:00+07:00"


def feed(
    warnings: Sequence[PublicWarning],
    *,
    status: str,
    language: str,
    self_address: str,
    page: Callable[[PublicWarning], str],
    cap: Callable[[PublicWarning], str],
) -> bytes:
    """The feed as UTF-8; `warnings` are published ones of that status (selectors.told), the newest first.

    `page` and `cap` give the whole addresses of a warning's page and of its CAP message.
    """
    if wrong := [one for one in warnings if one.status != status or one.sent is None]:
        raise ValueError(f"{wrong[0]} does not belong into a feed of {status}")
    root = etree.Element(f"{{{NAMESPACE}}}feed", nsmap={None: NAMESPACE})
    root.set("{http://www.w3.org/XML/1998/namespace}lang", language)
    _add(root, "id", f"urn:nonnuoc:vn-{province.read().code}:warnings:{status.lower()}")
    _add(root, "title", _title(status, language))
    _add(root, "updated", max((_updated(one) for one in warnings), default=NEVER))
    _link(root, "self", self_address, CONTENT_TYPE.partition(";")[0])
    author = _add(root, "author")
    _add(author, "name", words.sender_name(language))
    for warning in warnings:
        _entry(root, warning, language, page(warning), cap(warning))
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _entry(root: etree._Element, warning: PublicWarning, language: str, page: str, cap: str) -> None:
    entry = _add(root, "entry")
    _add(entry, "id", f"urn:nonnuoc:{warning.identifier}")
    _add(entry, "title", words.headline(warning, language))
    _add(entry, "published", _updated(warning))
    _add(entry, "updated", _updated(warning))
    for term in (warning.status, warning.message_type, warning.category, warning.severity):
        _add(entry, "category").set("term", term)
    _link(entry, "alternate", page, "text/html")
    _link(entry, "alternate", cap, MEDIA_TYPE)
    summary = getattr(warning, f"description_{language}") or warning.description_vi
    _add(entry, "summary", "\n".join(filter(None, (words.caution(warning, language), summary))))


def _title(status: str, language: str) -> str:
    plain = words.sender_name(language)
    mark = words.MARKS.get(Status(status))
    return words.said(f"mark_{mark}", language, headline=plain) if mark else plain


def _updated(warning: PublicWarning) -> str:
    """A message is never changed: it was updated when it was sent."""
    return stamp(warning.sent) if warning.sent else NEVER


def _link(parent: etree._Element, relation: str, address: str, media_type: str) -> None:
    link = _add(parent, "link")
    link.set("rel", relation)
    link.set("type", media_type)
    link.set("href", address)


def _add(parent: etree._Element, tag: str, text: str | None = None) -> etree._Element:
    made = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}")
    made.text = text
    return made
