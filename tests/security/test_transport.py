"""What goes over the line: the web server itself, FTPS, and the nginx we describe (ASVS 4.2, 12, 13.4)."""

from __future__ import annotations

import ftplib
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.ingest import ftp_door

ROOT = Path(__file__).resolve().parents[2]
NGINX = (ROOT / "docs" / "nginx" / "nonnuoc.conf").read_text()

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """(host, port) of our web server, which has no database: /healthz needs none."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = os.environ | {
        "NONNUOC_HOME": str(tmp_path_factory.mktemp("home")),
        "DATABASE_URL": "postgresql://x@127.0.0.1:9/x",
    }
    command = [sys.executable, "-m", "nonnuoc.config", "serve", "web", "--port", str(port)]
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield "127.0.0.1", port
    finally:
        process.terminate()
        process.wait(20)


def said(server: tuple[str, int], request: bytes, patience: float = 2) -> bytes:
    """Everything the server answers to these bytes, until it is silent for so many seconds."""
    with socket.create_connection(server, 5) as line:
        line.settimeout(patience)
        line.sendall(request)
        answer = b""
        try:
            while part := line.recv(65536):
                answer += part
        except TimeoutError:
            pass
        return answer


HEAD = b"Host: localhost\r\nConnection: close\r\n"


def test_the_end_of_a_message_is_never_in_doubt(server) -> None:
    first = said(
        server, b"GET /healthz HTTP/1.1\r\n" + HEAD + b"\r\n", patience=60
    )  # its workers may still be starting
    assert first.startswith(b"HTTP/1.1 200")
    hidden = b"GET /hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"
    both = b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" % (5 + len(hidden))
    for request in (
        b"POST /healthz HTTP/1.1\r\n" + HEAD + both + hidden,
        b"POST /healthz HTTP/1.1\r\n" + HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"POST /healthz HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    ):
        answer = said(server, request)
        assert answer.count(b"HTTP/1.1 ") <= 1 and b"404" not in answer[:16]
        assert not answer.startswith(b"HTTP/1.1 200")


def test_trace_echoes_nothing(server) -> None:
    answer = said(server, b"TRACE /healthz HTTP/1.1\r\n" + HEAD + b"X-Mine: secret\r\n\r\n")
    assert b"secret" not in answer and not answer.startswith(b"HTTP/1.1 200")


def test_no_answer_tells_what_serves_it(server) -> None:
    answer = said(server, b"GET /healthz HTTP/1.1\r\n" + HEAD + b"\r\n").lower()
    assert not re.search(rb"granian/|python/|django/", answer)


class OldTls(ftplib.FTP_TLS):
    """Speaks TLS 1.1 and nothing newer."""

    def __init__(self, **given):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
        context.set_ciphers("ALL:@SECLEVEL=0")
        super().__init__(context=context, **given)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_ftps_speaks_no_tls_older_than_1_2(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=door"]
    subprocess.run([*make, "-keyout", key, "-out", certificate], capture_output=True, check=True)
    both = tmp_path / "door.pem"
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    old = pytest.raises((ssl.SSLError, ConnectionError, EOFError))
    with ftp_door.opened(tmp_path / "home", certificate=str(both)) as door, old:
        ftp_door.signed_in(door, kind=OldTls)


def test_the_front_speaks_tls_1_2_and_1_3_with_forward_secrecy() -> None:
    assert re.findall(r"ssl_protocols ([^;]+);", NGINX) == ["TLSv1.2 TLSv1.3"]
    (ciphers,) = re.findall(r"ssl_ciphers ([^;]+);", NGINX)
    listed = subprocess.run(["openssl", "ciphers", ciphers], capture_output=True, text=True, check=True).stdout
    old = [name for name in listed.strip().split(":") if not name.startswith(("ECDHE-", "TLS_"))]
    assert old == []


def test_the_front_leads_people_to_tls_and_machines_not() -> None:
    (plain,) = re.findall(r"server \{\s+listen 80;.*?\n\}\n", NGINX, re.S)
    assert "return 301 https://" in plain
    assert re.search(r"location /api/ \{[^}]*return 403;", plain)


def test_the_front_overwrites_what_clients_claim_of_their_address() -> None:
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in NGINX
    assert "proxy_set_header X-Forwarded-Proto $scheme;" in NGINX
    assert "$proxy_add_x_forwarded_for" not in NGINX


@pytest.mark.skipif(shutil.which("nginx") is None, reason="no nginx here")
def test_the_configuration_of_the_front_is_understood(tmp_path: Path) -> None:
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=front"]
    subprocess.run(
        [*make, "-keyout", tmp_path / "privkey.pem", "-out", tmp_path / "fullchain.pem"],
        capture_output=True,
        check=True,
    )
    text = NGINX.replace("/etc/ssl/nonnuoc", str(tmp_path)).replace("/var/cache/nginx/nonnuoc", str(tmp_path / "cache"))
    main = tmp_path / "nginx.conf"
    main.write_text(f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ access_log off; {text} }}")
    tried = subprocess.run(["nginx", "-t", "-p", tmp_path, "-c", main], capture_output=True, text=True, check=False)
    assert "syntax is ok" in tried.stderr, tried.stderr
