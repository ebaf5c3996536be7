"""The Darwin Core archive, described (OpenAPI 3.1)."""

from __future__ import annotations

from typing import Any

PATHS: dict[str, Any] = {
    "/api/dwca/occurrences.zip": {
        "get": {
            "tags": ["biodiversity"],
            "summary": "Occurrences of species as a Darwin Core archive",
            "description": (
                "Validated occurrences, for GBIF and other indexes: `meta.xml`, `eml.xml`, `occurrence.txt`. Places of"
                " sensitive species are the centres of grid cells, or withheld; `dataGeneralizations` and"
                " `informationWithheld` say so in each record. The same to everybody, whoever asks."
            ),
            "responses": {
                "200": {
                    "description": "A zip. `ETag` changes whenever a record does.",
                    "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
                }
            },
        }
    }
}
