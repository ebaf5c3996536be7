"""The desk: signing in, uploading, receipts."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from nonnuoc.desk import deliveries as pages
from nonnuoc.ingest import pipeline
from nonnuoc.records.accounts import services as accounts
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.monitoring.models import ColumnProfile, Delivery
from tests import factories as f

pytestmark = pytest.mark.django_db

PASSWORD = "limestone and clear water"
EMAIL = "an@example.vn"


@pytest.fixture
def person():
    return accounts.register_administrator(EMAIL, name="An", password=PASSWORD, by=None)


@pytest.fixture
def desk(client, person):
    client.force_login(person)
    return client


@pytest.mark.parametrize("url", ["/desk/deliveries/", "/desk/upload/", f"/desk/deliveries/{uuid.UUID(int=1)}/"])
def test_only_an_administrator_enters(client, url):
    plain = Person.objects.create(email="binh@example.vn", name="Bình")
    assert client.get(url).status_code == 302
    client.force_login(plain)
    assert client.get(url).status_code == 403


def test_pages_of_the_desk_are_kept_by_no_cache(desk):
    assert "no-store" in desk.get("/desk/deliveries/").headers["Cache-Control"]


def test_every_form_is_protected(person):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person)
    file = SimpleUploadedFile("a.txt", b"x")
    assert strict.post("/desk/upload/", {"file": file}).status_code == 403
    assert Delivery.objects.count() == 0


def upload(desk, name, body, **more):
    return desk.post("/desk/upload/", {"file": SimpleUploadedFile(name, body), **more}, follow=True)


def test_an_upload_shows_its_receipt(desk, person):
    f.station()
    body = f.tt10(f.line("PM2.5", "12.5", f.NOON), f.line("XYZ", "1", f.NOON))
    page = upload(desk, f.name("KK01"), body)
    row = Delivery.objects.get()
    assert page.redirect_chain == [(f"/desk/deliveries/{row.uuid}/", 302)]
    assert (row.door, row.by, row.stored, row.refused) == ("upload", person, 1, 1)
    text = page.content.decode()
    assert bytes(row.sha256).hex() in text
    assert "unknown_parameter" in text
    again = upload(desk, f.name("KK01"), body)
    assert len(again.context["messages"]) == 1
    assert Delivery.objects.get().repeats == 1


def test_a_profile_goes_with_the_file(desk, monkeypatch):
    profile = ColumnProfile.objects.create(name="history", mapping={})
    seen = []

    def accept(arrivals):
        seen.extend(arrivals)
        raise RuntimeError("seen")

    monkeypatch.setattr("nonnuoc.desk.uploading.pipeline.accept", accept)
    with pytest.raises(RuntimeError, match="seen"):
        upload(desk, "history.csv", b"a,b", profile=profile.id)
    assert (seen[0].profile, seen[0].name, seen[0].bound) == (profile, "history.csv", "")


def test_a_file_too_large_or_none_at_all_is_refused(desk, monkeypatch):
    monkeypatch.setattr("nonnuoc.desk.uploading.MAX_BODY", 3)
    assert upload(desk, "a.txt", b"long").status_code == 422
    assert desk.post("/desk/upload/").status_code == 422
    assert Delivery.objects.count() == 0


def test_an_unknown_station_is_quarantined_and_read_again_after_registration(desk):
    page = upload(desk, f.name("KK07"), f.tt10(f.line("PM2.5", 12, f.NOON)))
    row = Delivery.objects.get()
    assert row.state == "quarantined"
    assert row.reason in page.content.decode().replace("&#x27;", "'")
    assert desk.post(f"/desk/deliveries/{row.uuid}/replay").status_code == 302
    assert Delivery.objects.get().state == "quarantined"
    thing = f.station("KK07")
    Delivery.objects.update(thing=thing)
    desk.post(f"/desk/deliveries/{row.uuid}/replay")
    row = Delivery.objects.get()
    assert (row.state, row.stored) == ("committed", 1)


def test_the_clock_may_be_trusted_by_an_officer(desk):
    f.station()
    left_on_utc = timezone.now() - timedelta(hours=7)
    upload(desk, f.name("KK01", left_on_utc), f.tt10(f.line("PM2.5", 12, left_on_utc)))
    row = Delivery.objects.get()
    assert row.stored == 0
    desk.post(f"/desk/deliveries/{row.uuid}/replay")
    assert Delivery.objects.get().stored == 0
    desk.post(f"/desk/deliveries/{row.uuid}/replay", {"trust_clock": "1"})
    assert Delivery.objects.get().stored == 1


def test_another_stations_file_and_half_a_file_are_not_let_in_by_reading_them_again(desk):
    thing = f.station()
    f.send(f.line("PM2.5", 12, f.NOON), code="KK02", bound="KK01")
    half = f.arrival(f.tt10(f.line("PM2.5", 13, f.NOON)), bound="KK01")
    pipeline.accept([replace(half, unfinished=True)])
    Delivery.objects.update(thing=thing)
    for row in Delivery.objects.all():
        assert desk.get(f"/desk/deliveries/{row.uuid}/").context["may_replay"] is False
        desk.post(f"/desk/deliveries/{row.uuid}/replay")
    assert {(row.code, row.stored) for row in Delivery.objects.all()} == {("foreign_station", 0), ("unfinished", 0)}


def test_the_original_bytes_are_saved_and_never_shown(desk):
    body = b"<script>alert(1)</script>"
    upload(desk, "a\r\nSet-Cookie: x.html", body)
    row = Delivery.objects.get()
    response = desk.get(f"/desk/deliveries/{row.uuid}/original")
    assert response.content == body
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Security-Policy"].endswith("; frame-ancestors 'none'; sandbox")


def test_names_are_escaped(desk):
    f.send(f.line("PM2.5", 1, f.NOON), file_name="<script>alert(1)</script>.txt")
    for url in ("/desk/deliveries/", f"/desk/deliveries/{Delivery.objects.get().uuid}/"):
        assert "<script>alert" not in desk.get(url).content.decode()


@pytest.mark.slow
def test_the_list_is_narrowed_and_goes_on_page_by_page(desk, monkeypatch):
    monkeypatch.setattr(pages, "PAGE", 2)
    f.station()
    for number in range(3):
        f.send(f.line("PM2.5", number, f.NOON))
    f.send(f.line("PM2.5", 1, f.NOON), code="UNKNOWN")
    first = desk.get("/desk/deliveries/")
    assert [row.station_code for row in first.context["rows"]] == ["UNKNOWN", "KK01"]
    second = desk.get("/desk/deliveries/?" + first.context["older"])
    assert [row.station_code for row in second.context["rows"]] == ["KK01", "KK01"]
    assert second.context["older"] == ""
    assert [r.station_code for r in desk.get("/desk/deliveries/?state=quarantined").context["rows"]] == ["UNKNOWN"]
    assert len(desk.get("/desk/deliveries/?station=KK01").context["rows"]) == 2
    assert desk.get("/desk/deliveries/?station=NONE").context["rows"] == []
    assert desk.get("/desk/deliveries/?before=junk").status_code == 200


@pytest.mark.slow
def test_the_list_costs_the_same_for_1_and_for_3_rows(desk, queries):
    f.station()
    f.send(f.line("PM2.5", 0, f.NOON))
    desk.get("/desk/deliveries/")  # the first page of a session writes that the session is there
    for_one = queries(lambda: desk.get("/desk/deliveries/"))
    for number in (1, 2):
        f.send(f.line("PM2.5", number, f.NOON))
    assert len(desk.get("/desk/deliveries/").context["rows"]) == 3
    assert queries(lambda: desk.get("/desk/deliveries/")) == for_one > 0


def test_an_unknown_delivery_is_not_found(desk):
    for tail in ("", "original"):
        assert desk.get(f"/desk/deliveries/{uuid.uuid4()}/{tail}").status_code == 404
