"""The registers: a list of 100,000 facilities under any filter, and a workbook of 10,000 brought with its preview.

Every figure is a ratio to its limit: what is below 1 keeps it.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import shapely
import xlsxwriter
from django.db import connection, transaction
from django.test import override_settings
from django.utils import translation

from nonnuoc.desk.importing import bringing
from nonnuoc.look.registers import faces
from nonnuoc.look.registers import listing as pages
from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.access import ANYBODY, Rights
from nonnuoc.records.accounts.models import Appointment, DataClass, Office, Person, Role
from nonnuoc.records.places import geometry
from nonnuoc.records.places import services as places
from nonnuoc.records.places.models import Commune
from nonnuoc.records.registers.facilities.declared import FACILITIES, ZONES
from nonnuoc.records.registers.pattern import fields, listing, searching
from nonnuoc.records.registers.pattern.exporting import giving
from nonnuoc.records.registers.pattern.models import Import

ENTRIES, ROWS, PARKS = 100_000, 10_000, 40
LIST_MS, IMPORT_S = 150.0, 10.0
TURNS = 5
WORDS = ("xưởng", "nhà máy", "trại lợn", "mỏ đá", "cơ sở tái chế", "kho xăng dầu", "lò gạch", "bệnh viện", "chợ")
NAMES = ("Bình Minh", "Thắng Lợi", "Đoàn Kết", "Phja Đén", "Nà Mạ", "Hòa Bình", "Quang Vinh", "Tân Tiến", "Khuổi Sao")
SECTORS = ("chế biến gỗ", "khai khoáng", "chăn nuôi", "dệt may", "vật liệu xây dựng")
ASKED = (
    {},
    {"q": "mo da"},
    {"q": "mỏ đá phja"},
    {"q": "khong co gi nhu the"},
    {"q": "n"},
    {"q": "f-0999"},
    {"state": "operating"},
    {"group": "I", "polluting_type": "true"},
    {"commune": "01447"},
    {"commune": "-"},
    {"data_class": "public"},
    {"started_from": "2015-01-01", "started_to": "2015-12-31"},
    {"zone": "-"},
    {"zone": "Z-7", "q": "nha may"},
    {"bbox": "106.0,22.6,106.3,22.8"},
    {"placed": "no"},
    {"sort": "-name"},
    {"sort": "commune"},
    {"sort": "-zone", "page": "900"},
    {"sort": "-changed", "page": "1900"},
    {"page": "1999"},
    {"q": "nha may", "state": "closed", "sort": "sector", "page": "3"},
    {"withdrawn": "yes"},
)


def run() -> dict[str, object]:
    """Lists by question and reader, the import, and what else takes long."""
    places.load_province()
    _fill()
    with tempfile.TemporaryDirectory() as media, override_settings(MEDIA_ROOT=Path(media)), translation.override("vi"):
        figures = {"entries": ENTRIES, "list": _lists(), "import": _imported(), "export": _exported()}
    _empty()
    return figures


def _parks() -> list[Any]:
    made = [
        ZONES.model(code=f"Z-{number}", name=f"Cụm công nghiệp {NAMES[number % len(NAMES)]} {number}", source="bench")
        for number in range(PARKS)
    ]
    for one in made:
        one.data_class = DataClass.PUBLIC if int(one.code[2:]) % 2 else DataClass.INTERNAL
        one.words = searching.words(ZONES, one)
    return made


def _entries(count: int, parks: Sequence[Any] = ()) -> Iterator[Any]:
    """Facilities as a province might have them, the same at every run."""
    chance = random.Random(6)
    communes = list(Commune.objects.defer("boundary"))
    states, groups = list(FACILITIES.model.State.values), list(FACILITIES.model.Group.values)  # type: ignore[attr-defined]
    for number in range(count):
        commune = chance.choice(communes)
        placed = chance.random() < 0.7
        yield FACILITIES.model(
            code=f"F-{number:05d}",
            name=f"{chance.choice(WORDS).capitalize()} {chance.choice(NAMES)} {number}",
            state=chance.choice([*states, ""]),
            sector=chance.choice(SECTORS),
            group=chance.choice([*groups, ""]),
            polluting_type=chance.choice([True, False, None]),
            owner_name=f"Công ty {chance.choice(NAMES)}",
            started=date(2000 + number % 25, 1 + number % 12, 1),
            zone=parks[number * 7919 % len(parks)] if parks and number % 3 == 0 else None,
            commune=commune if chance.random() < 0.95 else None,
            data_class=chance.choice([DataClass.PUBLIC, DataClass.INTERNAL, DataClass.RESTRICTED]),
            lon=commune.lon + chance.uniform(-0.05, 0.05) if placed else None,
            lat=commune.lat + chance.uniform(-0.05, 0.05) if placed else None,
            position_source="bench" if placed else "",
            source="bench",
        )


def _fill() -> None:
    parks = ZONES.model._default_manager.bulk_create(_parks())
    made = list(_entries(ENTRIES, parks))
    for entry in made:
        entry.words = searching.words(FACILITIES, entry)
    FACILITIES.model._default_manager.bulk_create(made, batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _empty() -> None:
    """As it was: what is measured next has facilities of its own."""
    for register in (FACILITIES, ZONES):
        made = register.model._default_manager.filter(source="bench")
        made._raw_delete(made.db)


def _readers() -> dict[str, Rights]:
    """Nobody in particular, an officer of the department, an officer of a commune."""
    commune = Commune.objects.get(code="01447")
    found = {"anonymous": ANYBODY}
    for role, where in ((Role.OFFICER, None), (Role.COMMUNE_OFFICER, commune)):
        kind = Office.Kind.COMMUNE if where else Office.Kind.DEPARTMENT
        office = Office.objects.create(code=f"bench-{role}", name=role, kind=kind, commune=where)
        person = Person.objects.create(email=f"{role}@bench.example", name=role)
        Appointment.objects.create(person=person, office=office, role=role, since=datetime(2025, 1, 1, tzinfo=UTC))
        found[str(role)] = access.of(person)
    return found


def _lists() -> dict[str, object]:
    """Of each reader and question the list alone, and all that its page shows; a template takes 15 to 20 ms more."""
    told: dict[str, object] = {}
    over: dict[str, dict[str, object]] = {}
    for reader, rights in _readers().items():
        face = faces.PUBLIC if rights is ANYBODY else faces.of_desk(rights)
        took: dict[str, dict[str, float]] = {"list": {}, "page": {}}
        for query in ASKED:
            asked = listing.asked(FACILITIES, query)
            took["list"][_words(query)] = _ms(lambda a=asked, r=rights: listing.page(FACILITIES, r, a))  # type: ignore[misc]
            took["page"][_words(query)] = _ms(lambda q=query, f=face: pages.context(f, FACILITIES, q))  # type: ignore[misc]
        over[reader] = {what: round(max(ms.values()) / LIST_MS, 2) for what, ms in took.items()}
        over[reader]["slowest"] = max(took["page"], key=lambda query: took["page"][query])
        told[reader] = {query: [round(ms, 1), round(took["page"][query], 1)] for query, ms in took["list"].items()}
    return {"limit_ms": LIST_MS, "worst_over_limit": over, "ms_of_list_and_page": told}


def _words(query: dict[str, str]) -> str:
    return "&".join(f"{key}={value}" for key, value in query.items()) or "all"


def _ms(act: Callable[[], object]) -> float:
    """The best of some turns: what else runs on the machine is not what is measured."""
    took = []
    for _turn in range(TURNS):
        began = time.perf_counter()
        act()
        took.append((time.perf_counter() - began) * 1000)
    return min(took)


def _workbook() -> bytes:
    """New facilities as a person would send them, headed by our titles."""
    out = BytesIO()
    names = ("code", "name", "state", "sector", "group", "polluting_type", "owner_name", "started", "commune")
    words = {name: fields.choices(FACILITIES, name) for name in ("state", "group")}
    with xlsxwriter.Workbook(out) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, [fields.title(FACILITIES, name) for name in (*names, "lon", "lat")])
        for row, entry in enumerate(_entries(ROWS), start=1):
            sheet.write_row(
                row,
                0,
                [
                    f"n{entry.code}",
                    entry.name,
                    words["state"].get(entry.state, ""),
                    entry.sector,
                    words["group"].get(entry.group, ""),
                    {True: "có", False: "không", None: ""}[entry.polluting_type],
                    entry.owner_name,
                ],
            )
            sheet.write_datetime(row, 7, datetime(entry.started.year, entry.started.month, 1), day)
            sheet.write(row, 8, entry.commune.code if entry.commune else "")
            if entry.lon is not None:
                sheet.write_row(row, 9, [entry.lon, entry.lat])
    return out.getvalue()


def _bounded() -> None:
    """Boundaries for every commune, so that each position is looked up: squares, where no official ones are."""
    for one in Commune.objects.all():
        around = shapely.box(one.lon - 0.06, one.lat - 0.06, one.lon + 0.06, one.lat + 0.06)
        one.boundary = geometry.to_wkb(shapely.MultiPolygon([around]))
        one.boundary_source = "bench"
        one.save()


def _imported() -> dict[str, object]:
    _bounded()
    officer = Person.objects.get(email=f"{Role.OFFICER}@bench.example")
    body = _workbook()
    took: dict[str, float] = {}
    with transaction.atomic():
        began = time.perf_counter()
        of = _brought(body, officer)
        took["preview"] = time.perf_counter() - began
        assert of.found["created"] == ROWS, of.found
        began = time.perf_counter()
        bringing.again(of, bringing.files.said(of), keep=True, language="vi")
        bringing.work(of.uuid)
        took["keep"] = time.perf_counter() - began
        of.refresh_from_db()
        assert of.state == Import.State.KEPT, of.found
        began = time.perf_counter()
        again = _brought(body, officer)
        took["sent_again"] = time.perf_counter() - began
        assert again.found["unchanged"] == ROWS, again.found
        transaction.set_rollback(True)
    whole = took["preview"] + took["keep"]
    return {
        "rows": ROWS,
        "limit_s": IMPORT_S,
        "over_limit": round(whole / IMPORT_S, 2),
        "s": {name: round(s, 2) for name, s in took.items()},
    }


def _brought(body: bytes, by: Person) -> Import:
    """A file looked through as the worker does it."""
    kept_as = bringing.pending().keep(body)
    of = bringing.files.begin(
        FACILITIES, name="bench.xlsx", sha256=uuid4().hex * 2, size=len(body), kept_as=kept_as, by=by, language="vi"
    )
    bringing.work(of.uuid)
    of.refresh_from_db()
    return of


def _exported() -> dict[str, object]:
    officer = access.of(Person.objects.get(email=f"{Role.OFFICER}@bench.example"))
    told: dict[str, object] = {}
    for format_ in giving.FORMATS:
        began = time.perf_counter()
        size = sum(map(len, giving.export(FACILITIES, officer, listing.Asked(), format_).chunks))
        told[format_] = {"s": round(time.perf_counter() - began, 1), "MB": round(size / 1e6, 1)}
    return told
