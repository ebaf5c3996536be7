"""The HTTP door: POST the bytes of one file with a station's key; the answer is its receipt.

A 2xx says: committed. There is no other acknowledgement, and no spool behind this door: while the database is away
the answer is 503, and the logger keeps its file.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from nonnuoc.api.doors import bodies
from nonnuoc.api.doors.problems import Problem, problem
from nonnuoc.api.receiving import receipts as receipts_json
from nonnuoc.ingest import pipeline
from nonnuoc.ingest.arrival import Arrival, station_in
from nonnuoc.ingest.away import is_away
from nonnuoc.look.access import STATION_KEY, View, stated
from nonnuoc.records.accounts.audit import ORIGIN
from nonnuoc.records.monitoring import keys, receipts
from nonnuoc.records.monitoring.models import Delivery, StationKey

log = logging.getLogger(__name__)

RETRY_AFTER_S = 60
_ADVICE = "Send the bytes of the file as the body, as application/octet-stream."
_TYPES = (
    "",
    "text/plain",
    "text/csv",
    "text/tab-separated-values",
    "application/octet-stream",
    "application/zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)


def with_key(method: str) -> Callable[[View], View]:
    """A route for one method and the bearer of a station's key, which becomes the view's second argument.

    Exempt from CSRF protection because no cookie is looked at here: another site's page cannot send the key.
    """

    def decorate(view: View) -> View:
        @stated(STATION_KEY)
        @csrf_exempt
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method != method:
                return problem(405, "method", f"Only {method} is understood here.", headers={"Allow": method})
            try:
                key = _key(request)
                if key is None:
                    log.warning("no key in force came with %s %s from %s", method, request.path, ORIGIN.get())
                    detail = "Send 'Authorization: Bearer <key of the station>' with a key that was not revoked."
                    return problem(401, "key", detail, headers={"WWW-Authenticate": "Bearer"})
                return view(request, key, *args, **kwargs)
            except DatabaseError as error:
                if not is_away(error):
                    raise
                log.warning("the database is away: %s", str(error).strip())
                detail = "The database is away. Nothing was taken: keep the file, and send it again later."
                return problem(503, "away", detail, headers={"Retry-After": str(RETRY_AFTER_S)})

        return door

    return decorate


@with_key("POST")
def post(request: HttpRequest, key: StationKey) -> HttpResponse:
    """Take one file in. 201 and its receipt; the same bytes again 200 and the receipt they got before."""
    try:
        body = bodies.read(request, _TYPES, advice=_ADVICE)
    except Problem as fault:
        return fault.answer()
    name = request.GET.get("name") or unquote(request.headers.get("X-File-Name", ""), errors="replace")
    arrival = Arrival(
        door=Delivery.Door.HTTP,
        station_code=station_in(name),
        name=name.rpartition("/")[2],
        body=body,
        received=timezone.now(),
        bound=key.thing.code,
    )
    try:
        (receipt,) = pipeline.accept([arrival])
    except DatabaseError:
        raise
    except Exception:
        log.exception("a delivery of %s was not accepted", key.thing.code)
        return problem(500, "unforeseen", "Nothing was taken: keep the file. The people who run this are told.")
    answer = receipts_json.told(receipt, len(body))
    if receipt.code == "foreign_station":
        return problem(403, receipt.code, receipt.reason, receipt=answer)
    return JsonResponse(answer, status=200 if receipt.repeats else 201)


@with_key("GET")
def one(request: HttpRequest, key: StationKey, uuid: UUID) -> HttpResponse:
    """The receipt of one delivery, for the station it came from."""
    row = receipts.by_uuid(uuid)
    if row is None or row.station_code != key.thing.code:
        return problem(404, "unknown", "This station has no delivery with this uuid.")
    return JsonResponse(receipts_json.told(row, row.size))


def _key(request: HttpRequest) -> StationKey | None:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return keys.find(secret.strip()) if scheme.lower() == "bearer" and secret else None
