"""Many observations in one request: columns as an Arrow IPC stream, or SensorThings data arrays in JSON.

They go through the same river as files, and the answer is a receipt like theirs. A 2xx says: committed. Of values that
are held already for their time the later word counts, and the earlier one goes to the history. docs/WRITING.md
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from nonnuoc.api.doors import bodies
from nonnuoc.api.doors.callers import Caller, write
from nonnuoc.api.doors.problems import problem
from nonnuoc.api.doors.rendering import as_json
from nonnuoc.api.receiving import receipts as receipts_json
from nonnuoc.ingest import pipeline
from nonnuoc.ingest.arrival import Arrival
from nonnuoc.records.monitoring.models import Delivery

#: Content type -> (format, what the delivery is called where the sender gives no name).
FORMATS = {
    "application/vnd.apache.arrow.stream": ("arrow", "observations.arrow"),
    "application/json": ("data_array", "observations.json"),
}
_ADVICE = f"Send {' or '.join(FORMATS)}; files of stations go to /api/deliveries."


@write("POST", action="deliveries.upload")
def post(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Take them in. 201 and the receipt; the same bytes again 200 and the receipt they got before."""
    body = bodies.read(request, FORMATS, advice=_ADVICE)
    format, name = FORMATS[request.content_type or ""]
    arrival = Arrival(
        door=Delivery.Door.HTTP,
        station_code="",
        name=request.GET.get("name", name).rpartition("/")[2],
        body=body,
        received=timezone.now(),
        by=caller.person,
        rights=caller.rights if caller.person else None,
        bound=caller.station,
        format=format,
    )
    (receipt,) = pipeline.accept([arrival])
    answer = receipts_json.told(receipt, len(body))
    if receipt.code == "foreign_station":
        return problem(403, receipt.code, receipt.reason, receipt=answer)
    return as_json(answer, status=200 if receipt.repeats else 201)
