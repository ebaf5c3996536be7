"""The work on a file that was brought: looked through, or kept; what is found is put down for its page."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from nonnuoc.desk.importing import opening, telling
from nonnuoc.desk.importing.progress import LOOKING, READING, WRITING, Progress
from nonnuoc.ingest.pending import Pending
from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.places import province
from nonnuoc.records.places.geometry import UnknownSystemError
from nonnuoc.records.places.spatial_staging import ManyLayersError, NoSystemError, RefusedError
from nonnuoc.records.registers import every
from nonnuoc.records.registers.pattern.importing import files, looking
from nonnuoc.records.registers.pattern.importing.plan import Said
from nonnuoc.records.registers.pattern.importing.table import Table
from nonnuoc.records.registers.pattern.models import Import
from nonnuoc.records.registers.pattern.register import Register

log = logging.getLogger(__name__)

JOB = "nonnuoc.desk.tasks.work_on_import"
AT_ONCE = 100_000  # bytes: what is smaller is worked on while the person waits
State = Import.State


def begin(register: Register, sent: Sequence[tuple[str, bytes]], *, by: Person, language: str) -> Import:
    """Take a file in and look it through, now or soon. Raises RefusedError and PermissionDenied."""
    name, body = opening.joined(sent)
    if opening.kind(name) not in opening.READ:
        kinds = ", ".join(opening.READ)
        raise RefusedError(_("Files of this kind are not read. These are: %(kinds)s.") % {"kinds": kinds})
    if len(body) > opening.MOST_BYTES:
        raise RefusedError(_("The file is larger than 50 MB. Divide it, and bring the parts."))
    kept_as = pending().keep(body)
    try:
        of = files.begin(
            register,
            name=name,
            sha256=hashlib.sha256(body).hexdigest(),
            size=len(body),
            kept_as=kept_as,
            by=by,
            language=language,
        )
    except BaseException:
        pending().drop(kept_as)
        raise
    start(of)
    return of


def start(of: Import) -> None:
    """Have it worked on: at once where that is quick, else by the worker."""
    if of.size <= AT_ONCE:
        work(of.uuid)
    else:
        app.configure_task(JOB, queueing_lock=None, lock=f"import-{of.uuid}").defer(uuid=str(of.uuid))


def again(of: Import, said: Said, *, keep: bool, language: str) -> None:
    """Look it through once more as its bearer says now, or keep it."""
    files.wait(of, said, keep=keep, language=language)
    start(of)


def drop(of: Import) -> None:
    """Forget it."""
    pending().drop(of.kept_as)
    files.drop(of)


def work(uuid: UUID) -> None:
    """What is to be done with a file; nothing where somebody else is at it, or it was done."""
    of = files.by_uuid(uuid)
    register = every.register(of.register) if of else None
    if of is None or register is None:
        return
    with files.at_work(of) as mine:
        if not mine:
            return
        of.refresh_from_db()
        if of.state not in (State.WAITING, State.RUNNING):
            return
        files.run(of)
        with translation.override(of.language):
            _worked(register, of)


def _worked(register: Register, of: Import) -> None:
    progress = Progress(of)
    try:
        progress.begin(READING)
        body = pending().read(of.kept_as)
        if body is None:
            raise RefusedError(_("The file was kept for a day and is gone. Bring it again."))
        table = opening.opened(register, of.name, body, files.said(of))
        if of.keep:
            _keep(register, of, table, progress)
        else:
            _look(register, of, table, progress)
    except NoSystemError:
        files.settle(of, State.ASKED, {"ask": "system"})
    except ManyLayersError as error:
        files.settle(of, State.ASKED, {"ask": "layer", "layers": error.layers})
    except UnknownSystemError as error:
        files.settle(of, State.ASKED, {"ask": "system", "why": str(error)})
    except (RefusedError, PermissionDenied) as error:
        files.settle(of, State.REFUSED, {"why": str(error)})
    except Exception:
        log.exception("the file %s could not be worked on", of.uuid)
        files.settle(of, State.REFUSED, {"why": _("Something went wrong here, not in your file; it is in the log.")})
    finally:
        progress.end()


def _look(register: Register, of: Import, table: Table, progress: Progress) -> None:
    progress.begin(LOOKING)
    rights = access.of(of.by)
    plan = looking.look(register, table, files.said(of), rights, province=province.read().vn2000, tell=progress)
    files.settle(of, State.LOOKED, telling.told(register, table, plan, rights), plan.digest())


def _keep(register: Register, of: Import, table: Table, progress: Progress) -> None:
    """Keep it as agreed; where the register has changed meanwhile, show what it would do now."""
    progress.begin(WRITING)
    rights = access.of(of.by)
    try:
        files.keep(
            register,
            table,
            of,
            told=lambda plan: telling.counts(plan),
            province=province.read().vn2000,
            tell=progress,
        )
    except files.ChangedMeanwhileError as error:
        found = telling.told(register, table, error.plan, rights) | {"again": True}
        files.settle(of, State.LOOKED, found, error.plan.digest())
        return
    pending().drop(of.kept_as)


def pending() -> Pending:
    """Where the bytes lie until somebody decides."""
    return Pending(Path(settings.MEDIA_ROOT))
