"""What the API says of each event, claim, place and article is decided here.

Rows come from what exports are made of, so that both say the same.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.api.tables import Feature, Table, by_place, one_of, table, truth
from geo.credits import licence, place_credit
from geo.review import State
from geo.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo.api.leaving import Leaving
    from geo.api.stored import Stored
    from geo.events import Event, PlacedClaim
    from geo.querying import ArticleHeader

    Row = Mapping[str, Any]

_SENTENCES = "metadata only; the text is its publisher's"
_OF_CLAIM = (
    *("claim_id", "article_id", "place", "place_context", "gained_by"),
    *("lost_by", "date_prec", "date_text", "claimed_by"),
    *("sentence", "char_start", "char_end", "rule", "confidence", "extractor"),
)
"""The fields of a claim that leave as they are."""

_OF_ROW = (
    *("place_id", "radius_m", "where_prec", "place_source", "date_start", "date_end"),
    *("publisher", "url", "licence", "attribution"),
)


def point(row: Row) -> dict[str, Any] | None:
    """Return the GeoJSON point of a row, or None."""
    spot = row["geometry"]
    return None if spot is None else {"type": "Point", "coordinates": spot}


def moment(at: datetime) -> str:
    """Write a moment as RFC 3339 does, in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def days_of(rows: Sequence[Row], first: str, last: str) -> tuple[list[Any], list[Any]]:
    """Return two columns of ISO days as days, None for what is not known."""
    return tuple(  # type: ignore[return-value]
        [row[name] and date.fromisoformat(row[name]) for row in rows]
        for name in (first, last)
    )


def column(rows: Iterable[Row], name: str) -> list[Any]:
    """Return one value of each row."""
    return [row[name] for row in rows]


def events_table(
    leaving: Leaving, events: Sequence[Event], stored: Stored, before: Table | None
) -> Table:
    """Return the events as exports have them, and when they were stored and changed."""
    claims = {event.event_id: event.claims for event in events}
    rows = []
    for event_id, row in leaving.events.items():
        ids = [placed.claim.claim_id for placed in claims[event_id]]
        added_at = min(stored.added[one] for one in ids)
        changed_at = max(stored.changed[one] for one in ids)
        rows.append(
            {**row, "added_at": moment(added_at), "changed_at": moment(changed_at)}
        )
    filters = {
        "actor": one_of(column(rows, "gained_by"), column(rows, "lost_by")),
        "type": one_of(column(rows, "event_type")),
        "status": one_of(column(rows, "status")),
        "place": by_place(column(rows, "place_id"), column(rows, "place")),
        "publisher": one_of(column(rows, "publisher")),
        "reviewed": truth(column(rows, "reviewed")),
    }
    features = [_feature(row["event_id"], row) for row in rows]
    return table(features, days_of(rows, "date_start", "date_end"), filters, before)


def changed_at(events: Sequence[Event], leaving: Leaving, stored: Stored) -> np.ndarray:
    """Return when each event that leaves was stored or changed last, in order."""
    last = {
        event.event_id: max(stored.changed[one.claim.claim_id] for one in event.claims)
        for event in events
    }
    moments = [last[event_id].replace(tzinfo=None) for event_id in leaving.events]
    return np.array(moments, dtype="datetime64[us]")


def _feature(feature_id: str, row: Row) -> Feature:
    properties = {name: value for name, value in row.items() if name != "geometry"}
    return Feature(id=feature_id, geometry=point(row), properties=properties)


def claims_table(
    leaving: Leaving, events: Sequence[Event], stored: Stored, before: Table | None
) -> Table:
    """Return the claims, each with the event that it tells of, if that leaves too."""
    event_of = {
        placed.claim.claim_id: event
        for event in events
        if event.event_id in leaving.events
        for placed in event.claims
    }
    rows = [
        _claim(placed, leaving.claims[claim_id], event_of.get(claim_id), stored)
        for placed in stored.claims
        if (claim_id := placed.claim.claim_id) in leaving.claims
    ]
    filters = {
        "actor": one_of(column(rows, "gained_by"), column(rows, "lost_by")),
        "type": one_of(column(rows, "event_type")),
        "modality": one_of(column(rows, "modality")),
        "status": one_of(column(rows, "status")),
        "place": by_place(column(rows, "place_id"), column(rows, "place")),
        "publisher": one_of(column(rows, "publisher")),
        "reviewed": truth(column(rows, "reviewed")),
        "event": one_of(column(rows, "event_id")),
        "article": one_of(column(rows, "article_id")),
    }
    features = [_feature(row["claim_id"], row) for row in rows]
    return table(features, days_of(rows, "date_start", "date_end"), filters, before)


