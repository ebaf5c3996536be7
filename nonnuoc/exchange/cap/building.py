"""A public warning as a CAP 1.2 message: one info block a language, in the order the schema wants its elements.

Of a published warning everything comes from what was kept at its publication, so that the message is the same on every
day. One that is not published is built as CAP's own status Draft, which no receiver acts on. docs/WARNINGS.md has the
profile, element by element.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from lxml import etree

from nonnuoc.exchange import rendering
from nonnuoc.exchange.cap.vocabulary import MEDIA_TYPE, NAMESPACE
from nonnuoc.records.warnings import publishing, words
from nonnuoc.records.warnings.areas import Ring
from nonnuoc.records.warnings.identifiers import identifier, references, stamp
from nonnuoc.records.warnings.models import PublicWarning

__all__ = ["MEDIA_TYPE", "NAMESPACE", "build", "position"]
#: CAP's language of each of ours (RFC 3066).
LANGUAGES = {"vi": "vi-VN", "en": "en-US"}
State, MessageType = PublicWarning.State, PublicWarning.MessageType


def build(warning: PublicWarning, *, site: str | None = None, page: str = "") -> bytes:
    """The message as UTF-8. `site` ("https://…", no slash at its end): where these pages are; None: as settings say.

    `page` is the path of the warning's page there.
    """
    published = warning.state == State.PUBLISHED
    kept = warning.as_sent if published and warning.as_sent else publishing.as_sent(warning)
    sent = warning.sent if published and warning.sent else timezone.now()
    alert = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})
    _add(alert, "identifier", warning.identifier or identifier(warning, sent))
    _add(alert, "sender", kept["sender"])
    _add(alert, "sent", stamp(sent))
    _add(alert, "status", warning.status if published else "Draft")
    _add(alert, "msgType", warning.message_type)
    _add(alert, "scope", "Public")
    _add(alert, "note", " / ".join(filter(None, (words.caution(warning, one) for one in LANGUAGES))))
    _add(alert, "references", references(kept["references"]))
    _add(alert, "incidents", str(warning.incident.uuid) if warning.incident else "")
    here = rendering.site() if site is None else site
    address = f"{here}{page or f'/warnings/{warning.identifier}'}" if here and warning.identifier else ""
    for language in LANGUAGES:
        _info(alert, warning, kept, language, address)
    written: bytes = etree.tostring(alert, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def position(ring: Ring) -> str:
    """A ring as CAP's polygon: "latitude,longitude" of each point, six decimals at most, closed."""
    return " ".join(f"{_degrees(lat)},{_degrees(lon)}" for lon, lat in ring)


def _info(alert: etree._Element, warning: PublicWarning, kept: dict[str, Any], language: str, address: str) -> None:
    info = _add(alert, "info")
    _add(info, "language", LANGUAGES[language])
    _add(info, "category", warning.category)
    _add(info, "event", getattr(warning, f"event_{language}"))
    for response in _responses(warning):
        _add(info, "responseType", response)
    _add(info, "urgency", warning.urgency)
    _add(info, "severity", warning.severity)
    _add(info, "certainty", warning.certainty)
    _add(info, "effective", stamp(warning.effective))
    _add(info, "onset", stamp(warning.onset) if warning.onset else "")
    _add(info, "expires", stamp(warning.expires))
    _add(info, "senderName", kept["sender_name"][language])
    _add(info, "headline", words.headline(warning, language))
    _add(info, "description", _description(warning, language))
    said = words.instructions(warning, language)
    _add(info, "instruction", "\n".join(f"{whom}: {what}" for whom, what in said))
    _add(info, "web", f"{address}?lang={language}" if address else "")
    _add(info, "contact", kept["contact"])
    for name, value in _parameters(warning, language):
        _named(info, "parameter", name, value)
    _area(info, kept["area"], language)


def _description(warning: PublicWarning, language: str) -> str:
    """Of a test, an exercise, the machine or invented data it begins by saying so: receivers may show nothing else."""
    plain = getattr(warning, f"description_{language}") or getattr(warning, f"headline_{language}")
    return "\n".join(filter(None, (words.caution(warning, language), plain)))


def _responses(warning: PublicWarning) -> list[str]:
    """What is recommended to anybody, each once; "None" says nothing."""
    given = (one.get("response", "None") for one in warning.instructions)
    return [response for response in dict.fromkeys(given) if response != "None"]


def _parameters(warning: PublicWarning, language: str) -> Iterable[tuple[str, str]]:
    """What machines may want to tell apart: what each audience is to do, and how the warning came about."""
    for one in warning.instructions:
        if one.get(language):
            yield f"instruction:{one['audience']}", one[language]
    yield "automatic", str(warning.automatic).lower()
    yield "simulated", str(warning.simulated).lower()


def _area(info: etree._Element, kept: dict[str, Any], language: str) -> None:
    area = _add(info, "area")
    _add(area, "areaDesc", kept[language])
    for ring in kept["rings"]:
        _add(area, "polygon", position(ring))
    for name, value in kept["codes"]:
        _named(area, "geocode", name, value)


def _named(parent: etree._Element, tag: str, name: str, value: str) -> None:
    pair = _add(parent, tag)
    _add(pair, "valueName", name)
    _add(pair, "value", value)


def _add(parent: etree._Element, tag: str, text: str | None = None) -> etree._Element:
    """An element with this text; of an empty text none at all, because an empty element says something else."""
    made = etree.Element(f"{{{NAMESPACE}}}{tag}")
    made.text = text
    if text != "":
        parent.append(made)
    return made


def _degrees(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".")
