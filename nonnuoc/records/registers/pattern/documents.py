"""Documents of an entry: decisions, photos, reports. The bytes say what a file is; what could be run is not taken."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.domain import attached
from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import DataClass, Person
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.pattern.models import Document, Registered
from nonnuoc.records.registers.pattern.register import Register

LARGEST = 20 * 1024 * 1024


@transaction.atomic
def add(
    register: Register,
    code: str,
    *,
    name: str,
    media_type: str,
    body: bytes,
    by: Person | None,
    note: str = "",
    data_class: str = DataClass.INTERNAL,
    at: datetime | None = None,
) -> Document:
    """Keep a file with an entry; the same bytes again are the same document.

    `media_type` is what the sender calls it, believed only where the bytes cannot tell (CSV is text).
    Raises ValidationError for what is empty, too large or not taken; PermissionDenied, and DoesNotExist.
    """
    entry = register.model._default_manager.select_for_update(of=("self",)).get(code=code)
    through = access.of(by).require(register.keep, reading.subject(register, entry)).lent
    kind = taken(body, media_type)
    if data_class not in DataClass.values:
        raise ValidationError({"data_class": _("Say who may read it.")})
    called, sha256 = attached.plain_name(name), hashlib.sha256(body).hexdigest()
    there = _there(register, entry).filter(sha256=sha256).first()
    if there is not None:
        return there
    audit.record(
        by,
        "document.added",
        f"{register.key} {entry.code}",
        after={"name": called, "size": len(body), "data_class": data_class, "sha256": sha256},
        through=through,
    )
    return Document.objects.create(
        register=register.key,
        entry_id=entry.pk,
        name=called,
        media_type=kind,
        sha256=sha256,
        size=len(body),
        body=body,
        note=note.strip()[:500],
        data_class=data_class,
        at=at or timezone.now(),
        by=by,
    )


@transaction.atomic
def remove(register: Register, code: str, identity: int, *, by: Person | None, at: datetime | None = None) -> None:
    """Take a document out of sight; its bytes stay, so that what was decided on it can be traced. Again: no harm.

    Raises PermissionDenied, and DoesNotExist.
    """
    entry = register.model._default_manager.select_for_update(of=("self",)).get(code=code)
    rights = access.of(by)
    through = rights.require(register.keep, reading.subject(register, entry)).lent
    found = Document.objects.defer("body").get(register=register.key, entry_id=entry.pk, pk=identity)
    if not rights.may_read(found.data_class, reading.subject(register, entry)):
        raise Document.DoesNotExist
    if found.removed is not None:
        return
    found.removed = at or timezone.now()
    found.save(update_fields=["removed"])
    subject = f"{register.key} {entry.code}"
    audit.record(by, "document.removed", subject, before={"name": found.name, "sha256": found.sha256}, through=through)


def read(register: Register, code: str, identity: int, rights: Rights) -> Document | None:
    """A document with its bytes; None where there is none, or none that this reader may know of."""
    entry = reading.one(register, code, rights)
    return None if entry is None else reading.documents(register, entry, rights).defer(None).filter(pk=identity).first()


def _there(register: Register, entry: Registered) -> QuerySet[Document]:
    return Document.objects.filter(register=register.key, entry_id=entry.pk, removed=None).defer("body")


def taken(body: bytes, claimed: str) -> str:
    """What the file is. Raises ValidationError."""
    if not body:
        raise ValidationError({"file": _("The file is empty.")})
    if len(body) > LARGEST:
        raise ValidationError({"file": _("The file is larger than 20 MB: make it smaller, or divide it.")})
    kind = attached.media_type_of(body, claimed)
    if kind is None or (kind.startswith("text/") and attached.is_run(body)):
        taken = _(
            "Only PDF, pictures (JPEG, PNG, WebP, TIFF), text, CSV, and DOCX, XLSX or OpenDocument files without macros"
            " are taken. Save a file of another kind as PDF."
        )
        raise ValidationError({"file": taken})
    return kind
