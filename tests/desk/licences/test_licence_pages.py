"""The pages of obligations: what waits, the calendar, one obligation from report to decision, writing limits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation

from nonnuoc.records.registers.licences.declared import ABSTRACTIONS
from nonnuoc.records.registers.licences.models import Condition, Limit, Obligation
from nonnuoc.records.registers.pattern import keeping
from tests import factories
from tests.desk.staff import said
from tests.records.registers.licences import papers

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 20, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_that_day(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    translation.activate("en")
    yield
    translation.activate("vi")


@pytest.fixture
def scene():
    owner = papers.facility(name="Nhà máy A")
    dossier = papers.paper(owner, followed_from=date(2026, 1, 1), number="12/GPMT")
    papers.condition(dossier, at=NOW, every_months=3, text="Quan trắc nước thải")
    return owner, dossier


@pytest.fixture
def sign_in(client):
    def enter(role, office=None):
        client.force_login(papers.person(role, office))
        client.cookies["django_language"] = "en"
        return client

    return enter


def page(client, path):
    answer = client.get(path, headers={"accept-language": "en"})
    assert answer.status_code == 200, answer.status_code
    return said(answer)


def test_what_waits_and_who_sees_it(scene, sign_in):
    officer = sign_in("officer")
    text = page(officer, "/desk/licences/")
    assert "2 obligations are overdue." in text
    assert "Quan trắc nước thải (quarter 1/2026)" in text
    assert "Nhà máy A" in page(officer, "/desk/")
    stranger = sign_in("enterprise", papers.office("dn-khac"))
    assert "Nhà máy A" not in page(stranger, "/desk/licences/")
    row = Obligation.objects.first()
    assert stranger.get(f"/desk/licences/obligations/{row.pk}/").status_code == 404
    assert stranger.post(f"/desk/licences/obligations/{row.pk}/report", {"done_on": "2026-05-01"}).status_code == 404


def test_as_many_queries_for_three_as_for_one(scene, sign_in, django_assert_max_num_queries):
    client = sign_in("officer")
    for _ in range(3):
        papers.condition(papers.paper(papers.facility()), every_months=1)
    page(client, "/desk/licences/")
    with django_assert_max_num_queries(30):
        page(client, "/desk/licences/")


def test_reported_by_the_enterprise_and_accepted_by_the_officer(scene, sign_in, client):
    row = Obligation.objects.get(due=date(2026, 3, 31))
    address = f"/desk/licences/obligations/{row.pk}/"
    sign_in("enterprise", papers.office())
    assert "Report it as done" in page(client, address)
    refused = client.post(f"{address}report", {"done_on": "2026-05-30"})
    assert refused.status_code == 422
    sent = SimpleUploadedFile("phieu.pdf", b"%PDF-1.7 x", "application/pdf")
    assert client.post(f"{address}report", {"done_on": "2026-04-02", "file": sent}).status_code == 302
    text = page(client, address)
    assert "phieu.pdf" in text
    assert "Accept it" not in text
    assert client.post(f"{address}decide", {"deed": "accept", "report": row.reports.get().pk}).status_code == 403
    sign_in("officer")
    assert "1 report waits for you." in page(client, "/desk/licences/")
    file = client.get(f"{address}files/{row.reports.get().document_id}")
    assert (file.content, file.headers["Content-Disposition"]) == (b"%PDF-1.7 x", 'attachment; filename="phieu.pdf"')
    assert client.post(f"{address}decide", {"deed": "return", "report": row.reports.get().pk}).status_code == 422
    assert client.post(f"{address}decide", {"deed": "accept", "report": row.reports.get().pk}).status_code == 302
    assert "Met on 02/04/2026, late" in page(client, address)


def test_the_calendar_and_its_file(scene, sign_in):
    client = sign_in("enterprise", papers.office())
    text = page(client, "/desk/licences/calendar?month=2026-12")
    assert "From 12/2026 to 02/2027: 2 obligations." in text
    assert "before 15/01/2027" in text
    assert "Month 05/2026" in page(client, "/desk/licences/calendar?month=nonsense-99")
    file = client.get("/desk/licences/calendar.ics")
    assert file.headers["Content-Type"] == "text/calendar; charset=utf-8"
    text = file.content.decode().replace("\r\n ", "")
    assert text.count("BEGIN:VEVENT") == 5
    assert "DTSTART;VALUE=DATE:20270114" in text


def test_limits_and_conditions_are_written_changed_and_ended(scene, sign_in):
    owner, dossier = scene
    papers.station(owner)
    source = papers.outfall(owner)
    client = sign_in("officer")
    base = f"/desk/licences/papers/{dossier.code}/"
    form = {"source": source.code, "observed_property": "COD", "unit": "m3/h", "upper": "49,5", "averaging": "single"}
    refused = client.post(f"{base}limit", form)
    assert refused.status_code == 422
    assert "No way is known" in said(refused)
    assert client.post(f"{base}limit", {**form, "unit": "mg/L"}).status_code == 302
    row = Limit.objects.get()
    assert row.upper == 49.5
    text = page(client, base)
    assert "≤ 49.5 mg/L" in text
    assert "no datastream of this parameter is linked" in text
    assert client.post(f"/desk/licences/limits/{row.pk}/end", {"do": "withdraw", "reason": ""}).status_code == 422
    assert client.post(f"/desk/licences/limits/{row.pk}/end", {"do": "end", "on": "2026-06-30"}).status_code == 302
    asked = {"kind": "works", "text": "Lắp van", "due": "2026-09-01"}
    assert client.post(f"{base}condition", {**asked, "every_months": "3"}).status_code == 422
    assert client.post(f"{base}condition", asked).status_code == 302
    works = Condition.objects.get(kind="works")
    change = f"/desk/licences/conditions/{works.pk}/"
    assert "Lắp van" in page(client, change)
    assert client.post(change, {"do": "keep", **asked, "due": "2026-10-01"}).status_code == 302
    assert Obligation.objects.get(kind="works").due == date(2026, 10, 1)
    assert client.post(change, {"do": "withdraw", "reason": "Bãi bỏ"}).status_code == 302
    assert not Obligation.objects.filter(kind="works").exists()
    assert sign_in("enterprise", papers.office()).get(f"{base}limit").status_code == 403


def test_the_minimum_flow_is_kept_passed_or_unknown(sign_in):
    thing = factories.station("SG01", ["WaterLevel"], kind="rain_and_river_level")
    facts = {"kind": "surface", "source": "t", "minimum_source": "GP 5", "data_class": "internal"}
    for code, more in (
        ("kt-1", {"lowest_level_m": 1.0, "station": "SG01"}),
        ("kt-2", {"lowest_level_m": 2.0, "station": "SG01"}),
        ("kt-3", {"minimum_flow_m3_s": 3.5, "station": "SG01"}),
        ("kt-4", {"minimum_flow_m3_s": 3.5}),
        ("kt-5", {"minimum_source": ""}),
    ):
        keeping.create(ABSTRACTIONS, {"code": code, "name": code, **facts, **more}, by=None)
    stream = factories.stream(thing, "WaterLevel")
    stream.latest_time, stream.latest_value = NOW - timedelta(minutes=4), 1.5
    stream.latest_quality, stream.latest_status = 1, 0
    stream.save()
    text = page(sign_in("officer"), "/desk/licences/flows")
    assert "1 minimum is not kept. 1 kept, 3 unknown." in text
    for words in ("the station does not measure this", "nobody measures it", "no paper here says"):
        assert words in text
    stream.latest_time = timezone.now() - timedelta(hours=3)
    stream.save()
    assert "No minimum is known to be passed. 0 kept, 5 unknown." in page(sign_in("officer"), "/desk/licences/flows")
