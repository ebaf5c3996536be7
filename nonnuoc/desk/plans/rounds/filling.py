"""The form of a unit: filled in by it, entered for it, looked at and decided on by who follows the plan.

A phone sends what was typed and asks for JSON (`Accept`), also what it kept while there was no line; a browser
without scripts sends the whole page. Both say which version of the form they saw.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page

from nonnuoc.desk.doors import Entered, allowed
from nonnuoc.desk.plans.rounds import finding, lines
from nonnuoc.look import handing_out
from nonnuoc.records.plans import selectors as plans
from nonnuoc.records.plans.models import Form, Round
from nonnuoc.records.plans.rounds import deciding, entering, fields, filling, selectors
from nonnuoc.records.plans.rounds.filling import Saved

State = Form.State


@allowed("plans.read", "GET", "HEAD", "POST")
@gzip_page  # a weak line; Django masks the token of the form anew in each answer, and pads what it packs
def form(request: Entered, plan: str, code: str, office: str) -> HttpResponse:
    """The page; sent, what was typed is kept, and handed in where that was asked."""
    found = finding.form(request, plan, code, office)
    as_json = "application/json" in request.headers.get("Accept", "")
    if request.method != "POST":
        return _told(request, found) if as_json else _page(request, found)
    try:
        saved = _do(request, found)
    except ValidationError as error:
        faults: dict[str, list[str]] = {NON_FIELD_ERRORS: error.messages}
        if hasattr(error, "error_dict"):
            faults = dict(error.message_dict)
        if as_json:
            return _told(request, found, faults=faults, status=422)
        return _page(request, filling.current(found), faults=faults, status=422)
    if as_json:
        return _told(request, found, saved=saved)
    if saved.clashes:
        return _page(request, filling.current(found), saved=saved, status=409)
    messages.success(request, _done(saved.form))
    return redirect("plan-form", plan=plan, code=code, office=office)


@allowed("plans.steer", "POST")
def decide(request: Entered, plan: str, code: str, office: str) -> HttpResponse:
    """Return it with remarks ("remark-<task>", "remark" of the whole), or approve it."""
    found = finding.form(request, plan, code, office)
    try:
        if request.POST.get("deed") == "approve":
            deciding.approve(found, by=request.user, at=timezone.now())
            messages.success(request, _("Approved. What it says is now what the plan knows of these parts."))
        else:
            deciding.return_(found, _remarks(request.POST), by=request.user, at=timezone.now())
            messages.success(request, _("Returned. The unit is told what has to be mended."))
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    return redirect("plan-form", plan=plan, code=code, office=office)


@allowed("plans.read", "GET", "HEAD")
def original(request: Entered, plan: str, code: str, office: str) -> HttpResponse:
    """The paper or the e-mail as it came."""
    found = finding.form(request, plan, code, office)
    body = selectors.original(found)
    if body is None:
        raise Http404
    return handing_out.shown(found.original_name, found.original_type, body)


def _do(request: Entered, found: Form) -> Saved:
    at, by, post = timezone.now(), request.user, request.POST
    deed = post.get("deed", "save")
    if deed == "take_back":
        taken = filling.take_back(found, by=by, at=at)
        return Saved(taken, taken.version)
    facts: dict[str, Any] = {"version": _version(post), "token": _token(post), "by": by, "at": at}
    given = {name: str(post[name]) for name in fields.values(found, selectors.answers(found)) if name in post}
    if deed == "enter":
        sent = request.FILES.get("original")
        file = (str(sent.name), sent.read(entering.LARGEST + 1)) if sent else None
        way, received = str(post.get("way", "")), _day(str(post.get("received", "")))
        return entering.enter(found, given, way=way, received=received, original=file, **facts)
    if deed == "submit":
        return filling.submit(found, given, **facts)
    return filling.save(found, given, **facts)


def _done(form: Form) -> str:
    if form.state == State.SUBMITTED:
        return _("Submitted. You will be told when it is approved, or when something has to be mended.")
    return _("Saved. Submit it when everything is answered.")


def _told(
    request: Entered,
    found: Form,
    *,
    saved: Saved | None = None,
    faults: Mapping[str, Any] | None = None,
    status: int = 200,
) -> JsonResponse:
    """For the script of the page: the version there is now, and what of others, or of what is wrong, it has to show."""
    now = filling.current(found)
    clashes = saved.clashes if saved else ()
    answered = {
        "version": saved.version if saved else now.version,
        "state": now.state,
        "csrf": get_token(request),
        "theirs": dict(saved.theirs) if saved else {},
        "clashes": [{"name": one.name, "mine": one.mine, "theirs": one.theirs} for one in clashes],
        "others": saved.others if saved else "",
        "faults": dict(faults or {}),
    }
    return JsonResponse(answered, status=status)


def _page(
    request: Entered,
    found: Form,
    *,
    saved: Saved | None = None,
    faults: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    of, rights, answers = found.round, request.rights, selectors.answers(found)
    with_unit = found.state in selectors.WITH_UNIT and of.state == Round.State.OPEN
    reports = rights.may("plans.report", plans.subject(found.office))
    steers = rights.may("plans.steer", plans.subject(of.plan.leading))
    if with_unit:
        lines.up_to_date(found, answers, timezone.localdate())
    values = fields.values(found, answers)
    typed = {name: str(text) for name, text in request.POST.items() if faults and name in values}
    boxes = lines.boxes(values | typed, faults, saved.clashes if saved else ())
    remarks = selectors.remarks(found)
    shown = lines.lines(answers, boxes, remarks, rights)
    context = {
        "form": found,
        "round": of,
        "plan": of.plan,
        "token": uuid4(),
        "states": lines.states(),
        "parts": lines.parts(shown),
        "answered": sum(bool(line.state) for line in shown),
        "asked": len(shown),
        "wholes": [boxes[name] for name in fields.OF_FORM],
        "whole_remarks": [one for one in remarks if one.task_id is None],
        "faults": faults or {},
        "whole_faults": (faults or {}).get(NON_FIELD_ERRORS, ()),
        "entry_faults": {name: (faults or {}).get(name) for name in ("way", "received", "original")},
        "entered": {name: request.POST.get(name, "") for name in ("way", "received")},
        "saved": saved,
        "fills": with_unit and reports,
        "enters": with_unit and steers and not reports,
        "decides": steers and of.state == Round.State.OPEN and found.state == State.SUBMITTED,
        "takes_back": reports and of.state == Round.State.OPEN and found.state == State.SUBMITTED,
        "left": (of.due - timezone.localdate()).days,
    }
    return render(request, "desk/plans/rounds/form.html", context, status=status)


def _remarks(post: Mapping[str, Any]) -> dict[int | None, str]:
    found: dict[int | None, str] = {None: str(post.get("remark", ""))}
    for name, text in post.items():
        task = name.removeprefix("remark-")
        if task != name and task.isdecimal():
            found[int(task)] = str(text)
    return found


def _version(post: Mapping[str, Any]) -> int:
    sent = str(post.get("version", ""))
    if not sent.isdecimal() or len(sent) > 9:
        raise ValidationError(_("This copy of the form is not one of ours. Open the form again."))
    return int(sent)


def _token(post: Mapping[str, Any]) -> UUID:
    try:
        return UUID(str(post.get("token", "")))
    except ValueError:
        return uuid4()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
