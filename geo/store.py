"""Where articles, claims and the places found for them are kept, for good.

SQLite behind SQLAlchemy Core. Each write is one transaction; nothing is ever deleted
or overwritten; the database refuses what the records would refuse (`geo/schema.py`).

    StoreError              the store cannot be used, or not for this
    └── ArticleRefusedError      one article cannot be stored; the store is as before
"""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from geo import rows, schema
from geo.database import StoreError, explained, open_engine, path_of, reading, writing
from geo.events import EVENT_ID, PlacedClaim, cluster, frame, place_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime
    from pathlib import Path
    from types import TracebackType

    import geopandas as gpd
    from sqlalchemy import ColumnElement, Connection, Engine, Select

    from extract.records import Article, Claim, Conflict, Relation
    from geo.geocode import Location

__all__ = [
    "ArticleHeader",
    "ArticleRefusedError",
    "PlacedClaim",
    "Store",
    "StoreError",
    "open_store",
]

# NUL ends a text in most formats that a store is handed on in; a lone surrogate is no
# character at all.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class ArticleRefusedError(StoreError, ValueError):
    """An article cannot be stored as it is; the store is as it was before."""

    def __init__(self, article_id: str, reason: str) -> None:
        super().__init__(f"article {article_id!r} {reason}")
        self.article_id = article_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleHeader:
    """A stored article without its text; `added_at` is in UTC."""

    article_id: str
    title: str
    publisher: str
    url: str
    published: date | None
    lang: str
    added_at: datetime
    n_claims: int


def open_store(where: str | Path, *, create: bool = True) -> Store:
    """Open a store, made or migrated first where need be.

    Parameters
    ----------
    where
        The file's path, or an `sqlite:///` URL.
    create
        Make a new store if there is none, and the folders above it.

    Raises
    ------
    StoreError
        With what to do, if there is no such store, it cannot be read or made, it is
        another kind of file, or a newer program made it.
    """
    path = path_of(where)
    return Store(path, open_engine(path, create=create))


class Store:
    """An open store; close it, or use it in a `with` statement.

    Opened for each run: it may be read from several threads, and written to by
    several processes, which wait for one another.
    """

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self._engine = engine

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def add(
        self,
        article: Article,
        claims: Sequence[Claim],
        locations: Mapping[str, Location],
        *,
        now: datetime,
    ) -> bool:
        """Store an article, its claims, and where their places are; all or nothing.

        Parameters
        ----------
        article
            It counts as stored already if its id is, or if another one has the same
            title, publisher, day and text.
        claims
            What it says, in the order to keep.
        locations
            By claim id, one for each claim.
        now
            When this is done, with a time zone.

        Returns
        -------
        bool
            False if it was stored already; then nothing changes.

        Raises
        ------
        ArticleRefusedError
            If its id is taken by another text, or the claims do not fit the text.
        StoreError
            If the store cannot be written to.
        """
        if now.tzinfo is None:
            raise ValueError(f"the moment {now} needs a time zone")
        _check_fits(article, claims, locations)
        try:
            with explained(self.path), writing(self._engine) as connection:
                if _is_stored(connection, article):
                    return False
                _insert(connection, article, claims, locations, now)
        except StoreError as error:
            if isinstance(error.__cause__, IntegrityError):
                reason = f"breaks a rule of the store: {error.__cause__.orig}"
                raise ArticleRefusedError(article.article_id, reason) from error
            raise
        return True

    def articles(self) -> list[ArticleHeader]:
        """Return all articles without their texts, in the order they were added."""
        claims = select(schema.claim.c.article_id, func.count().label("n_claims"))
        counted = claims.group_by(schema.claim.c.article_id).subquery()
        query = (
            select(
                *(
                    c
                    for c in schema.article.c
                    if c.name not in {"text", "content_hash"}
                ),
                schema.revision.c.at.label("added_at"),
                func.coalesce(counted.c.n_claims, 0).label("n_claims"),
            )
            .join(schema.revision)
            .outerjoin(counted, counted.c.article_id == schema.article.c.article_id)
            .order_by(schema.revision.c.seq)
        )
        with self._reading() as connection:
            return [
                ArticleHeader(**row) for row in connection.execute(query).mappings()
            ]

    def article(self, article_id: str) -> Article | None:
        """Return an article with its text, or None."""
        query = select(schema.article).where(schema.article.c.article_id == article_id)
        with self._reading() as connection:
            row = connection.execute(query).mappings().first()
        return rows.article_of(row) if row else None

    def claims(self, article_id: str | None = None) -> list[PlacedClaim]:
        """Return the claims of one article or of all, in the order they were added."""
        if article_id is None:
            return self._claims()
        return self._claims(schema.claim.c.article_id == article_id)

    def unplaced(self) -> list[PlacedClaim]:
        """Return the claims whose place has no coordinates, in the order added."""
        return self._claims(schema.location.c.matched == "none")

    def events(self, conflicts: Iterable[Conflict] = ()) -> gpd.GeoDataFrame:
        """Return all events that have coordinates, as `geo.events.frame` does."""
        return frame(cluster(self.claims(), conflicts=conflicts))

    def event_claims(self, event_id: str) -> list[PlacedClaim]:
        """Return the claims of an event, the best first; empty if there is none.

        An event's id is made of one of its claims, which it never loses: an id that
        was handed out stays good when the event grows or merges with another.
        """
        claim_id = event_id.removeprefix(EVENT_ID)
        found = self._claims(schema.claim.c.claim_id == claim_id)
        if not found or found[0].location.lon is None:
            return []
        # All claims of one place key have one place id, or none.
        place_id = schema.location.c.place_id.is_not_distinct_from(
            found[0].location.place_id
        )
        key = place_key(found[0])
        there = [
            placed for placed in self._claims(place_id) if place_key(placed) == key
        ]
        for event in cluster(there):
            if claim_id in {placed.claim.claim_id for placed in event.claims}:
                return list(event.claims)
        return []

    def version(self) -> str:
        """Return a text that changes whenever anything served from here changes."""
        query = select(schema.revision.c.digest).order_by(schema.revision.c.seq.desc())
        with self._reading() as connection:
            return connection.execute(query.limit(1)).scalar() or "empty"

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with explained(self.path), reading(self._engine) as connection:
            yield connection

    def _claims(self, *where: ColumnElement[bool]) -> list[PlacedClaim]:
        wanted = _placed_claims().where(*where)
        only = None
        if where:
            only = schema.relation.c.claim_id.in_(
                wanted.with_only_columns(schema.claim.c.claim_id).order_by(None)
            )
        with self._reading() as connection:
            relations = _relations(connection, only)
            found = connection.execute(wanted).mappings().all()
        return [_placed(row, relations[row["claim_id"]]) for row in found]


