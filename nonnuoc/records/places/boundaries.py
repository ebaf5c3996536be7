"""Official boundaries of communes: read, examined, and imported all or not at all.

Reading stands in spatial_files.py, examining in examination.py; this is the whole as one thing to call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from nonnuoc.records.places import geometry
from nonnuoc.records.places.examination import Tolerances, examine
from nonnuoc.records.places.geometry import UnknownSystemError
from nonnuoc.records.places.models import Commune
from nonnuoc.records.places.report import Finding, Report
from nonnuoc.records.places.spatial_files import read
from nonnuoc.records.places.spatial_staging import Caps, RefusedError

__all__ = [
    "Caps",
    "Finding",
    "Imported",
    "RefusedError",
    "Report",
    "Tolerances",
    "UnknownSystemError",
    "examine",
    "import_boundaries",
    "read",
    "run",
]


@dataclass(frozen=True)
class Imported:
    """What an import did. The caller, who stands above, puts it into the audit, in the same transaction."""

    source: str
    file: str
    sha256: str
    system: str
    changed: tuple[str, ...]  # codes of communes
    unchanged: int
    warnings: tuple[str, ...]


def import_boundaries(report: Report, *, source: str) -> Imported:
    """Write the boundary of every commune, or, where the report has an error, none at all.

    `source` is shown wherever a boundary is. Repeating it changes nothing. Raises RefusedError. Who may do it is asked
    by the caller, who stands above.
    """
    if report.errors:
        wrong = _("nothing was written; errors in the file: %(count)d")
        raise RefusedError(wrong % {"count": len(report.errors)})
    if not source.strip():
        raise RefusedError(_("say where the boundaries come from: the document or the office"))
    changed = []
    with transaction.atomic():
        rows = {commune.pk: commune for commune in Commune.objects.select_for_update()}
        for match in report.matching.matches:
            commune = rows[match.commune.pk]
            boundary = geometry.to_wkb(geometry.as_multipolygon(report.features.wgs84[match.row]))
            if (bytes(commune.boundary or b""), commune.boundary_source) != (boundary, source[:300]):
                commune.boundary, commune.boundary_source = boundary, source[:300]
                changed.append(commune)
        Commune.objects.bulk_update(changed, ["boundary", "boundary_source"])
    return Imported(
        source=source[:300],
        file=report.features.name,
        sha256=report.features.sha256,
        system=report.features.system,
        changed=tuple(sorted(commune.code for commune in changed)),
        unchanged=len(report.matching.matches) - len(changed),
        warnings=tuple(str(finding) for finding in report.warnings),
    )


def run(
    path: Path,
    crs: str | None = None,
    *,
    echo: Callable[[str], object],
    confirm: Callable[[str], bool],
    layer: str | None = None,
    swap_axes: bool = False,
    code_field: str | None = None,
    name_field: str | None = None,
    dry_run: bool = False,
    source: str = "",
) -> Imported | None:
    """The command `nonnuoc places import`: echo the report, then write; None where nothing was written.

    With errors it refuses, with warnings it asks `confirm`. Without a source the file itself is named as one.
    Raises RefusedError and UnknownSystemError, whose messages are for the person at the keyboard.
    """
    features = read(path, crs, layer=layer, swap_axes=swap_axes)
    report = examine(features, code_field=code_field, name_field=name_field)
    for line in report.lines():
        echo(line)
    if dry_run:
        echo(_("dry run: nothing was written"))
        return None
    if report.warnings and not report.errors and not confirm(_("Import in spite of the warnings?")):
        echo(_("nothing was written"))
        return None
    named = source or f"{features.name} (SHA-256 {features.sha256[:16]}, {features.system})"
    imported = import_boundaries(report, source=named)
    echo(
        _("boundaries written: %(changed)d, were so already: %(unchanged)d")
        % {"changed": len(imported.changed), "unchanged": imported.unchanged}
    )
    return imported
