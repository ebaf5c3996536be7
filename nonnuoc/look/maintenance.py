"""Closed for work: while the file NONNUOC_HOME/maintenance is there, every page says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from nonnuoc.look import closed, errors, problems

#: What still answers: whether the process lives. Static files are served before this.
OPEN = frozenset({"/healthz"})
RETRY_AFTER_S = 300


class Maintenance:
    """Answers 503 in place of everything behind it, so that nothing asks the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = closed.words(Path(settings.HOME))
        if said is None or request.path in OPEN:
            return self.get_response(request)
        return errors.page(request, 503, said, problem=problems.MAINTENANCE, retry_after=RETRY_AFTER_S)
