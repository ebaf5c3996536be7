"""The shipped nginx example, in a real nginx: what it keeps, for whom, and what readers get when we are gone."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bench import pages
from tests.installation import open_folder

pytestmark = pytest.mark.skipif(shutil.which("nginx") is None, reason="no nginx (Debian: apt install nginx-light)")


class Application(BaseHTTPRequestHandler):
    """Answers with a number that counts, and with what it was asked."""

    count = 0

    def do_GET(self) -> None:
        type(self).count += 1
        body = f"{self.count} {self.headers.get('X-Forwarded-For')} {self.headers.get('X-Forwarded-Proto')}".encode()
        private = self.path.startswith("/desk/")
        self.send_response(200)
        self.send_header("Cache-Control", "private, no-store" if private else "public, max-age=1")
        self.send_header("Vary", "Cookie, Accept-Encoding")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silence."""


@pytest.fixture
def application() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Application)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def front(application: ThreadingHTTPServer) -> Iterator[int]:
    """nginx before it; its workers may be another user than we are, who has to write the cache."""
    folder = open_folder()
    with pages.nginx(application.server_port, folder) as port:
        yield port


def ask(port: int, path: str, **headers: str) -> tuple[int, str, str]:
    """Status, body, and what the cache says."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": "localhost", **named})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode(), answer.headers.get("X-Cache-Status", "")
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode(), ""


def test_a_page_is_made_once_for_every_reader_of_a_language(front: int) -> None:
    first = ask(front, "/")[1]
    assert ask(front, "/", Cookie="theme=1", User_Agent="another")[1] == first
    assert ask(front, "/", Cookie="django_language=en")[1] != first
    assert ask(front, "/", Cookie="__Host-django_language=en")[1] == ask(front, "/", Cookie="django_language=en")[1]


@pytest.mark.parametrize("cookie", ["sessionid=abc", "a=b; __Host-sessionid=abc"])
def test_who_has_signed_in_is_never_answered_from_the_cache(front: int, cookie: str) -> None:
    kept = ask(front, "/")[1]
    own = ask(front, "/", Cookie=cookie)[1]
    assert own != kept
    assert ask(front, "/")[1] == kept


def test_who_shows_a_key_is_never_answered_from_the_cache_nor_kept_there(front: int) -> None:
    own = ask(front, "/api/x", Authorization="Bearer nnk_x")[1]
    kept = ask(front, "/api/x")[1]
    assert kept != own
    assert ask(front, "/api/x")[1] == kept
    assert ask(front, "/api/x", Authorization="Bearer nnk_x")[1] != kept


def test_another_kind_of_answer_is_another_copy(front: int) -> None:
    page = ask(front, "/api/ogc/", Accept="text/html")[1]
    assert ask(front, "/api/ogc/", Accept="application/json")[1] != page
    assert ask(front, "/api/ogc/", Accept="text/html")[1] == page


def test_downloads_pass_through(front: int) -> None:
    assert ask(front, "/api/datastreams/1.csv")[1] != ask(front, "/api/datastreams/1.csv")[1]


def test_the_desk_is_never_kept(front: int) -> None:
    assert ask(front, "/desk/")[1] != ask(front, "/desk/")[1]


def test_what_a_client_claims_of_its_address_is_not_passed_on(front: int) -> None:
    _, body, _ = ask(front, "/x", X_Forwarded_For="203.0.113.9", X_Forwarded_Proto="gopher")
    assert body.split()[1:] == ["127.0.0.1", "http"]


def test_the_last_page_is_shown_while_the_application_is_down(front: int, application: ThreadingHTTPServer) -> None:
    kept = ask(front, "/")[1]
    application.shutdown()
    application.server_close()
    time.sleep(2.2)  # older than its Cache-Control; nginx counts whole seconds
    for _ in range(3):
        status, body, cache = ask(front, "/")
        assert (status, body) == (200, kept)
        assert cache in ("STALE", "UPDATING")


def test_a_page_nobody_asked_for_in_long_is_made_anew_with_the_warnings_of_now(front: int) -> None:
    old = ask(front, "/")[1]
    time.sleep(2.2)  # older than its Cache-Control; nginx counts whole seconds
    assert ask(front, "/")[1] != old


def test_a_page_never_asked_for_says_what_is_going_on(front: int, application: ThreadingHTTPServer) -> None:
    application.shutdown()
    application.server_close()
    status, body, _ = ask(front, "/never")
    down = (Path(pages.ROOT) / "nonnuoc/look/static/look/down.html").read_text()
    assert (status, body) == (502, down)


def test_too_many_sign_ins_from_one_address_are_slowed(front: int) -> None:
    statuses = {ask(front, "/desk/sign-in/")[0] for _ in range(30)}
    assert statuses == {200, 429}


def test_nginx_itself_finds_nothing_wrong(tmp_path: Path) -> None:
    file = tmp_path / "nginx.conf"
    file.write_text(pages.example(1, 2, tmp_path))
    checked = subprocess.run(["nginx", "-t", "-p", str(tmp_path), "-c", str(file)], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    assert "[warn]" not in checked.stderr
