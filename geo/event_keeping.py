"""Events are kept as rows here, beside the claims that they follow from.

An act marks what it makes stale, in its own transaction: the claims that it is about,
and one other at each place where they were. Whoever makes those places' events again
takes the marks away in the same transaction, so that nothing is lost in between.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlalchemy import delete, insert, select, text

from extract.conflict import load_conflicts
from geo import schema
from geo.copies import copies
from geo.event_queries import node, of_places
from geo.event_records import EVENT_ID, place_key
from geo.event_tables import control, event, stale, weighing
from geo.events import DTYPES, cluster, frame, is_counted, value_of
from geo.ledger_tables import copy, publisher
from geo.logs import tell
from geo.names import fold
from geo.neighbours import around
from geo.publishers import publishers
from geo.querying import claims_where
from geo.timeline import STATE_DTYPES, states
from geo.weighing import Speakers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    import geopandas as gpd
    from sqlalchemy import Connection

    from extract.records import Conflict, Publisher
    from geo.acts import Written
    from geo.events import Event, PlacedClaim

RULES = "1"
"""Goes up when the same claims make other events, or events other control, than before;
stores are then reckoned anew. `tests/test_event_keeping.py` says when that is."""

AT_ONCE = 500
"""Marks whose places are made again in one transaction."""

MANY = 10_000
"""Claims whose events take so long to make that it is told first."""

_CHUNK = 10_000
_ADVICE = "tideline check --rebuild makes it again"


# By what events are weighed


def weighed_by(conflicts: Iterable[Conflict]) -> str:
    """Return a digest of what packs say of who is of one side and who publishes."""
    told = [(one.actors, one.publishers) for one in conflicts]
    sides = [([(a.name, a.side) for a in actors], said) for actors, said in told]
    return f"{RULES}:{sha256(repr(sides).encode()).hexdigest()}"


@lru_cache(maxsize=1)
def _installed() -> tuple[tuple[Conflict, ...], str]:
    packs = tuple(load_conflicts().values())
    return packs, weighed_by(packs)


@lru_cache(maxsize=4)
def _speakers(told: tuple[Publisher, ...]) -> Speakers:
    return Speakers(_installed()[0], told)


def are_kept(connection: Connection, conflicts: Iterable[Conflict]) -> bool:
    """Tell whether the events kept are those of today, weighed by these packs."""
    by = connection.execute(select(weighing.c.digest)).scalar()
    marked = connection.execute(select(stale.c.claim_id).limit(1)).first()
    return marked is None and by == weighed_by(conflicts)


def were_kept(connection: Connection) -> bool:
    """Tell whether events were ever kept here, or there are no claims to make any."""
    claim = connection.execute(select(schema.claim.c.claim_id).limit(1)).first()
    return claim is None or connection.execute(select(weighing)).first() is not None


# What an act makes stale


@contextmanager
def marked(connection: Connection, written: Written) -> Iterator[None]:
    """Mark whose weight an act changes that is not about their claims.

    Those are the claims of articles that are copies of another one by it, or no more,
    and all that publishers say of whom it tells.
    """
    tables = {table.name for table, rows in written if rows}
    turned = schema.undoing.name in tables
    told_by = copies(connection) if turned or copy.name in tables else None
    known = publishers(connection) if turned or publisher.name in tables else None
    yield
    if told_by is not None:
        changed = told_by.items() ^ copies(connection).items()
        _mark_of(connection, {article_id for article_id, _ in changed})
    if known is not None:
        _mark_said_by(connection, set(known) ^ set(publishers(connection)))


def mark(
    connection: Connection, claim_ids: Collection[str], before: Iterable[PlacedClaim]
) -> None:
    """Mark claims that an act is about, and the places where they were before it.

    Parameters
    ----------
    connection
        In the act's transaction.
    claim_ids
        What the act is about.
    before
        All, or the first of their kind, that bore on these before the act.
    """
    there = {
        place_key(one): one.claim.claim_id
        for one in before
        if one.claim.claim_id not in claim_ids and is_counted(one)
    }
    _put(connection, {*claim_ids, *there.values()})


def _put(connection: Connection, claim_ids: set[str]) -> None:
    for part in _parts(claim_ids):
        known = select(stale.c.claim_id).where(stale.c.claim_id.in_(part))
        new = set(part) - set(connection.execute(known).scalars())
        if new:
            connection.execute(insert(stale), [{"claim_id": one} for one in new])


def _mark_of(connection: Connection, article_ids: Collection[str]) -> None:
    for part in _parts(article_ids):
        claim = schema.claim.c
        ids = select(claim.claim_id).where(claim.article_id.in_(part))
        _put(connection, set(connection.execute(ids).scalars()))


def _mark_said_by(connection: Connection, changed: Collection[Publisher]) -> None:
    """Mark what publishers, or others, say or publish under any of their names."""
    names = {fold(name) for one in changed for name in (one.name, *one.aliases)}
    article, claim = schema.article.c, schema.claim.c
    for column in (article.publisher, claim.claimed_by):
        there = connection.execute(select(column).distinct()).scalars()
        meant = {name for name in there if name and fold(name) in names}
        for part in _parts(meant):
            query = select(claim.claim_id).join_from(schema.claim, schema.article)
            ids = connection.execute(query.where(column.in_(part))).scalars()
            _put(connection, set(ids))


def _mark_all(connection: Connection) -> None:
    connection.execute(delete(stale))
    every = select(schema.claim.c.claim_id)
    done = connection.execute(insert(stale).from_select(["claim_id"], every))
    if done.rowcount >= MANY:
        tell("making_events", claims=done.rowcount)


# Making events again


def refresh(connection: Connection, most: int = AT_ONCE) -> bool:
    """Make the events again that are stale; tell whether some are left.

    Parameters
    ----------
    connection
        In a transaction that may write.
    most
        Marks that are looked at, with all claims that bear on theirs.
    """
    digest = _installed()[1]
    by = connection.execute(select(weighing.c.digest)).scalar()
    if by != digest:
        connection.execute(delete(weighing))
        connection.execute(insert(weighing), [{"digest": digest}])
        _mark_all(connection)
    query = select(stale.c.claim_id).order_by(stale.c.claim_id).limit(most + 1)
    found = list(connection.execute(query).scalars())
    if found:
        speakers = _speakers(tuple(publishers(connection)))
        _make_again(connection, set(found[:most]), speakers)
    return len(found) > most


def lay_out(connection: Connection) -> None:
    """Have a server lay control out by its days, and count anew what there is.

    It follows the making of many events, place by place: what is asked for one day
    else lies on thousands of pages. A file's pages cost little to turn to.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("CLUSTER control USING ix_control_node_until"))
        connection.execute(text("ANALYZE event, control"))


