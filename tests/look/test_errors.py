"""Pages for what went wrong: they say what to do, in the reader's language, and ask no database."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import DisallowedHost, PermissionDenied, RequestDataTooBig
from django.db import OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import translation

from nonnuoc.look import errors, problems, unreachable
from nonnuoc.look.access import public

CLOSED_PORT = 1  # nobody listens there


def request(address: str = "/") -> HttpRequest:
    return RequestFactory().get(address)


def words(response: HttpResponse) -> str:
    return response.content.decode()


@public(max_age=1)
def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


@public(max_age=1)
def refused(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("Chỉ phường của trạm được mở trang này.")


@public(max_age=1)
def asks_the_database(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("there")


def addresses():
    from nonnuoc.config import urls

    class Addresses:
        urlpatterns = [
            path("broken", broken),
            path("refused", refused),
            path("asks", asks_the_database),
            path("api/asks", asks_the_database),
            *urls.urlpatterns,
        ]
        handler400, handler403 = urls.handler400, urls.handler403
        handler404, handler500 = urls.handler404, urls.handler500

    return Addresses


@pytest.fixture
def visitor(settings) -> Client:
    """Somebody whose mishaps become pages, as in service."""
    settings.ROOT_URLCONF = addresses()
    return Client(raise_request_exception=False)


@pytest.fixture
def no_database(monkeypatch: pytest.MonkeyPatch, django_db_blocker) -> Iterator[None]:
    """The port is closed: what asks the database is refused by the machine itself."""
    with django_db_blocker.unblock():
        connection.close()
        for name, value in {"HOST": "127.0.0.1", "PORT": str(CLOSED_PORT)}.items():
            monkeypatch.setitem(connection.settings_dict, name, value)
        yield
        connection.close()


@pytest.mark.parametrize("status", sorted(problems.PROBLEMS))
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_status_has_a_page_that_says_what_to_do(status: int, language: str) -> None:
    with translation.override(language):
        page = errors.page(request("/stations/XX"), status)
        told = problems.said(problems.PROBLEMS[status])
    assert page.status_code == status
    assert told.title in words(page)
    assert told.then.split(".")[0] in words(page)
    assert 'href="/"' in words(page)
    assert "no-store" in page.headers["cache-control"]
    assert f'<html lang="{language}">' in words(page)


def test_machines_get_problem_json() -> None:
    answer = errors.page(request("/api/x"), 404, "No such thing.")
    assert answer.headers["content-type"] == "application/problem+json"
    told = json.loads(answer.content)
    assert (told["status"], told["code"], told["detail"]) == (404, "unknown", "No such thing.")


def test_what_is_missing_leads_to_likely_pages(visitor: Client) -> None:
    page = visitor.get("/nowhere")
    assert page.status_code == 404
    assert 'href="/network"' in words(page)
    assert 'href="/communes/"' in words(page)


def test_not_found_speaks_in_the_words_of_whoever_looked() -> None:
    assert "Không có trạm nào mang mã này." in words(
        errors.not_found(request(), Http404("Không có trạm nào mang mã này."))
    )
    told_by_django = errors.not_found(request(), Http404({"path": "x", "tried": []}))
    assert problems.said(problems.PROBLEMS[404]).then in words(told_by_django)


def test_refused_says_why(visitor: Client) -> None:
    page = visitor.get("/refused")
    assert page.status_code == 403
    assert "Chỉ phường của trạm được mở trang này." in words(page)


def test_words_of_an_error_are_escaped() -> None:
    page = errors.permission_denied(request(), PermissionDenied("<script>alert(1)</script>"))
    assert "<script>alert" not in words(page)


def test_a_method_that_is_not_taken_gets_a_page_and_keeps_its_header(visitor: Client) -> None:
    page = visitor.post("/")
    assert page.status_code == 405
    assert page.headers["allow"] == "GET, HEAD"
    assert problems.said(problems.PROBLEMS[405]).title in words(page)


def test_an_answer_with_words_of_its_own_stays() -> None:
    own = HttpResponse("Chờ 30 giây.", status=429)
    assert errors.PagesForErrors(lambda _: own)(request()) is own
    bare = errors.PagesForErrors(lambda _: HttpResponseNotAllowed(["POST"]))(request())
    assert bare.headers["allow"] == "POST"


def test_a_name_we_do_not_answer_to_is_told_so(visitor: Client) -> None:
    page = visitor.get("/", headers={"host": "evil.example"})
    assert page.status_code == 400
    assert problems.said(problems.FOREIGN_HOST).title in words(page)
    assert "evil.example" not in words(page)


def test_too_much_at_once_is_413() -> None:
    assert errors.bad_request(request(), RequestDataTooBig()).status_code == 413
    assert errors.bad_request(request(), DisallowedHost()).status_code == 400


def test_too_many_parameters_are_400_and_not_500(visitor: Client) -> None:
    assert visitor.get("/language/en?" + "&".join(f"a{n}=1" for n in range(2000))).status_code == 400


def test_a_form_without_its_token_is_told_what_to_do() -> None:
    strict = Client(enforce_csrf_checks=True)
    page = strict.post("/desk/sign-in/", {"email": "an@example.vn"})
    assert page.status_code == 403
    assert problems.said(problems.STALE_FORM).title in words(page)


@pytest.mark.django_db
def test_what_breaks_gets_a_page(visitor: Client) -> None:
    page = visitor.get("/broken")
    assert page.status_code == 500
    assert problems.said(problems.PROBLEMS[500]).title in words(page)


def test_when_even_the_template_breaks_plain_words_remain(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> str:
        raise RuntimeError("the frame is broken")

    monkeypatch.setattr(errors, "render_to_string", fails)
    page = errors.broken(request())
    assert page.status_code == 500
    assert "Trang tạm thời không mở được." in words(page)
    assert "These pages cannot be opened just now." in words(page)


@pytest.mark.parametrize("address", ["/", "/desk/", "/asks"])
def test_without_a_database_pages_say_so_and_when_to_come_again(
    visitor: Client, no_database: None, address: str
) -> None:
    visitor.cookies[settings.SESSION_COOKIE_NAME] = "somebody"
    page = visitor.get(address)
    assert page.status_code == 503
    assert page.headers["retry-after"] == "60"
    assert problems.said(problems.PROBLEMS[503]).then in words(page)
    assert "<main" in words(page)


def test_without_a_database_machines_get_problem_json(visitor: Client, no_database: None) -> None:
    for address in ("/api/asks", "/data/stations.geojson"):
        answer = visitor.get(address)
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json"), address
        assert answer.headers["retry-after"] == "60"


def test_without_a_database_a_station_is_told_to_keep_its_file(visitor: Client, no_database: None) -> None:
    answer = visitor.post(
        "/api/deliveries", b"x", content_type="application/octet-stream", headers={"authorization": "Bearer abc"}
    )
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize("address", ["/nowhere", "/components"])
def test_what_needs_no_database_does_without(visitor: Client, no_database: None, address: str) -> None:
    assert visitor.get(address).status_code in (200, 404)


class LostError(Exception):
    sqlstate = "57P01"  # the server is being shut down


class SlowError(Exception):
    sqlstate = "57014"  # this one question took too long


def test_only_a_database_out_of_reach_means_come_again() -> None:
    def raised(cause: Exception | None) -> OperationalError:
        error = OperationalError("…")
        error.__cause__ = cause
        return error

    assert unreachable.means(raised(None))
    assert unreachable.means(raised(LostError()))
    assert not unreachable.means(raised(SlowError()))
    assert not unreachable.means(ValueError())
    wrapped = RuntimeError("while asking")
    wrapped.__cause__ = raised(LostError())
    assert unreachable.means(wrapped)


def test_the_log_keeps_one_line_of_what_cannot_be_reached() -> None:
    def record(status: int, error: Exception | None) -> logging.LogRecord:
        info = (type(error), error, None) if error else None
        made = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "%s: %s", ("No", "/"), info)
        made.status_code = status
        return made

    short, told = unreachable.Short(), record(503, OperationalError("connection refused"))
    assert short.filter(told)
    assert (told.getMessage(), told.exc_info) == ("No: / (connection refused)", None)
    assert not short.filter(record(503, None))
    broken = record(500, ValueError())
    assert short.filter(broken)
    assert broken.exc_info is not None


def test_the_page_that_stands_by_itself_needs_nobody() -> None:
    page = errors.plain().decode()
    assert "http" not in page
    assert 'lang="vi"' in page and 'lang="en"' in page
    style = Path(errors.PLAIN).with_name("down.css").read_text()
    assert "url(" not in style and "@import" not in style


def test_the_page_that_stands_by_itself_wears_the_colours_of_the_house() -> None:
    style = Path(errors.PLAIN).with_name("down.css").read_text()
    tokens = (Path(__file__).resolve().parents[2] / "frontend/src/style/tokens.css").read_text()
    assert set(re.findall(r"#[0-9a-f]{6}", style)) <= set(re.findall(r"#[0-9a-f]{6}", tokens))
