"""The part `news`: holds the lines of /api/stream open, behind the same door as the web server."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import Any

from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django.urls import set_script_prefix

from nonnuoc.api.live import held

#: What is served here; everything else is the web server's.
ADDRESSES = frozenset({"/api/stream", "/healthz"})


def serve(port: int) -> None:
    """Serve on 127.0.0.1 until SIGTERM; a reverse proxy brings the world in (docs/RUNNING.md)."""
    asyncio.run(_serve(port))


async def _serve(port: int) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with held.Server(door(), port=port):
        await ended.wait()


def door() -> Callable[[dict[str, Any]], HttpResponse]:
    """A WSGI environment in, the product's own answer out: middleware, access and limits as on the web server."""
    handler = WSGIHandler()

    def ask(environ: dict[str, Any]) -> HttpResponse:
        if environ["PATH_INFO"] not in ADDRESSES:
            return HttpResponse(status=404)
        set_script_prefix("/")
        signals.request_started.send(sender=WSGIHandler, environ=environ)
        answer = handler.get_response(handler.request_class(environ))
        answer.close()
        assert isinstance(answer, HttpResponse)  # noqa: S101 - neither of the two addresses streams
        return answer

    return ask