def _check_fits(
    article: Article, claims: Sequence[Claim], locations: Mapping[str, Location]
) -> None:
    for name in ("article_id", "text", "title", "publisher", "url", "lang"):
        if _UNSTORABLE.search(getattr(article, name)):
            raise ArticleRefusedError(
                article.article_id, f"has a character that is none in its {name}"
            )
    for claim in claims:
        if fault := _fault(article, claim, locations):
            raise ArticleRefusedError(
                article.article_id, f"does not fit claim {claim.claim_id}: {fault}"
            )


def _fault(
    article: Article, claim: Claim, locations: Mapping[str, Location]
) -> str | None:
    if claim.article_id != article.article_id:
        return f"that is of article {claim.article_id!r}"
    if article.text[claim.char_start : claim.char_end] != claim.sentence:
        return "its sentence does not stand at its offsets"
    spans = (getattr(claim.evidence, part) for part in schema.EVIDENCE)
    if any(span and span.end > len(article.text) for span in spans):
        return "its evidence lies beyond the end of the text"
    if claim.claim_id not in locations:
        return "it has no location"
    return None


def _is_stored(connection: Connection, article: Article) -> bool:
    table = schema.article.c
    text = select(table.text).where(table.article_id == article.article_id)
    stored = connection.execute(text).scalar()
    if stored is None:
        same = table.content_hash == rows.content_hash(article)
        return (
            connection.execute(select(table.article_id).where(same)).first() is not None
        )
    if stored != article.text:
        raise ArticleRefusedError(
            article.article_id,
            "is stored with another text; give the new one an id of its own",
        )
    return True


def _insert(
    connection: Connection,
    article: Article,
    claims: Sequence[Claim],
    locations: Mapping[str, Location],
    now: datetime,
) -> None:
    written: list[tuple[Any, list[dict[str, Any]]]] = [
        (schema.article, [rows.article_row(article)]),
        (schema.claim, [rows.claim_row(claim, n) for n, claim in enumerate(claims)]),
        (
            schema.relation,
            [row for claim in claims for row in rows.relation_rows(claim)],
        ),
        (
            schema.location,
            [rows.location_row(c.claim_id, locations[c.claim_id]) for c in claims],
        ),
    ]
    for table, table_rows in written:
        if table_rows:
            connection.execute(table.insert(), table_rows)
    last = select(schema.revision.c.digest).order_by(schema.revision.c.seq.desc())
    before = connection.execute(last.limit(1)).scalar() or ""
    revision = {
        "at": now,
        "kind": "article",
        "article_id": article.article_id,
        "digest": rows.chained(before, [table_rows for _, table_rows in written]),
    }
    connection.execute(schema.revision.insert(), [revision])


def _placed_claims() -> Select[Any]:
    return (
        select(
            schema.claim,
            *(c for c in schema.location.c if c.name != "claim_id"),
            schema.article.c.title.label("article_title"),
            schema.article.c.publisher,
            schema.article.c.url,
            schema.article.c.published,
        )
        .select_from(schema.claim)
        .join(schema.location)
        .join(schema.article, schema.article.c.article_id == schema.claim.c.article_id)
        .join(
            schema.revision,
            schema.revision.c.article_id == schema.article.c.article_id,
        )
        .order_by(schema.revision.c.seq, schema.claim.c.ordinal)
    )


def _relations(
    connection: Connection, only: ColumnElement[bool] | None
) -> defaultdict[str, tuple[Relation, ...]]:
    table = schema.relation
    query = select(table).order_by(table.c.claim_id, table.c.ordinal)
    if only is not None:
        query = query.where(only)
    found: defaultdict[str, tuple[Relation, ...]] = defaultdict(tuple)
    for row in connection.execute(query).mappings():
        found[row["claim_id"]] += (rows.relation_of(row),)
    return found


def _placed(row: Any, relations: tuple[Relation, ...]) -> PlacedClaim:  # noqa: ANN401 - a row of a join
    return PlacedClaim(
        claim=rows.claim_of(row, relations),
        location=rows.location_of(row),
        article_title=row["article_title"],
        publisher=row["publisher"],
        url=row["url"],
        published=row["published"],
    )