def rebuild(connection: Connection) -> None:
    """Forget all events that are kept, so that `refresh` makes them anew."""
    for table in (event, control, weighing):
        connection.execute(delete(table))


def differing(connection: Connection) -> Iterator[str]:
    """Yield what of the events that are kept is not as all claims say, in words.

    What is stale is none of it.
    """
    packs, _ = _installed()
    if not are_kept(connection, packs):
        return
    speakers = _speakers(tuple(publishers(connection)))
    events = cluster(claims_where(connection), speakers=speakers)
    now = {one.event_id: event_row(one) for one in events}
    rows = connection.execute(select(event)).mappings()
    there = {row["event_id"]: dict(row) for row in rows}
    for event_id in sorted(there.keys() | now.keys()):
        if there.get(event_id) != now.get(event_id):
            yield f"event {event_id!r} is not what its claims say; {_ADVICE}"
    told = control_rows(states(frame(events)))
    held = [dict(row) for row in connection.execute(select(control)).mappings()]
    keys = {frozenset(row.items()) for row in told} ^ {
        frozenset(row.items()) for row in held
    }
    for place_id in sorted({dict(key)["place_id"] for key in keys}):
        yield f"control of place {place_id!r} is not what events say; {_ADVICE}"


def _make_again(
    connection: Connection, claim_ids: set[str], speakers: Speakers
) -> None:
    claims = around(connection, claim_ids)
    events = cluster(claims.values(), speakers=speakers)
    done = claim_ids | claims.keys()
    there = _rows_of(connection, (EVENT_ID + one for one in done))
    now = {one.event_id: event_row(one) for one in events}
    places = {
        row["place_id"]
        for event_id in there.keys() | now.keys()
        if there.get(event_id) != now.get(event_id)
        for row in (there.get(event_id), now.get(event_id))
        if row
    }
    _exchange(connection, there, now)
    _make_control(connection, places)
    for part in _parts(done):
        connection.execute(delete(stale).where(stale.c.claim_id.in_(part)))


