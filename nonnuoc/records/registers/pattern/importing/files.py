"""The course of a file somebody brings: begun, looked through, asked about, refused, or kept."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.registers.pattern import keeping_many
from nonnuoc.records.registers.pattern.importing import looking
from nonnuoc.records.registers.pattern.importing.plan import Fault, Plan, Said
from nonnuoc.records.registers.pattern.importing.table import Table
from nonnuoc.records.registers.pattern.models import Import
from nonnuoc.records.registers.pattern.register import Register

CODES_TOLD = 10_000  # in the audit entry of a file


def begin(register: Register, *, name: str, sha256: str, size: int, kept_as: str, by: Person, language: str) -> Import:
    """A file has come. Raises PermissionDenied unless its bearer may bring files here and write entries."""
    rights = access.of(by)
    rights.require(looking.IMPORT)
    rights.require(register.keep)
    return Import.objects.create(
        register=register.key,
        by=by,
        name=name[:300],
        sha256=sha256,
        size=size,
        kept_as=kept_as,
        language=language,
        at=timezone.now(),
        said=dataclasses.asdict(Said(source=name[:300], position_source=name[:300])),
    )


def one(register: Register, uuid: UUID, by: Person) -> Import | None:
    """The file of this name, if this person brought it."""
    return Import.objects.filter(register=register.key, uuid=uuid, by=by).first()


def by_uuid(uuid: UUID) -> Import | None:
    """The file a job was told of."""
    return Import.objects.select_related("by").filter(uuid=uuid).first()


def same_before(of: Import) -> Import | None:
    """The last time a file with the very same bytes was kept in this register."""
    kept = Import.objects.filter(register=of.register, sha256=of.sha256, state=Import.State.KEPT).exclude(pk=of.pk)
    return kept.select_related("by").order_by("-decided").first()


def recent(register: Register, by: Person) -> QuerySet[Import]:
    """Files this person brought for the register, newest first."""
    return Import.objects.filter(register=register.key, by=by)


def said(of: Import) -> Said:
    """What its bearer says of it."""
    known = {field.name for field in dataclasses.fields(Said)}
    return Said(**{name: value for name, value in of.said.items() if name in known})


def wait(of: Import, what: Said, *, keep: bool, language: str) -> None:
    """It is to be looked through, or kept, as its bearer says now."""
    of.said, of.keep, of.language, of.state = dataclasses.asdict(what), keep, language, Import.State.WAITING
    of.save(update_fields=["said", "keep", "language", "state"])


def settle(of: Import, state: Import.State, found: Mapping[str, Any], digest: str = "") -> None:
    """What came of looking it through."""
    of.state, of.found, of.digest = state, dict(found), digest
    of.save(update_fields=["state", "found", "digest"])


def drop(of: Import) -> None:
    """Forget a file that was not kept."""
    if of.state != Import.State.KEPT:
        of.delete()


class ChangedMeanwhileError(ValueError):
    """The register is no longer as it was when the file was looked through: look at what it would change now."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(self.__doc__)
        self.plan = plan


@transaction.atomic
def keep(
    register: Register,
    table: Table,
    of: Import,
    *,
    told: Callable[[Plan], Mapping[str, Any]],
    province: str,
    tell: Callable[[int, int], None] = lambda _done, _all: None,
) -> Plan:
    """Write what its bearer agreed to, whole or not at all; `told` says of the plan what is shown afterwards.

    Access is asked for every row, before and after. Raises PermissionDenied, and ChangedMeanwhileError where it would
    no longer write what was agreed to.
    """
    rights = access.of(of.by)
    rights.require(looking.IMPORT)
    rights.require(register.keep)
    now = timezone.now()
    plan = looking.look(register, table, said(of), rights, province=province, tell=tell, lock=True)
    if plan.faults or plan.digest() != of.digest:
        raise ChangedMeanwhileError(plan)
    created = [entry for _number, entry in plan.created]
    changed = [change.entry for change in plan.changed]
    reason = _("File %(name)s (SHA-256 %(sha)s)") % {"name": of.name, "sha": of.sha256[:16]}
    try:
        with transaction.atomic():
            keeping_many.write(register, created, changed, by=of.by, reason=reason, at=now, tell=tell)
    except IntegrityError as error:
        plan.faults.append(Fault(0, "", "", _forbidden(error)))
        raise ChangedMeanwhileError(plan) from error
    of.found, of.state, of.decided = dict(told(plan)), Import.State.KEPT, now
    of.save(update_fields=["found", "state", "decided"])
    audit.record(
        of.by,
        "entries.imported",
        register.key,
        through=plan.lent,
        file=of.name,
        sha256=of.sha256,
        rows=plan.rows,
        created=len(created),
        changed=len(changed),
        unchanged=plan.unchanged,
        codes=[entry.code for entry in (*created, *changed)][:CODES_TOLD],
    )
    return plan


def _forbidden(error: IntegrityError) -> str:
    """What the database says, in our words: it has the last one."""
    told = getattr(error.__cause__, "diag", None)
    name, detail = getattr(told, "constraint_name", None) or "", getattr(told, "message_detail", None) or ""
    return _("The register does not take this (%(name)s): %(detail)s") % {"name": name, "detail": detail[:200]}


@contextmanager
def at_work(of: Import) -> Iterator[bool]:
    """Whether nobody else works on this file; while inside, nobody else does, and everybody can see that one does.

    The lock belongs to the connection: where whoever works dies, it is gone at once.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [_lock(of)])
        (mine,) = cursor.fetchone()
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [_lock(of)])


def broke_off(of: Import) -> bool:
    """Whether whoever worked on this file died at it; then nothing of it was written."""
    if of.state != Import.State.RUNNING:
        return False
    with at_work(of) as free:
        of.refresh_from_db(fields=["state"])
        return free and of.state == Import.State.RUNNING


def run(of: Import) -> None:
    """Somebody begins to work on it."""
    of.state = Import.State.RUNNING
    of.save(update_fields=["state"])


def _lock(of: Import) -> str:
    return f"import {of.uuid}"


def may(rights: Rights, register: Register) -> bool:
    """Whether somebody may bring files for this register."""
    return register.written and rights.may(looking.IMPORT) and rights.may(register.keep)