def _claim(
    placed: PlacedClaim, row: Row, event: Event | None, stored: Stored
) -> dict[str, Any]:
    claim = placed.claim
    return {
        **{name: getattr(claim, name) for name in _OF_CLAIM},
        **{name: row[name] for name in _OF_ROW},
        "event_id": event and event.event_id,
        "status": event and str(event.status),
        "event_type": str(claim.event_type),
        "modality": str(claim.modality),
        "associated": "; ".join(claim.associated) or None,
        "date_anchor": claim.date_anchor and str(claim.date_anchor),
        "claimant_type": str(claim.claimant_type),
        "state": str(placed.state),
        "reviewed": placed.state is not State.CANDIDATE,
        "copy_of": placed.copy_of,
        "article_title": placed.article_title,
        "published": placed.published and placed.published.isoformat(),
        "added_at": moment(stored.added[claim.claim_id]),
        "changed_at": moment(stored.changed[claim.claim_id]),
        "geometry": row["geometry"],
    }


def places_table(leaving: Leaving, before: Table | None) -> Table:
    """Return the places that events are at, with how much is told of each."""
    there: dict[str, list[Row]] = {}
    for row in leaving.events.values():
        there.setdefault(row["place_id"], []).append(row)
    coarsen_km = leaving.outgoing.coarsen_km
    rows = [_place(events, coarsen_km) for _, events in sorted(there.items())]
    filters = {"place": by_place(column(rows, "place_id"), column(rows, "place"))}
    features = [_feature(row["place_id"], row) for row in rows]
    return table(features, days_of(rows, "first_day", "last_day"), filters, before)


def _place(events: Sequence[Row], coarsen_km: int) -> dict[str, Any]:
    surest = min(events, key=lambda row: (row["radius_m"] or 0.0, row["event_id"]))
    named = Counter(row["place"] for row in events)
    first = [row["date_start"] for row in events if row["date_start"]]
    last = [row["date_end"] for row in events if row["date_end"]]
    source = surest["place_source"]
    return {
        "place_id": surest["place_id"],
        "place": min(named, key=lambda name: (-named[name], name)),
        "toponyms": "; ".join(sorted(named)),
        "radius_m": surest["radius_m"],
        "where_prec": surest["where_prec"],
        "place_source": source,
        "n_events": len(events),
        "n_claims": sum(row["n_claims"] for row in events),
        "first_day": min(first, default=None),
        "last_day": max(last, default=None),
        "licence": licence(source or "").split(";")[0],
        "attribution": f"Place: {place_credit(source or '', coarsen_km)}.",
        "geometry": surest["geometry"],
    }


def articles_table(
    leaving: Leaving, articles: Sequence[ArticleHeader], before: Table | None
) -> Table:
    """Return the articles without their texts."""
    until = leaving.until
    rows = [
        _article(one)
        for one in articles
        if until is None or (one.published and one.published <= until)
    ]
    filters = {"publisher": one_of(column(rows, "publisher"))}
    features = [_feature(row["article_id"], row) for row in rows]
    return table(features, days_of(rows, "published", "published"), filters, before)


def _article(header: ArticleHeader) -> dict[str, Any]:
    credit = listed((header.publisher, header.url)) or "publisher not named"
    return {
        "article_id": header.article_id,
        "title": header.title,
        "publisher": header.publisher,
        "url": header.url,
        "published": header.published and header.published.isoformat(),
        "lang": header.lang,
        "added_at": moment(header.added_at),
        "n_claims": header.n_claims,
        "licence": _SENTENCES,
        "attribution": credit,
        "geometry": None,
    }
