"""A file as a table, by what its name says it is."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path, PurePath

from django.utils.translation import gettext as _

from nonnuoc.ingest.formats import workbook
from nonnuoc.ingest.formats.readings import Refused
from nonnuoc.look import reasons
from nonnuoc.records.places import spatial_files
from nonnuoc.records.places.spatial_staging import ANY, Caps, RefusedError
from nonnuoc.records.registers.pattern.importing import headings, table
from nonnuoc.records.registers.pattern.importing.plan import Said
from nonnuoc.records.registers.pattern.importing.table import Table
from nonnuoc.records.registers.pattern.register import Register

TABLES = (".xlsx", ".csv")
SHAPEFILE = (".shp", ".shx", ".dbf", ".prj", ".cpg")
READ = (*TABLES, *sorted(ANY - {".shp"}), *SHAPEFILE)
MOST_BYTES = 50_000_000


def kind(name: str) -> str:
    """The suffix by which a file is read."""
    return PurePath(name).suffix.lower()


def joined(files: Sequence[tuple[str, bytes]]) -> tuple[str, bytes]:
    """Name and bytes of what was sent; the parts of a Shapefile together as one zip. Raises RefusedError."""
    if len(files) == 1 and kind(files[0][0]) not in SHAPEFILE:
        return files[0]
    odd = [name for name, _body in files if kind(name) not in SHAPEFILE]
    if odd:
        wrong = _("Send one file, or the parts of one Shapefile together; “%(file)s” is neither.")
        raise RefusedError(wrong % {"file": odd[0]})
    stem = next((PurePath(name).stem for name, _body in files if kind(name) == ".shp"), "")
    if not stem:
        raise RefusedError(_("A Shapefile is three files at least: .shp, .shx and .dbf. Bring them together."))
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for name, body in files:
            archive.writestr(f"places{kind(name)}", body)
    return f"{stem}.zip", whole.getvalue()


def opened(register: Register, name: str, body: bytes, said: Said) -> Table:
    """The file as a table. Raises RefusedError (NoSystemError, ManyLayersError) and geometry.UnknownSystemError."""
    suffix = kind(name)
    score = partial(headings.score, register)
    if len(body) > MOST_BYTES:
        raise RefusedError(_("The file is larger than 50 MB. Divide it, and bring the parts."))
    if suffix == ".xlsx":
        try:
            sheet = workbook.read(body)
        except Refused as refused:
            raise RefusedError(reasons.said(refused.code)) from refused
        return table.of_sheet(sheet.rows, score, formulas=sheet.formulas, errors=sheet.errors)
    if suffix == ".csv":
        return table.of_csv(body, score)
    if suffix not in ANY or suffix == ".shp":
        raise RefusedError(_("Files of this kind are not read. These are: %(kinds)s.") % {"kinds": ", ".join(READ)})
    with tempfile.TemporaryDirectory(prefix="brought-") as room:
        stem = re.sub(r"[^\w .-]", "_", PurePath(name).stem)[:80] or "file"
        path = Path(room) / f"{stem}{suffix}"
        path.write_bytes(body)
        features = spatial_files.read(
            path,
            said.system or None,
            layer=said.layer or None,
            swap_axes=said.swapped,
            caps=Caps(file_bytes=MOST_BYTES, features=table.MOST_ROWS),
            kinds=ANY,
        )
    return table.of_features(features)