def _rows_of(connection: Connection, event_ids: Iterable[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in _parts(event_ids):
        query = select(event).where(event.c.event_id.in_(part))
        rows = connection.execute(query).mappings()
        found |= {row["event_id"]: dict(row) for row in rows}
    return found


def _exchange(
    connection: Connection, there: Mapping[str, Any], now: Mapping[str, Any]
) -> None:
    gone = [one for one, row in there.items() if now.get(one) != row]
    for part in _parts(gone):
        connection.execute(delete(event).where(event.c.event_id.in_(part)))
    new = [row for one, row in now.items() if there.get(one) != row]
    if new:
        connection.execute(insert(event), new)


def _make_control(connection: Connection, place_ids: Collection[str]) -> None:
    for part in _parts(place_ids):
        connection.execute(delete(control).where(control.c.place_id.in_(part)))
        rows = control_rows(states(of_places(connection, part)))
        if rows:
            connection.execute(insert(control), rows)


_OF_EVENT = {name: value_of(name) for name in DTYPES if name != "geometry"} | {
    "claim_id": value_of("best.claim.claim_id"),
    "lon": value_of("location.lon"),
    "lat": value_of("location.lat"),
}
_TRUTHS = ("inside", "reviewed")


def _claim_ids(one: Event) -> str:
    return json.dumps([placed.claim.claim_id for placed in one.claims])


def event_row(one: Event) -> dict[str, Any]:
    """Return the row of the table `event` under which an event is kept."""
    row = {name: value(one) for name, value in _OF_EVENT.items()}
    row |= {name: int(row[name]) for name in _TRUTHS}
    return row | {"claim_ids": _claim_ids(one)}


def control_rows(held: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Return rows of the table `control`, of a frame from `geo.timeline.states`."""
    cells = {name: _cells(held[name], dtype) for name, dtype in _OF_STATE.items()}
    cells["day"] = cells.pop("first_day")
    cells["until"] = [one or date.max for one in cells.pop("last_day")]
    cells["node"] = list(map(node, cells["day"], cells["until"]))
    cells["lon"], cells["lat"] = held.geometry.x.tolist(), held.geometry.y.tolist()
    rows = zip(*cells.values(), strict=True)
    return [dict(zip(cells, row, strict=True)) for row in rows]


_OF_STATE = {name: one for name, one in STATE_DTYPES.items() if name != "geometry"}


def _cells(column: pd.Series, dtype: str) -> list[Any]:
    """Return the cells of a column as a database takes them, None for not known."""
    if dtype.startswith("datetime64"):
        days: list[date | None] = column.to_numpy().astype("datetime64[D]").tolist()
        return days
    if dtype == "bool":
        return [int(one) for one in column]
    return [None if pd.isna(one) else one for one in column.tolist()]


def _parts(ids: Iterable[str]) -> Iterator[list[str]]:
    """Yield ids in parts of as many as a statement takes, in their order."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]
