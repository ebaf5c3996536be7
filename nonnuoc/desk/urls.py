"""Addresses for the staff."""

from __future__ import annotations

from django.urls import URLPattern, path

from nonnuoc.desk import account_urls, deliveries, home, judging, management_urls, tables, uploading
from nonnuoc.desk.alarm_rules import urls as alarm_rules
from nonnuoc.desk.duty import urls as duty
from nonnuoc.desk.facilities import urls as facilities
from nonnuoc.desk.importing import urls as importing
from nonnuoc.desk.inspections import urls as inspections
from nonnuoc.desk.land import urls as land
from nonnuoc.desk.licences import urls as licences
from nonnuoc.desk.mapping import urls as mapping
from nonnuoc.desk.messaging import urls as messaging
from nonnuoc.desk.nature import urls as nature
from nonnuoc.desk.plans import urls as plans
from nonnuoc.desk.registers import urls as registers
from nonnuoc.desk.searching import urls as searching
from nonnuoc.desk.warning import urls as warning
from nonnuoc.desk.waste import urls as waste
from nonnuoc.desk.waters import urls as waters

urlpatterns: list[URLPattern] = [
    path("desk/", home.home, name="desk"),
    *account_urls.urlpatterns,
    *management_urls.urlpatterns,
    *duty.urlpatterns,
    *alarm_rules.urlpatterns,
    *messaging.urlpatterns,
    *warning.urlpatterns,
    *mapping.urlpatterns,
    *searching.urlpatterns,
    *facilities.urlpatterns,
    *licences.urlpatterns,
    *waste.urlpatterns,
    *land.urlpatterns,
    *waters.urlpatterns,
    *nature.urlpatterns,
    *inspections.urlpatterns,
    *plans.urlpatterns,
    *importing.urlpatterns,
    *registers.urlpatterns,
    path("desk/deliveries/", deliveries.listing, name="deliveries"),
    path("desk/judging/", judging.listing, name="judging"),
    path("desk/judging/<int:identity>/", judging.stream, name="judging-stream"),
    path("desk/judgements/<int:identity>/", judging.judgement, name="judgement"),
    path("desk/upload/", uploading.upload, name="upload"),
    path("desk/upload/table/<str:token>/", tables.table, name="upload-table"),
    path("desk/deliveries/<uuid:uuid>/", deliveries.one, name="delivery-receipt"),
    path("desk/deliveries/<uuid:uuid>/original", deliveries.original, name="delivery-original"),
    path("desk/deliveries/<uuid:uuid>/replay", deliveries.replay, name="delivery-replay"),
]
