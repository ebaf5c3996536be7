"""The HTTP door."""

from __future__ import annotations

import hashlib
import io
import uuid
import zipfile

import pytest
from django.db import OperationalError

from nonnuoc.api.doors import bodies
from nonnuoc.records.monitoring import keys, services
from nonnuoc.records.monitoring.models import Delivery
from tests import factories as f

pytestmark = pytest.mark.django_db

URL = "/api/deliveries"
BODY = f.tt10(f.line("PM2.5", "12.5", f.NOON), f.line("PM10", "x", f.NOON))


@pytest.fixture
def key():
    return services.new_key(f.station(), label="logger", by=None)


def post(client, key, body=BODY, name=None, content_type="application/octet-stream", **headers):
    url = f"{URL}?name={name or f.name('KK01')}"
    auth = {"Authorization": f"Bearer {key}"} if key else {}
    return client.post(url, body, content_type=content_type, headers={**auth, **headers})


def test_a_file_is_committed_and_its_receipt_says_what_became_of_it(client, key):
    response = post(client, key)
    receipt = response.json()
    assert response.status_code == 201
    assert (receipt["state"], receipt["stored"], receipt["refused"], receipt["size"]) == ("committed", 1, 1, len(BODY))
    assert receipt["sha256"] == hashlib.sha256(BODY).hexdigest()
    assert receipt["problems"][0]["line"] == 2
    assert (receipt["station"], receipt["door"], receipt["file_name"]) == ("KK01", "http", f.name("KK01"))
    again = client.get(f"{URL}/{receipt['uuid']}", headers={"Authorization": f"Bearer {key}"})
    assert again.json() == receipt


def test_the_same_bytes_again_give_the_old_receipt(client, key):
    first = post(client, key).json()
    response = post(client, key)
    assert response.status_code == 200
    assert response.json() == {**first, "repeats": 1}
    assert Delivery.objects.count() == 1


def test_a_name_may_stand_in_a_header(client, key):
    headers = {"Authorization": f"Bearer {key}", "X-File-Name": "Tr%E1%BA%A1m/..%2F..%2Fa%00b.txt"}
    response = client.post(URL, BODY, content_type="text/plain", headers=headers)
    assert response.status_code == 201
    assert "/" not in response.json()["file_name"]


@pytest.mark.parametrize("auth", [None, "Bearer wrong", "Bearer ", "Basic a2V5", "Bearer \x00"])
def test_without_a_valid_key_nothing_is_taken(client, key, auth):
    response = client.post(URL, BODY, content_type="text/plain", headers={"Authorization": auth} if auth else {})
    assert (response.status_code, response.json()["code"]) == (401, "key")
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert Delivery.objects.count() == 0


def test_a_revoked_key_opens_nothing(client, key):
    services.revoke_key(keys.find(key), by=None)
    assert post(client, key).status_code == 401


def test_another_stations_file_is_refused_with_a_receipt(client, key):
    f.station("KK02")
    response = post(client, key, name=f.name("KK02"))
    assert (response.status_code, response.json()["code"]) == (403, "foreign_station")
    assert response.json()["receipt"]["state"] == "quarantined"
    assert Delivery.objects.get().stored == 0


def test_another_stations_receipt_is_not_shown(client, key):
    other = services.new_key(f.station("KK02"), label="", by=None)
    receipt = post(client, key).json()
    hidden = client.get(f"{URL}/{receipt['uuid']}", headers={"Authorization": f"Bearer {other}"})
    unknown = client.get(f"{URL}/{uuid.uuid4()}", headers={"Authorization": f"Bearer {other}"})
    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert hidden.json() == unknown.json()


def test_a_zip_is_one_delivery(client, key):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for minute in range(2):
            at = f.NOON.replace(minute=minute * 5)
            archive.writestr(f.name("KK01", at), f.tt10(f.line("PM2.5", 12, at)))
    response = post(client, key, packed.getvalue(), name="gap.zip", content_type="application/zip")
    assert (response.status_code, response.json()["stored"]) == (201, 2)


def test_what_cannot_be_read_is_committed_as_quarantined(client, key):
    response = post(client, key, b"\x89PNG\r\n\x1a\n junk")
    assert response.status_code == 201
    assert response.json()["state"] == "quarantined"
    assert response.json()["reason"]


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/json", "image/png"])
def test_other_content_types_are_refused(client, key, kind):
    response = post(client, key, content_type=kind)
    assert (response.status_code, response.json()["code"]) == (415, "type")


def test_an_empty_body_is_refused(client, key):
    response = client.generic(
        "POST", URL, b"", "text/plain", CONTENT_LENGTH="0", headers={"Authorization": f"Bearer {key}"}
    )
    assert (response.status_code, response.json()["code"]) == (422, "empty")


def test_more_than_the_cap_is_refused_before_it_is_read(client, key, monkeypatch):
    monkeypatch.setattr(bodies, "MAX_BODY", len(BODY) - 1)
    response = post(client, key)
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(("length", "status"), [("", 411), ("x", 411), (str(len(BODY) + 1), 400)])
def test_half_a_body_is_not_a_file(client, key, length, status):
    given = {"CONTENT_LENGTH": length, "wsgi.input": io.BytesIO(BODY)}
    response = client.generic("POST", URL, BODY, "text/plain", headers={"Authorization": f"Bearer {key}"}, **given)
    assert response.status_code == status
    assert Delivery.objects.count() == 0


def test_while_the_database_is_away_nothing_is_acknowledged(client, key, monkeypatch):
    def gone(*_):
        raise OperationalError("connection refused")

    for target in ("nonnuoc.api.receiving.deliveries.pipeline.accept", "nonnuoc.api.receiving.deliveries.keys.find"):
        with monkeypatch.context() as patch:
            patch.setattr(target, gone)
            response = post(client, key)
        assert (response.status_code, response.json()["code"]) == (503, "away")
        assert response.headers["Retry-After"] == "60"
    assert Delivery.objects.count() == 0


def test_something_unforeseen_is_not_acknowledged(client, key, monkeypatch):
    def broken(_):
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("nonnuoc.api.receiving.deliveries.pipeline.accept", broken)
    response = post(client, key)
    assert (response.status_code, response.json()["code"]) == (500, "unforeseen")
    assert "secret" not in response.content.decode()


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_other_methods_are_refused(client, key, method):
    response = getattr(client, method)(URL)
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert response.headers["Content-Type"] == "application/problem+json"
