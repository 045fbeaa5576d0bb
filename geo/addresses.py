"""Which addresses may be asked is decided here: none that lead back into a network.

A name is resolved once; what it resolves to is checked, and that very address is then
connected to. Were the name resolved again, it could by then lead somewhere else.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Address = IPv4Address | IPv6Address
    Resolver = Callable[[str, int], Sequence[str]]

LONGEST = 4_000
"""Characters of an address, at most."""
MOST_ADDRESSES = 20
"""Of one name; hardly any has more than eight."""

_NAT64 = ip_network("64:ff9b::/96")
_THIS_NETWORK = ip_network("0.0.0.0/8")
_SWITCH = "allow that with --allow-private, or TIDELINE_ALLOW_PRIVATE=1"


class AddressError(Exception):
    """An address that is not asked; the message says why, and what to do."""


def address_of(text: str) -> httpx.URL:
    """Return the address that a text is, without its fragment.

    Raises
    ------
    AddressError
        If it is none of a page on a server, or names a user.
    """
    if len(text) > LONGEST:
        raise AddressError(f"longer than {LONGEST} characters, which no address is")
    try:
        url = httpx.URL(text.strip())
        # Names of other scripts are put into letters here.
        host = url.raw_host
    except (httpx.InvalidURL, ValueError) as error:
        raise AddressError(f"{shown(text)} is no address") from error
    return _checked(url.copy_with(fragment=None), host, text)


def pointed(url: httpx.URL, location: str) -> httpx.URL:
    """Return where a server points to from an address.

    Raises
    ------
    AddressError
        As `address_of`.
    """
    try:
        joined = url.join(location)
    except (httpx.InvalidURL, ValueError) as error:
        raise AddressError(f"{shown(location)} is no address") from error
    return address_of(str(joined))


def shown(text: object) -> str:
    """Return an address as it may stand in a message: without its user, and not long.

    Passwords stand in addresses, too.
    """
    words = str(text).strip()
    before, at, behind = words.partition("@")
    if at and "/" not in before.partition("//")[2]:
        words = f"{before.partition('//')[0]}//…@{behind}"
    return repr(words if len(words) <= 200 else f"{words[:199]}…")


def addresses_of(host: str, port: int) -> list[str]:
    """Return what a name resolves to on this machine, in the order to be tried."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def allowed(
    url: httpx.URL, resolve: Resolver, *, allow_private: bool
) -> tuple[Address, ...]:
    """Return the addresses of a host; all have been checked.

    Parameters
    ----------
    url
        From `address_of`.
    resolve
        Gives the addresses of a name.
    allow_private
        Whether machines of an intranet, and this one, may be asked.

    Raises
    ------
    AddressError
        If it has none, or any that must not be asked.
    """
    host = url.raw_host.decode("ascii")
    try:
        found = [ip_address(one) for one in resolve(host, port_of(url))]
    except (OSError, ValueError) as error:
        raise AddressError(
            f"{host} is not known; check the address and the line to the network"
        ) from error
    if not found or len(found) > MOST_ADDRESSES:
        raise AddressError(f"{host} has {len(found)} addresses, which no page has")
    for address in found:
        if reason := refusal(address, allow_private=allow_private):
            named = "" if host == str(address) else f"{host} is "
            raise AddressError(f"{named}{address}, {reason}")
    return tuple(found)


def port_of(url: httpx.URL) -> int:
    """Return the port that an address names or means."""
    return url.port or (443 if url.scheme == "https" else 80)


def refusal(address: Address, *, allow_private: bool) -> str | None:
    """Say why an address is not asked, or return None if it may be.

    Those of one's own network may be where `allow_private` is set. Those that no page
    has never are: among the link-local ones are the servers that know the keys of a
    machine in a data centre.
    """
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return "an IPv4 address in disguise, which is not asked"
        inner = _inner(address)
        if inner:
            return refusal(inner, allow_private=allow_private)
    if address.is_loopback:
        return None if allow_private else f"this very machine; {_SWITCH}"
    if _is_of_no_page(address):
        return "which is no address that a page can have"
    if not address.is_global:
        return None if allow_private else f"in a private network; {_SWITCH}"
    return None


def _inner(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that packets to an IPv6 address end at, if it says so."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.sixtofour


def _is_of_no_page(address: Address) -> bool:
    return (
        address.is_link_local
        or address.is_multicast
        or address.is_unspecified
        or address.is_reserved
        or address in _THIS_NETWORK
        or (isinstance(address, IPv6Address) and bool(address.teredo))
    )


def _checked(url: httpx.URL, host: bytes, text: str) -> httpx.URL:
    if url.scheme not in {"http", "https"} or not host:
        raise AddressError(f"{shown(text)} does not begin with http:// or https://")
    if not 0 < port_of(url) < 65_536:
        raise AddressError(f"{shown(text)} has no port that there is")
    if url.userinfo:
        raise AddressError(
            f"{shown(text)} has a user or password in it, which is not sent"
        )
    return url
