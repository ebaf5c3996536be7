"""A province as data: a folder of `data/` with province.toml, communes.csv, rivers.toml, plan_targets.toml."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "data"


class UnknownProvinceError(LookupError):
    """There is no such province among the data."""


@dataclass(frozen=True)
class Province:
    """What is the same for the whole province."""

    key: str  # the folder's name
    code: str  # official code of two digits
    name: str
    vn2000: str  # the province's own VN-2000 zone, as an EPSG code


@dataclass(frozen=True)
class CommuneFacts:
    """One row of communes.csv; `source` is the file's first line."""

    code: str
    kind: str  # a value of Commune.Kind
    name: str
    area_km2: float | None
    lon: float
    lat: float
    source: str


@dataclass(frozen=True)
class RiverFacts:
    """One river of rivers.toml with its other names."""

    code: str
    name: str
    aliases: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class TargetFacts:
    """A target of the province's plan, in our words."""

    section: str
    vi: str
    en: str
    document: str
    baseline: str | None  # from where it sets out; None: the plan does not say


def folder(province: str | None = None) -> Path:
    """The folder of the province; of the only one there is where none is named."""
    known = sorted(path.parent for path in FOLDER.glob("*/province.toml"))
    chosen = [path for path in known if province in (None, path.name)]
    if len(chosen) != 1:
        names = ", ".join(path.name for path in known)
        raise UnknownProvinceError(f"name one of the provinces there are data for ({names}), not {province!r}")
    return chosen[0]


def read(province: str | None = None) -> Province:
    """The province itself."""
    path = folder(province)
    facts = tomllib.loads((path / "province.toml").read_text(encoding="utf-8"))
    return Province(key=path.name, code=facts["code"], name=facts["name"], vn2000=facts["vn2000"])


def communes(province: str | None = None) -> Iterator[CommuneFacts]:
    """The communes and wards, in the order of the file."""
    lines = (folder(province) / "communes.csv").read_text(encoding="utf-8").splitlines()
    mark, _, source = lines[0].partition(": ")
    if mark != "# source" or not source:
        raise ValueError("communes.csv must open with a line '# source: ...'")
    for row in csv.DictReader(lines[1:]):
        yield CommuneFacts(
            code=row["code"],
            kind=row["kind"],
            name=row["name"],
            area_km2=float(row["area_km2"]) if row["area_km2"] else None,
            lon=float(row["lon"]),
            lat=float(row["lat"]),
            source=source,
        )


def rivers(province: str | None = None) -> Iterator[RiverFacts]:
    """The rivers, in the order of the file."""
    table = tomllib.loads((folder(province) / "rivers.toml").read_text(encoding="utf-8"))
    for river in table["river"]:
        yield RiverFacts(
            code=river["code"],
            name=river["name"],
            aliases=tuple(river.get("aliases", ())),
            source=f"{table['document']}, {river['section']}",
        )


def targets(province: str | None = None) -> Iterator[TargetFacts]:
    """The targets of the province's plan, in the order of its sections; none where the folder has no such file."""
    path = folder(province) / "plan_targets.toml"
    if not path.exists():
        return
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    for target in table["target"]:
        yield TargetFacts(target["section"], target["vi"], target["en"], table["document"], target.get("baseline"))
