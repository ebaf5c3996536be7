"""A table without a profile: looked through, read on trial, taken in."""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from nonnuoc.desk import tables
from nonnuoc.ingest import pending, tasks
from nonnuoc.ingest.formats.profile import Profile
from nonnuoc.records.accounts import services as accounts
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.monitoring.models import ColumnProfile, Delivery
from tests import factories as f

pytestmark = pytest.mark.django_db

TABLE = """Lúc;Bụi PM2.5 (µg/m3);Ozone;Ghi chú
01/03/2026 07:00;12,5;30,5;a
01/03/2026 08:00;13;31,5;b
01/03/2026 09:00;;32,5;c
"""


@pytest.fixture
def desk(client):
    client.force_login(accounts.register_administrator("an@example.vn", name="An", password="limestone water", by=None))
    client.cookies["django_language"] = "vi"
    return client


@pytest.fixture
def thing():
    return f.station("KK01", {"PM2,5": "PM2.5", "O3": "O3"}, interval_s=3600)


def upload(desk, body: str | bytes = TABLE, name: str = "history.csv"):
    body = body.encode() if isinstance(body, str) else body
    return desk.post("/desk/upload/", {"file": SimpleUploadedFile(name, body)})


def answers(page, **changed: str) -> dict[str, str]:
    """What the form's fields hold, as a browser would send them."""
    form = page.context["form"]
    told = {field.html_name: field.value() or "" for field in form}
    if "tried" in page.context:
        told["tried"] = page.context["tried"]
    return told | changed


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "pending"


def kept() -> list[Path]:
    return list(folder().iterdir()) if folder().exists() else []


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def test_a_table_is_read_on_trial_and_then_taken_in_with_the_profile_that_is_kept(desk, thing):
    url = upload(desk).url
    assert re.fullmatch(r"/desk/upload/table/[\w-]{43}/", url)
    assert not Delivery.objects.exists()
    page = desk.get(url)
    text = page.content.decode()
    assert "Bụi PM2.5 (µg/m3)" in text and "01/03/2026 08:00" in text
    told = answers(page)
    assert (told["role-0"], told["role-1"], told["role-2"], told["role-3"]) == ("time", "=PM2,5", "=O3", "")
    assert (told["time_format"], told["decimal"], told["offset"]) == ("%d/%m/%Y %H:%M", ",", "+07:00")

    bad = desk.post(url, told | {"action": "try"})
    assert bad.status_code == 422
    assert set(bad.context["form"].errors) == {"station", "unit-2"}

    good = told | {"station": "KK01", "unit-2": "ug/m3", "action": "try"}
    page = desk.post(url, good)
    trial = page.context["trial"]
    assert (trial.values, trial.missing, trial.series, trial.refused) == (6, 1, 2, 0)
    assert (trial.first, trial.last) == tuple(datetime(2026, 3, 1, h, tzinfo=f.VIETNAM) for h in (7, 9))
    assert not Delivery.objects.exists() and not ColumnProfile.objects.exists()

    done = desk.post(url, answers(page, action="keep", name="lịch sử KK01"))
    row = Delivery.objects.get()
    assert done.url == f"/desk/deliveries/{row.uuid}/"
    assert (row.thing, row.stored, row.door, row.profile.name) == (thing, 6, "upload", "lịch sử KK01")
    assert f.held(thing, "PM2.5").value.tolist()[:2] == [12.5, 13]
    assert Profile.from_json(row.profile.mapping).station == "KK01"
    assert kept() == []
    assert desk.get(url).status_code == 404


def test_what_was_not_tried_is_not_taken_in(desk, thing):
    url = upload(desk).url
    told = answers(desk.get(url), station="KK01", **{"unit-2": "ug/m3"})
    page = desk.post(url, told | {"action": "keep", "name": "a"})
    assert page.status_code == 200 and page.context["trial"].good
    page = desk.post(url, answers(page, action="keep", name="a", offset="+00:00"))
    assert page.context["trial"].good
    assert not Delivery.objects.exists() and not ColumnProfile.objects.exists()


