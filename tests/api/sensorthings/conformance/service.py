"""A service as the OGC suite (ets-sta10) sees it: addresses in, JSON out; what each entity must have and lead to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.test import Client

ROOT = "http://testserver/api/sensorthings/v1.1"
#: Mandatory properties of each set (EntityProperties of the suite, names as of 1.1).
PROPERTIES = {
    "Things": ("name", "description"),
    "Locations": ("name", "description", "encodingType", "location"),
    "HistoricalLocations": ("time",),
    "Datastreams": ("name", "description", "unitOfMeasurement", "observationType"),
    "Sensors": ("name", "description", "encodingType", "metadata"),
    "ObservedProperties": ("name", "definition", "description"),
    "Observations": ("phenomenonTime", "result", "resultTime"),
    "FeaturesOfInterest": ("name", "description", "encodingType", "feature"),
}
#: Mandatory relations of each set (EntityRelations of the suite).
RELATIONS = {
    "Things": ("Locations", "HistoricalLocations", "Datastreams"),
    "Locations": ("Things", "HistoricalLocations"),
    "HistoricalLocations": ("Thing", "Locations"),
    "Datastreams": ("Thing", "Sensor", "ObservedProperty", "Observations"),
    "Sensors": ("Datastreams",),
    "ObservedProperties": ("Datastreams",),
    "Observations": ("Datastream", "FeatureOfInterest"),
    "FeaturesOfInterest": ("Observations",),
}
SETS = tuple(PROPERTIES)
ONE = {
    "Thing": "Things",
    "Sensor": "Sensors",
    "ObservedProperty": "ObservedProperties",
    "Datastream": "Datastreams",
    "FeatureOfInterest": "FeaturesOfInterest",
}


def target(relation: str) -> str:
    """The set that a relation leads to."""
    return ONE.get(relation, relation)


@dataclass
class Service:
    """Asks as one caller; every answer but a fault is 200."""

    client: Client

    def answer(self, address: str, **options: object) -> HttpResponse:
        """What stands at an address, absolute or below the root; options without their dollar sign."""
        whole = address if address.startswith("http") else f"{ROOT}/{address}".rstrip("/")
        if options:
            told = (f"${name}={quote(str(value))}" for name, value in options.items())
            whole += ("&" if "?" in whole else "?") + "&".join(told)
        return self.client.get(whole.removeprefix("http://testserver"))

    def get(self, address: str, **options: object) -> Any:
        response = self.answer(address, **options)
        assert response.status_code == 200, (address, options, response.content[:500])
        return response.json()

    def refused(self, address: str, status: int = 400, **options: object) -> dict[str, Any]:
        """The problem an address is answered with."""
        response = self.answer(address, **options)
        assert response.status_code == status, (address, options, response.content[:500])
        assert response["Content-Type"] == "application/problem+json"
        problem: dict[str, Any] = response.json()
        assert problem["detail"]
        return problem

    def all(self, address: str, **options: object) -> list[dict[str, Any]]:
        """Every entity, through all links to next pages."""
        return [one for page in self.pages(address, **options) for one in page["value"]]

    def pages(self, address: str, **options: object) -> Iterator[dict[str, Any]]:
        page = self.get(address, **options)
        for _ in range(10_000):
            yield page
            if "@iot.nextLink" not in page:
                return
            page = self.get(page["@iot.nextLink"])
        raise AssertionError(f"the links of {address} never end")

    def first(self, address: str) -> dict[str, Any]:
        found: list[dict[str, Any]] = self.get(address)["value"]
        assert found, address
        return found[0]
