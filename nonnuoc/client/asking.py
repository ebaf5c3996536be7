"""Requests that wait their turn: what was too much at once, or came at a bad moment, is asked again."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib import metadata
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from nonnuoc.client import errors

#: Answers after which the same may succeed a little later.
_AGAIN = frozenset({429, 502, 503, 504})
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a request is tried, how long at most it waits between two tries, and for the server (seconds)."""

    tries: int = 5
    longest_wait_s: float = 60.0
    connect_s: float = 10.0
    answer_s: float = 120.0


class Line:
    """One server, and the key it knows us by, which is sent to nobody else."""

    def __init__(self, url: str, key: str | None, patience: Patience) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url!r} is no address of a site, such as https://quantrac.example")
        if key and parts.scheme == "http" and parts.hostname not in _LOCAL:
            raise ValueError("A key sent without TLS can be read on its way: use the https:// address.")
        self.site, self.patience = f"{parts.scheme}://{parts.netloc}", patience
        self.root = f"{url.split('?')[0].rstrip('/').removesuffix('/api')}/api/"
        self.session = requests.Session()
        self.session.headers["User-Agent"] = f"nonnuoc-client/{_version()}"
        if key:
            self.session.headers["Authorization"] = f"Bearer {key}"

    def get(self, path: str, query: Mapping[str, object] | None = None, **more: Any) -> requests.Response:
        """The answer to a reading request. Raises RefusedError or UnreachableError."""
        return self.ask("GET", path, params=_words(query or {}), **more)

    def json(self, path: str, query: Mapping[str, object] | None = None) -> Any:
        """What a JSON answer says."""
        return self.get(path, query).json()

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        """The answer, after as many tries as patience allows; only for requests that may be repeated."""
        address = urljoin(self.root, path)
        if f"{urlsplit(address).scheme}://{urlsplit(address).netloc}" != self.site:
            raise errors.ClientError(f"{address} is not of {self.site}: the key is sent nowhere else.")
        timeouts = more.pop("timeout", (self.patience.connect_s, self.patience.answer_s))
        for left in range(self.patience.tries - 1, -1, -1):
            pause = _backoff(self.patience.tries - 1 - left)
            try:
                answer = self.session.request(method, address, timeout=timeouts, **more)
            except (requests.ConnectionError, requests.Timeout) as error:
                if not left:
                    raise errors.UnreachableError(f"{self.site} does not answer: {error}") from error
            else:
                if answer.ok:
                    return answer
                if answer.status_code not in _AGAIN or not left:
                    raise _refusal(answer)
                pause = _told_wait(answer, pause)
                answer.close()
                if pause > self.patience.longest_wait_s:
                    raise _refusal(answer)
            time.sleep(pause)
        raise AssertionError("unreachable")


def _refusal(answer: requests.Response) -> errors.RefusedError:
    try:
        body = answer.json()
    except requests.RequestException:  # no JSON, or a body that was let go
        body = None
    return errors.of(answer.status_code, body, f"{answer.url} answered {answer.status_code} {answer.reason}")


def _told_wait(answer: requests.Response, otherwise: float) -> float:
    """Retry-After, in seconds or as a date."""
    told = answer.headers.get("Retry-After", "")
    if told.isdecimal():
        return float(told)
    try:
        return max(0.0, (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return otherwise


def _backoff(tried: int) -> float:
    """Half a second, then twice as long each time; a little by chance, so that not everybody comes back at once."""
    return min(30.0, 0.5 * 2.0**tried) * random.uniform(0.8, 1.2)  # noqa: S311 - nothing secret


def _words(query: Mapping[str, object]) -> dict[str, str]:
    """As they stand in an address; None and what is empty are left out."""
    return {name: _word(value) for name, value in query.items() if value is not None and value != ()}


def _word(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (list, tuple, set, frozenset)):
        return ",".join(_word(one) for one in value)
    return str(value)


def _version() -> str:
    try:
        return metadata.version("nonnuoc")
    except metadata.PackageNotFoundError:
        return "0"