def test_a_name_that_is_taken_or_empty_is_told(desk, thing):
    url = upload(desk).url
    page = desk.post(url, answers(desk.get(url), station="KK01", action="try", **{"unit-2": "ug/m3"}))
    assert desk.post(url, answers(page, action="keep", name="")).context["form"].errors["name"]
    profile = ColumnProfile.objects.create(name="taken", mapping={})
    Delivery.objects.create(
        profile=profile, door="upload", file_name="a", received=f.NOON, sha256=b"1", size=0, body=b"", state="committed"
    )
    page = desk.post(url, answers(page, action="keep", name="taken"))
    assert page.status_code == 422
    assert "chọn tên khác" in str(page.context["form"].errors["name"])
    assert len(kept()) == 1


def test_problems_are_told_by_row_and_column_and_nothing_can_be_kept(desk, thing):
    body = TABLE.replace("13;", "12x;").replace("32,5", "32.5")
    url = upload(desk, body).url
    told = answers(desk.get(url), station="KK01", **{"role-1": "=PM2,5", "unit-1": "ug/m3", "role-2": "=O3"})
    page = desk.post(url, told | {"unit-2": "ug/m3", "action": "try", "decimal": ","})
    trial = page.context["trial"]
    assert not trial.good and trial.fatal
    assert [(t.code, t.rows) for t in trial.troubles] == [("number", (3,)), ("decimal_point", (4,))]
    text = page.content.decode()
    assert "Bụi PM2.5 (µg/m3) = 12x" in text
    assert 'value="keep"' not in text


def test_an_unregistered_parameter_is_one_kind_of_trouble_however_many_rows(desk):
    f.station("KK01", {"PM2,5": "PM2.5"}, interval_s=3600)
    url = upload(desk).url
    told = answers(desk.get(url), station="KK01", **{"role-2": "=O3", "unit-2": "ug/m3"})
    trial = desk.post(url, told | {"action": "try"}).context["trial"]
    assert (trial.values, trial.refused, trial.good) == (3, 3, True)
    assert [(t.code, t.count, t.rows) for t in trial.troubles] == [("unknown_parameter", 3, (2, 3, 4))]


def test_several_time_columns_and_a_station_column(desk, thing):
    body = "day,month,year,hour,site,PM2.5 (ug/m3)\n1,3,2026,7,KK01,5\n1,3,2026,8,KK02,6\n"
    url = upload(desk, body).url
    page = desk.get(url)
    told = answers(page)
    assert [told[f"role-{n}"] for n in range(6)] == ["time"] * 4 + ["station", "=PM2,5"]
    assert told["time_format"] == "%d %m %Y %H"
    page = desk.post(url, told | {"action": "try"})
    trial = page.context["trial"]
    assert (trial.values, [t.code for t in trial.troubles]) == (1, ["unknown_station"])
    assert trial.first == datetime(2026, 3, 1, 7, tzinfo=f.VIETNAM)
    desk.post(url, answers(page, action="keep", name="a"))
    assert (Delivery.objects.get().stored, Delivery.objects.get().refused) == (1, 1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"role-0": ""}, "__all__"),
        ({"role-1": "", "role-2": ""}, "__all__"),
        ({"role-0": "station", "role-3": "station"}, "__all__"),
        ({"role-3": "station"}, "station"),
        ({"role-2": "=PM2,5"}, "role-2"),
        ({"unit-1": "kg"}, "unit-1"),
        ({"other_format": "%H:%M"}, "other_format"),
        ({"role-1": "=nonsense"}, "role-1"),
        ({"offset": "east"}, "offset"),
        ({"station": "XX"}, "station"),
    ],
)
def test_a_mapping_that_cannot_be_is_told_at_its_field(desk, thing, change, field):
    url = upload(desk).url
    told = answers(desk.get(url), station="KK01", action="try", **{"unit-2": "ug/m3"})
    page = desk.post(url, told | change)
    assert page.status_code == 422
    assert field in page.context["form"].errors


def test_a_table_of_which_nothing_can_be_told_is_still_asked_about(desk, thing):
    url = upload(desk, "wann,was\ngestern,x\n").url
    page = desk.get(url)
    assert page.status_code == 200
    assert len(page.context["proposal"].doubts) == 2
    assert desk.post(url, answers(page, action="try")).status_code == 422


