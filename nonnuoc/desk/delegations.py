"""Delegations: what one lent and was lent, lending a task for a while, and ending it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk import choices
from nonnuoc.desk.choices import DayField
from nonnuoc.desk.doors import Entered, allowed, signed_in
from nonnuoc.records.accounts import selectors, services
from nonnuoc.records.accounts.models import Appointment, Person

ENDED = 20
SUGGESTED = 100


class Lend(forms.Form):
    """Which task, to whom, for which days, and why."""

    task = forms.ChoiceField(label=gettext_lazy("Task"))
    to = forms.EmailField(
        label=gettext_lazy("To whom"),
        max_length=254,
        help_text=gettext_lazy("The e-mail address that person signs in with."),
        widget=forms.EmailInput(attrs={"list": "colleagues", "autocomplete": "off"}),
    )
    since = DayField(label=gettext_lazy("From"))
    until = DayField(label=gettext_lazy("Until, this day included"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, help_text=gettext_lazy("It stands in the audit trail.")
    )

    def __init__(self, data: Any, *, tasks: list[Appointment]) -> None:
        super().__init__(data, initial={"since": timezone.localdate()})
        self.tasks = {str(task.id): task for task in tasks}
        named = [(key, f"{task.get_role_display()} – {task.office.name}") for key, task in self.tasks.items()]
        self.fields["task"].choices = named  # type: ignore[attr-defined]


@signed_in("GET", "HEAD", "POST")
def listing(request: Entered) -> HttpResponse:
    """What one lent and was lent; and a task lent on POST."""
    own = [grant.appointment for grant in request.rights.grants if grant.lent is None]
    tasks = own if request.rights.may("delegations.give") else []
    form = Lend(request.POST or None, tasks=tasks)
    if request.method == "POST":
        request.rights.require("delegations.give")
        if _lent(request, form):
            return redirect("delegations")
    now = timezone.now()
    rows = list(selectors.delegations_of(request.user))
    context = {
        "form": form if tasks else None,
        "colleagues": selectors.colleagues(request.rights)[:SUGGESTED] if tasks else [],
        "given": [row for row in rows if row.to_id != request.user.id],
        "taken": [row for row in rows if row.to_id == request.user.id],
        "ended": selectors.delegations_of(request.user, ended=True)[:ENDED],
        "now": now,
    }
    return render(request, "desk/delegations.html", context, status=422 if form.errors else 200)


@allowed("people.register", "GET", "HEAD", "POST")
def lend_for(request: Entered, identity: int) -> HttpResponse:
    """A task of somebody who cannot lend it, lent by an administrator."""
    person = selectors.person(identity)
    if person is None:
        raise Http404(_("There is no such person."))
    tasks = [task for task in selectors.history(person) if task.until is None or task.until > timezone.now()]
    form = Lend(request.POST or None, tasks=tasks)
    if request.method == "POST" and _lent(request, form):
        return redirect("person", identity=identity)
    context = {"form": form, "person": person, "colleagues": selectors.colleagues(request.rights)[:SUGGESTED]}
    return render(request, "desk/lend.html", context, status=422 if form.errors else 200)


@signed_in("GET", "HEAD", "POST")
def end(request: Entered, identity: int) -> HttpResponse:
    """Ask once more; then it ends."""
    row = selectors.delegation(identity)
    if row is None or row.until <= timezone.now():
        raise Http404(_("There is no such delegation any more. It may have ended already."))
    if request.user.id not in (row.appointment.person_id, row.to_id):
        request.rights.require("people.register")
    if request.method == "POST":
        services.end_delegation(row, by=request.user)
        messages.success(request, _("The delegation has ended."))
        return redirect("delegations")
    context = {
        "title": _("End this delegation?"),
        "words": _("What %(owner)s lent to %(to)s ends now: %(role)s in %(office)s.")
        % {
            "owner": row.appointment.person.name,
            "to": row.to.name,
            "role": row.appointment.get_role_display(),
            "office": row.appointment.office.name,
        },
        "button": _("End the delegation"),
        "back": reverse("delegations"),
    }
    return render(request, "desk/confirm.html", context)


def _lent(request: Entered, form: Lend) -> bool:
    """Whether the task of a valid form is lent; if not, the form says why."""
    if not form.is_valid():
        return False
    told = form.cleaned_data
    to = _colleague(request, told["to"])
    if to is None:
        form.add_error("to", _("Nobody you can lend to has this address. Check it, or ask an administrator."))
        return False
    span = {"since": choices.begin(told["since"]), "until": choices.end(told["until"])}
    try:
        services.delegate(form.tasks[told["task"]], to, **span, reason=told["reason"], by=request.user)
    except ValidationError as error:
        choices.refuse(form, error)
        return False
    messages.success(request, _("The task is lent to %(name)s.") % {"name": to.name})
    return True


def _colleague(request: Entered, email: str) -> Person | None:
    person = selectors.person_by_email(email)
    return person if person is not None and selectors.colleagues(request.rights).contains(person) else None
