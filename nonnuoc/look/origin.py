"""Where a request comes from: the address of whoever asks, also behind a proxy, and never because they say so."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from nonnuoc.records.accounts.audit import ORIGIN


class Origin:
    """Lets the audit trail know the address of the request at hand."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = ORIGIN.set(address_of(request))
        try:
            return self.get_response(request)
        finally:
            ORIGIN.reset(token)


def address_of(request: HttpRequest) -> str | None:
    """The nearest address that is none of our proxies (settings.PROXIES).

    Each proxy adds to X-Forwarded-For whom it heard; what stands before the first stranger, that stranger wrote.
    """
    hops = [request.META.get("REMOTE_ADDR", ""), *reversed(_forwarded(request))]
    for hop in hops:
        if not _is_proxy(hop):
            return _plain(hop) or _plain(hops[0])
    return _plain(hops[0])


def neighbourhood(address: str | None) -> str:
    """What counts as one address: of IPv6 the first 64 bits, which one household or machine has for itself."""
    if address is None:
        return ""
    parsed = ip_address(address)
    return str(ip_network(f"{parsed}/64", strict=False)) if isinstance(parsed, IPv6Address) else address


def _forwarded(request: HttpRequest) -> list[str]:
    told = request.META.get("HTTP_X_FORWARDED_FOR", "")
    return [hop.strip() for hop in told.split(",") if hop.strip()] if settings.PROXIES else []


def _is_proxy(hop: str) -> bool:
    try:
        parsed = ip_address(hop)
    except ValueError:
        return False
    return any(parsed in network for network in settings.PROXIES)


def _plain(hop: str) -> str | None:
    """The address as it is kept; None where it is none (a socket of the machine)."""
    try:
        parsed = ip_address(hop.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(parsed, "ipv4_mapped", None)
    return str(mapped or parsed)
