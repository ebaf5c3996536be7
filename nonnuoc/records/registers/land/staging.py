"""Moving contaminated ground or a closed dump from stage to stage: through an open gate, or back with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.domain import gates
from nonnuoc.domain.gates import Paper, Shut, Stage
from nonnuoc.records.accounts import access, audit
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.registers.land import soil, words
from nonnuoc.records.registers.land.models import ClosedDump, ContaminatedSite, Move, SoilResult
from nonnuoc.records.registers.pattern import keeping, reading
from nonnuoc.records.registers.pattern.register import of_model

Ground = ContaminatedSite | ClosedDump


@dataclass(frozen=True, slots=True)
class Gate:
    """The way out of a stage."""

    stage: Stage
    following: Stage | None  # None: this is the last stage
    shut: tuple[Shut, ...]  # why it is shut; none: it is open, where there is one

    @property
    def opens(self) -> bool:
        return self.following is not None and not self.shut


def gates_of(ground: Ground) -> list[Gate]:
    """Every gate in order, as the evidence stands now; three queries, none if `selectors.grounds` gave the ground."""
    papers = {Paper(one.paper) for one in ground.evidences.all() if one.removed is None}
    results = [one for one in ground.results.all() if one.withdrawn is None]
    of_phase = {
        phase: soil.judged((one for one in results if one.phase == phase), ground.land_class)
        for phase in SoilResult.Phase
    }
    today = timezone.localdate()
    restricted = any(one.until is None or one.until > today for one in ground.restrictions.all())
    return [
        Gate(
            stage,
            gates.following(stage),
            gates.shut(
                stage,
                papers=papers,
                survey=of_phase[SoilResult.Phase.SURVEY],
                verification=of_phase[SoilResult.Phase.VERIFICATION],
                restricted=restricted,
                classed=bool(ground.land_class),
            ),
        )
        for stage in Stage
    ]


def doubts(ground: Ground) -> list[Gate]:
    """Gates it has passed that would be shut now: evidence was taken back, or the intended use is another."""
    behind = gates.before(Stage(ground.stage))
    return [gate for gate in gates_of(ground) if gate.stage in behind and gate.shut]


@transaction.atomic
def advance(ground: Ground, *, by: Person | None, reason: str = "", at: datetime | None = None) -> Move:
    """Through the gate into the next stage.

    Raises PermissionDenied, and ValidationError with every reason why the gate is shut.
    """
    held = _locked(ground)
    access.require(by, "sites.gate", reading.subject(of_model(type(held)), held))
    gate = next(one for one in gates_of(held) if one.stage == held.stage)
    if gate.following is None:
        raise ValidationError(_("It is closed: there is no further stage."))
    if gate.shut:
        raise ValidationError([words.of_shut(one) for one in gate.shut])
    return _move(held, gate.following, by=by, reason=reason, at=at)


@transaction.atomic
def back(ground: Ground, to: Stage, *, reason: str, by: Person | None, at: datetime | None = None) -> Move:
    """Back to an earlier stage. Raises PermissionDenied, and ValidationError without a reason or from where it is."""
    held = _locked(ground)
    access.require(by, "sites.gate", reading.subject(of_model(type(held)), held))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it goes back.")})
    if to not in gates.before(Stage(held.stage)):
        raise ValidationError({"to": _("One goes back to an earlier stage only.")})
    return _move(held, to, by=by, reason=reason, at=at)


def _move(held: Ground, to: Stage, *, by: Person | None, reason: str, at: datetime | None) -> Move:
    register, moment = of_model(type(held)), at or timezone.now()
    before = held.stage
    values = {"stage": to.value, "stage_since": timezone.localtime(moment).date()}
    keeping.change(register, held.code, values, by=by, reason=reason, at=moment)
    ground = {"site": held} if isinstance(held, ContaminatedSite) else {"dump": held}
    move = Move.objects.create(**ground, before=before, after=to.value, reason=reason.strip()[:500], at=moment, by=by)
    subject = f"{register.key} {held.code}"
    if to in gates.before(Stage(before)):
        audit.record(by, "ground.sent_back", subject, before={"stage": before}, after={"stage": to}, reason=reason)
    else:
        audit.record(by, "ground.advanced", subject, before={"stage": before}, after={"stage": to}, reason=reason)
    return move


def _locked(ground: Ground) -> Ground:
    return type(ground).objects.select_for_update(of=("self",)).get(pk=ground.pk)
