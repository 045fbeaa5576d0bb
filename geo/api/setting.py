"""How an operator sets up the API is read here: who may ask, what is held back.

TIDELINE_API_ORIGINS      pages of other addresses whose scripts may read it, or *
TIDELINE_API_RATE         requests a second of one client, 0 for any number
TIDELINE_API_PROXIES      how many proxies of one's own stand before the server
TIDELINE_API_ADDRESS      the address by which others know it, up to and with /api
TIDELINE_API_COARSEN_KM   the side of a grid that all places are moved to
TIDELINE_API_DELAY_DAYS   how many days everything is held back
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.withholding import COARSEN_KM, LONGEST_DELAY

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "TIDELINE_API_"
ANYONE = "*"
RATE = 20.0
"""Requests a second of one client, where nothing else is set."""

_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])"
_ORIGIN = re.compile(rf"https?://{_HOST}(?::[0-9]{{1,5}})?")
_ADDRESS = re.compile(rf"{_ORIGIN.pattern}(?:/[A-Za-z0-9._~-]+)*/api")
HOST = re.compile(rf"{_HOST}(?::[0-9]{{1,5}})?")
"""A host with its port, as links may repeat it."""

_RATE = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,3})?")
_COUNT = re.compile(r"[0-9]{1,4}")


class SettingError(ValueError):
    """The API is set up wrongly; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How the API is set up.

    `rate` is requests a second of one client, 0 for any number; `proxies` how many
    stand before the server and name whom they ask for.
    """

    origins: frozenset[str] = frozenset()
    rate: float = RATE
    proxies: int = 0
    address: str = ""
    coarsen_km: int = 0
    delay_days: int = 0


def read_setting(environment: Mapping[str, str]) -> Setting:
    """Return how the API is set up.

    Raises
    ------
    SettingError
        If a variable holds something else than it may: what was to be held back must
        not leave because of a slip.
    """
    said = {
        name: environment.get(PREFIX + name, "").strip()
        for name in (
            "ORIGINS",
            "RATE",
            "PROXIES",
            "ADDRESS",
            "COARSEN_KM",
            "DELAY_DAYS",
        )
    }
    coarsen_km, delay_days = _count(said, "COARSEN_KM"), _count(said, "DELAY_DAYS")
    if coarsen_km not in (0, *COARSEN_KM):
        raise _wrong("COARSEN_KM", f"one of 0, {', '.join(map(str, COARSEN_KM))}")
    if delay_days > LONGEST_DELAY:
        raise _wrong("DELAY_DAYS", f"a whole number up to {LONGEST_DELAY}")
    rate = said["RATE"] or str(RATE)
    if not _RATE.fullmatch(rate):
        raise _wrong("RATE", "requests a second, such as 20, or 0 for any number")
    if said["ADDRESS"] and not _ADDRESS.fullmatch(said["ADDRESS"]):
        raise _wrong("ADDRESS", "an address like https://example.org/api")
    return Setting(
        origins=_origins(said["ORIGINS"]),
        rate=float(rate),
        proxies=_count(said, "PROXIES"),
        address=said["ADDRESS"],
        coarsen_km=coarsen_km,
        delay_days=delay_days,
    )


def _count(said: Mapping[str, str], name: str) -> int:
    if not _COUNT.fullmatch(said[name] or "0"):
        raise _wrong(name, "a whole number")
    return int(said[name] or "0")


def _origins(text: str) -> frozenset[str]:
    origins = frozenset(text.replace(",", " ").split())
    if origins != {ANYONE} and not all(map(_ORIGIN.fullmatch, origins)):
        example = "https://map.example.org, several parted by spaces, or *"
        raise _wrong("ORIGINS", f"addresses like {example}")
    return origins


def _wrong(name: str, wanted: str) -> SettingError:
    return SettingError(f"set {PREFIX}{name} to {wanted}, or leave it out")
