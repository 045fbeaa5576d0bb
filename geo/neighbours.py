"""Which stored claims bear on each other: those of one place, those bound together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import String, case, cast, exists, func, or_, select

from geo import schema
from geo.clusters import links
from geo.event_records import FOUND, place_key, unlisted
from geo.events import is_counted
from geo.ledger_tables import edit
from geo.querying import claims_where

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from geo.events import PlacedClaim

    Found = dict[str, PlacedClaim]

_CHUNK = 10_000
"""Ids that are asked for at once; SQLite takes three times as many."""


def around(
    connection: Connection, claim_ids: Collection[str], *, each: bool = True
) -> Found:
    """Return all claims that can be of one event with some, by their ids.

    Parameters
    ----------
    connection
        To the store.
    claim_ids
        The claims asked about; they are among those returned, where they are stored.
    each
        Where it is not set, of claims that say the same of a place the first alone is
        returned, but for those asked about and those that reviewers looked at: enough
        to know which events there are, by what ids.
    """
    wanted = set(claim_ids)
    # Reviewers may have moved these from where their rows lie, or bound them.
    known = _those(connection, wanted | _loose(connection))
    places: set[str] = set()
    while True:
        there = {id_: known[id_] for id_ in wanted & known.keys()}
        new = [one for one in there.values() if is_counted(one)]
        new = [one for one in new if place_key(one) not in places]
        places |= {place_key(one) for one in new}
        if new:
            ids = _at(connection, new, None if each else known.keys())
            known |= _those(connection, ids - known.keys())
        wanted |= {
            id_
            for id_, one in known.items()
            if is_counted(one) and place_key(one) in places
        }
        wanted |= _linked(known, wanted)
        known |= _those(connection, wanted - known.keys())
        if wanted & known.keys() == there.keys():
            return there


def _by_id(claims: Iterable[PlacedClaim]) -> Found:
    return {one.claim.claim_id: one for one in claims}


def _those(connection: Connection, claim_ids: Iterable[str]) -> Found:
    ids = sorted(claim_ids)
    found: Found = {}
    for start in range(0, len(ids), _CHUNK):
        part = schema.claim.c.claim_id.in_(ids[start : start + _CHUNK])
        found |= _by_id(claims_where(connection, part))
    return found


def _linked(known: Found, wanted: set[str]) -> set[str]:
    """Return what is bound to what is wanted, or the other way round."""
    found: set[str] = set()
    for id_, one in known.items():
        together = {id_, *links(one)}
        if len(together) > 1 and not wanted.isdisjoint(together):
            found |= together
    return found


def _at(
    connection: Connection,
    claims: Iterable[PlacedClaim],
    but: Collection[str] | None,
) -> set[str]:
    """Return the ids of the claims stored at the places of some.

    With `but`, of those that say the same only the first, without looking at `but`.
    """
    keys = {place_key(one) for one in claims}
    place_ids = {one.location.place_id for one in claims}
    queries = [_rows] if but is None else [_first_rows(but), _rows.where(_is_edited())]
    found: set[str] = set()
    for place_id in sorted(place_ids, key=str):
        # Not `IS NOT DISTINCT FROM`, for which PostgreSQL asks no index.
        column = schema.location.c.place_id
        where = column.is_(None) if place_id is None else column == place_id
        for query in queries:
            found |= set(_of_keys(connection.execute(query.where(where)), keys))
    return found


def _loose(connection: Connection) -> set[str]:
    """Return the claims of which edits, undone or not, say where they belong."""
    named = (f'"{name}"' for name in ("location", "bound_to", "duplicate_of"))
    query = select(edit.c.claim_id).where(
        edit.c.claim_id.is_not(None), or_(*map(edit.c.after.contains, named))
    )
    return set(connection.execute(query).scalars())


def _is_edited() -> ColumnElement[bool]:
    """Say of a claim that an edit, perhaps an undone one, is of it."""
    edited = select(edit.c.claim_id).where(edit.c.claim_id.is_not(None))
    return schema.claim.c.claim_id.in_(edited)


def _of_keys(rows: Iterable[Row[tuple[str, ...]]], keys: set[str]) -> Iterator[str]:
    """Yield the ids of rows that may be of these places; a container is read later."""
    for row in rows:
        is_own = row.matched in FOUND and row.place_id
        key = row.place_id
        if key is not None and not is_own:
            key = unlisted(row.place, key)
        if key is None or key in keys:
            yield row.claim_id


def _is_current() -> ColumnElement[bool]:
    later = schema.location.alias("later")
    return ~exists().where(
        later.c.claim_id == schema.location.c.claim_id,
        later.c.seq > schema.location.c.seq,
    )


_place = (schema.location.c.place_id, schema.location.c.matched, schema.claim.c.place)
_rows: Select[tuple[str, ...]] = (
    select(schema.claim.c.claim_id, *_place)
    .select_from(schema.location)
    .join(schema.claim, schema.claim.c.claim_id == schema.location.c.claim_id)
    .where(_is_current(), schema.location.c.lon.is_not(None))
)


def _first_rows(but: Collection[str]) -> Select[tuple[str, ...]]:
    claim, location = schema.claim.c, schema.location.c
    published = func.coalesce(cast(schema.article.c.published, String), "9999-12-31")
    # Days are ten characters, so that the least is of the earliest day.
    first = func.substr(func.min(published.concat(claim.claim_id)), 11)
    # What is undated is told apart by when it was published, and so is a denial.
    undated = or_(claim.date_start.is_(None), claim.modality == "denied")
    return (
        _rows.with_only_columns(first.label("claim_id"), *_place)
        .join(schema.article, schema.article.c.article_id == claim.article_id)
        .where(claim.claim_id.not_in(sorted(but)), ~_is_edited())
        .group_by(
            *_place,
            claim.event_type,
            claim.modality,
            claim.gained_by,
            claim.lost_by,
            claim.date_start,
            claim.date_end,
            case((undated, published), else_=""),
            case((location.place_id.is_(None), claim.claim_id), else_=""),
        )
    )
