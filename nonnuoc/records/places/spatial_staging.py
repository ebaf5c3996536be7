"""A file of places from a desk somewhere, copied to a place and a name of ours before GDAL sees it.

So neither links nor names, nor members of an archive, nor companions nobody asked for can lead it elsewhere.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
from django.utils.translation import gettext as _


class RefusedError(ValueError):
    """The file cannot be taken; the message says why and what to do."""


class NoSystemError(RefusedError):
    """The file does not say its coordinate system: somebody has to."""


class ManyLayersError(RefusedError):
    """The file has several layers, or none of the name: one of these is to be chosen."""

    def __init__(self, message: str, layers: list[str]) -> None:
        super().__init__(message)
        self.layers = layers


@dataclass(frozen=True)
class Caps:
    """How much is read at most."""

    file_bytes: int = 50_000_000  # also of a Shapefile's parts together, and of a zip unpacked
    features: int = 10_000
    vertices: int = 100_000  # of one feature
    zip_members: int = 100
    zip_ratio: int = 100
    depth: int = 20  # of what is nested in GeoJSON and KML


#: What is read of boundaries, and what of any register. A zip is a Shapefile.
OF_BOUNDARIES = frozenset({".geojson", ".json", ".gpkg", ".shp", ".zip"})
ANY = OF_BOUNDARIES | {".kml", ".dxf"}

_SHAPEFILE_PARTS = {".shp": True, ".shx": True, ".dbf": True, ".prj": False, ".cpg": False}  # needed or not
_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"')
_DXF = re.compile(rb"(?:999\s*\r?\n[^\n]*\n\s*)*0\s*\r?\n\s*SECTION|AutoCAD Binary DXF")
_MAGIC = {".gpkg": b"SQLite format 3\0", ".shp": b"\x00\x00\x27\x0a", ".zip": b"PK\x03\x04"}


def _regular(path: Path) -> Path:
    """The path, if it is a plain file. Links are refused: they may point anywhere."""
    try:
        mode = path.lstat().st_mode
    except OSError as error:
        raise RefusedError(_("%(file)s is not there") % {"file": path.name}) from error
    if not stat.S_ISREG(mode):
        raise RefusedError(
            _("%(file)s is not a plain file (a link or a folder); give the file itself") % {"file": path.name}
        )
    return path


def digest(path: Path, caps: Caps) -> str:
    """SHA-256 of the file, once it is known to be plain and not too large."""
    if _regular(path).stat().st_size > caps.file_bytes:
        raise _too_large(path.name, caps)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _too_large(name: str, caps: Caps) -> RefusedError:
    return RefusedError(
        _("%(file)s is larger than %(most)d MB; simplify it or split it")
        % {"file": name, "most": caps.file_bytes // 1_000_000}
    )


def staged(path: Path, room: Path, caps: Caps, kinds: frozenset[str] = OF_BOUNDARIES, layer: str | None = None) -> Path:
    """The file copied into `room` under a name of ours, after a look at its first bytes.

    `layer`: of the Shapefiles in a zip the one that is read.
    """
    kind = path.suffix.lower()
    if kind not in kinds:
        wrong = _("%(file)s: .geojson, .gpkg, .shp and .zip (a zipped Shapefile) are read")
        raise RefusedError(wrong % {"file": path.name})
    with path.open("rb") as file:
        start = file.read(512)
    if kind in _MAGIC and not start.startswith(_MAGIC[kind]):
        raise _another(path)
    if kind == ".shp":
        return _stage_shapefile(path, room, caps)
    if kind == ".zip":
        return _stage_zip(path, room, caps, layer)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if (kind in (".geojson", ".json") and not text.startswith(b"{")) or (kind == ".kml" and not text.startswith(b"<")):
        raise _another(path)
    if kind == ".dxf" and not _DXF.match(text):
        raise _another(path)
    if kind in (".geojson", ".json"):
        _bound_depth(path, caps)
    return Path(shutil.copyfile(path, room / f"places{'.geojson' if kind == '.json' else kind}"))


def _another(path: Path) -> RefusedError:
    return RefusedError(_("%(file)s does not hold what its name says") % {"file": path.name})


def _bound_depth(path: Path, caps: Caps) -> None:
    """What is nested too deep would take a reader's stack. Brackets in texts do not count."""
    outside = np.frombuffer(_TEXT.sub(b"", path.read_bytes()), np.uint8)
    step = np.isin(outside, (ord("["), ord("{"))).astype(np.int32) - np.isin(outside, (ord("]"), ord("}")))
    if len(step) and int(np.cumsum(step).max()) > caps.depth:
        wrong = _("%(file)s is nested more than %(most)d deep, which no map needs; write it anew with your GIS")
        raise RefusedError(wrong % {"file": path.name, "most": caps.depth})


