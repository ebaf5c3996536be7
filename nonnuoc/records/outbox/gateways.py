"""The gateways that carry SMS and Zalo messages: what an administrator says of each, and its sealed secret.

A gateway is told as the request that hands a message in, written as HTTP writes it: a first line, headers, an empty
line, the body. `{to}`, `{text}`, `{key}` and `{secret}` in it are filled in, and nothing else is: it is no template
language, and cannot run code.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.entrance import sealing
from nonnuoc.records.accounts.models import Person, Setting
from nonnuoc.records.outbox.models import Channel

CHANNELS = (Channel.SMS, Channel.ZALO)
PLACEHOLDERS = ("to", "text", "key", "secret")
METHODS = ("POST", "PUT", "GET")
MOST_SEGMENTS = 10
#: What HTTP itself writes.
_OURS = {"host", "content-length", "transfer-encoding", "connection", "expect", "upgrade"}
_BRACES = re.compile(r"\{([^{}\s\"',]+)\}")
_HEADER = re.compile(r"([A-Za-z0-9!#$%&'*+.^_`|~-]+):[ \t]*([\x20-\x7e]*)")
_RULE = re.compile(r"([\w.-]+)\s*=\s*(.*)")


@dataclass(frozen=True, slots=True)
class Request:
    """The request that hands a message in, with its placeholders."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str

    @property
    def content_type(self) -> str:
        """Without its parameters, in small letters; "" for none."""
        found = (value for name, value in self.headers if name.lower() == "content-type")
        return next(found, "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway as it is set up."""

    channel: Channel
    text: str  # of the request, as it was written
    success: str  # a line for each value the answer's JSON must hold, "data.error = 0"; empty: any 2xx is a success
    secret: str
    marks: bool = True  # False: Vietnamese without its marks, and so in half as many parts
    segments: int = 3  # of an SMS, at most

    @property
    def request(self) -> Request:
        return read_request(self.text)

    @property
    def rules(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        """Where in the answer to look, and what must stand there."""
        return read_rules(self.success)


def of(channel: str) -> Gateway | None:
    """The gateway of this channel; None: there is none. Raises sealing.SealBrokenError."""
    held = Setting.objects.filter(code=_code(channel)).values_list("value", flat=True).first()
    if not held:
        return None
    secret = sealing.open_sealed(base64.b64decode(held["sealed"])) if held["sealed"] else ""
    return Gateway(Channel(channel), held["text"], held["success"], secret, held["marks"], held["segments"])


def there() -> frozenset[Channel]:
    """The channels that have a gateway."""
    codes = Setting.objects.filter(code__in=map(_code, CHANNELS)).values_list("code", flat=True)
    return frozenset(channel for channel in CHANNELS if _code(channel) in codes)


@transaction.atomic
def set_up(
    channel: str,
    *,
    text: str,
    by: Person | None,
    success: str = "",
    secret: str | None = None,
    marks: bool = True,
    segments: int = 3,
) -> Gateway:
    """Say how messages are handed in; `secret` None: the one there is. Raises ValidationError with the reasons."""
    lent = access.require(by, "settings.manage").lent
    if channel not in CHANNELS:
        raise KeyError(channel)
    before = of(channel)
    kept = (before.secret if before else "") if secret is None else secret.strip()
    gateway = Gateway(Channel(channel), _lines(text), _lines(success), kept, marks, segments)
    _check(gateway)
    sealed = base64.b64encode(sealing.seal(kept)).decode() if kept else ""
    value = {**_told(gateway), "sealed": sealed}
    Setting.objects.update_or_create(code=_code(channel), defaults={"value": value})
    if gateway != before:
        changed = before is None or before.secret != kept
        told = _told(before) if before else {}
        audit.record(
            by, "gateway.set", channel, before=told, after=_told(gateway), through=lent, secret_changed=changed
        )
    return gateway


@transaction.atomic
def remove(channel: str, *, by: Person | None) -> None:
    """No messages go this way any more; those that wait go on the next channel of their recipients."""
    lent = access.require(by, "settings.manage").lent
    before = of(channel)
    if before is not None:
        Setting.objects.filter(code=_code(channel)).delete()
        audit.record(by, "gateway.removed", channel, before=_told(before), through=lent)


def read_request(text: str) -> Request:
    """The parts of a request as it is written. Raises ValidationError that says what to mend."""
    head, _gap, body = _lines(text).partition("\n\n")
    first, *lines = head.split("\n")
    method, _space, url = first.partition(" ")
    if method not in METHODS or not url.strip():
        raise ValidationError(_("Begin with a line such as “POST https://sms.example.vn/send”."))
    headers = []
    for line in lines:
        found = _HEADER.fullmatch(line.strip())
        if found is None:
            raise ValidationError(_("“%(line)s” is no header: write “Name: value”.") % {"line": line[:80]})
        if found[1].lower() in _OURS:
            raise ValidationError(_("Leave out the header %(name)s: it is written for you.") % {"name": found[1]})
        headers.append((found[1], found[2]))
    return Request(method, url.strip(), tuple(headers), body.strip())


def read_rules(text: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    """The lines that say what a success looks like. Raises ValidationError."""
    rules = []
    for line in filter(None, map(str.strip, text.split("\n"))):
        found = _RULE.fullmatch(line)
        if found is None:
            raise ValidationError(_("“%(line)s”: write such as “data.error = 0”.") % {"line": line[:80]})
        rules.append((tuple(found[1].split(".")), found[2].strip()))
    return tuple(rules)


def _check(gateway: Gateway) -> None:
    request = gateway.request
    for where in (request.url, request.body, *(value for _name, value in request.headers)):
        for name in _BRACES.findall(where):
            if name not in PLACEHOLDERS:
                raise ValidationError(
                    _("{%(name)s} is not known here: write {to}, {text}, {key} or {secret}.") % {"name": name[:40]}
                )
    parts = urlsplit(request.url)
    if parts.scheme not in ("http", "https") or not parts.hostname or "{" in parts.netloc or parts.username:
        raise ValidationError(_("%(text)s is no https address.") % {"text": request.url[:200]})
    for name, value in request.headers:
        if {"to", "text"} & set(_BRACES.findall(value)):
            raise ValidationError(_("The header %(name)s may hold {key} and {secret} only.") % {"name": name})
    asked = set(_BRACES.findall(request.url + request.body))
    if not {"to", "text"} <= asked:
        raise ValidationError(_("Say where the address and the text go: {to} and {text} are missing."))
    if "json" in request.content_type:
        _require_json(request.body)
    if not re.fullmatch(r"[\x20-\x7e]*", gateway.secret):
        raise ValidationError(_("The secret holds characters that no header can carry."))
    if not 1 <= gateway.segments <= MOST_SEGMENTS:
        raise ValidationError(_("An SMS may have 1 to %(most)s parts.") % {"most": MOST_SEGMENTS})
    read_rules(gateway.success)


def _require_json(body: str) -> None:
    try:
        json.loads(_BRACES.sub("0x", body))
    except ValueError as error:
        raise ValidationError(
            _("The body is no JSON (%(why)s). Placeholders stand in quotation marks.") % {"why": error}
        ) from error


def _told(gateway: Gateway) -> dict[str, object]:
    """What may be told of it: all but the secret."""
    return {
        "text": gateway.text,
        "success": gateway.success,
        "marks": gateway.marks,
        "segments": gateway.segments,
    }


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _code(channel: str) -> str:
    return f"outbox.gateway.{channel}"
