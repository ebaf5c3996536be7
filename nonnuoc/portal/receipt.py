"""The public receipt of a delivery: what arrived, when, and what became of it; nothing of who sent it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from nonnuoc.look import words
from nonnuoc.look.access import public
from nonnuoc.records.accounts import access
from nonnuoc.records.monitoring import receipts

LISTED = 200  # refused lines


@public(max_age=60)
def receipt(request: HttpRequest, uuid: UUID) -> HttpResponse:
    row = receipts.by_uuid(uuid)
    if row is None or row.thing is None:  # what no station claims is nobody's number
        raise Http404
    if not access.ANYBODY.may_read(row.thing.data_class, receipts.subject(row)):
        raise Http404
    # Only where and why: what stood in a refused line may name people.
    problems = [{"line": one["line"], "code": one["code"]} for one in row.problems[:LISTED]]
    context = {
        "row": row,
        "thing": row.thing,
        "name": words.file_name(row.door, row.file_name),
        "door": words.door(row.door),
        "sha256": bytes(row.sha256).hex(),
        "problems": problems,
        "unlisted": max(0, row.refused - len(problems)),
        "simulated": row.thing.simulated,
    }
    return render(request, "portal/receipt.html", context)
