"""The stages of contaminated ground, and what opens the gate from each to the next. No law sets these five: they are
the order of the plan (II.3.5, II.5.2) and of good practice, and each gate says what is missing.

    survey ──▶ plan ──▶ works ──▶ verification ──▶ closed

Nothing is skipped. A gate opens when every document it asks for is there, and the laboratory's results say what they
must.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from nonnuoc.domain.soil import Verdict


class Stage(StrEnum):
    """Where a site is."""

    SURVEY = "survey"
    PLAN = "plan"
    WORKS = "works"
    VERIFICATION = "verification"
    CLOSED = "closed"


class Paper(StrEnum):
    """A document that a gate asks for."""

    SURVEY_REPORT = "survey_report"
    PLAN_DECISION = "plan_decision"
    WORKS_ACCEPTANCE = "works_acceptance"
    VERIFICATION_REPORT = "verification_report"
    NO_RESTRICTION = "no_restriction"  # says that no use of the ground needs to be restricted


class Missing(StrEnum):
    """Why a gate is shut, beside a document that is not there."""

    SURVEY_RESULT = "survey_result"  # nothing was measured
    CLASS = "class"  # nobody has said what the ground is to be used for
    RESULT = "result"  # nothing was measured since the works
    OVER = "over"  # a result is over the limit of the class
    UNJUDGED = "unjudged"  # a result that nothing can be compared with
    NOT_AGAIN = "not_again"  # the survey found it over, and nobody measured it again
    RESTRICTION = "restriction"  # neither a restriction nor the document that none is needed


ORDER = tuple(Stage)
PAPERS: dict[Stage, tuple[Paper, ...]] = {
    Stage.SURVEY: (Paper.SURVEY_REPORT,),
    Stage.PLAN: (Paper.PLAN_DECISION,),
    Stage.WORKS: (Paper.WORKS_ACCEPTANCE,),
    Stage.VERIFICATION: (Paper.VERIFICATION_REPORT,),
    Stage.CLOSED: (),
}


@dataclass(frozen=True, slots=True)
class Judged:
    """A result of the laboratory, held against the limit."""

    parameter: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Shut:
    """A reason why a gate is shut; `parameters` are those it is about."""

    why: Paper | Missing
    parameters: tuple[str, ...] = ()


def following(stage: Stage) -> Stage | None:
    """The stage after this one; None after the last."""
    place = ORDER.index(stage) + 1
    return ORDER[place] if place < len(ORDER) else None


def before(stage: Stage) -> tuple[Stage, ...]:
    """The stages that one can go back to."""
    return ORDER[: ORDER.index(stage)]


def shut(
    stage: Stage,
    *,
    papers: Collection[Paper],
    survey: Sequence[Judged],
    verification: Sequence[Judged],
    restricted: bool,
    classed: bool,
) -> tuple[Shut, ...]:
    """Every reason why the gate out of this stage is shut; none: it is open. The last stage has no gate.

    papers        documents that are there
    survey        results of the survey, against the class of the intended use
    verification  results of samples taken after the works
    restricted    whether a restriction of use was written down
    classed       whether the class of the intended use is known
    """
    if following(stage) is None:
        return ()
    found = [Shut(paper) for paper in PAPERS[stage] if paper not in papers]
    if stage is Stage.SURVEY and not survey:
        found.append(Shut(Missing.SURVEY_RESULT))
    if stage is Stage.VERIFICATION:
        found += _unverified(survey, verification, classed=classed)
        if not restricted and Paper.NO_RESTRICTION not in papers:
            found.append(Shut(Missing.RESTRICTION))
    return tuple(found)


def _unverified(survey: Sequence[Judged], verification: Sequence[Judged], *, classed: bool) -> list[Shut]:
    if not verification:
        return [Shut(Missing.RESULT)]
    if not classed:
        return [Shut(Missing.CLASS)]
    found = []
    for why, verdict in ((Missing.OVER, Verdict.OVER), (Missing.UNJUDGED, Verdict.UNKNOWN)):
        if named := _named(verification, verdict):
            found.append(Shut(why, named))
    again = {one.parameter for one in verification}
    if left := tuple(one for one in _named(survey, Verdict.OVER) if one not in again):
        found.append(Shut(Missing.NOT_AGAIN, left))
    return found


def _named(results: Sequence[Judged], verdict: Verdict) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.parameter for one in results if one.verdict is verdict))
