"""All public warnings: what waits for the reader's word first, then what is in force, drafts, and what is over."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from nonnuoc.desk.doors import allowed, rights
from nonnuoc.records.warnings import boards


@allowed("incidents.read", "GET", "HEAD")
def listing(request: HttpRequest) -> HttpResponse:
    at, mine = timezone.now(), rights(request)
    board = boards.board(mine, at)
    context = {
        "at": at,
        "board": board,
        "may_write": mine.may("warnings.write"),
        "may_approve": mine.may("warnings.approve"),
    }
    return render(request, "desk/warning/list.html", context)
