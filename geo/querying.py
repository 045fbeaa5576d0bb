"""The store's queries: claims with where they are now, choices that still stand."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select

from geo import rows, schema
from geo.acts import undone
from geo.copies import copies
from geo.database import StoreError
from geo.edits import as_reviewed, taken_back
from geo.events import PlacedClaim

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy import ColumnElement, Connection, ScalarSelect, Select

    from extract.records import Relation
    from geo.choices import Choice


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an online gazetteer answered, as it came, and when; `at` is in UTC.

    `service` is the gazetteer's address.
    """

    service: str
    raw: str
    at: datetime


def article_headers(connection: Connection) -> list[ArticleHeader]:
    """Return all articles without their texts, in the order they were added."""
    claims = select(schema.claim.c.article_id, func.count().label("n_claims"))
    claims = claims.where(schema.claim.c.claim_id.not_in(taken_back(connection)))
    counted = claims.group_by(schema.claim.c.article_id).subquery()
    header = (c for c in schema.article.c if c.name not in {"text", "content_hash"})
    query = (
        select(
            *header,
            schema.revision.c.at.label("added_at"),
            func.coalesce(counted.c.n_claims, 0).label("n_claims"),
        )
        .join(schema.revision, added())
        .outerjoin(counted, counted.c.article_id == schema.article.c.article_id)
        .order_by(schema.revision.c.seq)
    )
    return [ArticleHeader(**row) for row in connection.execute(query).mappings()]


def toponyms_of_articles(connection: Connection) -> dict[str, set[str]]:
    """Return the names of each article's places and of what they lie by, by id."""
    claim, relation = schema.claim.c, schema.relation.c
    own = select(claim.article_id, claim.place)
    near = select(claim.article_id, relation.toponym).join_from(
        schema.claim, schema.relation
    )
    found: defaultdict[str, set[str]] = defaultdict(set)
    for article_id, toponym in connection.execute(own.union(near)):
        found[article_id].add(toponym)
    return dict(found)


def added() -> ColumnElement[bool]:
    """Say that a revision is the act that added the article."""
    return and_(
        schema.revision.c.article_id == schema.article.c.article_id,
        schema.revision.c.kind == "article",
    )


def open_choices(connection: Connection) -> dict[int, Choice]:
    """Return the choices that are not undone by their numbers, in order."""
    gone = undone(connection)
    made = all_choices(connection)
    return {seq: choice for seq, choice in made.items() if seq not in gone}


def check_unchanged(connection: Connection, standing: Sequence[Choice]) -> None:
    """Refuse what was reckoned by choices that are not those that stand now."""
    if list(open_choices(connection).values()) != list(standing):
        raise StoreError("a reader placed something meanwhile; try again")


def all_choices(connection: Connection) -> dict[int, Choice]:
    """Return the choices, undone or not, by their numbers, in order."""
    query = select(schema.choice).order_by(schema.choice.c.seq)
    found = connection.execute(query).mappings()
    return {row["seq"]: rows.choice_of(row) for row in found}


def latest(article_id: str) -> ScalarSelect[Any]:
    """Return the act that placed an article last."""
    table = schema.placing.c
    last = select(func.max(table.seq)).where(table.article_id == article_id)
    return last.scalar_subquery()


def placed_claims() -> Select[Any]:
    """Select claims with their present locations, in the order they were added."""
    later = schema.location.alias("later")
    latest = select(func.max(later.c.seq)).where(
        later.c.claim_id == schema.claim.c.claim_id
    )
    return (
        select(
            schema.claim,
            *(c for c in schema.location.c if c.name not in {"claim_id", "seq"}),
            schema.article.c.title.label("article_title"),
            schema.article.c.publisher,
            schema.article.c.url,
            schema.article.c.published,
        )
        .select_from(schema.claim)
        .join(
            schema.location,
            and_(
                schema.location.c.claim_id == schema.claim.c.claim_id,
                schema.location.c.seq == latest.scalar_subquery(),
            ),
        )
        .join(schema.article, schema.article.c.article_id == schema.claim.c.article_id)
        .join(
            schema.revision,
            added(),
        )
        .order_by(schema.revision.c.seq, schema.claim.c.ordinal)
    )


def claims_where(
    connection: Connection, *where: ColumnElement[bool]
) -> list[PlacedClaim]:
    """Return all claims, or some, as they stand, in the order they were added."""
    return as_they_stand(connection, claims_as_stored(connection, *where))


def claims_as_stored(
    connection: Connection, *where: ColumnElement[bool]
) -> list[PlacedClaim]:
    """Return all claims, or some, as if nobody had reviewed them."""
    wanted = placed_claims().where(*where)
    only = None
    if where:
        only = schema.relation.c.claim_id.in_(
            wanted.with_only_columns(schema.claim.c.claim_id).order_by(None)
        )
    relations = relations_of(connection, only)
    found = connection.execute(wanted).mappings().all()
    return [placed_claim(row, relations[row["claim_id"]]) for row in found]


def as_they_stand(
    connection: Connection, claims: list[PlacedClaim]
) -> list[PlacedClaim]:
    """Return claims with what people and copies make of them, in their order."""
    told_by = copies(connection)
    marked = [
        replace(one, copy_of=told_by[one.claim.article_id])
        if one.claim.article_id in told_by
        else one
        for one in claims
    ]
    return as_reviewed(connection, marked)


def relations_of(
    connection: Connection, only: ColumnElement[bool] | None
) -> defaultdict[str, tuple[Relation, ...]]:
    """Return the relations of claims by claim id; of all, or of `only` some."""
    table = schema.relation
    query = select(table).order_by(table.c.claim_id, table.c.ordinal)
    if only is not None:
        query = query.where(only)
    found: defaultdict[str, tuple[Relation, ...]] = defaultdict(tuple)
    for row in connection.execute(query).mappings():
        found[row["claim_id"]] += (rows.relation_of(row),)
    return found


def placed_claim(row: Any, relations: tuple[Relation, ...]) -> PlacedClaim:  # noqa: ANN401 - a row of a join
    """Rebuild a claim and its location from a row of `placed_claims`."""
    return PlacedClaim(
        claim=rows.claim_of(row, relations),
        location=rows.location_of(row),
        article_title=row["article_title"],
        publisher=row["publisher"],
        url=row["url"],
        published=row["published"],
    )
