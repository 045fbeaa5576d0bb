"""What can differ of a claim: its fields as JSON has them, and how they are checked.

Dates are one field, and so is each of the other things that only make sense together,
so that whichever edits are undone, what is left is a claim.
"""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from extract.records import (
    ClaimantType,
    DateAnchor,
    EventType,
    Evidence,
    Modality,
    Relation,
    RelationKind,
    Span,
)
from geo.locations import Location

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from enum import StrEnum

    from extract.records import Claim
    from geo.events import PlacedClaim

    Cells = dict[str, Any]

_KINDS: dict[str, type[StrEnum]] = {
    "event_type": EventType,
    "modality": Modality,
    "claimant_type": ClaimantType,
}
_PLAIN = (
    *("place", "place_kind", "gained_by", "gained_by_text", "lost_by"),
    *("lost_by_text", "claimed_by", "rule", "confidence", "extractor"),
)
_TOGETHER = ("associated", "dates", "evidence", "place_relations", "quote", "location")
FIELDS = (*_KINDS, *_PLAIN, *_TOGETHER)
"""All that can differ between two readings of one claim."""

CORRECTABLE = (
    *("event_type", "modality", "place", "gained_by", "lost_by", "associated"),
    *("date_start", "date_end", "claimed_by", "claimant_type", "location"),
)
"""What a reviewer can correct."""

MAX_CHARS = 200
"""How long a name may be that a reviewer gives."""

_NO_NAME = re.compile("[\\x00-\\x1f\\x7f\\ud800-\\udfff]")
_LOCATION = (
    *("match", "reason", "name", "lon", "lat", "radius_m", "where_prec", "place_id"),
    "source",
)


def told(placed: PlacedClaim, names: Iterable[str] = FIELDS) -> Cells:
    """Return fields of a claim and its location as JSON says them."""
    return {name: _tell(placed, name) for name in names}


def _tell(placed: PlacedClaim, name: str) -> Any:  # noqa: ANN401 - a JSON value
    tell = _TELL.get(name)
    if tell is not None:
        return tell(placed)
    value = getattr(placed.claim, name)
    return value.value if name in _KINDS else value


def _dates(claim: Claim) -> Cells | None:
    if claim.date_start is None or claim.date_end is None:
        return None
    return {
        "start": claim.date_start.isoformat(),
        "end": claim.date_end.isoformat(),
        "prec": claim.date_prec,
        "text": claim.date_text,
        "anchor": claim.date_anchor.value if claim.date_anchor else None,
    }


def _spans(evidence: Evidence) -> Cells:
    spans = ((part, getattr(evidence, part)) for part in Evidence.__dataclass_fields__)
    return {part: [span.start, span.end] for part, span in spans if span}


def _relations(claim: Claim) -> list[Cells]:
    return [
        {**asdict(one), "kind": one.kind.value, "distance_km": one.distance_km}
        for one in claim.place_relations
    ]


_TELL: dict[str, Callable[[PlacedClaim], Any]] = {
    "associated": lambda placed: list(placed.claim.associated),
    "dates": lambda placed: _dates(placed.claim),
    "evidence": lambda placed: _spans(placed.claim.evidence),
    "place_relations": lambda placed: _relations(placed.claim),
    "quote": lambda placed: [
        placed.claim.char_start,
        placed.claim.char_end,
        placed.claim.sentence,
    ],
    "location": lambda placed: {n: getattr(placed.location, n) for n in _LOCATION},
}


def retold(placed: PlacedClaim, cells: Mapping[str, Any]) -> PlacedClaim:
    """Return a claim with other fields; the inverse of `told`."""
    changes: Cells = {}
    for name, value in cells.items():
        if name in _KINDS:
            changes[name] = _KINDS[name](value)
        elif name in _PLAIN:
            changes[name] = value
        elif name != "location":
            changes |= _READ[name](value)
    location = placed.location
    if "location" in cells:
        location = Location(**cells["location"], candidates=location.candidates)
    return replace(placed, claim=replace(placed.claim, **changes), location=location)


def _date_fields(value: Cells | None) -> Cells:
    if value is None:
        names = ("date_start", "date_end", "date_prec", "date_text", "date_anchor")
        return dict.fromkeys(names)
    return {
        "date_start": date.fromisoformat(value["start"]),
        "date_end": date.fromisoformat(value["end"]),
        "date_prec": value["prec"],
        "date_text": value["text"],
        "date_anchor": DateAnchor(value["anchor"]) if value["anchor"] else None,
    }


