"""Messages in words: a template of ours, the facts of the message, one language.

A template's first line is the subject, what stands below the empty line the body. Facts are plain text and stay it: a
template's author escapes nothing, and nothing in a fact is looked at for template tags.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template import Context, TemplateDoesNotExist, loader
from django.utils import translation
from django.utils.translation import gettext

from nonnuoc.exchange import short
from nonnuoc.records.accounts import preferences
from nonnuoc.records.outbox import contacts, digesting, ledger
from nonnuoc.records.outbox.gateways import Gateway
from nonnuoc.records.outbox.models import Message
from nonnuoc.records.places import province

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
MOST_OF_A_DIGEST = 40
MOST_OF_ZALO = 2000
#: Where a person chooses what to be told.
CHOOSING = "/desk/messages/preferences/"


@dataclass(frozen=True, slots=True)
class Text:
    """A message in words."""

    subject: str
    body: str


def text(message: Message, language: str) -> Text:
    """The message in this language. Raises TemplateDoesNotExist."""
    with translation.override(language):
        return _rendered(message.template, _context(message, language))


def letter(message: Message, language: str) -> Text:
    """The same with what belongs below a letter: who sends it, and where to choose what is sent."""
    said = text(message, language)
    with translation.override(language):
        foot = _fill("exchange/_foot.txt", {"where": province.read().name, "link": site() + CHOOSING})
    return Text(said.subject, f"{said.body}\n\n-- \n{foot.strip()}\n")


def line(message: Message, language: str, gateway: Gateway) -> str:
    """What a text message says: the template's short form, else the subject and the link."""
    with translation.override(language):
        context = _context(message, language)
        try:
            found = " ".join(_fill(f"exchange/{message.template}.sms.txt", context).split())
        except TemplateDoesNotExist:
            found = " ".join(filter(None, [_rendered(message.template, context).subject, context["link"]]))
    return short.cut(found if gateway.marks else short.without_marks(found), gateway.segments)


def note(message: Message, language: str) -> str:
    """What a Zalo message says: subject and body, as much as there is room for."""
    said = text(message, language)
    found = f"{said.subject}\n\n{said.body}".strip()
    return found if len(found) <= MOST_OF_ZALO else found[: MOST_OF_ZALO - 1] + "…"


def told(message: Message) -> Mapping[str, Any]:
    """What a webhook is given: the facts, and the words in every language."""
    words = {language: text(message, language) for language in LANGUAGES}
    return {
        "type": message.topic,
        "timestamp": message.queued.isoformat(),
        "data": {
            "id": str(message.uuid),
            "key": message.key,
            "topic": message.topic,
            "severity": message.severity,
            "kind": message.template,
            "simulated": bool(message.facts.get("simulated")),
            "facts": message.facts,
            "text": {language: {"subject": said.subject, "body": said.body} for language, said in words.items()},
        },
    }


def site() -> str:
    """Where these pages are, without a slash at the end: as the administrator says, else as well as can be guessed."""
    chosen = str(preferences.read("site.address")).rstrip("/")
    if chosen:
        return chosen
    host = next((one for one in settings.ALLOWED_HOSTS if one not in ("*", "localhost", "127.0.0.1", "[::1]")), "")
    return f"{'https' if settings.HTTPS else 'http'}://{host.lstrip('.')}" if host else settings.SITE.rstrip("/")


def _context(message: Message, language: str) -> dict[str, Any]:
    """The facts; each that is there in several languages also without its ending, in this one."""
    ending = f"_{language}"
    ours = {name.removesuffix(ending): fact for name, fact in message.facts.items() if name.endswith(ending)}
    context = {"severity": message.severity, **message.facts, **ours, "language": language, "site": site()}
    context["link"] = context["site"] + message.facts["path"] if message.facts.get("path") else ""
    if message.template == digesting.TEMPLATE:
        context |= _digest(message, language)
    elif message.template == contacts.TEMPLATE:
        context["code"] = contacts.code(message.facts["contact"], message.queued)[1]
    return context


def _digest(message: Message, language: str) -> dict[str, Any]:
    """The subjects of its parts, the gravest first."""
    parts: Sequence[Message] = ledger.parts(message, needed=True)
    subjects = [text(part, language).subject for part in parts[:MOST_OF_A_DIGEST]]
    return {"subjects": subjects, "count": len(parts), "more": len(parts) - len(subjects)}


def _rendered(template: str, context: Mapping[str, Any]) -> Text:
    subject, _gap, body = _fill(f"exchange/{template}.txt", context).strip().partition("\n")
    return Text(_marked(" ".join(subject.split()), context), body.strip())


def _marked(subject: str, context: Mapping[str, Any]) -> str:
    """What rests on invented data says so before anything else."""
    simulated = gettext("SIMULATED")
    mark = f"[{simulated}]"
    return subject if not context.get("simulated") or subject.startswith(mark) else f"{mark} {subject}"


def _fill(name: str, context: Mapping[str, Any]) -> str:
    template: Any = loader.get_template(name)
    return str(template.template.render(Context(dict(context), autoescape=False)))
