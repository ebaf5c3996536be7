"""A warning on the desk: exactly what will be published, what it changes, and the second person's word."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonnuoc.desk.doors import allowed, rights
from nonnuoc.desk.warning import changes, previewing
from nonnuoc.exchange.cap import approving
from nonnuoc.look import aloud
from nonnuoc.look import warning as reading
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.warnings import boards, checking, services
from nonnuoc.records.warnings.models import PublicWarning

State = PublicWarning.State


class Decision(forms.Form):
    """What the second person says; a note is needed to return it."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Needed to return it: what is to be mended."),
    )
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput, required=False)


class Cancelling(forms.Form):
    """Why a warning is cancelled; everybody reads it."""

    why = forms.CharField(
        label=gettext_lazy("Why it is over"),
        max_length=300,
        help_text=gettext_lazy("In Vietnamese; everybody reads it."),
    )


@allowed("incidents.read", "GET", "HEAD", "POST")
def page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The warning as everybody will read it; and what the reader may do with it."""
    found = _found(request, uuid)
    if request.method != "POST":
        return _page(request, found)
    form = Decision(request.POST)
    try:
        if form.is_valid():
            _decide(request, found, form.cleaned_data["note"], form.cleaned_data["seen"] or None)
    except ValidationError as error:
        form.add_error("note" if "note" in getattr(error, "error_dict", {}) else None, error.messages)
    if form.errors:
        return _page(request, _found(request, uuid), form=form, status=422)
    return redirect("desk-warning", uuid=uuid)


@allowed("warnings.write", "POST")
def cancel(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A cancellation, filled in and proposed: somebody else approves it."""
    found = _found(request, uuid)
    form = Cancelling(request.POST)
    if form.is_valid():
        try:
            made = services.cancel(found, why=form.cleaned_data["why"], by=request.user)  # type: ignore[arg-type]
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The cancellation waits for another person to approve it."))
            return redirect("desk-warning", uuid=made.uuid)
    return _page(request, found, cancelling=form, status=422)


@allowed("incidents.read", "GET", "HEAD")
def loudspeaker(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What is read aloud, also before it is published: a script wants to be tried."""
    found = _found(request, uuid)
    parts = aloud.script(reading.spoken(found))
    context = {
        "warning": found,
        "parts": parts,
        "one": reading.told(found),
        "published": found.state == State.PUBLISHED,
    }
    return render(request, "desk/warning/loudspeaker.html", context)


def _decide(request: HttpRequest, found: PublicWarning, note: str, seen: str | None) -> None:
    person: Person = request.user  # type: ignore[assignment]
    decision = request.POST.get("decision")
    if decision == "approve":
        approving.approve(found, by=person, note=note, seen=seen)
        messages.success(request, _("Approved and published."))
    elif decision == "return":
        services.send_back(found, note=note, by=person)
        messages.success(request, _("Returned to whoever wrote it."))
    elif decision == "propose":
        services.propose(found, by=person, seen=seen)
        messages.success(request, _("It waits for another person to approve it."))
    elif decision == "withdraw":
        services.withdraw(found, by=person, note=note)
        messages.success(request, _("Withdrawn; nobody outside has seen it."))
    else:
        raise ValidationError(_("Choose one of the buttons."))


def _found(request: HttpRequest, uuid: UUID) -> PublicWarning:
    """Raises Http404, or PermissionDenied for one that is not published and none of theirs."""
    found = boards.by_uuid(uuid)
    if found is None:
        raise Http404
    if not boards.may_see(rights(request), found):
        raise PermissionDenied(_("This warning is not published yet, and its area lies outside your bounds."))
    return found


def _page(
    request: HttpRequest,
    found: PublicWarning,
    *,
    form: Decision | None = None,
    cancelling: Cancelling | None = None,
    status: int = 200,
) -> HttpResponse:
    at, mine = timezone.now(), rights(request)
    later = boards.changed_by(found)
    published = next((one for one in later if one.state == State.PUBLISHED), None)
    may_write = boards.may(mine, "warnings.write", found)
    seen = services.version(found)
    context = {
        "at": at,
        "warning": found,
        "one": reading.told(found),
        "reads": previewing.both(found, request),
        "differences": changes.of(found),
        "changed_by": published,
        "being_changed": [one for one in later if one.state != State.PUBLISHED],
        "is_open": found.state in services.OPEN,
        "is_over": found.state == State.PUBLISHED and not boards.is_in_force(found, at),
        "has_expired": found.expires <= at,
        "faults": checking.faults(found, at=at) if found.state in services.OPEN else [],
        "may_write": may_write,
        "may_decide": found.state == State.PROPOSED and boards.may_decide(mine, found),
        "may_approve": boards.may(mine, "warnings.approve", found),
        "is_own": mine.person is not None and found.written_by_id == mine.person.id,
        "form": form or Decision(initial={"seen": seen}),
        "cancelling": cancelling or Cancelling(),
        "simulated": found.simulated,
    }
    return render(request, "desk/warning/page.html", context, status=status)