def _evidence_of(value: Mapping[str, list[int]]) -> Evidence:
    spans: Cells = {p: Span(start=s, end=e) for p, (s, e) in value.items()}
    return Evidence(**spans)


_READ: dict[str, Callable[[Any], Cells]] = {
    "associated": lambda value: {"associated": tuple(value)},
    "dates": _date_fields,
    "evidence": lambda value: {"evidence": _evidence_of(value)},
    "place_relations": lambda value: {
        "place_relations": tuple(
            Relation(**{**one, "kind": RelationKind(one["kind"])}) for one in value
        )
    },
    "quote": lambda value: dict(
        zip(("char_start", "char_end", "sentence"), value, strict=True)
    ),
}


def corrections(placed: PlacedClaim, changes: Mapping[str, object]) -> Cells:
    """Return, as `told` says them, the fields that corrections change of a claim.

    Parameters
    ----------
    placed
        The claim as it stands.
    changes
        New values by the names of `CORRECTABLE`; kinds as such or as text, days as
        `date`, a `Location`, None or an empty text for what is not known. If only one
        of the two days is given, the other stays as it is, or is the same day.

    Raises
    ------
    ValueError
        With what is wrong with a value, or that there is no such field.
    """
    if unknown := sorted(set(changes) - set(CORRECTABLE)):
        raise ValueError(
            f"{unknown[0]!r} cannot be corrected; what can: {', '.join(CORRECTABLE)}"
        )
    cells: Cells = {
        name: _checked(name, value)
        for name, value in changes.items()
        if name not in {"date_start", "date_end"}
    }
    if "date_start" in changes or "date_end" in changes:
        cells["dates"] = _new_dates(placed.claim, changes)
    if "place" in cells and cells["place"] is None:
        raise ValueError("a claim needs a place; reject it if it tells of none")
    changed = {n: v for n, v in cells.items() if v != _tell(placed, n)}
    retold(placed, changed)  # what the records refuse is refused here
    return changed


def _checked(name: str, value: object) -> Any:  # noqa: ANN401 - a JSON value
    if name in _KINDS:
        known = [kind.value for kind in _KINDS[name]]
        if value not in known:
            raise ValueError(f"unknown {name} {value!r}; known are {', '.join(known)}")
        return str(value)
    if name == "location":
        if not isinstance(value, Location):
            raise ValueError(f"{value!r} is no location")
        return {n: getattr(value, n) for n in _LOCATION}
    if name == "associated":
        if not isinstance(value, list | tuple):
            raise ValueError("associated is a list of names")
        return [text for one in value if (text := a_name(name, one))]
    return a_name(name, value)


def a_name(field: str, value: object) -> str | None:
    """Return a name that a reviewer gave, trimmed, or None for an empty one.

    Raises
    ------
    ValueError
        If it is no text, too long, or has characters that no name has.
    """
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError(f"{field} is a text, not {value!r}")
    if len(value) > MAX_CHARS:
        raise ValueError(f"{field} is longer than {MAX_CHARS} characters")
    if _NO_NAME.search(value):
        raise ValueError(f"{field} has a character that no name has")
    return value.strip() or None


def _new_dates(claim: Claim, changes: Mapping[str, object]) -> Cells | None:
    given = [changes.get("date_start"), changes.get("date_end")]
    if not any(given):
        return None
    start = changes.get("date_start", claim.date_start) or given[1]
    end = changes.get("date_end", claim.date_end) or given[0]
    if type(start) is not date or type(end) is not date:
        raise ValueError(f"{start!r} to {end!r} are no days")
    if (start, end) == (claim.date_start, claim.date_end):
        return _dates(claim)
    if start > end:
        raise ValueError(f"the first day {start} is after the last day {end}")
    anchor = claim.date_anchor or DateAnchor.ABSOLUTE
    return {
        "start": start.isoformat(),
        "end": end.isoformat(),
        "prec": precision(start, end),
        "text": claim.date_text,
        "anchor": anchor.value,
    }


def precision(start: date, end: date) -> int:
    """Return UCDP's precision of days: 1 a day, 2 two to six, 3 a week, 4 a month."""
    days = (end - start).days + 1
    return 1 + sum(days > most for most in (1, 6, 7, 31))
