"""What evidence names that stands beside the plans among the records: both know only what lies below them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from nonnuoc.records.accounts.access import Rights
from nonnuoc.records.inspections import selectors as inspections


def inspected(references: Collection[str], rights: Rights) -> Mapping[str, str]:
    """The inspections of these codes that a reader may know of, by the facility's name."""
    seen = inspections.visible(rights).filter(code__in=references)
    return {one.code: one.facility.name for one in seen}
