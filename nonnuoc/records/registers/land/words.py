"""Stages, gates and comparisons in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nonnuoc.domain.gates import Missing, Paper, Shut
from nonnuoc.domain.soil import Verdict
from nonnuoc.records.registers.land import soil
from nonnuoc.records.registers.land.models import Evidence

MISSING: Mapping[Missing, Promise] = {
    Missing.SURVEY_RESULT: _("No result of a laboratory from the survey is here."),
    Missing.CLASS: _("What the ground is to be used for is not said: without it no limit can be chosen."),
    Missing.RESULT: _("No result of a laboratory from after the works is here."),
    Missing.OVER: _("Over the limit of the intended use: %(parameters)s."),
    Missing.UNJUDGED: _("Nothing says whether it is within a limit: %(parameters)s."),
    Missing.NOT_AGAIN: _("Over the limit in the survey, and not measured again after the works: %(parameters)s."),
    Missing.RESTRICTION: _("Neither a restriction of use is written down nor the finding that none is needed."),
}
VERDICTS: Mapping[Verdict, Promise] = {
    Verdict.WITHIN: _("within the limit"),
    Verdict.OVER: _("over the limit"),
    Verdict.UNKNOWN: _("not judged"),
}
_NO_PAPER = _("There is no %(paper)s.")


def of_shut(shut: Shut) -> str:
    """Why a gate is shut, as a sentence."""
    if isinstance(shut.why, Paper):
        return str(_NO_PAPER) % {"paper": Evidence.Paper(shut.why.value).label}
    today = timezone.localdate()
    return str(MISSING[shut.why]) % {"parameters": ", ".join(soil.name_of(one, today) for one in shut.parameters)}
