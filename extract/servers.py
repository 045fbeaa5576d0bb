"""Whether an address can be that of a server to ask is decided here."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

import httpx


def fault_of(url: str) -> str:
    """Say why an address cannot be a server's; "" if it can."""
    try:
        parts = urlsplit(url)
        port_is_one = parts.port is None or parts.port > 0
        httpx.URL(url)
    except (ValueError, httpx.InvalidURL):
        return "is not an address"
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_is_one:
        return "is not an address that begins with http:// or https://"
    if parts.username is not None or parts.password is not None:
        return "has a user or a password in it"
    return "has a query or a fragment" if parts.query or parts.fragment else ""


def is_here(host: str) -> bool:
    """Say whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
