"""People: the list, one of them with the tasks held, and what an administrator changes of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk import choices
from nonnuoc.desk.choices import DayField, OfficeField, TaskFields
from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.records.accounts import access_keys, invitations, offices, selectors, services, trail
from nonnuoc.records.accounts.access import Subject
from nonnuoc.records.accounts.entrance import factors
from nonnuoc.records.accounts.models import Person

PAGE = 50
ENTRIES = 20


class Search(forms.Form):
    """Which people."""

    q = forms.CharField(label=gettext_lazy("Name or e-mail address"), required=False, max_length=120)
    office = OfficeField(label=gettext_lazy("Office"), required=False, none=gettext_lazy("every office"), closed=True)


class Facts(forms.Form):
    """What an administrator may change of a person."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=40, required=False)
    is_active = forms.BooleanField(
        label=gettext_lazy("The account is open"),
        required=False,
        help_text=gettext_lazy("A closed account opens nothing any more; what was done with it stays on record."),
    )


class Task(TaskFields):
    """A task for a person who has an account."""

    until = DayField(
        label=gettext_lazy("Until, this day included"),
        required=False,
        help_text=gettext_lazy("Empty: until somebody ends it."),
    )


@allowed("people.read", "GET", "HEAD")
def listing(request: Entered) -> HttpResponse:
    """Everybody within reach, by name; found by words with or without marks, and by office."""
    reach = request.rights.reach("people.read")
    form = Search(request.GET)
    form.fields["office"].among(offices.tree(reach.within("id", "commune_id", None)))  # type: ignore[attr-defined]
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {"q": "", "office": None}
    pages = Paginator(selectors.people_like(asked["q"], asked["office"], reach), PAGE)
    page = pages.get_page(request.GET.get("page"))
    kept = {name: value for name in ("q", "office") if asked[name] and (value := request.GET.get(name))}
    context = {
        "form": form,
        "people": selectors.people(list(page.object_list)),
        "asked": kept,
        "page": page,
        "previous": f"?{urlencode(kept | {'page': page.previous_page_number()})}" if page.has_previous() else "",
        "next": f"?{urlencode(kept | {'page': page.next_page_number()})}" if page.has_next() else "",
        "may_register": request.rights.may("people.register"),
        "waiting": invitations.waiting() if request.rights.may("people.register") else [],
        "now": timezone.now(),
    }
    return render(request, "desk/people.html", context)


@allowed("people.read", "GET", "HEAD", "POST")
def one(request: Entered, identity: int) -> HttpResponse:
    """One person: the facts, the tasks, what was lent, what was done; changed facts on POST."""
    person = _found(request, identity)
    held = {"name": person.name, "phone": person.phone, "is_active": person.is_active}
    form = Facts(request.POST or None, initial=held)
    if request.method == "POST":
        request.rights.require("people.register")
        if form.is_valid() and _changed(request, person, form):
            messages.success(request, _("The facts are kept."))
            return redirect("person", identity=identity)
    return render(request, "desk/person.html", _told(request, person, form), status=422 if form.errors else 200)


@allowed("people.register", "GET", "HEAD", "POST")
def give_task(request: Entered, identity: int) -> HttpResponse:
    """A task for a person."""
    person = _found(request, identity)
    form = Task(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        until = choices.end(day) if (day := told.pop("until")) else None
        try:
            services.appoint(person, told.pop("office"), told.pop("role"), until=until, by=request.user, **told)
        except ValidationError as error:
            choices.refuse(form, error)
        else:
            messages.success(request, _("The task is given. It holds from this moment on."))
            return redirect("person", identity=identity)
    return render(request, "desk/task.html", {"form": form, "person": person}, status=422 if form.errors else 200)


@allowed("people.register", "GET", "HEAD", "POST")
def end_task(request: Entered, identity: int) -> HttpResponse:
    """Ask once more; then the task ends, and what was lent of it."""
    task = selectors.appointment(identity)
    if task is None:
        raise Http404(_("There is no such task in force. It may have ended already."))
    back = reverse("person", args=[task.person_id])
    context: dict[str, Any] = {
        "title": _("End this task?"),
        "words": _("%(name)s is %(role)s in %(office)s. This ends now, and with it what was lent of it.")
        % {"name": task.person.name, "role": task.get_role_display(), "office": task.office.name},
        "button": _("End the task"),
        "back": back,
    }
    if request.method == "POST":
        try:
            services.end_appointment(task, by=request.user)
        except ValidationError as error:
            return render(request, "desk/confirm.html", context | {"error": " ".join(error.messages)}, status=422)
        messages.success(request, _("The task has ended."))
        return redirect(back)
    return render(request, "desk/confirm.html", context)


def _changed(request: Entered, person: Person, form: Facts) -> bool:
    try:
        services.change_person(person, **form.cleaned_data, by=request.user)
    except ValidationError as error:
        choices.refuse(form, error)
    return not form.errors


def _found(request: Entered, identity: int) -> Person:
    """The person, if they are within reach. Raises Http404, or PermissionDenied with the reason."""
    person = selectors.person(identity)
    if person is None:
        raise Http404(_("There is no such person."))
    subjects = selectors.subjects(person)
    near = next((one for one in subjects if request.rights.may("people.read", one)), Subject())
    request.rights.require("people.read", near)
    return person


def _told(request: Entered, person: Person, form: Facts) -> dict[str, Any]:
    rights, now = request.rights, timezone.now()
    history = list(selectors.history(person))
    return {
        "person": person,
        "form": form,
        "tasks": [task for task in history if task.until is None or task.until > now],
        "ended": [task for task in history if task.until is not None and task.until <= now],
        "delegations": selectors.delegations_of(person),
        "may_register": rights.may("people.register"),
        "proofs": factors.of(person).any if rights.may("people.register") else None,
        "access_keys": access_keys.in_force(person) if rights.may("people.register") else [],
        "entries": trail.about(person, ENTRIES) if rights.may("audit.read") else None,
        "now": now,
    }
