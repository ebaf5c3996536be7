"""A file somebody attached, handed out so that nothing in it can run here."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

#: Nothing in it runs, whatever somebody hid in it.
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
}
#: What a browser may show by itself.
PICTURES = ("image/jpeg", "image/png", "image/webp")


def saved(name: str, media_type: str, body: bytes | memoryview) -> HttpResponse:
    """To be saved, never shown by the browser as a page of this house."""
    named = content_disposition_header(True, name) or "attachment"
    return HttpResponse(bytes(body), content_type=media_type, headers={**SAFE, "Content-Disposition": named})


def shown(name: str, media_type: str, body: bytes | memoryview) -> HttpResponse:
    """A picture to be shown; everything else to be saved, as what nobody opens by itself."""
    if media_type not in PICTURES:
        return saved(name, "application/octet-stream", body)
    named = content_disposition_header(False, name) or "inline"
    return HttpResponse(bytes(body), content_type=media_type, headers={**SAFE, "Content-Disposition": named})
