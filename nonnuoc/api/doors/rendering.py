"""Values as JSON, quickly."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpResponse


def as_json(value: Any, content_type: str = "application/json", status: int = 200) -> HttpResponse:
    """UTF-8, keys in their order; numpy's numbers and arrays as they are."""
    return HttpResponse(
        orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY), content_type=content_type, status=status
    )
