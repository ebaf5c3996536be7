"""Pages as people ask for them: home and station, from the web server itself, and behind the shipped nginx example.

The web server runs as the product runs it, a process of its own; the load comes from another one on the same machine.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from django.core.management import call_command

from bench import fifty, live

CONNECTIONS, SECONDS = 8, 10
MANY = 64  # connections to nginx
REACH = {"requests_per_s": 100, "p95_ms": 100}
REACH_CACHED = {"requests_per_s": 2_000, "p99_ms": 250}
ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "docs/nginx/nonnuoc.conf"
PAGES = {"home": "/", "station": f"/stations/{fifty.FIRST}"}


def run() -> dict[str, object]:
    """Requests a second and waiting times, a page at a time; then through the microcache while readings come in."""
    rows = fifty.network()
    call_command("collectstatic", verbosity=0, interactive=False)
    figures: dict[str, object] = {"stations": fifty.STATIONS, "rows_written": rows, "reach": REACH}
    with web() as port:
        figures["uncached"] = {name: _asked(port, path) for name, path in PAGES.items()}
        figures["bytes_compressed"] = {name: _size(port, path) for name, path in PAGES.items()}
        figures["behind_nginx"] = _behind_nginx(port)
    return figures


@contextmanager
def web() -> Iterator[int]:
    """The product's web server on a free port."""
    port = free_port()
    command = [sys.executable, "-m", "nonnuoc.config", "serve", "web", "--port", str(port)]
    process = subprocess.Popen(command, env=dict(os.environ))
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
    return found


def _wait(port: int) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError("the web server did not answer")


def _asked(port: int, path: str) -> dict[str, float]:
    """As many requests as are answered in SECONDS over CONNECTIONS that stay open."""
    load(port, path, CONNECTIONS, 2)
    waits = load(port, path, CONNECTIONS, SECONDS)
    p50, p95, p99 = np.percentile(waits, [50, 95, 99]) * 1000
    told = {"p50_ms": round(p50, 1), "p95_ms": round(p95, 1), "p99_ms": round(p99, 1)}
    return {"requests_per_s": round(len(waits) / SECONDS, 1), **told}


def load(port: int, path: str, connections: int, seconds: float) -> list[float]:
    """Seconds from a request to the last byte of its answer, one an answer, from a process of its own."""
    command = [sys.executable, "-m", "bench.asking", str(port), path, str(connections), str(seconds)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [float(line) for line in told.split()]


def _size(port: int, path: str) -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        return len(answer.read())


def _behind_nginx(port: int) -> dict[str, object] | str:
    if shutil.which("nginx") is None or shutil.which("wrk") is None:
        return "not measured: nginx and wrk are not on this machine (Debian: apt install nginx wrk)"
    with tempfile.TemporaryDirectory(prefix="nonnuoc-nginx-") as folder, nginx(port, Path(folder)) as front:
        for path in PAGES.values():
            _status(front, path)
        with _readings():
            found: dict[str, object] = {name: _wrk(front, path) for name, path in PAGES.items()}
        found["reach"] = REACH_CACHED
        found["down"] = _down(port, Path(folder))
    return found


@contextmanager
def nginx(port: int, folder: Path, *, news: int | None = None) -> Iterator[int]:
    """The shipped example, with this run's ports and folders and without TLS, as an nginx of our own."""
    front = free_port()
    main = folder / "nginx.conf"
    main.write_text(example(port, front, folder, news=news))
    process = subprocess.Popen(["nginx", "-p", str(folder), "-c", str(main)], stderr=subprocess.DEVNULL)
    try:
        _wait(front)
        yield front
    finally:
        process.terminate()
        process.wait(10)


def example(port: int, front: int, folder: Path, *, news: int | None = None) -> str:
    """docs/nginx/nonnuoc.conf made to run here: only addresses, paths and TLS are other ones."""
    text = EXAMPLE.read_text()
    text = re.sub(r"server \{\s+listen 80;.*?\n\}\n", "", text, flags=re.S)
    text = re.sub(r"\s+ssl_[a-z_]+ [^;]+;", "", text)
    text = text.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{front};").replace("quantrac.example", "localhost")
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{port}").replace("127.0.0.1:8001", f"127.0.0.1:{news or port}")
    text = text.replace("/var/cache/nginx/nonnuoc", str(folder / "cache"))
    text = text.replace("/srv/nonnuoc/look", str(ROOT / "nonnuoc/look/static/look"))
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "" if os.getuid() else "user root;\n"
    http = f"access_log off;\ninclude /etc/nginx/mime.types;\n{temporary}{text}"
    return (
        f"{user}daemon off;\nworker_processes 2;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n"
        f"events {{ worker_connections 1024; }}\nhttp {{\n{http}}}\n"
    )


@contextmanager
def _readings() -> Iterator[None]:
    """2,000 stations at their own pace meanwhile, through FTP door and worker."""
    stop = threading.Event()
    with live.product() as port:
        keys = live.network(f"P{port}", 200)  # another one each time, so that a database can be measured again
        sender = threading.Thread(target=live.keep_sending, args=(port, keys, stop))
        sender.start()
        try:
            yield
        finally:
            stop.set()
            sender.join()


def _wrk(port: int, path: str) -> dict[str, object]:
    command = ["wrk", "-t1", f"-c{MANY}", f"-d{SECONDS}s", "--latency", "-H", "Accept-Encoding: gzip"]
    told = subprocess.run(
        [*command, f"http://127.0.0.1:{port}{path}"], check=True, capture_output=True, text=True
    ).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    last = re.search(r"99%\s+([\d.]+)(us|ms|s)", told)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    if rate is None or last is None:
        raise ValueError(told)
    factor = {"us": 0.001, "ms": 1.0, "s": 1000.0}[last[2]]
    return {
        "requests_per_s": round(float(rate[1])),
        "p99_ms": round(float(last[1]) * factor, 1),
        "refused": int(refused[1]) if refused else 0,
    }


def _down(port: int, folder: Path) -> dict[str, object]:
    """What readers get when the application has gone: the page as it was, marked so by the cache."""
    nowhere = free_port()
    (folder / "gone").mkdir()
    shutil.copytree(folder / "cache", folder / "gone" / "cache")
    front = free_port()
    text = example(nowhere, front, folder).replace(str(folder / "cache"), str(folder / "gone" / "cache"))
    (folder / "gone.conf").write_text(text.replace("inactive=7d", "inactive=7d").replace("nginx.pid", "gone.pid"))
    process = subprocess.Popen(["nginx", "-p", str(folder), "-c", str(folder / "gone.conf")], stderr=subprocess.DEVNULL)
    try:
        time.sleep(31)  # longer than any page's Cache-Control
        return {name: _status(front, path) for name, path in {**PAGES, "never asked for": "/method"}.items()}
    finally:
        process.terminate()
        process.wait(10)


def _status(port: int, path: str) -> str:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", headers={"Accept-Encoding": "gzip", "Host": "localhost"}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return f"{answer.status} {answer.headers.get('X-Cache-Status', '')}".strip()
    except urllib.error.HTTPError as refused:
        return f"{refused.code}"
