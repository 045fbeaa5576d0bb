"""The chain of digests over all acts: how it is made, and made again to check it.

An act's digest is of what it wrote and of the digest before it, so that nothing that
was written can be changed unseen. Not in it are what follows from the rest (signatures,
what became of events), original bytes, whose own digest stands in what refers to them,
and the moment of an act, so that the same acts give the same digests at any time.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, Table, and_, func, literal_column, select

from geo import event_tables, ledger_tables, rows, schema
from geo.sql_types import Day, Moment, metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Column, ColumnElement, Connection, RowMapping, Select

    Rows = Sequence[Mapping[str, Any]]
    Written = Iterable[tuple[Table, Rows]]

RECIPE = "2:"
"""Stands before the digests that are made as below; older ones have nothing there."""

_APART = {*ledger_tables.MADE, *event_tables.KEPT, "original"}


def chained(before: str, head: Sequence[str | None], written: Written) -> str:
    """Return the digest of an act.

    Parameters
    ----------
    before
        The digest of the act before, or nothing.
    head
        Its kind, its article, who did it and why.
    written
        Its rows by table, in any order.
    """
    content: dict[str, list[str]] = {}
    for table, table_rows in written:
        if table.name not in _APART and table_rows:
            told = content.setdefault(table.name, [])
            told.extend(_told(table, row) for row in table_rows)
    for told in content.values():
        told.sort()
    return RECIPE + rows.chained(before, [list(head), content])


def _told(table: Table, row: Mapping[str, Any]) -> str:
    cells = {column.name: _cell(column, row.get(column.name)) for column in table.c}
    return json.dumps(cells, sort_keys=True, ensure_ascii=False)


def _cell(column: Column[Any], value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    """Return a value as it comes back from the store."""
    if value is None or isinstance(column.type, Day | Moment):
        return _moment(value)
    if isinstance(column.type, Integer):
        return int(value)
    if column.type.python_type is float:
        return float(value) + 0.0  # SQLite keeps no sign of zero
    return str(value)


def _moment(value: date | datetime | None) -> str | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if value else None


def broken(connection: Connection) -> Iterator[int]:
    """Yield the numbers of the acts whose digest is not that of what is stored.

    Whatever follows on an act is checked by the digest that the act has, not by the one
    that it should have.
    """
    # Digests of older programs count rows in the order in which they were written.
    place = "rowid" if connection.dialect.name == "sqlite" else "ctid"
    parts = [_Acts(connection, table, query) for table, query in _queries(place)]
    before = ""
    acts = select(schema.revision).order_by(schema.revision.c.seq)
    for act in connection.execute(acts).mappings():
        written = [(part.table, part.rows_of(act["seq"])) for part in parts]
        if act["digest"] != _again(before, act, written):
            yield act["seq"]
        before = act["digest"]
    for part in parts:
        yield from part.left()


class _Acts:
    """The rows of one table, act by act."""

    def __init__(
        self, connection: Connection, table: Table, query: Select[Any]
    ) -> None:
        self.table = table
        found = connection.execute(query.execution_options(yield_per=500)).mappings()
        self._groups = groupby(found, key=lambda row: row["act"])
        self._next = next(self._groups, None)

    def rows_of(self, seq: int) -> Rows:
        if self._next is None or self._next[0] != seq:
            return []
        found = [dict(row) for row in self._next[1]]
        self._next = next(self._groups, None)
        return found

    def left(self) -> Iterator[int]:
        """Yield acts that are not there, whose rows were therefore never asked for."""
        while self._next is not None:
            yield self._next[0]
            self._next = next(self._groups, None)


def _queries(place: str) -> Iterator[tuple[Table, Select[Any]]]:
    """Yield each table whose rows belong to acts, with a query for them in order.

    `place` is the database's own name for where a row lies.
    """

    def in_order(table: Table) -> ColumnElement[Any]:
        return literal_column(f'"{table.name}".{place}')

    article, claim, relation = schema.article, schema.claim, schema.relation
    added = and_(
        schema.revision.c.article_id == article.c.article_id,
        schema.revision.c.kind == "article",
    )
    act = schema.revision.c.seq.label("act")
    yield article, select(article, act).join(schema.revision, added).order_by("act")
    # A claim comes with where its place is.
    at = schema.location.c
    first = select(at.claim_id, func.min(at.seq).label("act")).group_by(at.claim_id)
    told = first.subquery()
    for table in (claim, relation):
        of_it = told.c.claim_id == table.c.claim_id
        query = select(table, told.c.act).join(told, of_it)
        yield table, query.order_by(told.c.act, in_order(table))
    whose = claim.c.article_id.label("of_article")
    placed = select(schema.location, at.seq.label("act"), whose).join(claim)
    yield schema.location, placed.order_by("act", in_order(schema.location))
    for table in metadata.sorted_tables:
        if table.name not in {*_APART, "revision", "location"} and "seq" in table.c:
            query = select(table, table.c.seq.label("act"))
            yield table, query.order_by("act", in_order(table))


def _again(before: str, act: RowMapping, written: Written) -> str:
    if act["digest"].startswith(RECIPE):
        head = [act[name] for name in ("kind", "article_id", "who", "why")]
        return chained(before, head, written)
    return rows.chained(before, _as_before(act["kind"], dict(written)))


# Acts of programs before schema 0003


def _as_before(kind: str, written: Mapping[Table, Rows]) -> list[Any]:
    """Return what the digest of an older program's act was made of."""
    cells = {table: [_plain(row) for row in found] for table, found in written.items()}
    if kind == "article":
        names = (schema.article, schema.claim, schema.relation)
        told = [cells[table] for table in names]
        if not cells[schema.placing]:
            return [*told, [_of_the_first(row) for row in cells[schema.location]]]
        return [kind, *told, *_placings(written)]
    reason = {"choice": schema.choice, "undoing": schema.undoing}.get(kind)
    said = [cells[reason]] if reason is not None else []
    return [kind, *said, *_placings(written)]


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    truths = {"at_most", "at_least", "agrees"}
    return {
        name: bool(value) if name in truths else value
        for name, value in row.items()
        if name not in {"act", "of_article"}
    }


def _of_the_first(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in row if name not in {"seq", "source"}}


def _placings(written: Mapping[Table, Rows]) -> Iterator[list[Any]]:
    """Yield, for each article placed, its placing, its locations and its findings."""
    for placing in written[schema.placing]:
        one = placing["article_id"]
        located, found = written[schema.location], written[schema.finding]
        yield [_plain(placing)]
        yield [_plain(row) for row in located if row["of_article"] == one]
        yield [_plain(row) for row in found if row["article_id"] == one]
