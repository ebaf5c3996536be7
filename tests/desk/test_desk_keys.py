"""Keys of stations on the desk: the secret is told once, and kept nowhere."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from nonnuoc.records.accounts.models import AuditEntry
from nonnuoc.records.monitoring import keys, services
from nonnuoc.records.monitoring.models import Delivery, StationKey
from tests.desk.staff import administrator, said
from tests.portal import network

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(administrator())
    return client


@pytest.fixture
def thing():
    return network.station("A1", kind="ambient_air", name="Trạm Trà Lĩnh")


def test_a_new_key_is_shown_once_and_opens_the_door(desk, thing):
    page = desk.post("/desk/keys/new/", {"station": "A1", "label": "tủ 2"})
    assert page.status_code == 200 and "no-store" in page.headers["Cache-Control"]
    (secret,) = re.findall(r"<code>([\w-]{43})</code>", page.content.decode())
    assert keys.find(secret).thing == thing
    kept = str(list(StationKey.objects.values())) + str(list(AuditEntry.objects.values())) + str(dict(desk.session))
    assert secret not in kept and secret not in str(page.cookies)
    assert secret not in desk.get("/desk/keys/").content.decode() and "tủ 2" in said(desk.get("/desk/keys/"))


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"station": ""}, {"station"}),
        ({"station": "B2"}, {"station"}),
        ({"station": "A1", "label": "x" * 81}, {"label"}),
        ({"station": "A1", "label": "\0"}, {"label"}),
    ],
)
def test_a_key_that_cannot_be_made_is_refused_beside_its_field(desk, thing, told, field):
    page = desk.post("/desk/keys/new/", told)
    assert page.status_code == 422 and set(page.context["form"].errors) == field
    assert not StationKey.objects.exists()


def test_a_key_is_revoked_after_being_asked(desk, thing):
    secret = services.new_key(thing, label="tủ 2", by=None)
    url = f"/desk/keys/{keys.find(secret).id}/revoke/"
    page = said(desk.get(url))
    assert "tủ 2" in page and "Trạm Trà Lĩnh (A1)" in page
    assert keys.find(secret) is not None
    assert desk.post(url).url == "/desk/keys/"
    assert keys.find(secret) is None
    assert desk.post(url).status_code == 302  # again: nothing
    assert AuditEntry.objects.filter(action="key.revoked").count() == 1
    assert desk.get("/desk/keys/0/revoke/").status_code == 404


def test_the_list_tells_what_is_in_force_and_what_was_used(desk, thing):
    old, _ = services.new_key(thing, label="cũ", by=None), services.new_key(thing, label="mới", by=None)
    services.revoke_key(keys.find(old), by=None)
    network.station("B2", kind="ambient_air")
    page = said(desk.get("/desk/keys/"))
    assert "mới" in page and "cũ" not in page and "chưa có khóa" in page
    assert "cũ" in said(desk.get("/desk/keys/?revoked=on"))
    assert [thing.code for thing, _ in desk.get("/desk/keys/?q=linh").context["rows"]] == ["A1"]
    assert "Không có trạm nào tên như vậy" in said(desk.get("/desk/keys/?q=nowhere"))


@pytest.mark.parametrize(("door", "heard"), [("ftp", True), ("http", True), ("upload", False), ("sweep", False)])
def test_a_file_that_needed_a_key_tells_that_one_was_used(desk, thing, door, heard):
    services.new_key(thing, label="", by=None)
    row = network.held("A1", timezone.now(), "number", thing)
    Delivery.objects.filter(id=row.id).update(door=door, last_time=timezone.now())
    ((_, (key,)),) = desk.get("/desk/keys/").context["rows"]
    assert (key.heard is not None) == heard


@pytest.mark.slow
def test_the_list_costs_the_same_for_one_and_for_three(desk, queries, thing):
    services.new_key(thing, label="", by=None)
    desk.get("/desk/keys/")
    for_one = queries(lambda: desk.get("/desk/keys/"))
    for code in ("B2", "C3"):
        services.new_key(network.station(code, kind="ambient_air"), label="", by=None)
    assert queries(lambda: desk.get("/desk/keys/")) == for_one > 0
