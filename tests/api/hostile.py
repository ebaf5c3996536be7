"""Five hundred questions nobody should ask: long, deep, broken, huge, injected, of the wrong type, in odd letters."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from urllib.parse import quote

STA = "/api/sensorthings/v1.1"
OGC = "/api/ogc"

#: What stands where a word is expected.
WORDS = (
    "",
    "\0",
    "'",
    "%",
    "%27%00",
    "' or 1=1 --",
    "1; DROP TABLE observation; --",
    "')) union select sha256 from accounts_accesskey --",
    "${jndi:ldap://x}",
    "../../../../etc/passwd",
    "<script>alert(1)</script>",
    "Trạm không khí 🌫️",
    "\u202e\u0000\uffff",
    "\ud83d",
    "A" * 5_000,
    "é" * 5_000,
    "9" * 400,
    "-1",
    "1e400",
    "NaN",
    "null",
    "[]",
    "{}",
    "true",
)
#: What stands where a number is expected.
NUMBERS = ("-1", "0", "1.5", "1e9", "0x10", "٣", "9" * 30, str(2**63), str(-(2**63) - 1), "NaN", " 1", "1,000", "")
#: What stands where a time is expected.
TIMES = (
    "yesterday",
    "2026",
    "2026-13-01T00:00:00Z",
    "2026-01-01T00:00:00",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "2026-01-01T00:00:00Z/2025-01-01T00:00:00Z",
    "../..",
    "2026-01-01T00:00:00+99:99",
    "-262144-01-01T00:00:00Z",
    "1" * 300,
)
#: What stands where a place is expected.
PLACES = (
    "POINT(0 0",
    "POINT(1e308 1e308)",
    "POINT(NaN NaN)",
    "POINT EMPTY",
    "POLYGON((0 0,1 1,0 1))",
    "POLYGON((" + ",".join(f"{n % 180} {n % 90}" for n in range(3000)) + ",0 0))",
    "POLYGON((" + ",".join(f"{106 + n % 2} {22 + n % 3}" for n in range(900)) + ",106 22))",
    "GEOMETRYCOLLECTION(" * 200 + "POINT(0 0)" + ")" * 200,
    "MULTIPOINT(" + ",".join("(1 1)" for _ in range(2000)) + ")",
    "POINT(106 22); SELECT 1",
)
_DEEP = 400
FILTERS = (
    "result gt",
    "result gt gt 1",
    "not not not result gt 1",
    "(" * _DEEP + "result gt 1" + ")" * _DEEP,
    "not (" * 40 + "result gt 1" + ")" * 40,
    " or ".join(f"id eq {n}" for n in range(500)),
    " and ".join("result gt 1" for _ in range(99)),
    " add ".join("1" for _ in range(300)) + " gt 1",
    "result div 0 eq 1",
    "result mod 0 eq 1",
    "result gt 1e308 mul 1e308",
    "id gt 99999999999999999999999999",
    "id eq 9223372036854775807 add 9223372036854775807",
    "substring(Datastream/name, -5, 99999999999) eq 'x'",
    "substring('" + "x" * 3000 + "', 1) eq 'x'",
    "concat(" * 25 + "'a'" + ",'b')" * 25 + " eq 'c'",
    "startswith(Datastream/Thing/name, 1)",
    "Datastream/Thing/Datastreams/Observations/Datastream/Thing/name eq 'x'",
    "Datastream/Thing/password eq 'x'",
    "Datastream/Thing/properties/" + "a/" * 60 + "b eq 1",
    "Datastream/Thing/properties/data_class eq 'restricted'",
    "phenomenonTime gt 'x'",
    "year(phenomenonTime) eq 99999999999",
    "phenomenonTime add duration'P9999999999Y' gt now()",
    "now() sub duration'PT1S' gt phenomenonTime or true",
    "during(phenomenonTime, 2026-01-01T00:00:00Z)",
    "round(result) eq 'NaN'",
    "geo.distance(FeatureOfInterest/feature, geography'POINT(1e300 1e300)') lt 1",
    "st_relate(FeatureOfInterest/feature, geography'POINT(106 22)', 'XXXXXXXXX')",
    "unknown(1) eq 1",
    "result eq '" + "9" * 2000 + "'",
    "Datastream/name eq 'a' or " * 90 + "result gt 1",
    "contains(Datastream/name, '" + "%" * 1000 + "')",
    "result in (" + ",".join("1" for _ in range(1000)) + ")",
    "$it/result gt 1",
    "resultQuality/flag eq 7",
    "parameters/completeness gt 'x'",
    "\t\n result\u00a0gt 1",
)
EXPANDS = (
    "Datastreams/Observations/Datastream/Thing/Datastreams",
    "Datastreams($expand=" * 8 + "Thing" + ")" * 8,
    "Datastreams($expand=Observations($top=100000))",
    "Datastreams($expand=Observations)",
    "Datastreams($filter=" + "(" * 200 + "1 eq 1" + ")" * 200 + ")",
    ",".join("Datastreams" for _ in range(300)),
    "Datastreams($levels=max)",
    "*",
    "Nothing",
    "Datastreams(",
    "Locations/HistoricalLocations/Thing",
)
CQL = (
    "code = ",
    "NOT " * 100 + "code = 'x'",
    "(" * 300 + "code='x'" + ")" * 300,
    " OR ".join(f"code = '{n}'" for n in range(600)),
    "code LIKE '" + "%_" * 500 + "'",
    "S_INTERSECTS(geometry, POLYGON((0 0, 1 1)))",
    "S_INTERSECTS(geometry, " + PLACES[5] + ")",
    "password = 'x'",
    "1/0 = 1",
    "code IN (" + ",".join("'x'" for _ in range(2000)) + ")",
    "T_AFTER(newest, TIMESTAMP('x'))",
    '{"op": "and", "args": []}',
)


def queries(datastream: int, station: str) -> Iterator[str]:
    """Every one of them, the same in each run. `datastream`, `station`: ones there are."""
    yield from _sensorthings(datastream)
    yield from _ogc(station)
    yield from _files(datastream)
    yield from _the_rest()


def _asked(path: str, **query: str) -> str:
    told = "&".join(f"{name.replace('_', '$', 1)}={_quoted(value)}" for name, value in query.items())
    return f"{path}?{told}"


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"))


def _sensorthings(datastream: int) -> Iterator[str]:
    observations = f"{STA}/Datastreams({datastream})/Observations"
    for told in FILTERS:
        yield _asked(observations, _filter=told)
        yield _asked(f"{STA}/Observations", _filter=told, _count="true", _top="1")
    for told in WORDS:
        yield _asked(f"{STA}/Things", _filter=f"name eq '{told}'")
        yield _asked(f"{STA}/Things", _filter=told)
        yield _asked(f"{STA}/Datastreams", _orderby=told)
        yield _asked(f"{STA}/Datastreams", _select=told)
        yield _asked(f"{STA}/Things", _expand=told)
        yield _asked(f"{STA}/Things", _resultFormat=told)
        yield _asked(f"{STA}/Things", _skiptoken=told)
        yield f"{STA}/Things({_quoted(told)})"
        yield f"{STA}/{_quoted(told)}"
    for told in EXPANDS:
        yield _asked(f"{STA}/Things", _expand=told)
        yield _asked(f"{STA}/Datastreams", _expand=told, _top="1000")
    for name, told in product(("_top", "_skip"), NUMBERS):
        yield _asked(observations, **{name: told})
    for told in NUMBERS:
        yield f"{STA}/Observations({_quoted(told)})"
    for told in TIMES:
        yield _asked(observations, _as_of=told)
        yield _asked(observations, _filter=f"phenomenonTime gt {told}")
        yield _asked(observations, _filter=f"during(phenomenonTime, {told})")
    for told in PLACES:
        yield _asked(f"{STA}/Locations", _filter=f"st_within(location, geography'{told}')")
        yield _asked(f"{STA}/Locations", _filter=f"geo.intersects(location, geography'{told}')")
    yield f"{STA}/" + "Things(1)/Datastreams(1)/" * 20
    yield f"{STA}/Things" + "?$top=1" * 50
    yield f"{STA}/Things?" + "&".join(f"$top={n}" for n in range(50))
    yield f"{STA}/Things?$" + "a" * 9000 + "=1"
    yield _asked(f"{STA}/Observations", _resultFormat="dataArray", _expand="Datastream($expand=Thing)")
    yield _asked(f"{STA}/Observations", _orderby="Datastream/Thing/name desc,result", _top="1000", _skip="999999999")


def _ogc(station: str) -> Iterator[str]:
    for told in WORDS:
        yield f"{OGC}/collections/{_quoted(told)}"
        yield f"{OGC}/collections/stations/items/{_quoted(told)}"
        yield _asked(f"{OGC}/collections/stations/items", f=told)
        yield _asked(f"{OGC}/collections/stations/items", crs=told)
    for told in (*CQL, *WORDS[:10]):
        yield f"{OGC}/collections/stations/items?filter={_quoted(told)}"
    for told in NUMBERS:
        yield _asked(f"{OGC}/collections/communes/items", limit=told)
        yield _asked(f"{OGC}/collections/communes/items", offset=told)
        yield _asked(f"{OGC}/collections/stations/items", bbox=f"{told},{told},{told},{told}")
    for told in ("1,2,3", "1,2,3,4,5", "106,22,105,21", "-1e308,-1e308,1e308,1e308", ",,,", "1," * 2000, "a,b,c,d"):
        yield _asked(f"{OGC}/collections/stations/items", bbox=told)
    for told in TIMES:
        yield f"{OGC}/collections/stations/items?datetime={_quoted(told)}"
        yield f"{OGC}/collections/air/locations/{station}?datetime={_quoted(told)}"
    for kind, told in product(("position", "area", "cube"), PLACES):
        yield f"{OGC}/collections/air/{kind}?coords={_quoted(told)}&datetime=../.."


def _files(datastream: int) -> Iterator[str]:
    file = f"/api/datastreams/{datastream}"
    for told in (*TIMES, *WORDS[:8]):
        yield _asked(f"{file}.csv", since=told)
        yield _asked(f"{file}.json", since="2026-01-01", until=told)
        yield _asked(f"{file}/aggregates", since=told)
    for told in WORDS:
        yield _asked(f"{file}.csv", resolution=told)
        yield _asked(f"{file}.csv", quality=told)
        yield f"/api/datastreams/{_quoted(told)}.csv"
    for told in NUMBERS:
        yield f"/api/datastreams/{_quoted(told)}.parquet"
        yield _asked("/api/aggregates", datastreams=told)
    yield _asked("/api/aggregates", datastreams=",".join(str(n) for n in range(5000)))


def _the_rest() -> Iterator[str]:
    for told in WORDS:
        yield _asked("/api/", station=told, property=told, period=told)
        yield _asked("/api/stations/latest", property=told, station=told)
        yield _asked("/api/datastreams/latest", ids=told, station=told)
        yield _asked("/api/dcat", f=told)
        yield f"/api/{_quoted(told)}"
