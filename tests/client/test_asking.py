"""The client waits its turn, gives up in words, and keeps its key to itself. No Django anywhere near it."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

from nonnuoc import client
from nonnuoc.client import Client, Patience, asking, errors
from tests.client.stub import answering

STREAMS = json.dumps({"resume": "7", "licence": "CC", "datastreams": []}).encode()
HURRY = Patience(tries=3, longest_wait_s=5, connect_s=2, answer_s=2)


def problem(status: int, code: str, detail: str, **more: str) -> bytes:
    return json.dumps({"type": "about:blank", "status": status, "code": code, "detail": detail, **more}).encode()


def test_importing_it_brings_nothing_of_the_house() -> None:
    """A researcher has requests and pyarrow, and not Django."""
    code = (
        "import sys, nonnuoc.client;"
        "print([m for m in sys.modules if m.split('.')[0] in ('django', 'pandas', 'polars', 'psycopg', 'orjson')"
        " or m.startswith('nonnuoc.') and not m.startswith('nonnuoc.client')])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "[]"


@pytest.mark.parametrize("status", [429, 503])
def test_too_much_at_once_is_asked_again_when_told(status: int) -> None:
    busy = (status, {"Retry-After": "1"}, b"{}")
    with answering(busy, (200, {}, STREAMS)) as stub:
        began = time.monotonic()
        assert len(Client(stub.url, patience=HURRY).latest()) == 0
        assert 0.9 < time.monotonic() - began < 3
        assert len(stub.asked) == 2


def test_a_server_that_stays_busy_is_told_in_its_own_words() -> None:
    with answering((503, {"Retry-After": "0"}, problem(503, "away", "The database is away."))) as stub:
        with pytest.raises(errors.BusyError, match=r"^The database is away\. \[503 away\]$"):
            Client(stub.url, patience=HURRY).latest()
        assert len(stub.asked) == 3


def test_nobody_waits_for_an_hour() -> None:
    with answering((429, {"Retry-After": "3600"}, problem(429, "too_often", "Ask again in 3600 s."))) as stub:
        with pytest.raises(errors.BusyError, match="Ask again in 3600 s"):
            Client(stub.url, patience=HURRY).latest()
        assert len(stub.asked) == 1


def test_retry_after_may_be_a_date() -> None:
    with answering((200, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, b"")) as stub:
        answer = Client(stub.url).line.get("x")
    assert asking._told_wait(answer, 9.0) == 0.0


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.RefusedError),
        (401, errors.NotAllowedError),
        (403, errors.NotAllowedError),
        (404, errors.NotFoundError),
    ],
)
def test_a_refusal_is_not_tried_again_and_says_why(status: int, kind: type[errors.RefusedError]) -> None:
    body = problem(status, "query", "kind: there is no 'x'.", parameter="kind")
    with answering((status, {}, body)) as stub:
        with pytest.raises(kind, match=r"kind: there is no 'x'\. \(in kind\)") as raised:
            Client(stub.url, patience=HURRY).latest(kind="x")
        assert len(stub.asked) == 1
    assert (raised.value.status, raised.value.code, raised.value.facts) == (status, "query", {"parameter": "kind"})


def test_an_error_that_is_no_json_is_told_too() -> None:
    with answering((500, {}, b"<html>")) as stub, pytest.raises(errors.RefusedError, match="answered 500"):
        Client(stub.url, patience=HURRY).latest()


def test_a_server_that_is_not_there_is_told() -> None:
    with answering((200, {}, b"")) as stub:
        url = stub.url
    with pytest.raises(errors.UnreachableError, match="does not answer"):
        Client(url, patience=Patience(tries=2)).latest()


def test_the_key_goes_to_its_own_site_and_nowhere_else() -> None:
    entities = json.dumps({"value": [{"@iot.id": 1}], "@iot.nextLink": "http://127.0.0.1:1/steal"}).encode()
    with answering((200, {}, entities)) as stub:
        found = Client(stub.url, "secret").entities("Things")
        assert next(found) == {"@iot.id": 1}
        with pytest.raises(errors.ClientError, match="the key is sent nowhere else"):
            next(found)
        assert stub.asked[0][1]["authorization"] == "Bearer secret"


def test_pages_are_followed_to_the_last() -> None:
    with answering((500, {}, b"")) as stub:
        first = {"value": [{"@iot.id": 1}], "@iot.nextLink": f"{stub.url}/api/sensorthings/v1.1/Things?$skip=1"}
        stub.answers[:] = [(200, {}, json.dumps(one).encode()) for one in (first, {"value": [{"@iot.id": 2}]})]
        assert [one["@iot.id"] for one in Client(stub.url).entities("Things", top=1)] == [1, 2]
        assert [path for path, _ in stub.asked] == [
            "/api/sensorthings/v1.1/Things?%24top=1",
            "/api/sensorthings/v1.1/Things?$skip=1",
        ]


@pytest.mark.parametrize("url", ["quantrac.example", "ftp://quantrac.example", "https://"])
def test_what_is_no_address_is_told(url: str) -> None:
    with pytest.raises(ValueError, match="is no address of a site"):
        Client(url)


def test_a_key_is_not_sent_in_clear() -> None:
    with pytest.raises(ValueError, match="use the https"):
        Client("http://quantrac.example", "secret")


@pytest.mark.parametrize(
    "url", ["https://a.example", "https://a.example/", "https://a.example/api", "https://a.example/api/"]
)
def test_the_address_may_be_of_the_site_or_of_its_interface(url: str) -> None:
    assert Client(url).line.root == "https://a.example/api/"


def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(errors.MissingPackageError, match="pip install polars"):
        Client("https://a.example", frame="polars")


def test_what_is_no_frame_is_told() -> None:
    with pytest.raises(ValueError, match="ask for pandas, polars, arrow"):
        Client("https://a.example", frame="numpy")  # type: ignore[arg-type]


def test_everything_promised_is_there() -> None:
    assert all(hasattr(client, name) for name in client.__all__)
