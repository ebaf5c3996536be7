"""The way in: landing page, conformance, the collections, and the description of the interface."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext

from nonnuoc.api.doors.callers import Caller, read
from nonnuoc.api.doors.problems import Problem
from nonnuoc.api.ogc import answers, collections, describing, pages
from nonnuoc.api.ogc.answers import HTML, JSON, Addresses, link
from nonnuoc.api.ogc.asked import Asked
from nonnuoc.api.ogc.openapi import OPENAPI_30, document
from nonnuoc.look import catalogue, province
from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.monitoring import coverage_reading

FORMATS = {"json": JSON, "html": HTML}
DATA = "http://www.opengis.net/def/rel/ogc/1.0/data"
CONFORMANCE = "http://www.opengis.net/def/rel/ogc/1.0/conformance"
_SPEC = "http://www.opengis.net/spec"
#: What is followed; tests/api/ogc/test_conformance.py walks it.
CONFORMS_TO = (
    f"{_SPEC}/ogcapi-common-1/1.0/conf/core",
    f"{_SPEC}/ogcapi-common-1/1.0/conf/landing-page",
    f"{_SPEC}/ogcapi-common-1/1.0/conf/json",
    f"{_SPEC}/ogcapi-common-1/1.0/conf/html",
    f"{_SPEC}/ogcapi-common-2/1.0/conf/collections",
    *(f"{_SPEC}/ogcapi-features-1/1.0/conf/{one}" for one in ("core", "oas30", "geojson", "html")),
    f"{_SPEC}/ogcapi-features-2/1.0/conf/crs",
    *(
        f"{_SPEC}/ogcapi-features-3/1.0/conf/{one}"
        for one in ("queryables", "queryables-query-parameters", "filter", "features-filter")
    ),
    *(
        f"{_SPEC}/cql2/1.0/conf/{one}"
        for one in (
            *("cql2-text", "cql2-json", "basic-cql2", "advanced-comparison-operators", "case-insensitive-comparison"),
            *("accent-insensitive-comparison", "basic-spatial-functions", "basic-spatial-functions-plus"),
            *("spatial-functions", "temporal-functions", "property-property", "arithmetic"),
        )
    ),
    *(
        f"{_SPEC}/ogcapi-edr-1/1.1/conf/{one}"
        for one in ("core", "collections", "json", "geojson", "edr-geojson", "covjson", "html", "queries")
    ),
)


@read(max_age=3600)
def landing(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Where everything begins."""
    asked = Asked(request, [])
    wanted = answers.wanted(request, asked, FORMATS)
    at = Addresses(request, asked)
    words = {"province": province.name()}
    body = {
        "title": gettext("Environment of %(province)s: places and observations") % words,
        "description": gettext(
            "Stations, communes and rivers as features (OGC API – Features), and what the stations measured as series"
            " (OGC API – Environmental Data Retrieval). Free of charge, without a key."
        ),
        "keywords": [gettext("air"), gettext("water"), gettext("monitoring")],
        "links": [
            *at.formats(wanted, FORMATS),
            link(
                "service-desc", at.to("api", f="json"), OPENAPI_30, gettext("Description of this interface (OpenAPI)")
            ),
            link("service-doc", at.route("api-docs"), HTML, gettext("How to use the interface")),
            *(link(rel, at.to("conformance"), JSON, gettext("What is kept of the standards")) for rel in _CONFORMANCE),
            *(link(rel, at.to("collections"), JSON, gettext("The collections")) for rel in ("data", DATA)),
            link("license", catalogue.LICENCE.url, HTML, catalogue.LICENCE.name),
        ],
    }
    if wanted == "html":
        return pages.landing(request, body, at)
    return answers.json(body)


_CONFORMANCE = ("conformance", CONFORMANCE)


@read(max_age=3600)
def conformance(request: HttpRequest, caller: Caller) -> HttpResponse:
    """Which parts of which standards are kept."""
    asked = Asked(request, [])
    wanted = answers.wanted(request, asked, FORMATS)
    at = Addresses(request, asked)
    links = at.formats(wanted, FORMATS)
    if wanted == "html":
        return pages.conformance(request, CONFORMS_TO, at, links)
    return answers.json({"conformsTo": list(CONFORMS_TO), "links": links})


@read(max_age=3600)
def description(request: HttpRequest, caller: Caller) -> HttpResponse:
    """This part of the interface, described by itself; people are shown the whole."""
    asked = Asked(request, [])
    if answers.wanted(request, asked, {"json": OPENAPI_30, "html": HTML}) == "html":
        return answers.negotiated(HttpResponseRedirect(reverse("api-docs")))
    return answers.json(document(Addresses(request, asked).root), OPENAPI_30)


@read(max_age=60)
def every(request: HttpRequest, caller: Caller) -> HttpResponse:
    """All collections that hold anything this caller may read."""
    asked = Asked(request, [])
    wanted = answers.wanted(request, asked, FORMATS)
    at = Addresses(request, asked)
    known = _all(caller.rights, at)
    links = at.formats(wanted, FORMATS)
    if wanted == "html":
        return pages.collections(request, known, at, links)
    return answers.json({"links": links, "collections": known})


@read(max_age=60)
def one(request: HttpRequest, caller: Caller, key: str) -> HttpResponse:
    """One collection."""
    asked = Asked(request, [])
    wanted = answers.wanted(request, asked, FORMATS)
    at = Addresses(request, asked)
    body = _one(key, caller.rights, at)
    if wanted == "html":
        return pages.collection(request, body, at, at.formats(wanted, FORMATS))
    return answers.json(body)


def _all(rights: Rights, at: Addresses) -> list[dict[str, Any]]:
    layers = [describing.layer(one, one.read(rights), at) for one in collections.COLLECTIONS]
    return layers + [describing.coverage(one, at) for one in coverage_reading.there(collections.COVERAGES, rights)]


def _one(key: str, rights: Rights, at: Addresses) -> dict[str, Any]:
    layer, coverage = collections.layer(key), collections.coverage(key)
    if layer is not None:
        return describing.layer(layer, layer.read(rights), at)
    found = coverage_reading.there([coverage], rights) if coverage else []
    if not found:
        raise Problem(404, "unknown_collection", f"There is no collection {key[:60]!r} here that you may read.")
    return describing.coverage(found[0], at)
