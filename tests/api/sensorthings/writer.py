"""Who writes in these tests, and what: a client with a key in its hand, and the bodies the OGC suite posts."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from nonnuoc.records.accounts import access_keys
from nonnuoc.records.accounts.models import Person
from nonnuoc.records.monitoring import services
from nonnuoc.records.monitoring.models import Thing

ROOT = "/api/sensorthings/v1.1"
MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
GEOJSON = "application/vnd.geo+json"
Json = dict[str, Any]


class Writer:
    """Somebody with a bearer's key; "" for a stranger."""

    def __init__(self, secret: str = "") -> None:
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        self.client = Client(headers=self.headers)

    @classmethod
    def of(cls, person: Person, *, writes: bool = True) -> Writer:
        return cls(access_keys.make(person, name="test", writes=writes)[1])

    @classmethod
    def of_station(cls, thing: Thing) -> Writer:
        return cls(services.new_key(thing, label="test", by=None))

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The response; `body` as JSON."""
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        path = path.removeprefix("http://testserver")
        address = path if path.startswith("/") else f"{ROOT}/{path}"
        return self.client.generic(method, address, content, content_type="application/json", headers=headers)

    def get(self, path: str) -> Any:
        response = self.send("GET", path)
        assert response.status_code == 200, (path, response.content)
        return response.json()

    def make(self, path: str, body: Any) -> int:
        """A new entity there; its number."""
        response = self.send("POST", path, body)
        assert response.status_code == 201, (path, response.content)
        number: int = response.json()["@iot.id"]
        assert response.headers["Location"].endswith(f"({number})")
        assert response.headers["Location"] == response.json()["@iot.selfLink"]
        return number

    def refused(self, method: str, path: str, body: Any = None, *, status: int = 400, **headers: str) -> Json:
        """The problem it is answered with."""
        response = self.send(method, path, body, **headers)
        assert response.status_code == status, (path, response.content)
        assert response.headers["Content-Type"] == "application/problem+json"
        told: Json = response.json()
        return told


def thing(name: str = "Test Thing", **more: Any) -> Json:
    return {"name": name, "description": "This is a Test Thing", **more}


def location(lon: float = -114.05, lat: float = 51.05, **more: Any) -> Json:
    point = {"type": "Point", "coordinates": [lon, lat]}
    return {"name": "bow river", "description": "bow river", "encodingType": GEOJSON, "location": point, **more}


def sensor(**more: Any) -> Json:
    facts = {"name": "Fuguro Barometer", "description": "Fuguro Barometer"}
    return {**facts, "encodingType": "application/pdf", "metadata": "Barometer", **more}


def observed_property(name: str = "DewPoint Temperature", **more: Any) -> Json:
    return {"name": name, "definition": "http://dbpedia.org/page/Dew_point", "description": "of the air", **more}


def feature(lon: float = 10, lat: float = 10, **more: Any) -> Json:
    point = {"type": "Point", "coordinates": [lon, lat]}
    return {"name": "A weather station.", "description": "One.", "encodingType": GEOJSON, "feature": point, **more}


def unit(symbol: str = "degC") -> Json:
    return {"name": "Celsius", "symbol": symbol, "definition": "http://qudt.org/vocab/unit#DegreeCelsius"}


def datastream(**links: Any) -> Json:
    facts = {"name": "test datastream.", "description": "test datastream.", "observationType": MEASUREMENT}
    numbers = {name: {"@iot.id": to} if isinstance(to, int) else to for name, to in links.items()}
    return {**facts, "unitOfMeasurement": unit(), **numbers}
