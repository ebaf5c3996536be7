"""A warning is written: from an incident or from nothing, changed, updated; and seen as the public will see it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from nonnuoc.desk.doors import allowed, rights
from nonnuoc.desk.warning import previewing
from nonnuoc.desk.warning.form import Form
from nonnuoc.records.alerts import selectors as incidents
from nonnuoc.records.warnings import boards, drafting, services
from nonnuoc.records.warnings.models import PublicWarning

State = PublicWarning.State
OPEN = (State.DRAFT, State.RETURNED)


@allowed("warnings.write", "POST")
def from_incident(request: HttpRequest, identity: int) -> HttpResponse:
    """A draft of what the incident's data say; the one there is already, when pressed twice."""
    incident = incidents.by_id(identity, rights(request))
    if incident is None:
        raise Http404
    try:
        made = services.draft_from(incident, by=request.user)  # type: ignore[arg-type]
    except ValidationError as error:
        for said in error.messages:
            messages.error(request, said)
        return redirect("desk-warnings")
    return redirect("warning-write" if made.state in OPEN else "desk-warning", uuid=made.uuid)


@allowed("warnings.write", "GET", "HEAD", "POST")
def new(request: HttpRequest) -> HttpResponse:
    """One that rests on no incident."""
    blank = PublicWarning(**drafting.blank(timezone.now()))
    return _written(request, blank, Form(request.POST or None, warning=blank))


@allowed("warnings.write", "GET", "HEAD", "POST")
def change(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A draft. What is no draft any more is shown as it is."""
    held = _found(request, uuid)
    if held.state not in OPEN:
        return redirect("desk-warning", uuid=uuid)
    seen = services.version(held)
    form = Form(request.POST or None, warning=held, seen=seen)
    if form.is_bound and form.data.get("seen") != seen:
        return _changed_meanwhile(request, held, form, seen)
    return _written(request, held, form)


@allowed("warnings.write", "POST")
def update(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A draft that changes a published warning, filled in with its words; the one there is, when pressed twice."""
    try:
        made = services.update(_found(request, uuid), by=request.user)  # type: ignore[arg-type]
    except ValidationError as error:
        for said in error.messages:
            messages.error(request, said)
        return redirect("desk-warning", uuid=uuid)
    return redirect("warning-write" if made.state in OPEN else "desk-warning", uuid=made.uuid)


@allowed("warnings.write", "POST")
def preview(request: HttpRequest) -> HttpResponse:
    """A piece of a page: the warning of the form, as far as it is right. Nothing is kept."""
    held = PublicWarning(**drafting.blank(timezone.now()))
    told = request.POST.get("of", "")
    if told:
        try:
            held = _found(request, UUID(told))
        except ValueError:
            raise Http404 from None
    form = Form(request.POST, warning=held)
    form.is_valid()
    return render(request, "desk/warning/preview.html", {"reads": _reads(request, held, form)})


def _written(request: HttpRequest, held: PublicWarning, form: Form) -> HttpResponse:
    """The form; what was sent is kept, and proposed where that was pressed."""
    asked = request.POST.get("do", "")
    if not form.is_bound or not form.is_valid() or asked == "preview":
        status = 422 if form.is_bound and form.errors and asked != "preview" else 200
        return _page(request, held, form, status=status, with_preview=asked == "preview")
    communes = form.cleaned_data["communes"]
    kept = held if held.pk else None
    seen = form.cleaned_data["seen"] if kept else None
    try:
        held = services.write(kept, by=request.user, communes=communes, seen=seen, **form.facts())  # type: ignore[arg-type]
        if asked == "propose":
            services.propose(held, by=request.user)  # type: ignore[arg-type]
    except ValidationError as error:
        form.tell(error)
        form.renew(services.version(held) if held.pk else "")
        return _page(request, held, form, status=422, kept=held.pk is not None and asked == "propose")
    said = _("It waits for another person to approve it.") if asked == "propose" else _("Kept as a draft.")
    messages.success(request, said)
    return redirect("desk-warning" if asked == "propose" else "warning-write", uuid=held.uuid)


def _changed_meanwhile(request: HttpRequest, held: PublicWarning, form: Form, seen: str) -> HttpResponse:
    """Nothing is overwritten unknowingly: one's own words stay in the form, the other's are a link away."""
    form.is_valid()
    form.renew(seen)
    return _page(request, held, form, status=409, overtaken=True)


def _page(request: HttpRequest, held: PublicWarning, form: Form, *, status: int, **more: object) -> HttpResponse:
    show = more.get("with_preview")
    context = {
        "warning": held,
        "form": form,
        "graded": [(form[name], form.explained(name)) for name in ("severity", "certainty", "urgency")],
        "statuses": form.explained("status"),
        "action": reverse("warning-write", args=[held.uuid]) if held.pk else reverse("warning-new"),
        "reads": _reads(request, held, form if form.is_bound else None) if held.pk or show else [],
        "simulated": held.simulated,
        **more,
    }
    return render(request, "desk/warning/form.html", context, status=status)


def _reads(request: HttpRequest, held: PublicWarning, form: Form | None) -> list[previewing.Read]:
    if form is None:
        return previewing.both(held, request)
    return previewing.both(form.as_written(), request, form.cleaned_data.get("communes", []))


def _found(request: HttpRequest, uuid: UUID) -> PublicWarning:
    """One this person may write. Raises Http404, or PermissionDenied with the reason."""
    mine = rights(request)
    held = boards.by_uuid(uuid)
    if held is None:
        raise Http404
    for subject in boards.subjects(held):
        mine.require("warnings.write", subject)
    return held
