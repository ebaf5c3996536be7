"""Whose station it is: the office that runs it, the facility it watches, who may read its values."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk import choices
from nonnuoc.desk.alarm_rules import judged
from nonnuoc.desk.choices import OfficeField
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.domain.limits import GRADES
from nonnuoc.records.accounts import offices
from nonnuoc.records.accounts.models import DataClass
from nonnuoc.records.monitoring import network, selectors, services, waters
from nonnuoc.records.monitoring.models import Thing
from nonnuoc.records.registers import every
from nonnuoc.records.registers.pattern import reading
from nonnuoc.records.registers.waters import classes

PAGE = 50


class Search(forms.Form):
    """Which stations."""

    q = forms.CharField(label=gettext_lazy("Code or name of the station"), required=False, max_length=120)
    nobody = forms.BooleanField(label=gettext_lazy("Only those of no office"), required=False)


class Whose(forms.Form):
    """Office, facility, class of data."""

    office = OfficeField(label=gettext_lazy("Office that runs it"), required=False, none=gettext_lazy("not known"))
    facility = forms.CharField(
        label=gettext_lazy("Facility"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Code of the facility whose waters or gases it watches. Empty: none."),
    )
    data_class = forms.ChoiceField(
        label=gettext_lazy("Class of data"),
        choices=DataClass.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Public: everybody, on the portal. Internal: people who work here, and the office itself. Restricted: those"
            " whose task it is, and the office itself."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].among(offices.tree())  # type: ignore[attr-defined]


class Water(forms.Form):
    """Which law of water holds at the station."""

    water_kind = forms.ChoiceField(
        label=gettext_lazy("Kind of water"),
        required=False,
        choices=[("", gettext_lazy("not known")), ("river", gettext_lazy("river")), ("lake", gettext_lazy("lake"))],
    )
    water_class = forms.ChoiceField(
        label=gettext_lazy("Class of the water"),
        required=False,
        choices=[("", gettext_lazy("not known")), *((one, one) for one in GRADES)],
        help_text=gettext_lazy(
            "The class of QCVN 08:2023/BTNMT that the province has laid down for this reach. While it is not known,"
            " only the limits for all surface water are judged here."
        ),
    )
    hydrological_station = forms.ChoiceField(
        label=gettext_lazy("Hydrological station"),
        required=False,
        help_text=gettext_lazy(
            "Whose flood alarm levels hold here. Choose one only where the water level is measured over the same zero."
        ),
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(name, name) for name in waters.hydrological_stations()]
        self.fields["hydrological_station"].choices = [("", gettext_lazy("none")), *names]  # type: ignore[attr-defined]
        if kind not in waters.CLASSED:
            del self.fields["water_kind"], self.fields["water_class"]


@allowed("stations.register", "GET", "HEAD")
def listing(request: Entered) -> HttpResponse:
    """The stations within reach, and whose each is."""
    form = Search(request.GET)
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {"q": "", "nobody": False}
    found = network.like(request.rights.reach("stations.register"), asked["q"])
    if asked["nobody"]:
        found = [thing for thing in found if thing.office_id is None]
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    kept = {name: asked[name] for name in ("q", "nobody") if asked[name]}
    context = {
        "form": form,
        "things": page.object_list,
        "asked": kept,
        "page": page,
        "simulated": any(thing.simulated for thing in page.object_list),
        "previous": f"?{urlencode(kept | {'page': page.previous_page_number()})}" if page.has_previous() else "",
        "next": f"?{urlencode(kept | {'page': page.next_page_number()})}" if page.has_next() else "",
    }
    return render(request, "desk/stations.html", context)


@allowed("stations.register", "GET", "HEAD", "POST")
def one(request: Entered, code: str) -> HttpResponse:
    """One station; whose it is from now on, on POST."""
    thing = selectors.station(code)
    if thing is None:
        raise Http404(_("There is no station with this code."))
    request.rights.require("stations.register", selectors.subject(thing))
    held = {"office": thing.office.code if thing.office else "", "facility": thing.facility}
    about_water = "water" in request.POST
    given = None if about_water else request.POST or None
    form = Whose(given, initial=held | {"data_class": thing.data_class})
    water = _water(request, thing, about_water)
    if about_water and water is not None and water.is_valid():
        try:
            services.classify_water(thing, **water.cleaned_data, by=request.user)
        except ValidationError as error:
            choices.refuse(water, error)
        else:
            messages.success(request, _("It is kept which law of water holds here."))
            return redirect("desk-station", code=code)
    if given and form.is_valid():
        try:
            services.assign_station(thing, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            choices.refuse(form, error)
        else:
            messages.success(request, _("It is kept whose station it is."))
            return redirect("desk-station", code=code)
    context = {
        "thing": thing,
        "form": form,
        "water": water,
        "unjudged": judged.unjudged(thing),
        "standing": _standing(request, code),
        "may_keys": request.rights.may("keys.manage", selectors.subject(thing)),
        "simulated": thing.simulated,
    }
    refused = form.errors or (water is not None and water.errors)
    return render(request, "desk/station.html", context, status=422 if refused else 200)


def _standing(request: Entered, code: str) -> classes.Standing | None:
    """The water of the registers whose class judges here, where the person may know of it."""
    found = classes.of_station(code)
    if found is None or not found.judges:
        return None
    register = every.register(found.register)
    return found if register and reading.one(register, found.code, request.rights) else None


def _water(request: Entered, thing: Thing, posted: bool) -> Water | None:
    """Of a station on water; None elsewhere."""
    if thing.kind not in waters.LEVELLED:
        return None
    return Water(request.POST if posted else None, initial=waters.facts(thing), kind=thing.kind)
