"""What an examination of boundaries found, for a person to read before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from nonnuoc.records.places.matching import Matching
from nonnuoc.records.places.spatial_files import Features

SHOWN = 20  # findings of one kind before "and so many more"


class Severity(StrEnum):
    ERROR = "error"  # nothing is written
    WARNING = "warning"  # a person decides


@dataclass(frozen=True)
class Finding:
    """One thing a person should know; `code` names its kind for machines and tests."""

    severity: Severity
    code: str
    text: str
    lon: float | None = None  # where, WGS 84
    lat: float | None = None
    amount: float | None = None  # m² of gaps, overlaps and slivers; share of area differences; metres of points outside

    def __str__(self) -> str:
        mark = _("ERROR") if self.severity is Severity.ERROR else _("warning")
        place = "" if self.lon is None else f" ({self.lat:.5f}, {self.lon:.5f})"
        return f"{mark}: {self.text}{place}"


@dataclass(frozen=True)
class Report:
    """The whole examination. `known` is how many communes the province has."""

    features: Features
    matching: Matching
    known: int
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is Severity.WARNING)

    def lines(self) -> Iterator[str]:
        """The report as lines of text."""
        features, by = self.features, Counter(match.by for match in self.matching.matches)
        yield _("%(file)s, read as %(system)s; features: %(count)d") % {
            "file": features.name,
            "count": len(features),
            "system": features.system,
        }
        yield _("%(count)d of %(known)d communes matched by code, from the field %(field)s") % {
            "count": by["code"],
            "known": self.known,
            "field": self.matching.code_field or "–",
        }
        yield _("%(count)d of %(known)d communes matched by name, from the field %(field)s") % {
            "count": by["name"],
            "known": self.known,
            "field": self.matching.name_field or "–",
        }
        shown: Counter[str] = Counter()
        for finding in self.findings:
            shown[finding.code] += 1
            if shown[finding.code] <= SHOWN:
                yield str(finding)
        for code, count in shown.items():
            if count > SHOWN:
                yield _("… and %(count)d more of the kind “%(kind)s”") % {"count": count - SHOWN, "kind": code}
        yield _("errors: %(errors)d, warnings: %(warnings)d") % {
            "errors": len(self.errors),
            "warnings": len(self.warnings),
        }
