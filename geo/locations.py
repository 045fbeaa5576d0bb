"""What is known of where a claim's place lies: the record, and what makes one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from extract.records import Outline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from extract.records import Claim

NOTHING = Outline()
"""What an article says of places where nothing is known of that."""

MATCHES = (
    "exact", "fold", "variant", "relation", "container", "user", "online", "none",
)  # fmt: skip
"""How a location was found, from its name or from what the text says around it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A place that was thought of, and how much spoke for it; more is better."""

    place_id: str
    name: str
    lon: float
    lat: float
    country: str
    how: str
    score: float
    radius_m: float = 1_500.0
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where a claim's place lies, how surely, and why.

    `lon` and `lat` are degrees in EPSG:4326, `radius_m` metres around them that hold
    the place. `where_prec` is UCDP's: 1 exact, 2 near, 3 second-order area, 4
    first-order area, 5 vague area, 6 country. All four are None when `match` is
    "none". `place_id` is None where only the surroundings of the place are known.
    `source` names the list that the point is from, its licence and its day.
    """

    match: str
    reason: str
    name: str
    lon: float | None = None
    lat: float | None = None
    radius_m: float | None = None
    where_prec: int | None = None
    place_id: str | None = None
    source: str = ""
    candidates: tuple[Candidate, ...] = ()

    def __post_init__(self) -> None:
        if self.match not in MATCHES:
            raise ValueError(f"unknown match {self.match!r}; known are {MATCHES}")
        where = (self.lon, self.lat, self.radius_m, self.where_prec)
        if any((value is None) != (self.match == "none") for value in where):
            raise ValueError(f"{self.name}: a point and match {self.match} do not go")
        if self.lon is None or self.lat is None:
            return
        if not (-180 <= self.lon <= 180 and -90 <= self.lat <= 90):
            raise ValueError(
                f"{self.name}: lon {self.lon}, lat {self.lat} not on Earth"
            )


class Geocoder(Protocol):
    """Whatever places the claims of one article."""

    def __call__(
        self,
        claims: Sequence[Claim],
        countries: Sequence[str],
        outline: Outline = NOTHING,
    ) -> dict[str, Location]:
        """Return a location for each claim, by its id; all claims are of one article.

        `countries` are ISO codes, the main one first; `outline` what the article says
        of places besides: which it names, and how they lie to each other.
        """
        ...
