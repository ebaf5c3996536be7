"""Who is let in by which proof, and what the answer carries: cached for nobody else, readable by other sites."""

from __future__ import annotations

import gzip
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DataError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone

from nonnuoc.api.doors.callers import Caller, either, read, write
from nonnuoc.api.doors.problems import in_query
from nonnuoc.records.accounts import access_keys
from nonnuoc.records.accounts.models import AccessKey, Person, Role
from nonnuoc.records.monitoring import services
from tests.portal import network
from tests.records.accounts import staff

pytestmark = pytest.mark.django_db
LONG = "Không khí " * 300


@read(max_age=60)
def who(request: HttpRequest, caller: Caller) -> HttpResponse:
    kinds = {"internal": caller.rights.may("data.internal"), "station": caller.station, "name": caller.name}
    return JsonResponse(kinds | {"person": caller.person.email if caller.person else None})


@read(max_age=60)
def long(request: HttpRequest, caller: Caller) -> HttpResponse:
    return JsonResponse({"words": LONG})


@read(max_age=60)
def stream(request: HttpRequest, caller: Caller) -> HttpResponse:
    return StreamingHttpResponse(iter([b"a", b"b"]), content_type="text/csv")


class Watched:
    """A stream that says when it is closed."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __iter__(self) -> Iterator[bytes]:
        yield b"a"

    def close(self) -> None:
        closed.append(self.name)


closed: list[str] = []


@read(max_age=60)
def watched(request: HttpRequest, caller: Caller) -> HttpResponse:
    headers = {"ETag": '"tag"'}
    return StreamingHttpResponse(Watched(str(request.method).lower()), content_type="text/csv", headers=headers)


@read(max_age=0, methods=("POST", "OPTIONS"), patient=False)
def batch(request: HttpRequest, caller: Caller) -> HttpResponse:
    return JsonResponse({"name": caller.name})


@write("POST", "DELETE", action="deliveries.upload")
def change(request: HttpRequest, caller: Caller) -> HttpResponse:
    return JsonResponse({"name": caller.name}, status=201)


@write("POST", action="stations.register")
def register(request: HttpRequest, caller: Caller) -> HttpResponse:
    return JsonResponse({"name": caller.name}, status=201)


@write("POST", action="deliveries.upload")
def of_station(request: HttpRequest, caller: Caller) -> HttpResponse:
    caller.require_station("KK01")
    return JsonResponse({})


@read(max_age=60)
def writing_read(request: HttpRequest, caller: Caller) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE sneaked (a int)")
    return HttpResponse()


@read(max_age=60)
def raises(request: HttpRequest, caller: Caller, what: str) -> HttpResponse:
    raise {
        "query": in_query("$filter", "Unknown field 'x'.", position=4, text="not x eq 1"),
        "missing": Http404("There is no such thing."),
        "refused": PermissionDenied("Only for others."),
        "value": DataError("integer out of range"),
        "away": OperationalError("connection refused"),
    }[what]


class Addresses:
    urlpatterns = [
        path("api/who", who),
        path("api/long", long),
        path("api/stream", stream),
        path("api/watched", watched),
        path("api/batch", batch),
        path("api/change", change),
        path("api/register", register),
        path("api/of-station", of_station),
        path("api/either", either(who, POST=change, DELETE=change)),
        path("api/writing-read", writing_read),
        path("api/raises/<str:what>", raises),
    ]


@pytest.fixture(autouse=True)
def addresses(settings: Any) -> None:
    settings.ROOT_URLCONF = Addresses


@pytest.fixture
def operator() -> Person:
    person = staff.person("operator")
    staff.task(person, staff.office("province"), Role.OPERATOR)
    return person


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def key_of(person: Person, **about: Any) -> str:
    return access_keys.make(person, name="notebook", **about)[1]


def test_a_stranger_reads_what_everybody_reads_and_any_cache_keeps_it(client: Client) -> None:
    answer = client.get("/api/who")
    assert answer.json() == {"internal": False, "station": "", "name": "127.0.0.1", "person": None}
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert {"Authorization", "Cookie"} <= set(answer.headers["vary"].replace(",", " ").split())
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


def test_the_bearer_of_an_access_key_has_the_rights_of_its_person(client: Client, operator: Person) -> None:
    answer = client.get("/api/who", headers=bearer(key_of(operator)))
    told = answer.json()
    assert (told["internal"], told["person"]) == (True, operator.email)
    assert told["name"].startswith("access key ")
    assert answer.headers["cache-control"] == "private, no-cache"


def test_rights_are_those_of_the_moment(client: Client, operator: Person) -> None:
    secret = key_of(operator)
    operator.appointments.update(until=timezone.now())
    assert client.get("/api/who", headers=bearer(secret)).json()["internal"] is False


def test_a_session_reads_as_its_person_and_is_kept_by_no_cache_and_shown_to_no_other_site(
    client: Client, operator: Person
) -> None:
    client.force_login(operator)
    answer = client.get("/api/who")
    assert answer.json()["internal"] is True
    assert answer.headers["cache-control"] == "private, no-cache"
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_a_stranger_with_any_cookie_is_not_cached_for_others(client: Client) -> None:
    client.cookies["django_language"] = "en"
    assert client.get("/api/who").headers["cache-control"] == "private, no-cache"


def test_the_cookie_of_a_session_counts_for_no_write_and_no_batch(client: Client, operator: Person) -> None:
    client.force_login(operator)
    assert client.post("/api/change").status_code == 401
    assert client.post("/api/batch").json()["name"] == "127.0.0.1"


def test_whoever_misses_a_second_proof_may_do_nothing(client: Client, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    person = staff.person("administrator")
    staff.task(person, staff.office("province"), Role.ADMINISTRATOR)
    secret = key_of(person, writes=True)
    assert client.get("/api/who", headers=bearer(secret)).json()["internal"] is False
    assert client.post("/api/change", headers=bearer(secret)).status_code == 403


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("Bearer nnk_none", "unknown"),
        ("Bearer none", "unknown"),
        ("Bearer ", "scheme"),
        ("Basic YTpi", "scheme"),
        ("Bearer \udcff\x00", "unknown"),
    ],
)
@pytest.mark.parametrize("address", ["/api/who", "/api/either"])
def test_a_wrong_bearer_is_401_and_never_a_stranger(client: Client, header: str, reason: str, address: str) -> None:
    answer = client.get(address, headers={"authorization": header})
    assert (answer.status_code, answer.json()["reason"]) == (401, reason)
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_key_revoked_run_out_or_of_a_closed_account_says_so(client: Client, operator: Person) -> None:
    secret = key_of(operator)
    held = AccessKey.objects.filter(person=operator)

    def reason() -> str:
        answer = client.get("/api/who", headers=bearer(secret))
        assert answer.status_code == 401
        return str(answer.json()["reason"])

    held.update(revoked=timezone.now())
    assert reason() == "revoked"
    held.update(revoked=None, created=timezone.now() - timedelta(days=2), expires=timezone.now() - timedelta(days=1))
    assert reason() == "expired"
    held.update(expires=timezone.now() + timedelta(days=1))
    Person.objects.filter(id=operator.id).update(is_active=False)
    assert reason() == "closed"


def test_a_key_without_writes_writes_nothing(client: Client, operator: Person) -> None:
    assert client.post("/api/change", headers=bearer(key_of(operator))).json()["code"] == "read_only_key"
    assert client.post("/api/change", headers=bearer(key_of(operator, writes=True))).status_code == 201


def test_a_key_writes_what_its_person_may_write(client: Client) -> None:
    reader = staff.person("reader")
    staff.task(reader, staff.office("province"), Role.READER)
    answer = client.post("/api/change", headers=bearer(key_of(reader, writes=True)))
    assert (answer.status_code, answer.json()["code"]) == (403, "refused")


def test_the_key_of_a_station_writes_its_own_values_and_nothing_else(client: Client) -> None:
    other = services.new_key(network.station("KK02"), label="", by=None)
    own = services.new_key(network.station("KK01"), label="", by=None)
    assert client.get("/api/who", headers=bearer(own)).json()["station"] == "KK01"
    assert client.post("/api/of-station", headers=bearer(own)).status_code == 200
    assert client.post("/api/of-station", headers=bearer(other)).json()["code"] == "foreign_station"
    assert client.post("/api/register", headers=bearer(own)).json()["code"] == "station_key"


def test_no_bearer_no_write(client: Client) -> None:
    answer = client.post("/api/change")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="Non Nuoc"')
    assert answer.json()["reason"] == "bearer"


@pytest.mark.parametrize(("address", "method"), [("/api/who", "POST"), ("/api/change", "GET"), ("/api/either", "PUT")])
def test_another_method_is_405_also_where_forms_are_guarded(address: str, method: str) -> None:
    answer = Client(enforce_csrf_checks=True).generic(method, address)
    assert (answer.status_code, answer.json()["code"]) == (405, "method")
    assert method not in answer.headers["allow"]


def test_one_address_is_read_and_written(client: Client, operator: Person) -> None:
    strict, secret = Client(enforce_csrf_checks=True), key_of(operator, writes=True)
    assert strict.get("/api/either").json()["person"] is None
    assert strict.post("/api/either", headers=bearer(secret)).status_code == 201
    assert strict.delete("/api/either", headers=bearer(secret)).status_code == 201
    assert strict.options("/api/either").headers["allow"] == "GET, HEAD, OPTIONS, POST, DELETE"


def test_a_preflight_lets_other_sites_read_with_a_key(client: Client) -> None:
    answer = client.options("/api/who", headers={"origin": "https://x.vn", "access-control-request-method": "GET"})
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Authorization" in answer.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in answer.headers
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"


def test_what_is_large_is_compressed_and_what_one_has_is_not_sent_again(client: Client) -> None:
    answer = client.get("/api/long", headers={"accept-encoding": "br, gzip"})
    assert json.loads(gzip.decompress(answer.content)) == {"words": LONG}
    assert "Accept-Encoding" in answer.headers["vary"]
    plain = client.get("/api/long", headers={"accept-encoding": "gzip;q=0"})
    assert "content-encoding" not in plain.headers
    assert plain.headers["etag"] == answer.headers["etag"]
    again = client.get("/api/long", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == "public, max-age=60"
    assert again.headers["access-control-allow-origin"] == "*"


def test_head_tells_the_length_and_sends_nothing(client: Client) -> None:
    answer = client.head("/api/long", headers={"accept-encoding": "identity"})
    assert answer.content == b""
    assert int(answer.headers["content-length"]) == len(client.get("/api/long").content)
    assert list(client.head("/api/stream")) == []


def test_a_stream_nobody_reads_is_closed_with_the_answer_and_not_before(client: Client) -> None:
    answer = client.head("/api/watched")
    assert list(answer) == []  # type: ignore[arg-type]
    assert closed == ["head"]
    assert client.get("/api/watched", headers={"if-none-match": '"tag"'}).status_code == 304
    assert closed == ["head", "get"]
    assert connection.is_usable()


def test_a_stream_passes_untouched(client: Client) -> None:
    answer = client.get("/api/stream")
    assert b"".join(answer) == b"ab"
    assert "etag" not in answer.headers


@pytest.mark.parametrize(
    ("what", "status", "code"),
    [
        ("query", 400, "query"),
        ("missing", 404, "unknown"),
        ("refused", 403, "refused"),
        ("value", 400, "value"),
        ("away", 503, "away"),
    ],
)
def test_what_a_view_raises_is_told_as_a_problem(client: Client, what: str, status: int, code: str) -> None:
    answer = client.get(f"/api/raises/{what}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_fault_in_a_query_names_its_place(client: Client) -> None:
    told = client.get("/api/raises/query").json()
    assert {name: told[name] for name in ("parameter", "position", "near")} == {
        "parameter": "$filter",
        "position": 4,
        "near": "not x eq 1",
    }


def test_a_view_that_reads_cannot_write(client: Client) -> None:
    with pytest.raises(Exception, match="read-only transaction"):
        client.get("/api/writing-read")


def test_a_key_keeps_the_day_it_was_used_and_is_written_once_a_day(
    client: Client, operator: Person, queries: Any
) -> None:
    secret = key_of(operator)
    first = queries(lambda: client.get("/api/who", headers=bearer(secret)))
    assert AccessKey.objects.get(person=operator).last_used == timezone.localdate()
    assert queries(lambda: client.get("/api/who", headers=bearer(secret))) == first - 1


def test_a_refusal_is_logged_with_who_and_without_the_secret(
    client: Client, operator: Person, caplog: pytest.LogCaptureFixture
) -> None:
    secret = key_of(operator)
    with caplog.at_level(logging.WARNING, logger="nonnuoc.api"):
        client.post("/api/change", headers=bearer(secret))
        client.get("/api/who", headers=bearer("nnk_stolen"))
    told = caplog.text
    assert f"access key {AccessKey.objects.get().id} from 127.0.0.1" in told
    assert "a bearer was refused (unknown), from 127.0.0.1" in told
    assert secret not in told and "nnk_stolen" not in told


def test_guessing_is_slowed_and_holds_up_nobody_whose_key_is_right(client: Client, operator: Person) -> None:
    secret = key_of(operator)
    assert client.get("/api/who", headers=bearer(secret)).status_code == 200
    answers = [client.get("/api/who", headers=bearer(f"nnk_{n}")).status_code for n in range(35)]
    assert answers[:30] == [401] * 30
    assert set(answers[31:]) == {429}
    late = client.get("/api/who", headers=bearer("nnk_x"))
    assert 0 < int(late.headers["retry-after"]) <= 31
    assert client.get("/api/who", headers=bearer(secret)).status_code == 200
    assert client.get("/api/who").status_code == 200
    elsewhere = client.get("/api/who", headers=bearer("nnk_x"), REMOTE_ADDR="192.0.2.9")
    assert elsewhere.status_code == 401


def test_a_stranger_costs_no_query(client: Client, queries: Any) -> None:
    assert queries(lambda: client.get("/api/who")) <= 3  # the savepoint of the test's own transaction
