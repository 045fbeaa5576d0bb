"""How often one client may ask: a bucket of tokens each, which fills up with time."""

from __future__ import annotations

import math
from collections import OrderedDict
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from starlette.requests import Request

BURST_S = 10
"""Seconds' worth of tokens that a bucket holds: a program may page through quickly."""

CLIENTS = 10_000
"""Clients that are remembered; of more, those that asked longest ago are forgotten."""

_FORWARDED = "x-forwarded-for"
# In IPv6 a household has a network of this size, so one client can have any of these.
_NETWORK = 64


class Limit:
    """Token buckets by client; nothing of them is written anywhere."""

    def __init__(self, rate: float, now: Callable[[], datetime]) -> None:
        self._rate = rate
        self._now = now
        self._buckets: OrderedDict[str, tuple[float, datetime]] = OrderedDict()
        self._lock = Lock()

    def wait_s(self, client: str) -> int:
        """Take a token; return 0, or in how many seconds there will be one."""
        if not self._rate:
            return 0
        room = max(1.0, self._rate * BURST_S)
        with self._lock:
            now = self._now()
            left, at = self._buckets.pop(client, (room, now))
            passed = max(0.0, (now - at).total_seconds())
            left = min(room, left + passed * self._rate)
            allowed = left >= 1
            self._buckets[client] = (left - allowed, now)
            while len(self._buckets) > CLIENTS:
                self._buckets.popitem(last=False)
        return 0 if allowed else math.ceil((1 - left) / self._rate)


def client_of(request: Request, proxies: int) -> str:
    """Return whom a request counts for.

    With proxies of the operator's own, that is whom the first of them was asked by: as
    many from the end of X-Forwarded-For as there are. Without, all who send this
    header count as one: the server itself takes the header's word for requests from
    this machine, and whoever writes another name each time would never be limited.
    """
    forwarded = ",".join(request.headers.getlist(_FORWARDED))
    names = [part.strip() for part in forwarded.split(",") if part.strip()]
    if proxies and len(names) >= proxies:
        return _network(names[-proxies])
    if names:
        return _FORWARDED
    return _network(request.client.host if request.client else "")


def _network(name: str) -> str:
    try:
        address = ip_address(name)
    except ValueError:
        return name[:64]
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network(f"{address}/{_NETWORK}", strict=False))
