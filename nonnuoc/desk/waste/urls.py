"""Its addresses. Each view states its access."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.desk.waste import (
    amounts,
    answering,
    balance,
    communes,
    drafting,
    manifest,
    manifests,
    overview,
    producers,
    tanks,
)

urlpatterns: list[URLPattern] = [
    path("desk/waste/", overview.page, name="waste"),
    path("desk/waste/communes/", communes.listing, name="waste-communes"),
    path("desk/waste/communes/<str:code>/<int:year>-<int:month>/", communes.one, name="waste-commune"),
    path("desk/waste/sites/<str:code>/", amounts.of_site, name="waste-site-amounts"),
    path("desk/waste/facilities/<str:code>/", amounts.of_facility, name="waste-facility-amounts"),
    path("desk/waste/amounts/<int:identity>/correct", amounts.correct, name="waste-amount-correct"),
    path("desk/waste/tanks/<str:code>/", tanks.page, name="waste-pick-ups"),
    path("desk/waste/pick-ups/<int:identity>/correct", tanks.correct, name="waste-pick-up-correct"),
    path("desk/waste/balance/", balance.page, name="waste-balance"),
    path("desk/waste/producers/", producers.listing, name="waste-producers"),
    path("desk/waste/producers/<str:code>/praise", producers.praise, name="waste-producer-praise"),
    path("desk/waste/praises/<int:identity>/decide", producers.decide, name="waste-praise-decide"),
    path("desk/waste/corrections/<int:identity>/answer", answering.answer, name="waste-correction-answer"),
    path("desk/waste/manifests/", manifests.listing, name="waste-manifests"),
    path("desk/waste/manifests/new", drafting.new, name="waste-manifest-new"),
    # numbers as the law writes them hold slashes: the verb stands before them
    path("desk/waste/manifests/of/<path:number>", manifest.page, name="waste-manifest"),
    path("desk/waste/manifests/slip/<path:number>", manifest.slip, name="waste-manifest-slip"),
    path("desk/waste/manifests/change/<path:number>", drafting.change, name="waste-manifest-change"),
    path("desk/waste/manifests/sign/<path:number>", manifest.sign, name="waste-manifest-sign"),
    path("desk/waste/manifests/correct/<path:number>", answering.ask, name="waste-manifest-correct"),
    path("desk/waste/manifests/picture/<path:number>", manifest.add_photo, name="waste-manifest-photo"),
    path("desk/waste/pictures/<int:identity>/<path:number>", manifest.photo, name="waste-manifest-photo-file"),
]
