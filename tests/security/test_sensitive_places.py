"""Nobody finds out where a sensitive species lives: two worlds that differ only in that look the same from outside.

In both, the same records lie in the same cells of the grid; in one at these places, in the other at those, in other
communes, with other words about it. Whoever may not know the exact places asks everything there is to ask, and every
answer must be the same, to the byte: then nothing in it depends on more than the cell.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from nonnuoc.records.accounts import access
from nonnuoc.records.accounts.models import Office, Role
from nonnuoc.records.registers import search
from nonnuoc.records.registers.nature.models import Occurrence
from nonnuoc.records.registers.nature.occurrences import OCCURRENCES
from nonnuoc.records.registers.pattern import keeping, listing
from nonnuoc.records.registers.pattern.models import Document, Revision
from tests.records.accounts import staff
from tests.records.registers.nature import wild

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
BOXES = 1000
#: In the same cells: of 0.1° around (106.25, 22.65), which two communes share, and of 0.01° around (106.215, 22.615).
HERE = {"km-10": (106.2071, 22.6093), "km-1": (106.2103, 22.6104), "withheld": (106.11, 22.51), "": (106.2071, 22.6093)}
THERE = {"km-10": (106.2917, 22.6961), "km-1": (106.2196, 22.6197), "withheld": (106.41, 22.81), "": (106.2999, 22.61)}
#: Where the two worlds differ, and what would tell them apart.
HIDDEN = ("106.2071", "106.2917", "22.6093", "22.6961", "106.2103", "106.2196", "106.11", "106.41", "zquang", "zquác")
CHANGING = re.compile(
    r'csrfmiddlewaretoken" value="\w+"|name="token" value="[\w-]+"|\b\d{1,2}:\d{2}\b|"(?:timeStamp|at)":"[^"]+"'
)


@pytest.fixture
def records() -> dict[str, Occurrence]:
    """One of each sensitivity, public; two withdrawn or unjudged; and one whose place nobody hides."""
    wild.communes()
    made = {}
    for number, (sensitivity, (lon, lat)) in enumerate(HERE.items()):
        kind = wild.species(f"Onis {'abcd'[number] * 3}", sensitivity)
        made[sensitivity] = wild.found(kind, lon, lat)
        keeping.change(OCCURRENCES, made[sensitivity].code, {"count": 2}, by=None, reason="told where")
        file = {"name": "zquang.txt", "media_type": "text/plain", "body": b"x", "size": 1, "sha256": f"{number}" * 64}
        Document.objects.create(register="occurrences", entry_id=made[sensitivity].pk, data_class="public",
                                at=datetime(2026, 1, 1, tzinfo=UTC), **file)  # fmt: skip
    unjudged = wild.found(kind, *HERE[""], state="reported", data_class="internal")
    gone = keeping.withdraw(OCCURRENCES, wild.found(kind, *HERE[""]).code, reason="r", by=None)
    wild.found(wild.species("Alia lata", "open"), 106.3, 22.7, locality="nơi ai cũng biết")
    return {**made, "unjudged": unjudged, "gone": gone}


def become(
    records: dict[str, Occurrence], places: dict[str, tuple[float, float]], words: str, moment: datetime
) -> None:
    """Make it the world in which the records lie at these places; nothing else may change, and no cache may keep."""
    for key, one in records.items():
        lon, lat = places.get(key, places[""])
        commune = wild.WEST if lon < wild.BORDER else wild.EAST
        hidden = {"lon": lon, "lat": lat, "position_source": words, "source": words, "note": words, "locality": words}
        hidden |= {"method": words, "recorded_by": words}
        found_in = next(each for each in wild.communes() if each.code == commune)
        Occurrence.objects.filter(pk=one.pk).update(**hidden, found_in=found_in, changed=moment)
        for version in Revision.objects.filter(register="occurrences", entry_id=one.pk):
            version.values |= {**hidden, "commune": commune}
            version.reason = words
            version.save()
        Document.objects.filter(register="occurrences", entry_id=one.pk).update(
            name=f"{words}.txt", body=words.encode()
        )


def boxes(number: int) -> list[tuple[float, float, float, float]]:
    """Some anywhere, and most with an edge that runs between the two places of a record."""
    chance, found = random.Random(1), []
    for _ in range(number):
        west, south = chance.uniform(106.0, 106.4), chance.uniform(22.4, 22.8)
        found.append((west, south, west + chance.uniform(0, 0.3), south + chance.uniform(0, 0.3)))
    return found


def questions(records: dict[str, Occurrence], desk: bool) -> list[str]:
    """Addresses to ask. Of the desk where `desk`, else of what is public."""
    of = "/desk/registers/occurrences" if desk else "/registers/occurrences"
    codes = [one.code for one in records.values()]
    asked = [f"{of}/?sort={way}{name}" for name in listing.sortable(OCCURRENCES) for way in ("", "-")]
    asked += [f"{of}/?commune={code}" for code in (wild.WEST, wild.EAST, "-")]
    asked += [f"{of}/?q={quote(words)}" for words in ("zquang", "zquác", "C01447", "C01448", "GPS", "106.2071", "onis")]
    asked += [f"{of}/?placed={one}&withdrawn={other}" for one in ("yes", "no") for other in ("yes", "no")]
    asked += [f"{of}/?lon=106.2071&lat=22.6093&found_in={wild.WEST}&locality=zquang&generalised=no"]
    asked += [f"{of}/?bbox={','.join(f'{side:.5f}' for side in box)}" for box in boxes(8)]
    asked += [f"{of}/{code}/" for code in codes]
    asked += [f"{of}/places.geojson", *(f"{of}/export.{one}" for one in ("csv", "geojson"))]
    asked += [f"{of}/export.csv?bbox=106.2,22.6,106.25,22.65", f"{of}/places.geojson?bbox=106.2,22.6,106.25,22.65"]
    search_at, of_map = ("/desk/search.json", "/desk/map") if desk else ("/search.json", "/map")
    asked += [f"{search_at}?q={quote(words)}" for words in ("onis", "zquang", "C01447 onis")]
    asked += [f"{of_map}?layers=occurrences", *(f"{of_map}/cards/occurrences/{code}" for code in codes)]
    asked += ["/desk/map/layers/occurrences.geojson" if desk else "/data/map/occurrences.geojson"]
    if desk:
        return [*asked, "/desk/nature/"]
    items = "/api/ogc/collections/occurrences/items"
    asked += [f"{items}?limit=100", f"{items}?limit=100&crs=http://www.opengis.net/def/crs/EPSG/0/3405"]
    asked += [f"{items}?bbox={','.join(f'{side:.5f}' for side in box)}" for box in boxes(8)]
    asked += [
        f"{items}?filter={quote(one)}"
        for one in (
            "S_INTERSECTS(geometry,BBOX(106.2,22.6,106.25,22.65))",
            "commune='01447'",
            "locality='zquang'",
            "source LIKE 'z%'",
            "metres>800",
        )
    ]
    asked += [f"{items}/{code}" for code in codes]
    asked += ["/api/ogc/collections/occurrences", "/registers/", "/registers/species/onis-aaa/", "/sitemap.xml"]
    return [*asked, f"/communes/{wild.WEST}", f"/communes/{wild.EAST}"]


def answers(client: Client, asked: list[str]) -> dict[str, tuple[int, str]]:
    found = {}
    for address in asked:
        answer = client.get(address)
        assert answer.status_code < 500, address
        found[address] = (answer.status_code, CHANGING.sub("", answer.getvalue().decode(errors="replace")))
    return found


def archive(client: Client) -> str:
    with zipfile.ZipFile(io.BytesIO(client.get("/api/dwca/occurrences.zip").getvalue())) as whole:
        rows = whole.read("occurrence.txt").decode().splitlines()
    return "\n".join(row.rpartition("\t")[0] for row in rows)  # without the moment it was changed


def two_worlds(records: dict[str, Occurrence], look: Any) -> tuple[Any, Any]:
    moment = datetime(2099, 3, 2, 5, 0, 0, 1, tzinfo=UTC)  # later than whatever else was written
    become(records, HERE, "zquang", moment)
    first = look()
    become(records, THERE, "zquác", moment + timedelta(microseconds=1))
    return first, look()


def test_strangers_see_no_difference(records: dict[str, Occurrence], client: Client):
    asked = questions(records, desk=False)
    first, second = two_worlds(records, lambda: {**answers(client, asked), "archive": (200, archive(client))})
    assert [address for address in first if first[address] != second[address]] == []
    told = "".join(body for address, (_status, body) in first.items() if "?" not in address)
    assert [word for word in HIDDEN if word in told] == []
    good = [address for address, (status, _body) in first.items() if status == 200]
    assert len(good) > 0.7 * len(first)  # most questions are ones that are answered


def test_staff_without_the_right_see_no_difference(records: dict[str, Occurrence], client: Client):
    someone = staff.person("An")
    staff.task(someone, staff.office("own", Office.Kind.COUNCIL), Role.READER)
    client.force_login(someone)
    asked = questions(records, desk=True)
    first, second = two_worlds(records, lambda: answers(client, asked))
    assert [address for address in first if first[address] != second[address]] == []
    assert records["unjudged"].code in first["/desk/registers/occurrences/?sort=code"][1]


def test_those_who_have_it_do_see_one(records: dict[str, Occurrence], client: Client):
    """Else the tests above would say nothing."""
    someone = staff.person("An")
    staff.task(someone, staff.office("own"), Role.OFFICER)
    client.force_login(someone)
    of = "/desk/registers/occurrences"
    asked = [f"{of}/{one.code}/" for one in records.values()]
    asked += [f"{of}/export.csv", f"{of}/places.geojson", "/desk/map/layers/occurrences.geojson"]
    asked += [f"{of}/?bbox=106.2,22.6,106.25,22.65"]
    first, second = two_worlds(records, lambda: answers(client, asked))
    assert [address for address in asked if first[address] == second[address]] == []


def test_a_thousand_boxes_narrow_nothing_below_the_cell(records: dict[str, Occurrence]):
    asked = [listing.Asked(box=box) for box in boxes(BOXES)]

    def look() -> list[frozenset[str]]:
        found = (listing.matching(OCCURRENCES, access.ANYBODY, one) for one in asked)
        return [frozenset(each.values_list("code", flat=True)) for each in found]

    first, second = two_worlds(records, look)
    assert first == second
    assert len(set(first)) > 5  # boxes do find records, by their cells


def test_what_is_found_by_words_is_the_same(records: dict[str, Occurrence]):
    def look() -> str:
        return repr([search.found(words, access.ANYBODY, limit=20) for words in ("onis", "zquang", "thac", "C01447")])

    first, second = two_worlds(records, look)
    assert first == second


def test_a_record_moved_within_its_cell_tells_nobody(records: dict[str, Occurrence], client: Client):
    """Written through the front door: the reader's view does not change but for the moment of the change."""
    code = records["km-10"].code
    items = f"/api/ogc/collections/occurrences/items/{code}"
    before = client.get(items).json()
    (lon, lat) = THERE["km-10"]
    keeping.change(OCCURRENCES, code, {"lon": lon, "lat": lat, "note": "moved", "day": date(2026, 3, 1)}, by=None)
    assert client.get(items).json() == before