def test_a_file_that_cannot_be_opened_is_refused_at_once(desk):
    page = upload(desk, b"PK\x03\x04 broken", "a.xlsx")
    assert page.status_code == 422
    assert page.context["form"].errors["file"]
    assert kept() == []


def test_a_station_file_goes_the_old_way(desk, thing):
    assert upload(desk, f.tt10(f.line("O3", 1, f.NOON)), f.name("KK01")).url.startswith("/desk/deliveries/")


def test_only_the_session_that_brought_it_sees_the_file(desk, thing):
    url = upload(desk).url
    (file,) = kept()
    assert (file.stat().st_mode & 0o777, folder().stat().st_mode & 0o777) == (0o600, 0o700)
    other = Client()
    assert other.get(url).status_code == 302
    other.force_login(Person.objects.get())
    assert other.get(url).status_code == 404
    other.force_login(Person.objects.create(email="binh@example.vn", name="Bình"))
    assert other.get(url).status_code == 403
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = desk.cookies
    assert strict.post(url, {"action": "drop"}).status_code == 403
    assert kept() == [file]


def test_it_can_be_forgotten_and_is_after_a_day(desk, thing):
    url = upload(desk).url
    assert desk.post(url, {"action": "drop"}).url == "/desk/upload/"
    assert kept() == []
    url = upload(desk).url
    (file,) = kept()
    tasks.forget_pending_files(0)
    assert kept() == [file]
    old = file.stat().st_mtime - pending.KEPT_S - 1
    os.utime(file, (old, old))
    assert tasks.forget_pending_files(0) == 1
    page = desk.get(url, follow=True)
    assert page.redirect_chain == [("/desk/upload/", 302)]
    assert len(page.context["messages"]) == 1


def test_a_person_decides_about_few_files_at_a_time(desk, thing, monkeypatch):
    monkeypatch.setattr(tables, "MOST", 2)
    first = upload(desk).url
    for _ in range(2):
        upload(desk)
    assert len(kept()) == 2
    assert desk.get(first).status_code == 404


def test_headings_and_cells_are_escaped(desk, thing):
    url = upload(desk, "Lúc,<script>alert(1)</script>\n2026-03-01 07:00,1\n2026-03-01 08:00,2\n", "<b>.csv").url
    page = desk.get(url)
    text = desk.post(url, answers(page, station="KK01", action="try", **{"role-1": "=O3", "unit-1": "ug/m3"})).content
    assert b"<script>alert" not in text and b"<b>.csv" not in text


@pytest.mark.parametrize("token", ["x", "../../secrets/django", "a" * 43])
def test_names_of_kept_files_are_not_guessed(tmp_path, token):
    shelf = pending.Pending(tmp_path)
    shelf.keep(b"1")
    assert shelf.read(token) is None
    shelf.drop(token)


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_whole_way_works_on_a_phone_without_scripts(browser, live_server, tmp_path):
    f.station("KK01", {"PM2,5": "PM2.5", "O3": "O3"}, interval_s=3600)
    accounts.register_administrator("an@example.vn", name="An", password="limestone water", by=None)
    file = tmp_path / "history.csv"
    file.write_text(TABLE)
    context = browser.new_context(java_script_enabled=False, locale="vi-VN", viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{live_server.url}/desk/upload/")
    page.fill("[name=email]", "an@example.vn")
    page.fill("[name=password]", "limestone water")
    page.click("main form button")
    page.set_input_files("[name=file]", file)
    page.click("main form button")
    page.select_option("[name=station]", "KK01")
    page.fill("[name=unit-2]", "ug/m3")
    page.click("button[value=try]")
    assert "Sẽ nhận 6 giá trị của 2 chuỗi số liệu" in page.inner_text(".trial")
    assert all(page.locator(what).bounding_box()["width"] <= 360 for what in ("main", ".mapping", ".columns", ".trial"))
    page.fill("[name=name]", "lịch sử")
    page.click("button[value=keep]")
    assert "/desk/deliveries/" in page.url
    context.close()
    assert Delivery.objects.get().stored == 6
