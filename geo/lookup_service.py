"""Which Nominatim server is meant, and whose name that is, is decided here.

Nothing is sent from here: `geo/nominatim.py` asks, and loads what asking needs.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from extract.servers import fault_of

if TYPE_CHECKING:
    from collections.abc import Mapping

ADDRESS, CONTACT = "TIDELINE_NOMINATIM", "TIDELINE_CONTACT"
PUBLIC = "https://nominatim.openstreetmap.org"
ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Which server is asked, and whom its operator may write to.

    Plain http is for this machine and private networks: elsewhere everyone on the way
    could read along.
    """

    url: str = PUBLIC
    contact: str = ""

    def __post_init__(self) -> None:
        if fault := _fault_of(self.url):
            raise ValueError(f"{ADDRESS} {self.url!r} {fault}")
        if not (self.contact.isascii() and (self.contact + "x").isprintable()):
            raise ValueError(
                f"{CONTACT} {self.contact!r} is not an address in plain letters"
            )

    @property
    def host(self) -> str:
        """The server's name, as users know it."""
        return host_of(self.url)

    @property
    def agent(self) -> str:
        """What the program calls itself before the server."""
        contact = f"; {self.contact}" if self.contact else ""
        return f"Tideline/{version('tideline')} (places named in news{contact})"


def host_of(url: str) -> str:
    """Return the name of the server that an address leads to, with its port."""
    return urlsplit(url).netloc


def service_of(environment: Mapping[str, str]) -> Service:
    """Return the server that the environment names, else OpenStreetMap's own.

    Raises
    ------
    ValueError
        If TIDELINE_NOMINATIM is no address, or TIDELINE_CONTACT cannot be sent.
    """
    url = environment.get(ADDRESS, "").strip() or PUBLIC
    url = url.rstrip("/").removesuffix("/search")
    return Service(url=url, contact=environment.get(CONTACT, "").strip())


class NoAnswerError(Exception):
    """A server gave no answer that can be used; the message says why.

    `is_new` is False where it was not asked since it had failed before.
    """

    def __init__(self, reason: str, *, is_new: bool = True) -> None:
        super().__init__(reason)
        self.is_new = is_new


def _fault_of(url: str) -> str:
    """Say why an address cannot be a server's; "" if it can."""
    if fault := fault_of(url):
        return fault
    parts = urlsplit(url)
    if parts.scheme == "http" and not _is_near(parts.hostname or ""):
        return "begins with http://, which everyone on the way can read; use https://"
    return ""


def _is_near(host: str) -> bool:
    """Say whether a host is this machine or in a private network."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return host == "localhost"
