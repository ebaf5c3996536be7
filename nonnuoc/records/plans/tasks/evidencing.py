"""What shows that something was done: files, and records of this system named by kind and code.

A reference is taken only where it names something that is there and that who brings it may know of; and each reader
sees of the evidence what their own rights allow, not what those who brought it could see.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from nonnuoc.domain import attached
from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import DataClass, Office, Person
from nonnuoc.records.alerts import selectors as alerts
from nonnuoc.records.alerts.models import Incident
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.models import Evidence, Milestone, Task
from nonnuoc.records.plans.tasks.allowed import Deed, held, living, require, subject, words
from nonnuoc.records.registers import every
from nonnuoc.records.registers.pattern import documents, reading

Kind = Evidence.Kind
MOST_DIGITS = 19  # of the number of an incident
#: What references name, as this reader may know it; left out where there is nothing, or nothing they may know of.
Resolver = Callable[[Collection[str], Rights], Mapping[str, str]]
_OTHERS: dict[str, Resolver] = {}


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece of evidence, and what its reference names ("" of files, documents and addresses)."""

    evidence: Evidence
    name: str


@dataclass(frozen=True, slots=True)
class Readable:
    """What a reader sees of a task's evidence, and how many pieces they may not see."""

    shown: Sequence[Shown]
    hidden: int


def resolve_by(kind: str, resolver: Resolver) -> None:
    """Who stands beside this package says what references of its kind name."""
    _OTHERS[kind] = resolver


@transaction.atomic
def add_file(
    task: Task,
    *,
    name: str,
    media_type: str,
    body: bytes,
    title: str,
    office: Office,
    by: Person | None,
    at: datetime,
    milestone: Milestone | None = None,
    data_class: str = DataClass.INTERNAL,
) -> Evidence:
    """Keep a file. The same bytes for the same task and step: the one there is.

    Raises ValidationError for what is empty, larger than 20 MB, of a kind that is not taken, or without a title.
    """
    kind = documents.taken(body, media_type)
    made = Evidence(
        kind=Kind.FILE,
        title=title,
        name=attached.plain_name(name),
        media_type=kind,
        sha256=hashlib.sha256(body).hexdigest(),
        size=len(body),
        body=body,
        data_class=data_class,
    )
    return _add(task, made, office, milestone, by, at)


@transaction.atomic
def add_reference(
    task: Task,
    *,
    kind: str,
    reference: str,
    title: str,
    office: Office,
    by: Person | None,
    at: datetime,
    milestone: Milestone | None = None,
    data_class: str = DataClass.INTERNAL,
) -> Evidence:
    """Name a record: "register/code" of an entry, the number of an incident, the code of a station or an inspection.

    Also the number of a document, or an address (https). Named before: the one there is. Raises ValidationError for
    what is not there, or not to be known by who names it.
    """
    if kind == Kind.FILE or kind not in Kind.values:
        raise ValidationError({"kind": _("Say what is named: an entry, an incident, a station, a document.")})
    named = words("reference", reference, most=300, wanted=_("Say which one."))
    if kind == Kind.LINK and (urlsplit(named).scheme not in ("http", "https") or not urlsplit(named).netloc):
        raise ValidationError({"reference": _("Give the whole address, beginning with https://.")})
    if named not in names(kind, [named], access.of(by)):
        how = _("There is no %(kind)s “%(reference)s” that you may see. Copy its code from its page.")
        raise ValidationError({"reference": how % {"kind": Kind(kind).label, "reference": named}})
    made = Evidence(kind=kind, reference=named, title=title or named, data_class=data_class)
    return _add(task, made, office, milestone, by, at)


@transaction.atomic
def withdraw(evidence: Evidence, *, reason: str, by: Person | None, at: datetime) -> Evidence:
    """Out of sight, for a reason: the office that brought it, or who keeps the plan. Its bytes stay. Again: no harm."""
    now = held(evidence.task)
    one = Evidence.objects.defer("body").select_related("office").get(pk=evidence.pk)
    allowed = require(by, now, Deed.HELP, office=one.office)
    if one.withdrawn is not None:
        return one
    why = words("reason", reason, most=500, wanted=_("Say why it shows nothing any more."))
    one.withdrawn = at
    one.save(update_fields=["withdrawn"])
    audit.record(
        by, "plan-task.evidence_withdrawn", subject(now), through=allowed.through, before=_facts(one), reason=why
    )
    return one


