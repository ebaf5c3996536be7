"""How messages are spoken of on their pages: states, channels, and what a message says in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from nonnuoc.exchange import rendering
from nonnuoc.records.alerts.models import Severity
from nonnuoc.records.outbox import topics
from nonnuoc.records.outbox.models import Channel, Message

#: Of messages that nobody subscribes to.
ASIDE: Mapping[str, Promise] = {
    topics.CONTACT_CODE: _("codes that prove an address"),
    topics.WEBHOOK_TRIAL: _("trials of webhooks"),
    topics.TRIAL: _("trials"),
    "digest": _("digests"),
}
#: What each state means, for somebody who asks whether a person was reached.
MEANINGS: Mapping[str, Promise] = {
    Message.State.QUEUED: _("It waits: for its turn, for another try, or for the end of quiet hours."),
    Message.State.SENDING: _("It is on its way at this moment."),
    Message.State.SENT: _("The next server has taken it. Whether it was read, nobody can know."),
    Message.State.DELIVERED: _("It has arrived with its recipient, as far as the channel can tell."),
    Message.State.ACKNOWLEDGED: _("Its recipient has said so, or has acted on what it is about."),
    Message.State.FAILED: _("It could not be delivered this way."),
    Message.State.DROPPED: _("It was taken back before it went: it was no longer needed."),
    Message.State.DIGESTED: _("There were more than its recipient wants in an hour: it went in a digest."),
}
#: What came of a try.
RESULTS: Mapping[str, Promise] = {
    "sent": _("taken by the next server"),
    "delivered": _("taken by the recipient's machine"),
    "later": _("asked to come again later"),
    "unreachable": _("not reachable"),
    "refused": _("refused for good"),
    "forbidden": _("leads to an address where nothing is sent"),
    "broken": _("could not be put into words"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A message in words."""

    subject: str
    body: str
    link: str  # to what it is about; "": to nothing


def said(message: Message) -> Said:
    """In the language of the page; what proves an address is nobody's to read here."""
    if message.topic == topics.CONTACT_CODE:
        return Said(gettext("A code that proves an address"), "", "")
    text = rendering.text(message, get_language() or "vi")
    return Said(text.subject, text.body, link(message))


def link(message: Message) -> str:
    """A path of ours, whatever the facts hold."""
    path = str(message.facts.get("path") or "")
    return path if path.startswith("/") and not path.startswith("//") else ""


def topic(code: str) -> str:
    """The topic of a message in words."""
    known = topics.ALL.get(code)
    return str(known.words if known else ASIDE.get(code, code))


def channel(code: str) -> str:
    """A channel in words."""
    return str(Channel(code).label) if code in Channel else code


def least(severity: int) -> str:
    """From which severity on."""
    if severity <= Severity.MINOR:
        return gettext("of every severity")
    if severity >= Severity.EXTREME:
        return gettext("of the severity “%(word)s” only") % {"word": Severity.EXTREME.label}
    return gettext("from “%(word)s” on") % {"word": Severity(severity).label}
