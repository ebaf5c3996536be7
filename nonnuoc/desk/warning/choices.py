"""What each choice of a warning means, in the words of whoever has to choose; after CAP 1.2 (OASIS, 3.2.1, 3.2.2)."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nonnuoc.records.warnings.models import PublicWarning

Severity, Urgency, Certainty = PublicWarning.Severity, PublicWarning.Urgency, PublicWarning.Certainty
Status = PublicWarning.Status

MEANINGS: Mapping[str, Mapping[str, Promise]] = {
    "severity": {
        Severity.EXTREME: _("Extraordinary danger to life or property: people leave the place, the water is not used."),
        Severity.SEVERE: _("Considerable danger to life or property: everybody changes what they do today."),
        Severity.MODERATE: _("Possible danger: sensitive people keep away, the others take care."),
        Severity.MINOR: _("Little danger: it is good to know."),
    },
    "certainty": {
        Certainty.OBSERVED: _("Measured or seen: it has happened or is going on."),
        Certainty.LIKELY: _("More likely than not: above 50 %."),
        Certainty.POSSIBLE: _("It may come, but rather not: up to 50 %."),
        Certainty.UNLIKELY: _("Not expected, but it cannot be ruled out."),
    },
    "urgency": {
        Urgency.IMMEDIATE: _("People should act at once."),
        Urgency.EXPECTED: _("People should act soon, within the hour."),
        Urgency.FUTURE: _("People should act in the coming hours or days."),
        Urgency.PAST: _("Nobody needs to act any more."),
    },
    "status": {
        Status.TEST: _(
            "For trying out. Who does not look for it does not see it: it stands at its own address, in a frame."
        ),
        Status.EXERCISE: _("It stands on the page of warnings in a heavy frame, and above no other page."),
        Status.ACTUAL: _(
            "It will stand above every public page, in the feed of warnings, and with everybody who takes that over:"
            " radio, television, telephones."
        ),
    },
}  # fmt: skip
SIMULATED = _("Not possible: this warning rests on invented data of a simulated station.")
#: Hours a warning may be said to hold by one click.
HOURS = (3, 6, 12, 24)
