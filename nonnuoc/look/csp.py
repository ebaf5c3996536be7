"""What browsers are told with every answer: our own files, nothing inline, nobody else, no device of the reader's."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PARTS = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data: blob:",  # MapLibre's stylesheet carries its icons as data, its images are blobs
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
POLICY = "; ".join(PARTS)


def showing(origin: str) -> str:
    """The policy of a page that also shows pictures from one more origin: the base map of an administrator's choice."""
    widened = ("img-src", "connect-src")
    return "; ".join(f"{part} {origin}" if part.startswith(widened) else part for part in PARTS)


#: What pages here do not ask of a reader's device; one that does sends `asking` (where somebody stands in the field).
UNUSED = (
    "accelerometer autoplay browsing-topics camera display-capture encrypted-media geolocation gyroscope hid"
    " idle-detection magnetometer microphone midi payment picture-in-picture screen-wake-lock serial usb"
    " xr-spatial-tracking"
)


def asking(*features: str) -> str:
    """The permissions of a page that may ask its reader for these; it says what for."""
    return ", ".join(f"{one}={'(self)' if one in features else '()'}" for one in UNUSED.split())


HEADERS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": asking(),
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}


class ContentSecurityPolicy:
    """Puts them on every answer that does not bring its own; static files too, so it stands before whitenoise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response
