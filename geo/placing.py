"""How the claims of one article are placed, and placed anew when more is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.checks import Finding
    from geo.geocode import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """Where the places of one article's claims are.

    `locations` are by claim id. `countries` are the ISO 3166 alpha-2 codes at hand,
    the main one first. `findings` compare what the article states of distances and
    directions with the points chosen.
    """

    article_id: str
    locations: Mapping[str, Location]
    countries: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
