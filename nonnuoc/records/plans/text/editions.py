"""Editions of a plan's text: the first, amendments, corrections of the copy. None is ever changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from nonnuoc.domain.plan import difference, sentences
from nonnuoc.domain.plan.difference import Change
from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.plans import selectors
from nonnuoc.records.plans.models import Edition, Passage, Plan
from nonnuoc.records.plans.text import passages as kept

Kind = Edition.Kind


@dataclass(frozen=True, slots=True)
class Original:
    """The file a text was read from."""

    body: bytes
    name: str
    media_type: str


def of(plan: Plan) -> list[Edition]:
    """Its editions, the newest first, without their texts and files."""
    return list(Edition.objects.filter(plan=plan).select_related("by").defer("text", "original").order_by("-number"))


def current(plan: Plan) -> Edition | None:
    """The newest edition; None while the plan has no text."""
    return Edition.objects.filter(plan=plan).defer("text", "original").order_by("-number").first()


def numbered(plan: Plan, number: int) -> Edition | None:
    """The edition of this number."""
    return Edition.objects.filter(plan=plan, number=number).defer("text", "original").first()


def passages(edition: Edition) -> list[Passage]:
    """Its passages, in the order of the text."""
    return kept.of(edition)


def before(edition: Edition) -> Edition | None:
    """The edition that it took the place of."""
    older = Edition.objects.filter(plan=edition.plan_id, number__lt=edition.number)
    return older.defer("text", "original").order_by("-number").first()


def changes(edition: Edition) -> Sequence[Change]:
    """What it changed in the edition before; of the first, everything is added."""
    older = before(edition)
    return difference.between(kept.pieces(older) if older else (), kept.pieces(edition))


@transaction.atomic
def add(
    plan: Plan,
    text: str,
    *,
    kind: str,
    by: Person | None,
    at: datetime,
    document_number: str = "",
    effective: date | None = None,
    reason: str = "",
    original: Original | None = None,
    token: UUID | None = None,
) -> Edition:
    """A new edition with its passages; sentences that stay themselves keep their anchors.

    The text in force, or the same token, once more: the edition there is. Raises PermissionDenied, and ValidationError
    for an empty text, the text of an earlier edition, a second first text, an amendment before it or without the
    document that amends, and a correction without a reason.
    """
    through = access.require(by, "plans.keep", selectors.subject(plan.leading)).lent
    Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    digest = hashlib.sha256(text.encode()).hexdigest()
    known = Edition.objects.filter(plan=plan)
    if token is not None and (again := known.filter(token=token).first()) is not None:
        return again
    last, same = current(plan), known.filter(sha256=digest).first()
    if same is not None and same == last:
        return same
    if same is not None:
        told = _("This is the text of edition %(n)d, which was amended since: bring the text as it stands now.")
        raise ValidationError({"text": told % {"n": same.number}})
    _check(last, text, kind, document_number, reason)
    made = Edition(
        plan=plan,
        number=(Edition.objects.filter(plan=plan).aggregate(last=Max("number"))["last"] or 0) + 1,
        kind=kind,
        document_number=document_number.strip(),
        effective=effective,
        reason=reason.strip(),
        text=text,
        sha256=digest,
        original=original.body if original else None,
        original_name=original.name[:200] if original else "",
        original_type=original.media_type[:100] if original else "",
        token=token or uuid4(),
        at=at,
        by=by,
    )
    made.full_clean(exclude=["plan", "by"])
    pieces = carried(plan, text)
    made.save()
    kept.keep(made, pieces)
    after = {"number": made.number, "kind": kind, "document": made.document_number, "passages": len(pieces)}
    audit.record(by, "plan.text_added", f"plan {plan.code}", after=after, why=made.reason, through=through)
    return made


def carried(plan: Plan, text: str) -> Sequence[sentences.Piece]:
    """The pieces of a text with the anchors they would have as the plan's next edition."""
    last = current(plan)
    pieces = sentences.split(text)
    return pieces if last is None else difference.carried(kept.pieces(last), pieces, kept.ever_used(plan))


def _check(last: Edition | None, text: str, kind: str, document_number: str, reason: str) -> None:
    if not text.strip():
        raise ValidationError({"text": _("The text is empty.")})
    if kind not in Kind.values:
        raise ValidationError({"kind": _("Say whether it is the first text, an amendment, or a correction.")})
    if (kind == Kind.FIRST) != (last is None):
        said = _("The plan has a text already: give an amendment, or a correction of the copy.")
        raise ValidationError({"kind": said if last else _("The plan has no text yet: give its first text.")})
    if kind == Kind.AMENDMENT and not document_number.strip():
        raise ValidationError({"document_number": _("Give the number of the document that amends the plan.")})
    if kind == Kind.CORRECTION and not reason.strip():
        raise ValidationError({"reason": _("Say what was wrong with the copy.")})
