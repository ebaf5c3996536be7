"""The province these pages speak of."""

from __future__ import annotations

from functools import cache

from nonnuoc.records.places import province


@cache
def name() -> str:
    """As its data write it, without "tỉnh"."""
    return province.read().name
