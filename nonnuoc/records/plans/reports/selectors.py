"""Reports of rounds, for those who may read them. Nothing here writes.

A draft tells what every unit answers: it is for those who follow the plan. What is issued, everybody on the desk reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import Q, QuerySet

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.plans.models import Form, Report, Round
from nonnuoc.records.plans.reports import content
from nonnuoc.records.plans.reports.gathering import TOLD
from nonnuoc.records.plans.rounds import selectors as rounds

State = Report.State
MADE = (State.DRAFT, State.ISSUED)


def may_follow(of: Round, rights: Rights) -> bool:
    """Whether they may read drafts, and every unit's form."""
    return rounds.sees_all(rights, of.plan)


def readable(of: Round, rights: Rights) -> QuerySet[Report]:
    """The reports of a round they may read, the newest first, without the files."""
    found = Report.objects.filter(round=of).defer("docx", "xlsx").select_related("issued_by", "asked_by")
    if not rights.may("plans.read"):
        return found.none()
    return found if may_follow(of, rights) else found.filter(state=State.ISSUED)


def shown(of: Round, rights: Rights) -> Report | None:
    """The one to read: what is issued, else the newest draft."""
    found = readable(of, rights).filter(state__in=MADE)
    return found.filter(state=State.ISSUED).first() or found.first()


def at_work(of: Round, rights: Rights) -> Report | None:
    """The newest request for a draft, where it is not a draft yet: waiting, running, or failed."""
    newest = readable(of, rights).first()
    return newest if newest is not None and newest.state not in MADE else None


def file(of: Report, name: str) -> bytes:
    """Its DOCX or XLSX ("docx", "xlsx")."""
    body = Report.objects.values_list(name, flat=True).get(pk=of.pk)
    return bytes(body or b"")


def is_intact(of: Report) -> bool:
    """Whether an issued report's content is still what was sealed."""
    return content.seal(of.content) == of.sha256


def sent_since(of: Report) -> QuerySet[Form]:
    """Forms that units sent or took back, or that were approved or returned to them, after the draft was made.

    By their moments, and by what the draft says of them: who sends while a draft is made is not in it.
    """
    changed = Form.objects.filter(round=of.round_id).defer("original").select_related("office").order_by("office__name")
    if of.made is None:
        return changed.none()
    told = {one["code"]: one["state"] for one in of.content["units"]}
    other = [
        form.pk
        for form in changed
        if told.get(form.office.code) != form.state and {told.get(form.office.code), form.state} & set(TOLD)
    ]
    return changed.filter(Q(submitted__gt=of.made) | Q(approved__gt=of.made) | Q(pk__in=other))


@contextmanager
def making(of: Report) -> Iterator[bool]:
    """Whether nobody else makes it; while inside, nobody else does, and everybody can see that one does.

    The lock belongs to the connection: where whoever makes it dies, it is gone at once.
    """
    name = f"plan report {of.uuid}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        (mine,) = cursor.fetchone()
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


def broke_off(of: Report) -> bool:
    """Whether whoever made it died at it."""
    if of.state != State.RUNNING:
        return False
    with making(of) as free:
        of.refresh_from_db(fields=["state"])
        return free and of.state == State.RUNNING
