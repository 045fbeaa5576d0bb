"""Whether a store is sound is found out here, one line for each thing looked at.

Everything is made again of what is stored: digests, hashes, offsets, signatures.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, inspect, select
from sqlalchemy.exc import DBAPIError

from geo import rows, schema
from geo.chain import broken
from geo.event_keeping import differing
from geo.ledger_tables import copy, draft, layer, original, retrieval, signature
from geo.shingles import signature as signed
from geo.shingles import worded
from geo.sql_types import metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy import (
        Column,
        CompoundSelect,
        Connection,
        ForeignKeyConstraint,
        RowMapping,
        Select,
    )

    from geo.store import Store

    Faults = Iterable[str]
    Told = tuple[str, ...]

SHOWN = 5
"""Faults of one kind that are named; the others are counted."""


_NOT_KEPT = """
SELECT conname FROM pg_constraint
WHERE connamespace = 'tideline'::regnamespace AND NOT convalidated ORDER BY conname
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was looked at, and what is wrong with it: nothing if `faults` is empty."""

    name: str
    faults: tuple[str, ...]

    def __str__(self) -> str:
        if not self.faults:
            return f"{self.name}: sound"
        more = len(self.faults) - SHOWN
        shown = "; ".join(self.faults[:SHOWN])
        return f"{self.name}: {shown}" + (f"; and {more} more" if more > 0 else "")


def look(store: Store) -> Iterator[Looked]:
    """Yield how each thing about a store is; all of them in one state of it."""
    with store.reading() as connection:
        for name, faults in CHECKS.items():
            yield Looked(name=name, faults=_all(faults, connection))


def _all(faults: Callable[[Connection], Faults], connection: Connection) -> Told:
    """Return the faults, one of which may be that no more could be looked for."""
    found: list[str] = []
    try:
        # What fails on a server ends what it is part of; the other looks go on.
        with connection.begin_nested():
            found.extend(faults(connection))
    except DBAPIError as error:
        found.append(f"cannot be looked at: {error.orig}")
    except (LookupError, TypeError, ValueError) as error:
        found.append(f"cannot be looked at: {error}")
    return tuple(found)


def _file(connection: Connection) -> Faults:
    """Ask the database itself; SQLite also tries each rule of tables on each row."""
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql("PRAGMA integrity_check(50)").scalars()
        return [str(one) for one in found if one != "ok"]
    loose = connection.exec_driver_sql(_NOT_KEPT).scalars()
    return [f"the rule {name} was not tried on all rows" for name in loose]


def _tables(connection: Connection) -> Faults:
    there = inspect(connection)
    lacking = (name for name in sorted(metadata.tables) if not there.has_table(name))
    return [f"there is no table {name}" for name in lacking]


def _references(connection: Connection) -> Faults:
    for table in metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            if n := connection.execute(_without(key)).scalar():
                yield f"{n} of {table.name} without their {key.referred_table.name}"


def _without(key: ForeignKeyConstraint) -> Select[int]:
    """Count the rows that refer to what is not there."""
    parent = key.referred_table.alias()
    pairs = [(one.parent, parent.c[one.column.name]) for one in key.elements]
    there = exists().where(*(child == other for child, other in pairs))
    refers = (child.is_not(None) for child, _ in pairs)
    return select(func.count()).select_from(key.parent).where(*refers, ~there)


def _numbers(connection: Connection) -> Faults:
    acts = schema.revision.c.seq
    last, n = connection.execute(select(func.max(acts), func.count())).one()
    lost = (last or 0) - n
    return [f"{lost} acts before act {last} are gone"] if lost else []


def _digests(connection: Connection) -> Faults:
    found = sorted(set(broken(connection)))
    return [f"act {seq} is not what was written" for seq in found]


def _originals(connection: Connection) -> Faults:
    query = select(original.c.sha256, original.c.content)
    for row in connection.execute(query.execution_options(yield_per=1)):
        if sha256(row.content).hexdigest() != row.sha256:
            yield f"original {row.sha256} has other bytes"


def _contents(connection: Connection) -> Faults:
    for row in _articles(connection):
        if rows.content_hash(rows.article_of(row)) != row["content_hash"]:
            yield f"article {row['article_id']!r} is not what its hash was made of"


def _articles(connection: Connection) -> Iterator[RowMapping]:
    query = select(schema.article).order_by(schema.article.c.article_id)
    yield from connection.execute(query.execution_options(yield_per=200)).mappings()


def _offsets(connection: Connection) -> Faults:
    claim, article = schema.claim.c, schema.article.c
    ends = [claim[f"at_{part}_end"] for part in schema.EVIDENCE]
    query = (
        select(claim.claim_id, claim.char_start, claim.char_end, claim.sentence, *ends)
        .add_columns(article.text)
        .join_from(schema.claim, schema.article)
    )
    for row in connection.execute(query.execution_options(yield_per=200)):
        if row.text[row.char_start : row.char_end] != row.sentence:
            yield f"the sentence of claim {row.claim_id!r} is not at its offsets"
        elif any(end is not None and end > len(row.text) for end in row[4:-1]):
            yield f"evidence of claim {row.claim_id!r} is beyond its article's end"


def _orphans(connection: Connection) -> Faults:
    """Find what nothing leads to, which no key could say."""
    acts = schema.revision.c
    added = select(acts.article_id).where(acts.kind == "article")
    article, claim, kept = (
        schema.article.c.article_id,
        schema.claim.c.claim_id,
        original.c.sha256,
    )
    used = select(retrieval.c.sha256).union(
        select(layer.c.sha256), select(draft.c.sha256)
    )
    for column, leads, said in (
        (article, added, "no act added article"),
        (claim, select(schema.location.c.claim_id), "nothing placed claim"),
        (kept, used, "nothing was read from original"),
    ):
        yield from (f"{said} {one!r}" for one in _left(connection, column, leads))


def _left(
    connection: Connection,
    column: Column[Any],
    leads: Select[Any] | CompoundSelect[Any],
) -> Iterable[str]:
    return connection.execute(select(column).where(column.not_in(leads))).scalars()


def _copies(connection: Connection) -> Faults:
    """Hold that links go to what was there before, which leaves no way in a circle."""
    acts = schema.revision.c
    added = select(acts.article_id, acts.seq).where(acts.kind == "article").subquery()
    for name in ("article_id", "copy_of"):
        query = (
            select(copy.c.seq, copy.c[name])
            .outerjoin(added, added.c.article_id == copy.c[name])
            .where((added.c.seq > copy.c.seq) | added.c.seq.is_(None))
        )
        for seq, article_id in connection.execute(query):
            yield f"act {seq} links article {article_id!r}, which was not there yet"
    backwards = connection.execute(_one_before_other(added)).all()
    yield from (
        f"act {seq} links {one!r} to {other!r}, which came later"
        for seq, one, other in backwards
    )


def _one_before_other(added: Any) -> Select[Any]:  # noqa: ANN401 - a subquery
    one, other = added.alias(), added.alias()
    return (
        select(copy.c.seq, copy.c.article_id, copy.c.copy_of)
        .join(one, one.c.article_id == copy.c.article_id)
        .join(other, other.c.article_id == copy.c.copy_of)
        .where(copy.c.how != "reader", one.c.seq < other.c.seq)
    )


def _signatures(connection: Connection) -> Faults:
    found = connection.execute(select(signature)).all()
    kept = {row.article_id: row.sketch for row in found}
    for row in _articles(connection):
        sketch = signed(worded(row["text"])).sketch.astype("<u4").tobytes()
        # An older program's articles are signed when the next one comes.
        if kept.get(row["article_id"], sketch) != sketch:
            yield f"copies of article {row['article_id']!r} would not be found"


def _undoings(connection: Connection) -> Faults:
    undoing, acts = schema.undoing.c, schema.revision.c
    done = select(acts.seq, acts.kind).outerjoin(
        schema.undoing, undoing.seq == acts.seq
    )
    nothing = done.where(acts.kind == "undoing", undoing.seq.is_(None))
    for row in connection.execute(nothing):
        yield f"act {row.seq} undoes nothing"
    other = done.where(acts.kind != "undoing", undoing.seq.is_not(None))
    for row in connection.execute(other):
        yield f"act {row.seq}, of kind {row.kind}, undoes another"


CHECKS: dict[str, Callable[[Connection], Faults]] = {
    "file and rules": _file,
    "tables": _tables,
    "references": _references,
    "order of acts": _numbers,
    "digests of acts": _digests,
    "originals": _originals,
    "hashes of articles": _contents,
    "offsets of claims": _offsets,
    "nothing left alone": _orphans,
    "copies": _copies,
    "signatures": _signatures,
    "undoings": _undoings,
    "events": differing,
}
"""What is looked at, by the name that is printed."""
