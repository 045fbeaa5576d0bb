"""The collections of the API: what each holds, what it can be asked by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extract.records import ClaimantType, DateAnchor, EventType, Modality
from geo.api.days import BY_DAY
from geo.credits import GENERAL
from geo.review import State
from geo.territory import LABEL
from geo.wording import STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_ENUMS: dict[str, Iterable[str]] = {
    "type": EventType,
    "modality": Modality,
    "status": STATUSES,
    "claimant": ClaimantType,
    "anchor": DateAnchor,
    "state": State,
    "evidence": ("firm", "thin"),
}
_FORMATS = {"date": "date", "moment": "date-time"}

_WHERE = {
    "place_id": "string?",
    "radius_m": "number?",
    "where_prec": "integer?",
    "place_source": "string?",
}
_WHEN = {"date_start": "date?", "date_end": "date?", "date_prec": "integer?"}
_SAID = {
    "sentence": "string",
    "article_id": "string",
    "char_start": "integer",
    "char_end": "integer",
    "publisher": "string?",
    "url": "string?",
}
_OWED = {"licence": "string", "attribution": "string"}
_KEPT = {"added_at": "moment", "changed_at": "moment"}

_EVENT = {
    "event_id": "string",
    "place": "string",
    **_WHERE,
    "event_type": "type",
    "gained_by": "string?",
    "lost_by": "string?",
    **_WHEN,
    "inside": "boolean",
    "status": "status",
    "n_claims": "integer",
    "n_publishers": "integer",
    "n_independent": "integer",
    "first_reported": "date?",
    "confidence": "number",
    **_SAID,
    "acled_sub_event": "string?",
    "plover": "string?",
    "reviewed": "boolean",
    "status_reason": "string?",
    "contradicts": "string?",
    "says_otherwise": "string?",
    **_OWED,
    **_KEPT,
}
_CLAIM = {
    "claim_id": "string",
    "event_id": "string?",
    "place": "string",
    "place_context": "string?",
    **_WHERE,
    "event_type": "type",
    "modality": "modality",
    "gained_by": "string?",
    "lost_by": "string?",
    "associated": "string?",
    **_WHEN,
    "date_text": "string?",
    "date_anchor": "anchor?",
    "claimed_by": "string?",
    "claimant_type": "claimant",
    "status": "status?",
    "state": "state",
    "reviewed": "boolean",
    "copy_of": "string?",
    **_SAID,
    "article_title": "string",
    "published": "date?",
    "rule": "string",
    "confidence": "number",
    "extractor": "string",
    **_OWED,
    **_KEPT,
}
_PLACE = {
    "place": "string",
    **_WHERE,
    "place_id": "string",
    "toponyms": "string",
    "n_events": "integer",
    "n_claims": "integer",
    "first_day": "date?",
    "last_day": "date?",
    **_OWED,
}
_ARTICLE = {
    "article_id": "string",
    "title": "string",
    "publisher": "string",
    "url": "string",
    "published": "date?",
    "lang": "string",
    "added_at": "moment",
    "n_claims": "integer",
    **_OWED,
}
_CONTROL = {
    "day": "date",
    "controlled_by": "string?",
    "place": "string",
    **_WHERE,
    "status": "status",
    "disputed": "boolean",
    "contested": "boolean",
    "attacked": "boolean",
    "event_id": "string",
    "since": "date",
    "last_reported": "date",
    "age_days": "integer",
    **_SAID,
    **_OWED,
}
_AREA = {
    "day": "date",
    "controlled_by": "string",
    "disputed": "boolean",
    "contested": "boolean",
    "evidence": "evidence",
    "n_places": "integer",
    "note": "string",
    "held_back": "string?",
    "attribution": "string",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One kind of features.

    `geometry` is their GeoJSON type, empty where they have none; `properties` has the
    kind of each property's values, with a ? where it may be null.
    """

    name: str
    title: str
    description: str
    geometry: str
    filters: tuple[str, ...]
    properties: Mapping[str, str]

    @property
    def by_day(self) -> bool:
        """Whether it is worked out for the day that `datetime` picks."""
        return self.name in BY_DAY


COLLECTIONS = {
    one.name: one
    for one in (
        Collection(
            name="events",
            title="Events",
            description="The claims that tell the same change of control, as one. "
            f"{GENERAL}",
            geometry="Point",
            filters=("actor", "type", "status", "place", "publisher", "reviewed"),
            properties=_EVENT,
        ),
        Collection(
            name="claims",
            title="Claims",
            description="What one sentence says about control of one place. Without "
            "geometry where the place is not known.",
            geometry="Point",
            filters=(
                *("actor", "type", "modality", "status", "place", "publisher"),
                *("reviewed", "event", "article"),
            ),
            properties=_CLAIM,
        ),
        Collection(
            name="places",
            title="Places",
            description="The places that events are at, and how much is told of them.",
            geometry="Point",
            filters=("place",),
            properties=_PLACE,
        ),
        Collection(
            name="articles",
            title="Articles",
            description="Where claims were read, without the texts, which are their "
            "publishers'. By the day of publication; they have no geometry.",
            geometry="",
            filters=("publisher",),
            properties=_ARTICLE,
        ),
        Collection(
            name="control",
            title="Control on a day",
            description="Who was last reported to hold each place at the end of a day: "
            "the one that datetime names, the last of an interval, else today. Nothing "
            "reported means unknown.",
            geometry="Point",
            filters=("actor", "status", "place"),
            properties=_CONTROL,
        ),
        Collection(
            name="areas",
            title="Control areas on a day",
            description=f"{LABEL}: the land that is nearest to a place and within 15 "
            "km of it, by who was last reported to hold the place at the end of a day, "
            "which datetime picks as for control.",
            geometry="MultiPolygon",
            filters=("actor",),
            properties=_AREA,
        ),
    )
}
"""All of them, by name, in the order in which they are listed."""


def schema_of(kind: str) -> dict[str, Any]:
    """Return the schema of a property's values."""
    word = kind.removesuffix("?")
    if word in _ENUMS:
        values: list[str | None] = [str(value) for value in _ENUMS[word]]
        # A null must be among the values too (OpenAPI 3.0.3, clarified in 3.0.4).
        schema: dict[str, Any] = {"type": "string", "enum": values}
        if kind != word:
            values.append(None)
    elif word in _FORMATS:
        schema = {"type": "string", "format": _FORMATS[word]}
    else:
        schema = {"type": word}
    return schema if kind == word else {**schema, "nullable": True}