def _stage_shapefile(path: Path, room: Path, caps: Caps) -> Path:
    """Its parts, whatever the case of their suffixes."""
    beside = {p.suffix.lower(): p for p in path.parent.iterdir() if p.stem == path.stem}
    parts = {suffix: _regular(beside[suffix]) for suffix in _SHAPEFILE_PARTS if suffix in beside}
    _need_all_parts(path.name, set(parts))
    if sum(part.stat().st_size for part in parts.values()) > caps.file_bytes:
        raise _too_large(path.name, caps)
    for suffix, part in parts.items():
        shutil.copyfile(part, room / f"places{suffix}")
    return room / "places.shp"


def _need_all_parts(name: str, present: set[str]) -> None:
    missing = [suffix for suffix, needed in _SHAPEFILE_PARTS.items() if needed and suffix not in present]
    if missing:
        wrong = _("%(file)s is a Shapefile without its %(parts)s; put them beside it or send a zip")
        raise RefusedError(wrong % {"file": name, "parts": ", ".join(missing)})


def _stage_zip(path: Path, room: Path, caps: Caps, layer: str | None) -> Path:
    """The one Shapefile of the archive. Members are judged by what they say before a byte is unpacked."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        _judge_members(path.name, members, caps)
        shapes = [m for m in members if m.filename.lower().endswith(".shp") and not m.filename.startswith("__MACOSX/")]
        stems = [member.filename[: -len(".shp")] for member in shapes]
        chosen = [stem for stem in stems if layer is None or PurePosixPath(stem).name == layer]
        if len(chosen) != 1:
            wrong = _("%(file)s holds %(count)d Shapefiles; exactly one is read") % {
                "file": path.name,
                "count": len(shapes),
            }
            raise ManyLayersError(wrong, [PurePosixPath(stem).name for stem in stems]) if stems else RefusedError(wrong)
        (stem,) = chosen
        parts = {m.filename[len(stem) :].lower(): m for m in members if m.filename.startswith(stem + ".")}
        _need_all_parts(path.name, set(parts))
        for suffix in _SHAPEFILE_PARTS:
            if suffix in parts:
                with archive.open(parts[suffix]) as member:
                    (room / f"places{suffix}").write_bytes(member.read(caps.file_bytes))
    return room / "places.shp"


def _judge_members(name: str, members: list[zipfile.ZipInfo], caps: Caps) -> None:
    if len(members) > caps.zip_members:
        wrong = _("%(file)s holds more than %(most)d files")
        raise RefusedError(wrong % {"file": name, "most": caps.zip_members})
    packed, unpacked = sum(member.compress_size for member in members), sum(member.file_size for member in members)
    if unpacked > caps.file_bytes or unpacked > caps.zip_ratio * max(packed, 1):
        raise _too_large(name, caps)
    for member in members:
        inside = PurePosixPath(member.filename.replace("\\", "/"))
        is_link = stat.S_ISLNK(member.external_attr >> 16)
        if is_link or inside.is_absolute() or ".." in inside.parts or ":" in member.filename:
            wrong = _("%(file)s holds “%(member)s”, which leads out of the archive")
            raise RefusedError(wrong % {"file": name, "member": member.filename[:80]})
        if member.flag_bits & 1:
            raise RefusedError(_("%(file)s is locked with a password") % {"file": name})
