"""The addresses that belong to no package, described: pages, this document, files of stations."""

from __future__ import annotations

from typing import Any

from nonnuoc.api.receiving.openapi import RECEIPT

_HTML = {"text/html": {"schema": {"type": "string"}}}


def _page(summary: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    answer = {"description": "A page in the language of the reader.", "content": _HTML}
    return {
        "get": {"tags": ["about"], "summary": summary, "parameters": list(parameters), "responses": {"200": answer}}
    }


def _choice(name: str, words: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "description": f"{words} What cannot be read is filled in.",
        "schema": {"type": "string"},
    }


def _receipt(description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": RECEIPT}}}


PATHS: dict[str, Any] = {
    "/api/": _page(
        "How to fetch data, beginning with the address of a download",
        _choice("station", "Code of a station."),
        _choice("property", "Code of what it measures."),
        _choice("period", "Of which time."),
        _choice("resolution", "Values or means."),
        _choice("format", "Kind of file."),
    ),
    "/api/docs": _page("Every address, as a page to read"),
    "/api/openapi.json": {
        "get": {
            "tags": ["about"],
            "summary": "This document",
            "responses": {
                "200": {
                    "description": "OpenAPI 3.1.",
                    "content": {"application/vnd.oai.openapi+json;version=3.1": {"schema": {"type": "object"}}},
                }
            },
        }
    },
    "/api/deliveries": {
        "post": {
            "tags": ["writing"],
            "summary": "One file of a station",
            "description": "The bytes of the file as the body, with the key of the station. The answer is its receipt:"
            " a 2xx says that it is committed. The same bytes sent again get the receipt they got before.",
            "parameters": [
                {
                    "name": "name",
                    "in": "query",
                    "description": "Name of the file, from which its form and time are read.",
                    "schema": {"type": "string"},
                    "example": "CB_CAOB_KKTP01_20261126080000.txt",
                }
            ],
            "requestBody": {
                "required": True,
                "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
            },
            "responses": {
                "201": _receipt("Taken in."),
                "200": _receipt("The same bytes came before."),
                **{
                    status: {"$ref": "#/components/responses/Problem400"}
                    for status in ("405", "411", "413", "415", "422", "500")
                },
            },
        }
    },
    "/api/deliveries/{uuid}": {
        "get": {
            "tags": ["writing"],
            "summary": "The receipt of one delivery, for the station it came from",
            "security": [{"key": []}],
            "parameters": [
                {"name": "uuid", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
            ],
            "responses": {"200": _receipt("As it was given.")},
        }
    },
}
