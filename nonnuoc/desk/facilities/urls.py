"""Its addresses. Each view states its access."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.desk.facilities import identity, merging, queue, splitting, streams

ONE = "desk/facilities/<str:code>/"

urlpatterns: list[URLPattern] = [
    path("desk/facilities/matches/", queue.queue, name="facilities-matches"),
    path("desk/facilities/matches/<int:identity>", queue.decide, name="facilities-match"),
    path("desk/facilities/merges/<int:identity>/undo", splitting.undo, name="facilities-undo"),
    path("desk/facilities/outfalls/<str:code>/streams", streams.of_outfall, name="facilities-outfall-streams"),
    path("desk/facilities/stacks/<str:code>/streams", streams.of_stack, name="facilities-stack-streams"),
    path("desk/facilities/streams/<int:identity>/end", streams.end, name="facilities-stream-end"),
    path(f"{ONE}merge", merging.merge, name="facilities-merge"),
    path(f"{ONE}split", splitting.split, name="facilities-split"),
    path(f"{ONE}identity", identity.identity, name="facilities-identity"),
]
