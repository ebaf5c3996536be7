"""`nonnuoc places`: official boundaries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from nonnuoc.config.commands import at_hand


@click.group()
def places() -> None:
    """Communes and rivers."""


@places.command("import")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--crs", help="Coordinate system (EPSG:9210, say), where the file does not tell.")
@click.option("--layer", help="Which layer, where the file has several.")
@click.option("--code-field", help="Column of the official codes, where it cannot be told by itself.")
@click.option("--name-field", help="Column of the names.")
@click.option("--swap-axes", is_flag=True, help="The file writes latitude before longitude (or X, north, before Y).")
@click.option("--source", default="", help="Document or office the boundaries come from; shown beside them.")
@click.option("--dry-run", is_flag=True, help="Report only.")
@click.option("--yes", is_flag=True, help="Import in spite of warnings, without asking.")
def import_(
    file: Path,
    crs: str | None,
    layer: str | None,
    code_field: str | None,
    name_field: str | None,
    swap_axes: bool,
    source: str,
    dry_run: bool,
    yes: bool,
) -> None:
    """Take boundaries of communes from FILE (GeoJSON, GeoPackage, Shapefile): all of them or none."""
    with at_hand.django():
        from django.db import transaction

        from nonnuoc.records.accounts import access, audit
        from nonnuoc.records.places import boundaries, geometry, spatial_staging

        access.require(None, "places.import")
        try:
            with transaction.atomic():
                done = boundaries.run(
                    file,
                    crs,
                    echo=click.echo,
                    confirm=lambda question: yes or click.confirm(question),
                    layer=layer,
                    swap_axes=swap_axes,
                    code_field=code_field,
                    name_field=name_field,
                    dry_run=dry_run,
                    source=source,
                )
                if done is not None:
                    facts: dict[str, Any] = {"source": done.source, "sha256": done.sha256, "system": done.system}
                    audit.record(None, "places.imported", done.file, **facts, changed=list(done.changed))
        except (spatial_staging.RefusedError, geometry.UnknownSystemError) as error:
            raise click.ClickException(str(error)) from error
