"""Where data lives on this machine is decided here, for the command and the page."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from platformdirs import user_cache_path, user_data_path

if TYPE_CHECKING:
    from collections.abc import Mapping

STORE = "TIDELINE_STORE"
CACHE = "TIDELINE_CACHE"
GAZETTEERS = "TIDELINE_GAZETTEERS"
GEONAMES = "TIDELINE_GEONAMES"
TILES = "TIDELINE_TILES"
TILES_ATTRIBUTION = "TIDELINE_TILES_ATTRIBUTION"
PMTILES = "TIDELINE_PMTILES"
ALLOW_PRIVATE = "TIDELINE_ALLOW_PRIVATE"
PEOPLE = "TIDELINE_PEOPLE"
ADDRESSES = "TIDELINE_ADDRESSES"
GEONAMES_DUMPS = "https://download.geonames.org/export/dump"
"""Where GeoNames offers a list of places for each country."""


def store_at(given: str | None, environment: Mapping[str, str]) -> str | Path:
    """Return where the store is: a URL as it is, or an absolute path.

    What is given counts first, then TIDELINE_STORE; else it is a file in the user's
    data folder.
    """
    asked = given or environment.get(STORE, "")
    if "://" in asked:
        return asked
    path = Path(asked) if asked else user_data_path("tideline") / "store.sqlite"
    return path.expanduser().resolve()


def gazetteer_at(environment: Mapping[str, str]) -> Path:
    """Return where the index of place names is, or is to be built.

    The folder is TIDELINE_CACHE, or the user's cache folder.
    """
    folder = environment.get(CACHE)
    path = Path(folder) if folder else user_cache_path("tideline")
    return path.expanduser().resolve() / "gazetteer.sqlite"


def pace_at(environment: Mapping[str, str]) -> Path:
    """Return the file by which all processes ask online gazetteers in turn."""
    return gazetteer_at(environment).with_name("online-pace.sqlite")


def pages_pace_at(environment: Mapping[str, str]) -> Path:
    """Return the file by which all processes fetch pages of one host in turn."""
    return gazetteer_at(environment).with_name("pages-pace.sqlite")


def allows_private(environment: Mapping[str, str]) -> bool:
    """Say whether pages of an intranet, and of this machine, may be fetched."""
    return environment.get(ALLOW_PRIVATE, "").strip().lower() in {"1", "true", "yes"}


def gazetteers_at(environment: Mapping[str, str]) -> Path:
    """Return the folder of the lists of places that the user added.

    It is TIDELINE_GAZETTEERS, or a part of the user's data folder: a list of one's own
    is as precious as the store, the index that is made of it is not.
    """
    folder = environment.get(GAZETTEERS)
    path = Path(folder) if folder else user_data_path("tideline") / "gazetteers"
    return path.expanduser().resolve()


def dumps_at(given: str | None, environment: Mapping[str, str]) -> str:
    """Return the address under which GeoNames' lists lie: given, set, or GeoNames'."""
    return (given or environment.get(GEONAMES, "") or GEONAMES_DUMPS).rstrip("/")


def people_at(environment: Mapping[str, str]) -> Path | None:
    """Return the file that says who has which role, if TIDELINE_PEOPLE names one."""
    path = environment.get(PEOPLE)
    return Path(path).expanduser().resolve() if path else None


def addresses_at(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the addresses under which others reach the page.

    They stand in TIDELINE_ADDRESSES, parted by spaces or commas, such as
    `https://map.example.org`: scheme and host, and the port if it is not the usual one.

    Raises
    ------
    ValueError
        If one is no such address.
    """
    given = environment.get(ADDRESSES, "").replace(",", " ").split()
    for one in given:
        parts = urlsplit(one)
        is_web = parts.scheme in ("http", "https") and parts.hostname
        if not is_web or "@" in one or one != f"{parts.scheme}://{parts.netloc}":
            raise ValueError(
                f"{ADDRESSES}: {one!r} is no address such as https://map.example.org"
            )
    return tuple(one.lower() for one in given)


def is_loopback(host: str | None) -> bool:
    """Say whether only this machine reaches what listens at `host`; None is all."""
    if host == "localhost":
        return True
    try:
        return ip_address((host or "").strip("[]")).is_loopback
    except ValueError:
        return False
