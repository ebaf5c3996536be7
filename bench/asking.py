"""Asks one address again and again over connections that stay open; prints how long each answer took, in seconds.

python -m bench.asking PORT PATH CONNECTIONS SECONDS
"""

from __future__ import annotations

import http.client
import sys
import threading
import time


def main() -> None:
    port, path, connections, seconds = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    waits: list[float] = []
    until = time.perf_counter() + seconds
    threads = [threading.Thread(target=_ask, args=(port, path, until, waits)) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("\n".join(f"{wait:.6f}" for wait in waits))


def _ask(port: int, path: str, until: float, waits: list[float]) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while time.perf_counter() < until:
        began = time.perf_counter()
        line.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = line.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status}")
        waits.append(time.perf_counter() - began)


if __name__ == "__main__":
    main()
