"""Offices: the tree, one of them with its people and stations, and its facts for those who keep them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk import choices
from nonnuoc.desk.choices import OfficeField
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.records.accounts import offices, selectors, services
from nonnuoc.records.accounts.access import Subject
from nonnuoc.records.accounts.models import Office
from nonnuoc.records.monitoring import network
from nonnuoc.records.places import selectors as places

NEW = "new"  # the address of the form for a new office: no office has this code


class Facts(forms.Form):
    """What an office is."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9_-]*\Z", gettext_lazy("Small letters, digits, - and _ only."))],
        help_text=gettext_lazy("Stays as it is: small letters, digits, - and _, such as so-nnmt."),
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=160)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Office.Kind.choices)
    parent = OfficeField(label=gettext_lazy("Stands under"), required=False, none=gettext_lazy("no office above it"))
    commune = forms.ChoiceField(
        label=gettext_lazy("Commune"),
        required=False,
        help_text=gettext_lazy("Of the People's Committee of a commune, or where the office lies."),
    )
    email = forms.EmailField(label=gettext_lazy("E-mail address"), required=False, max_length=254)
    phone = forms.CharField(label=gettext_lazy("Telephone"), required=False, max_length=40)
    source = forms.CharField(
        label=gettext_lazy("Source"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("The document that founds or names it."),
    )
    is_active = forms.BooleanField(
        label=gettext_lazy("The office is open"),
        required=False,
        help_text=gettext_lazy("Tasks in a closed office open nothing."),
    )

    def __init__(self, *args: Any, office: Office | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office = office
        below = offices.under(office.id) if office else frozenset()
        above = [branch for branch in offices.tree() if branch.office.id not in below]
        self.fields["parent"].among(above)  # type: ignore[attr-defined]
        self.communes = {one.code: one for one in places.communes_like("")}
        named = [(code, one.full_name) for code, one in self.communes.items()]
        self.fields["commune"].choices = [("", _("none")), *named]  # type: ignore[attr-defined]
        if office is not None:
            del self.fields["code"]

    def clean_code(self) -> str:
        """A new one."""
        code = str(self.cleaned_data["code"])
        if code == NEW or offices.by_code(code) is not None:
            raise ValidationError(_("Another office has this code: choose another one."))
        return code

    def clean(self) -> dict[str, Any]:
        """The People's Committee of a commune has a commune."""
        cleaned = super().clean() or {}
        cleaned["commune"] = self.communes.get(cleaned.get("commune", ""))
        if cleaned.get("kind") == Office.Kind.COMMUNE and cleaned["commune"] is None:
            self.add_error("commune", _("Say of which commune."))
        return cleaned


@dataclass
class Node:
    """An office of the tree, with those under it; People's Committees of communes apart, for there are many."""

    office: Office
    people: int
    stations: int
    children: list[Node] = field(default_factory=list)
    communes: list[Node] = field(default_factory=list)


@allowed("people.read", "GET", "HEAD")
def listing(request: Entered) -> HttpResponse:
    """The tree of the offices within reach."""
    within = request.rights.reach("people.read").within("id", "commune_id", None)
    branches = offices.tree(within)
    context = {
        "tree": _grown(branches),
        "number": len(branches),
        "may_manage": request.rights.may("offices.manage"),
    }
    return render(request, "desk/offices.html", context)


@allowed("people.read", "GET", "HEAD")
def one(request: Entered, code: str) -> HttpResponse:
    """One office: its facts, its people, the stations it runs, the offices under it."""
    office = _found(code)
    request.rights.require("people.read", Subject(office.id, office.commune_id))
    stations = list(network.run_by(office))
    context = {
        "office": office,
        "people": selectors.people(selectors.people_like(office=office)),
        "stations": stations,
        "simulated": any(thing.simulated for thing in stations),
        "children": office.children.all(),
        "may_manage": request.rights.may("offices.manage"),
        "may_stations": request.rights.may("stations.register"),
    }
    return render(request, "desk/office.html", context)


@allowed("offices.manage", "GET", "HEAD", "POST")
def new(request: Entered) -> HttpResponse:
    """A new office."""
    parent = offices.by_code(request.GET.get("parent", ""))
    initial = {"is_active": True, "parent": parent.code if parent else offices.ROOT}
    return _form(request, Facts(request.POST or None, office=None, initial=initial), None)


@allowed("offices.manage", "GET", "HEAD", "POST")
def change(request: Entered, code: str) -> HttpResponse:
    """Facts of an office, brought up to date."""
    office = _found(code)
    held = {name: getattr(office, name) for name in ("name", "kind", "email", "phone", "source", "is_active")}
    held["parent"] = office.parent.code if office.parent else ""
    held["commune"] = office.commune.code if office.commune else ""
    return _form(request, Facts(request.POST or None, office=office, initial=held), office)


def _form(request: Entered, form: Facts, office: Office | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        try:
            kept = services.register_office(told.pop("code", office.code if office else ""), **told, by=request.user)
        except ValidationError as error:
            choices.refuse(form, error)
        else:
            messages.success(request, _("The office is kept."))
            return redirect("office", code=kept.code)
    context = {"form": form, "office": office}
    return render(request, "desk/office_form.html", context, status=422 if form.errors else 200)


def _found(code: str) -> Office:
    office = offices.by_code(code)
    if office is None:
        raise Http404(_("There is no office with this code."))
    return office


def _grown(branches: list[offices.Branch]) -> list[Node]:
    """The branches as a tree."""
    staff, stations = selectors.staff_by_office(), network.count_by_office()
    top: list[Node] = []
    way: list[Node] = []
    for branch in branches:
        office = branch.office
        node = Node(office, staff.get(office.id, 0), stations.get(office.id, 0))
        del way[branch.depth :]
        if not way:
            top.append(node)
        elif office.kind == Office.Kind.COMMUNE:
            way[-1].communes.append(node)
        else:
            way[-1].children.append(node)
        way.append(node)
    return top
