"""The way of a manifest, step by step, each signed by a person at a moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.registers.waste import drafting, manifests
from nonnuoc.records.registers.waste.models import Correction, Manifest, Step


@dataclass(frozen=True, slots=True)
class Rule:
    """Whose step it is, and after which states it comes."""

    side: str
    after: frozenset[str]


RULES: Mapping[str, Rule] = {
    Step.Kind.HANDED_OVER: Rule("generator", frozenset({Manifest.State.DRAFT})),
    Step.Kind.IN_TRANSIT: Rule("transporter", frozenset({Manifest.State.HANDED_OVER})),
    Step.Kind.RECEIVED: Rule("treater", frozenset({Manifest.State.HANDED_OVER, Manifest.State.IN_TRANSIT})),
    Step.Kind.TREATED: Rule("treater", frozenset({Manifest.State.RECEIVED})),
    Step.Kind.REFUSED: Rule("treater", frozenset({Manifest.State.HANDED_OVER, Manifest.State.IN_TRANSIT})),
    Step.Kind.CANCELLED: Rule("generator", frozenset({Manifest.State.DRAFT})),
}
#: Steps that say how much, line by line, and the column they write.
WEIGHED = {Step.Kind.RECEIVED: "received_kg", Step.Kind.TREATED: "treated_kg"}
#: Steps that need a word why.
NOTED = (Step.Kind.REFUSED, Step.Kind.CANCELLED)


def possible(manifest: Manifest, sides: tuple[str, ...]) -> list[str]:
    """The steps that may come next, for whoever stands on these sides of it."""
    return [kind for kind, rule in RULES.items() if manifest.state in rule.after and rule.side in sides]


@transaction.atomic
def sign(
    number: str,
    kind: str,
    *,
    by: Person | None,
    happened: datetime | None = None,
    kg: Mapping[int, float] | None = None,
    certificate: str = "",
    note: str = "",
    version: int | None = None,
) -> Manifest:
    """Sign the next step; `kg` line -> kg for what is weighed. Signing the last step again changes nothing.

    `happened`: when it was done, where that was before now: paper is entered later. Raises ValidationError,
    PermissionDenied, DoesNotExist.
    """
    manifest = drafting.locked(number)
    if kind not in RULES:
        raise ValidationError(_("Choose one of the steps."))
    rule = RULES[Step.Kind(kind)]
    through = access.of(by).require("manifests.write", manifests.subject(getattr(manifest, rule.side))).lent
    if manifest.state == kind:
        return manifest
    now = timezone.now()
    happened = happened or now
    _check(manifest, Step.Kind(kind), happened=happened, now=now, certificate=certificate, note=note)
    drafting.refuse_stale(manifest, version)
    if (column := WEIGHED.get(Step.Kind(kind))) is not None:
        _weigh(manifest, column, kg or {})
    manifest.state, manifest.version = Manifest.State(kind), manifest.version + 1
    manifest.save(update_fields=["state", "version"])
    step = Step.objects.create(
        manifest=manifest,
        kind=kind,
        happened=happened,
        at=now,
        by=by,
        certificate=certificate.strip(),
        note=note.strip(),
        signed=manifests.content(manifest, list(manifest.items.all())),
    )
    audit.record(
        by,
        "manifest.signed",
        manifest.number,
        after={"state": kind, "since": happened.isoformat(), "value": step.signed["items"]},
        through=through,
        reason=note,
    )
    return manifest


def _check(
    manifest: Manifest, kind: Step.Kind, *, happened: datetime, now: datetime, certificate: str, note: str
) -> None:
    wrong: dict[str, str] = {}
    if manifest.state not in RULES[kind].after:
        raise ValidationError(
            _("A manifest that is “%(state)s” cannot become “%(next)s”.")
            % {"state": manifest.get_state_display(), "next": kind.label}
        )
    if manifest.corrections.filter(state=Correction.State.ASKED).exists():
        raise ValidationError(_("A correction waits for an answer. Answer it first, then sign."))
    last = manifest.steps.order_by("-id").first()
    if happened > now:
        wrong["happened"] = _("This lies ahead. Give the moment it was done.")
    elif last is not None and happened < last.happened:
        wrong["happened"] = _("This lies before the step it follows. Look at the paper again.")
    if kind is Step.Kind.TREATED and not certificate.strip():
        wrong["certificate"] = _("Give the number of the certificate of treatment.")
    if kind in NOTED and not note.strip():
        wrong["note"] = _("Say why.")
    if wrong:
        raise ValidationError(wrong)


def _weigh(manifest: Manifest, column: str, kg: Mapping[int, float]) -> None:
    """Write what each line weighed. Raises ValidationError for a line left out."""
    wrong: dict[str, str] = {}
    for item in manifest.items.all():
        if fault := drafting.check_kg(kg.get(item.line)):
            wrong[f"kg-{item.line}"] = fault
        else:
            setattr(item, column, kg[item.line])
            item.save(update_fields=[column])
    if wrong:
        raise ValidationError(wrong)
