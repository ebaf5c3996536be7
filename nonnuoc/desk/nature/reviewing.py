"""What waits for an expert, judged one by one or many at once."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from nonnuoc.desk import choices
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.nature import found_map
from nonnuoc.records.registers.nature import judging, queue
from nonnuoc.records.registers.nature.models import Occurrence
from nonnuoc.records.registers.nature.occurrences import OCCURRENCES
from nonnuoc.records.registers.pattern import reading

State = Occurrence.State
ON_A_PAGE = 100
LISTED = 20  # earlier ones
VERDICTS = [(one.value, one.label) for one in State if one != State.REPORTED]


class Verdict(forms.Form):
    """What an expert says of an occurrence, or of several."""

    state = forms.ChoiceField(label=gettext_lazy("Judgement"), choices=VERDICTS, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Needed for doubt and refusal; whoever reported it reads it."),
        widget=forms.Textarea({"rows": 2}),
    )
    publish = forms.BooleanField(
        label=gettext_lazy("Everybody may read what is validated"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Its place as exactly as its species allows."),
    )


@allowed(queue.ACTION, "GET", "HEAD", "POST")
def listing(request: Entered) -> HttpResponse:
    """The queue; on POST, a verdict for those that were ticked."""
    asked = {name: request.GET.get(name, "") for name in ("state", "species")}
    state = asked["state"] if asked["state"] in State.values else State.REPORTED
    form = Verdict(request.POST or None)
    if form.is_bound and form.is_valid() and _judged(request, form, request.POST.getlist("code")):
        return redirect(request.get_full_path())
    waiting = queue.waiting(request.rights, state=state, species=asked["species"][:40])
    page = Paginator(waiting.select_related("species", "found_in"), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "state": state,
        "states": State.choices,
        "species": asked["species"],
        "ticked": set(request.POST.getlist("code")),
    }
    return render(request, "desk/nature/review.html", context, status=422 if form.errors else 200)


@allowed(queue.ACTION, "GET", "HEAD", "POST")
def one(request: Entered, code: str) -> HttpResponse:
    """One occurrence with all that is known of it, earlier ones around it, and the verdict."""
    occurrence = queue.one(code, request.rights)
    if occurrence is None:
        raise Http404(_("There is no such occurrence, or none that you may judge."))
    form = Verdict(request.POST or None)
    if form.is_bound and form.is_valid() and _judged(request, form, [code]):
        return redirect("nature-review")
    earlier = queue.earlier(occurrence, request.rights)
    exact = reading.exact(OCCURRENCES, occurrence, request.rights)
    drawn = (
        found_map.draw(occurrence.lon, occurrence.lat, earlier)
        if exact and occurrence.lon is not None and occurrence.lat is not None
        else None
    )
    away = drawn.away_km if drawn else (None,) * len(earlier)
    context = {
        "one": occurrence,
        "exact": exact,
        "form": form,
        "drawn": drawn,
        "earlier": list(zip(range(1, LISTED + 1), earlier, away, strict=False)),
        "more": max(0, len(earlier) - LISTED),
        "documents": reading.documents(OCCURRENCES, occurrence, request.rights),
        "judged": queue.judgements(occurrence),
    }
    return render(request, "desk/nature/occurrence.html", context, status=422 if form.errors else 200)


def _judged(request: Entered, form: Verdict, codes: list[str]) -> bool:
    """Whether it was kept; if not, the form says why."""
    if not codes:
        form.add_error(None, _("Tick the ones that are meant."))
        return False
    told = form.cleaned_data
    try:
        number = judging.judge(codes, told["state"], reason=told["reason"], publish=told["publish"], by=request.user)
    except ValidationError as error:
        choices.refuse(form, error)
        return False
    except Occurrence.DoesNotExist:
        form.add_error(None, _("One of them is not there any more. Nothing was kept: look again and repeat."))
        return False
    said = ngettext("%(n)d occurrence was judged.", "%(n)d occurrences were judged.", number) % {"n": number}
    messages.success(request, said)
    return True
