"""Which machines may be sent to: those of the internet, and those of our own networks that an administrator lists."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from nonnuoc.records.accounts import preferences

Address = IPv4Address | IPv6Address

#: Python calls these global; what stands behind them is an IPv4 address that nobody looked at.
_DISGUISES = tuple(map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")))


def is_listed(host: str, port: int, address: Address | None = None) -> bool:
    """Whether the administrator lists this name (with this port or with none), or a network the address lies in."""
    for entry in preferences.read("outbox.allowed_targets").split():
        if entry.lower() in (host.lower(), f"{_bracketed(host)}:{port}".lower()):
            return True
        if address is not None and _lies_in(address, entry):
            return True
    return False


def is_public(address: Address) -> bool:
    """Whether it is an address of the internet: not of this machine, of a private, shared, link-local or multicast
    network, and none that hides another one."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    if mapped is not None:
        return is_public(mapped)
    if any(address.version == disguise.version and address in disguise for disguise in _DISGUISES):
        return False
    return address.is_global and not address.is_multicast


def literal(host: str) -> Address | None:
    """The address a host part spells out; None: it is a name."""
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None


def _lies_in(address: Address, entry: str) -> bool:
    try:
        network = ip_network(entry, strict=False)
    except ValueError:
        return False
    return address.version == network.version and address in network


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
