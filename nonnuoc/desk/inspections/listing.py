"""All inspections one may know of: what waits first, then the table."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.records.inspections import selectors
from nonnuoc.records.inspections.models import Inspection
from nonnuoc.records.places import names

ON_A_PAGE = 50


class Filter(forms.Form):
    """What is shown of them."""

    q = forms.CharField(label=gettext_lazy("Facility or number"), required=False, max_length=100)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)

    def __init__(self, data: object) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        for name, choices in (("state", Inspection.State.choices), ("kind", Inspection.Kind.choices)):
            self.fields[name].choices = [("", _("all")), *choices]  # type: ignore[attr-defined]


@allowed("inspections.read", "GET", "HEAD")
def listing(request: Entered) -> HttpResponse:
    """The sentence that counts, what is late, and the inspections."""
    today = timezone.localdate()
    form = Filter(request.GET)
    known = selectors.visible(request.rights)
    if form.is_valid():
        known = _chosen(known, form.cleaned_data)
    page = Paginator(known.order_by("-scheduled", "-id"), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "inspections": page.object_list,
        "asked": any(form.data.get(name) for name in form.fields),
        "standing": selectors.standing(request.rights, today),
        "overdue": selectors.overdue(request.rights, today)[:20],
        "may_plan": request.rights.may("inspections.keep"),
        "today": today,
    }
    return render(request, "desk/inspections/listing.html", context)


def _chosen(known: QuerySet[Inspection], asked: Mapping[str, str]) -> QuerySet[Inspection]:
    for name in ("state", "kind"):
        if asked[name]:
            known = known.filter(**{name: asked[name]})
    for word in names.marked(asked["q"]).split():
        known = known.filter(selectors.named(word))
    return known
