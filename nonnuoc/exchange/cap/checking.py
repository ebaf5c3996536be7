"""What is wrong with a CAP 1.2 message: what the schema demands, and what the text demands and no schema can.

The OASIS schema accepts an update that does not say what it updates, a restricted message without its restriction, ends
before beginnings, open, crossing and exchanged polygons, negative radii, identifiers with spaces, and messages that say
nothing. Whoever receives a warning believes what it says, so nothing leaves here with a fault. Section numbers are of
CAP 1.2 (OASIS Standard, 1 July 2010).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from lxml import etree

from nonnuoc.exchange.cap import outlines, reading
from nonnuoc.exchange.cap.outlines import Fault
from nonnuoc.exchange.cap.vocabulary import CHILDREN, NAMESPACE, TIMES, WORDS

#: 3.3.2: the offset is written out and never Z; -00:00 is UTC.
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d")
#: 3.2.1: identifier and sender hold no spaces, commas, < or &.
NAME = re.compile(r"[^\s,<&]+")
LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")
HEADLINE = 160  # 3.2.2: what devices are sure to show
#: The same for every language of a message: they tell of one event.
SHARED = ("urgency", "severity", "certainty", "effective", "onset", "expires")


def faults(xml: bytes) -> list[Fault]:
    """Everything that is wrong with it; empty for a message that may go out. Never raises for what strangers send."""
    try:
        root = reading.tree(xml)
    except reading.UnreadableError as error:
        return [Fault("unreadable", "", str(error))]
    if root.tag != f"{{{NAMESPACE}}}alert":
        return [Fault("not_cap", "", f"the outermost element is {root.tag}, not alert of CAP 1.2")]
    found = list(_structure(root, "alert"))
    if not found:  # else what follows might look for what is not there
        found = [*_alert(root), *(one for info in _all(root, "info") for one in _info(info, root))]
        found += _languages(root)
    return found


def _structure(element: etree._Element, path: str) -> Iterator[Fault]:
    """Names, order, number, and the form of what each holds."""
    known = CHILDREN[_name(element)]
    order = [one.name for one in known]
    names: list[str] = []
    for child in element:
        if not isinstance(child.tag, str):  # a comment
            continue
        namespace, _, name = child.tag[1:].partition("}") if child.tag.startswith("{") else ("", "", child.tag)
        if namespace == "http://www.w3.org/2000/09/xmldsig#":
            continue  # 3.3.4.1: a signature may stand at the end
        if namespace != NAMESPACE or name not in order:
            yield Fault("unknown", f"{path}/{name}", "there is no such element here")
            continue
        names.append(name)
        where = f"{path}/{name}[{names.count(name)}]" if names.count(name) > 1 else f"{path}/{name}"
        yield from _structure(child, where) if name in CHILDREN else _content(child, name, where)
    places = [order.index(name) for name in names]
    if places != sorted(places):
        yield Fault("order", path, f"its elements stand in another order than {', '.join(order)}")
    for one in known:
        number = names.count(one.name)
        if number < one.least:
            yield Fault("missing", f"{path}/{one.name}", "it must be there")
        if one.most is not None and number > one.most:
            yield Fault("repeated", f"{path}/{one.name}", f"it is there {number} times; {one.most} is allowed")


def _content(element: etree._Element, name: str, where: str) -> Iterator[Fault]:
    text = element.text or ""
    if len(element):
        yield Fault("unknown", where, "it holds text, and no elements")
    elif not text.strip():
        yield Fault("empty", where, "it is empty; leave it out, or say what it is")
    elif name in WORDS and text not in WORDS[name]:
        yield Fault("word", where, f"“{text}” is none of {', '.join(sorted(WORDS[name]))}")
    elif name in TIMES and _time(text) is None:
        yield Fault("time", where, f"“{text}” is no time such as 2026-11-26T14:05:00+07:00 (never Z)")
    elif name in ("altitude", "ceiling") and not re.fullmatch(r"[-+]?\d+(\.\d+)?", text.strip()):
        yield Fault("number", where, f"“{text}” is no number")


def _alert(alert: etree._Element) -> Iterator[Fault]:
    for name in ("identifier", "sender"):
        if not NAME.fullmatch(_text(alert, name)):
            yield Fault("name", name, "no spaces, commas, < or & may stand in it (3.2.1)")
    kind, scope, status = (_text(alert, name) for name in ("msgType", "scope", "status"))
    given = _text(alert, "references")
    if kind != "Alert" and not given:
        yield Fault("references", "references", f"of {kind} it must be there: it says what it is about (3.2.1)")
    yield from _references(alert, given)
    if scope == "Restricted" and not _text(alert, "restriction"):
        yield Fault("restriction", "restriction", "of scope Restricted it must be there (3.2.1)")
    if scope == "Private" and not _text(alert, "addresses"):
        yield Fault("addresses", "addresses", "of scope Private it must be there (3.2.1)")
    if kind in ("Alert", "Update") and not _all(alert, "info"):
        yield Fault("info", "info", "there is none: the message tells nobody anything")
    if status == "Exercise" and not _text(alert, "note"):
        yield Fault("exercise", "note", "of an exercise it says which one (3.2.1)")
    if kind == "Error" and not _text(alert, "note"):
        yield Fault("error", "note", "of msgType Error it says what is wrong (3.2.1)")


def _references(alert: etree._Element, given: str) -> Iterator[Fault]:
    sent = _time(_text(alert, "sent"))
    seen = set()
    for one in given.split():
        parts = one.split(",")
        if len(parts) != 3 or not all(NAME.fullmatch(part) for part in parts) or _time(parts[2]) is None:
            yield Fault("references", "references", f"“{one}” is not sender,identifier,sent (3.2.1)")
            continue
        if (parts[0], parts[1]) == (_text(alert, "sender"), _text(alert, "identifier")):
            yield Fault("references", "references", "it refers to itself")
        elif _later(parts[2], sent):
            yield Fault("references", "references", f"{parts[1]} was sent later than this")
        if one in seen:
            yield Fault("references", "references", f"{parts[1]} is named twice")
        seen.add(one)


def _info(info: etree._Element, alert: etree._Element) -> Iterator[Fault]:
    language = _text(info, "language") or "en-US"
    where = f"info[{language}]"
    if not LANGUAGE.fullmatch(language):
        yield Fault("language", where, f"“{language}” is no language such as vi-VN")
    sent, effective, onset, expires = (
        _time(_text(alert, "sent")),
        *(_time(_text(info, name)) for name in ("effective", "onset", "expires")),
    )
    if expires and sent and expires <= sent:
        yield Fault("expires", f"{where}/expires", "it is over before it is sent")
    if expires and effective and expires <= effective:
        yield Fault("expires", f"{where}/expires", "it is over before it begins to hold")
    if expires and onset and expires <= onset:
        yield Fault("expires", f"{where}/expires", "it is over before what it warns of begins")
    if len(_text(info, "headline")) > HEADLINE + 20:
        yield Fault("headline", f"{where}/headline", f"it has more than {HEADLINE} characters")
    web = _text(info, "web")
    if web and not (urlsplit(web).scheme in ("http", "https") and urlsplit(web).hostname):
        yield Fault("web", f"{where}/web", f"“{web}” is no whole address")
    for uri in info.iterfind(f".//{{{NAMESPACE}}}uri"):
        if not urlsplit(uri.text or "").scheme:
            yield Fault("uri", f"{where}/resource", f"“{uri.text}” is no whole address")
    areas = _all(info, "area")
    if _text(alert, "scope") == "Public" and _text(alert, "msgType") in ("Alert", "Update") and not areas:
        yield Fault("area", f"{where}/area", "there is none: nobody can tell whether it means them")
    for area in areas:
        yield from outlines.faults(area, f"{where}/area")


def _languages(alert: etree._Element) -> Iterator[Fault]:
    """Blocks of the same event differ in words alone."""
    blocks = _all(alert, "info")
    told = [(_text(one, "language") or "en-US", _text(one, "event")) for one in blocks]
    if len(set(told)) < len(told):
        yield Fault("language", "info", "two blocks tell of the same event in the same language")
    if len({language for language, _ in told}) == len(told):
        for name in SHARED:
            if len({_text(one, name) for one in blocks}) > 1:
                yield Fault("languages", f"info/{name}", "one language says otherwise than another")


def _time(text: str) -> datetime | None:
    """The moment; None for what is none."""
    if not TIME.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _later(text: str, sent: datetime | None) -> bool:
    moment = _time(text)
    return moment is not None and sent is not None and moment > sent


def _name(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _all(parent: etree._Element, name: str) -> list[etree._Element]:
    return list(parent.findall(f"{{{NAMESPACE}}}{name}"))


def _text(parent: etree._Element, name: str) -> str:
    return str(parent.findtext(f"{{{NAMESPACE}}}{name}") or "").strip()
