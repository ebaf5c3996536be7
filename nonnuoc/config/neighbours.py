"""The services beside an installation, as the environment tells them: proxies, the post office, the single sign-on."""

from __future__ import annotations

import os
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit


class SettingError(ValueError):
    """A variable of the environment cannot be used; the message says which, and what it should look like."""


@dataclass(frozen=True, slots=True)
class Mail:
    """Where letters are handed in; host "": nowhere."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False


@dataclass(frozen=True, slots=True)
class Oidc:
    """The province's single sign-on, and what this installation is to it."""

    issuer: str
    client_id: str
    client_secret: str
    name: str


def proxies(*, https: bool) -> tuple[IPv4Network | IPv6Network, ...]:
    """Whose X-Forwarded-For is believed. With HTTPS a proxy stands before us, on this machine unless said otherwise."""
    told = os.environ.get("NONNUOC_PROXIES", "127.0.0.1,::1" if https else "")
    try:
        return tuple(ip_network(part.strip()) for part in told.split(",") if part.strip())
    except ValueError as error:
        raise SettingError(f"NONNUOC_PROXIES: {error}; write addresses or networks, with commas between.") from error


#: Requests a minute: of one address that is not known, a key ten times as many; of writing, of one key, ten times, too.
API_LIMITS = {"reads": 600, "downloads": 60, "writes": 600}


def api_limits() -> dict[str, int]:
    """From NONNUOC_API_LIMITS, "reads=600,downloads=60,writes=600" or a part of it; "off": none."""
    told = os.environ.get("NONNUOC_API_LIMITS", "").strip()
    if told == "off":
        return {}
    limits = dict(API_LIMITS)
    for part in filter(None, map(str.strip, told.split(","))):
        name, _, number = part.partition("=")
        if name not in limits or not number.isascii() or not number.isdigit():
            raise SettingError(f"NONNUOC_API_LIMITS: {part!r}; write reads=600,downloads=60,writes=600, or off.")
        limits[name] = int(number)
    return limits


def mail() -> Mail:
    """From NONNUOC_SMTP_URL."""
    url = os.environ.get("NONNUOC_SMTP_URL", "")
    if not url:
        return Mail()
    parts = urlsplit(url)
    try:
        port = parts.port or {"smtp": 25, "smtps": 465}[parts.scheme]
        host = parts.hostname or ""
    except (KeyError, ValueError):
        host = ""
    if not host:
        raise SettingError("NONNUOC_SMTP_URL: write smtp://user:password@host:587?tls=1, or smtps://… for TLS at once.")
    return Mail(
        host=host,
        port=port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=parts.scheme == "smtp" and parse_qs(parts.query).get("tls") == ["1"],
        tls=parts.scheme == "smtps",
    )


def oidc() -> Oidc | None:
    """From NONNUOC_OIDC_*; None: no single sign-on. The secret may stand in a file of its own."""
    issuer = os.environ.get("NONNUOC_OIDC_ISSUER", "")
    if not issuer:
        return None
    client = os.environ.get("NONNUOC_OIDC_CLIENT_ID", "")
    secret = os.environ.get("NONNUOC_OIDC_CLIENT_SECRET", "")
    file = os.environ.get("NONNUOC_OIDC_CLIENT_SECRET_FILE", "")
    try:
        secret = Path(file).read_text().strip() if file else secret
    except OSError as error:
        raise SettingError(f"NONNUOC_OIDC_CLIENT_SECRET_FILE: {error}") from error
    parts = urlsplit(issuer)
    if not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost"))):
        raise SettingError("NONNUOC_OIDC_ISSUER: write the issuer as the provider does, beginning with https://.")
    if not client or not secret:
        raise SettingError("NONNUOC_OIDC_ISSUER is set: NONNUOC_OIDC_CLIENT_ID and NONNUOC_OIDC_CLIENT_SECRET must be.")
    return Oidc(issuer, client, secret, os.environ.get("NONNUOC_OIDC_NAME", "SSO"))
