"""What is said when a request cannot be answered: a sentence for each status, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _


@dataclass(frozen=True, slots=True)
class Problem:
    """`code`: for machines, stable; `title`: what happened; `then`: what to do next."""

    code: str
    title: str
    then: str


PROBLEMS = {
    400: Problem(
        "damaged",
        _("This request could not be understood."),
        _("Part of its address or of what was sent is damaged. Go back, or start again on the front page."),
    ),
    403: Problem(
        "refused",
        _("You may not open this page."),
        _("It is for people with another task. If it should be yours, ask your administrator."),
    ),
    404: Problem(
        "unknown",
        _("There is no page at this address."),
        _("Perhaps the address was cut off on its way, or a station has another code now."),
    ),
    405: Problem(
        "method",
        _("This address does not work that way."),
        _("It can be opened and read, or it takes a form, but not what was just tried. Open it from the page before."),
    ),
    413: Problem(
        "too_large",
        _("That was too much at once."),
        _("One upload holds at most 50 MB. Send the file in parts, or compress it as a ZIP."),
    ),
    429: Problem(
        "too_often",
        _("That was too often."),
        _("Nothing is lost. Wait a little, then try again."),
    ),
    500: Problem(
        "unforeseen",
        _("Something broke on our side."),
        _(
            "It was noted for those who run this site. Readings keep arriving and nothing is lost."
            " Try again in a few minutes."
        ),
    ),
    503: Problem(
        "away",
        _("We cannot answer just now."),
        _(
            "Our database cannot be reached. What stations send meanwhile is kept and taken in afterwards."
            " Try again in a few minutes."
        ),
    ),
}
MAINTENANCE = Problem(
    "maintenance",
    _("These pages are being worked on."),
    _("They come back by themselves. What stations send meanwhile is kept and taken in afterwards."),
)
FOREIGN_HOST = Problem(
    "host",
    _("This site is not reached by that name."),
    _(
        "The server was asked under a name it does not know. Use the address you were given; whoever runs this site"
        " adds further names to NONNUOC_HOSTS."
    ),
)
STALE_FORM = Problem(
    "form",
    _("This form has grown too old to be taken."),
    _(
        "Nothing was changed. Open the page again and send the form once more; your browser must accept the cookies of"
        " this site."
    ),
)


def said(problem: Problem) -> Problem:
    """In the reader's language."""
    return Problem(problem.code, gettext(problem.title), gettext(problem.then))