def readable(task: Task, rights: Rights) -> Readable:
    """The evidence of a task that a reader may see, oldest first, without bytes; a query for each kind and register."""
    found = Evidence.objects.filter(task=task, withdrawn=None).defer("body").select_related("office", "milestone", "by")
    pieces = list(found)
    for one in pieces:
        one.task = task
    seen = shown(pieces, rights)
    return Readable(seen, len(pieces) - len(seen))


def seen(identities: Collection[int], rights: Rights) -> frozenset[int]:
    """Of pieces of evidence, by their ids, those that a reader may know of, also of what was withdrawn since."""
    found = Evidence.objects.filter(pk__in=identities).defer("body").select_related("office") if identities else ()
    return frozenset(one.evidence.pk for one in shown(found, rights))


def read(task: Task, identity: int, rights: Rights) -> Evidence | None:
    """A file of a task with its bytes; None where there is none, or none that this reader may know of."""
    one = task.evidence.filter(pk=identity, kind=Kind.FILE, withdrawn=None).select_related("office").first()
    return one if one is not None and shown([one], rights) else None


def names(kind: str, references: Collection[str], rights: Rights) -> Mapping[str, str]:
    """What references of a kind name, as this reader may know it; "" where a reference says it all itself."""
    if kind in (Kind.FILE, Kind.DOCUMENT, Kind.LINK):
        return dict.fromkeys(references, "")
    resolver = _RESOLVERS.get(kind) or _OTHERS.get(kind)
    return resolver([one for one in references if "\0" not in one], rights) if resolver else {}


def shown(pieces: Iterable[Evidence], rights: Rights) -> list[Shown]:
    """Those of the pieces that a reader may see: by class of data and office, and only what names something to them."""
    seen = [one for one in pieces if rights.may_read(one.data_class, selectors.subject(one.office))]
    by_kind: dict[str, set[str]] = defaultdict(set)
    for one in seen:
        by_kind[one.kind].add(one.reference)
    named = {kind: names(kind, references, rights) for kind, references in by_kind.items()}
    return [Shown(one, named[one.kind][one.reference]) for one in seen if one.reference in named[one.kind]]


def _add(
    task: Task, made: Evidence, office: Office, milestone: Milestone | None, by: Person | None, at: datetime
) -> Evidence:
    now = held(task)
    allowed = require(by, now, Deed.HELP, office=office)
    living(now)
    made.title = words("title", made.title, most=300, wanted=_("Say what it shows."))
    if made.data_class not in DataClass.values:
        raise ValidationError({"data_class": _("Say who may read it.")})
    if milestone is not None and milestone.task_id != now.pk:
        raise ValidationError({"milestone": _("This step belongs to another task.")})
    same = now.evidence.filter(milestone=milestone, kind=made.kind, reference=made.reference, sha256=made.sha256)
    there = same.filter(withdrawn=None).defer("body").first()
    if there is not None:
        return there
    made.task, made.milestone, made.office, made.at, made.by = now, milestone, office, at, by
    made.save()
    audit.record(by, "plan-task.evidence_added", subject(now), through=allowed.through, after=_facts(made))
    return made


def _entries(references: Collection[str], rights: Rights) -> Mapping[str, str]:
    by_register: dict[str, list[str]] = defaultdict(list)
    for reference in references:
        key, _slash, code = reference.partition("/")
        by_register[key].append(code)
    found: dict[str, str] = {}
    for key, codes in by_register.items():
        if (register := every.register(key)) is not None:
            seen = reading.readable(register, rights, withdrawn=None).filter(code__in=codes)
            found |= {f"{key}/{entry.code}": str(entry) for entry in seen}
    return found


def _incidents(references: Collection[str], rights: Rights) -> Mapping[str, str]:
    numbers = [int(one) for one in references if one.isascii() and one.isdigit() and len(one) < MOST_DIGITS]
    seen = Incident.objects.filter(alerts.within(rights), pk__in=numbers)
    return {str(one.pk): str(one) for one in seen}


def _stations(references: Collection[str], rights: Rights) -> Mapping[str, str]:
    seen = Thing.objects.filter(rights.readable(), code__in=references)
    return dict(seen.values_list("code", "name"))


def _facts(one: Evidence) -> dict[str, object]:
    return {
        "proof": one.kind,
        "title": one.title,
        "reference": one.reference or one.name,
        "sha256": one.sha256,
        "data_class": one.data_class,
        "office": one.office.code,
    }


_RESOLVERS: Mapping[str, Resolver] = {Kind.ENTRY: _entries, Kind.INCIDENT: _incidents, Kind.STATION: _stations}
