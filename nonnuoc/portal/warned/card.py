"""What a link to a warning shows where it is shared."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from nonnuoc.look import figures
from nonnuoc.look import warning as reading
from nonnuoc.look.access import public
from nonnuoc.portal import card, lettering
from nonnuoc.portal.card import Card
from nonnuoc.portal.warned.page import standing
from nonnuoc.records.warnings import selectors as warnings


@public(max_age=60)
def of_warning(request: HttpRequest, identifier: str) -> HttpResponse:
    """The headline, where and until when; of one that no longer holds, that first."""
    found = warnings.by_identifier(identifier)
    if found is None:
        raise Http404
    one, over = reading.told(found), standing(found, warnings.chain(found), timezone.now())
    above = f"{one.kind}: {one.severity}" if one.rank and not one.cancels else one.kind
    until = "" if one.cancels else gettext("Until %(when)s") % {"when": figures.stamp(one.expires)}
    then = over.words if over else ". ".join(filter(None, (one.area.text, until)))
    banner = one.frame[0] if one.frame else gettext("SIMULATED DATA") if one.simulated else ""
    try:
        picture = card.png(
            Card(above, one.headline.text, then, figures.stamp(found.sent or found.written), None, banner)
        )
    except lettering.NotBuiltError:
        raise Http404 from None
    return HttpResponse(picture, content_type="image/png")
