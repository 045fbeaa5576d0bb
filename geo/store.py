"""Where articles, claims and the places found for them are kept, for good.

SQLite or PostgreSQL behind SQLAlchemy Core. Each write is one transaction; nothing is
ever deleted or overwritten; the database refuses what the records would refuse
(`geo/schema.py`).

    StoreError              the store cannot be used, or not for this
    └── ArticleRefusedError      one article cannot be stored; the store is as before
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Self

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from geo import database, event_queries, rows, schema, timeline
from geo.acts import Act
from geo.database import StoreError, explained
from geo.edits import has_been_moved
from geo.event_changes import became, event_with
from geo.event_filter import ALL, EventFilter
from geo.event_keeping import (
    AT_ONCE,
    MANY,
    are_kept,
    lay_out,
    rebuild,
    refresh,
    were_kept,
)
from geo.event_queries import events_in
from geo.events import EVENT_ID, Event, PlacedClaim, cluster, frame
from geo.originals import article_in
from geo.publishers import publishers
from geo.querying import (
    Answer,
    ArticleHeader,
    article_headers,
    check_unchanged,
    claims_where,
    findings_of,
    last_answer,
    latest,
    open_choices,
    toponyms_of_articles,
)
from geo.review import State
from geo.weighing import Speakers
from geo.writing import (
    ArticleRefusedError,
    check_fits,
    insert_article,
    insert_placings,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime
    from pathlib import Path
    from types import TracebackType

    import geopandas as gpd
    from sqlalchemy import ColumnElement, Connection, Engine

    from extract.records import Article, Claim, Conflict
    from geo.checks import Finding
    from geo.choices import Choice
    from geo.originals import Retrieved
    from geo.placing import Placing
    from geo.store_address import Whereabouts

__all__ = [
    "Answer",
    "ArticleHeader",
    "ArticleRefusedError",
    "PlacedClaim",
    "Store",
    "StoreError",
    "open_store",
]


def open_store(where: str | Path, *, create: bool = True, who: str = "") -> Store:
    """Open a store, made or migrated first where need be.

    Parameters
    ----------
    where
        The file's path, an `sqlite:///` URL, or a `postgresql://` one.
    create
        Make a new store if there is none, and the folders above it.
    who
        Who does what is done with it; it stands beside each act.

    Raises
    ------
    StoreError
        With what to do, if there is no such store, it cannot be read or made, it is
        another kind of file, or a newer program made it.
    """
    found = database.whereabouts(where)
    store = Store(found, database.open_engine(found, create=create), who)
    with store.reading() as connection:
        is_older = not were_kept(connection)
    if is_older:
        store.refresh()
    return store


class Store:
    """An open store; close it, or use it in a `with` statement.

    Opened for each run: it may be read from several threads, and written to by
    several processes, which wait for one another.
    """

    def __init__(self, where: Whereabouts, engine: Engine, who: str = "") -> None:
        self.where = where
        self.who = who
        self._engine = engine
        self._is_deferring = False

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
        """Let go of the file, or of the connections."""
        self._engine.dispose()

    def add(
        self,
        what: Article | Retrieved,
        claims: Sequence[Claim],
        placing: Placing,
        *,
        now: datetime,
    ) -> bool:
        """Store an article, its claims, and where their places are; all or nothing.

        Parameters
        ----------
        what
            An article, with the bytes it was read from if there are any. It counts as
            stored already if its id is, or if another one has the same title,
            publisher, day and text.
        claims
            What it says, in the order to keep.
        placing
            Has a location for each claim.
        now
            When this is done, with a time zone.

        Returns
        -------
        bool
            False if it was stored already; then nothing changes, but that it is kept
            if it came from somewhere new.

        Raises
        ------
        ArticleRefusedError
            If its id is taken by another text, or the claims do not fit the text.
        StoreError
            If the store cannot be written to.
        """
        if now.tzinfo is None:
            raise ValueError(f"the moment {now} needs a time zone")
        article = article_in(what)
        check_fits(article, claims, placing)
        act = Act(kind="article", now=now, article_id=article.article_id, who=self.who)
        try:
            with self.writing() as connection:
                return insert_article(connection, what, claims, placing, act)
        except StoreError as error:
            if isinstance(error.__cause__, IntegrityError):
                reason = f"breaks a rule of the store: {database.said(error.__cause__)}"
                raise ArticleRefusedError(article.article_id, reason) from error
            raise

    def articles(self) -> list[ArticleHeader]:
        """Return all articles without their texts, in the order they were added."""
        with self.reading() as connection:
            return article_headers(connection)

    def article(self, article_id: str) -> Article | None:
        """Return an article with its text, or None."""
        query = select(schema.article).where(schema.article.c.article_id == article_id)
        with self.reading() as connection:
            row = connection.execute(query).mappings().first()
        return rows.article_of(row) if row else None

    def claims(self, article_id: str | None = None) -> list[PlacedClaim]:
        """Return the claims of one article or of all, in the order they were added."""
        if article_id is None:
            return self._claims()
        return self._claims(schema.claim.c.article_id == article_id)

    def claim(self, claim_id: str) -> PlacedClaim | None:
        """Return one claim with where its place is, or None."""
        return next(iter(self._claims(schema.claim.c.claim_id == claim_id)), None)

    def unplaced(self) -> list[PlacedClaim]:
        """Return the claims whose place is to be found, in the order added.

        What was rejected needs no place.
        """
        may_be = or_(schema.location.c.matched == "none", has_been_moved())
        return [
            one
            for one in self._claims(may_be)
            if one.location.match == "none" and one.state is not State.REJECTED
        ]

    def events(
        self,
        conflicts: Iterable[Conflict] = (),
        *,
        alike: bool = False,
        wanted: EventFilter = ALL,
    ) -> gpd.GeoDataFrame:
        """Return the events that pass and have coordinates, as `geo.events.frame` does.

        Publishers are weighed as `conflicts` and people here know them, or `alike`.
        Where events are kept by the same packs the database finds those asked for.
        """
        conflicts = tuple(conflicts)
        with self.reading() as connection:
            if not alike and are_kept(connection, conflicts):
                return events_in(connection, wanted)
        speakers = self.speakers(conflicts, alike=alike)
        return wanted.passing(frame(cluster(self.claims(), speakers=speakers)))

    def control_on(
        self, day: date, conflicts: Iterable[Conflict] = (), *, alike: bool = False
    ) -> gpd.GeoDataFrame:
        """Return who is reported to hold each place at the end of a day.

        As `geo.timeline.control_on` does of `events`; where these are kept, so is this.
        """
        conflicts = tuple(conflicts)
        with self.reading() as connection:
            if not alike and are_kept(connection, conflicts):
                return event_queries.control_on(connection, day)
        return timeline.control_on(self.events(conflicts, alike=alike), day)

    def speakers(
        self, conflicts: Iterable[Conflict] = (), *, alike: bool = False
    ) -> Speakers:
        """Return where publishers stand, as packs and people here say."""
        with self.reading() as connection:
            return Speakers(conflicts, publishers(connection), alike=alike)

    def event_claims(self, event_id: str) -> list[PlacedClaim]:
        """Return the claims of an event, the best first; empty if there is none.

        An id that was handed out stays good when the event grows, merges with another
        or is split: then the first of those that it became counts.
        """
        with self.reading() as connection:
            ids = became(connection, event_id)
            found = (
                event_with(connection, ids[0].removeprefix(EVENT_ID)) if ids else None
            )
        return list(found.claims) if found else []

    def event_with(self, claim_id: str) -> Event | None:
        """Return the event that a claim is part of, or None if it is part of none."""
        with self.reading() as connection:
            return event_with(connection, claim_id)

    def became(self, event_id: str) -> list[str]:
        """Return the ids under which an event is found now; none if it ended."""
        with self.reading() as connection:
            return became(connection, event_id)

    def version(self) -> str:
        """Return a text that changes whenever anything served from here changes."""
        query = select(schema.revision.c.digest).order_by(schema.revision.c.seq.desc())
        with self.reading() as connection:
            return connection.execute(query.limit(1)).scalar() or "empty"

    def place(
        self,
        placings: Sequence[Placing],
        *,
        now: datetime,
        choice: Choice | None = None,
        standing: Sequence[Choice] | None = None,
    ) -> int:
        """Store where the claims of articles are now, in one act; return its number.

        What is not named in `placings` stays where it is.

        Parameters
        ----------
        placings
            Each of an article that is stored; only claims that moved need be in it.
        now
            When this is done, with a time zone.
        choice
            The reader's choice that is the reason, if one is.
        standing
            The stored choices that `placings` go by; None if they go by none.

        Raises
        ------
        StoreError
            If a reader chose or undid something meanwhile, or the store cannot be
            written to.
        """
        if now.tzinfo is None:
            raise ValueError(f"the moment {now} needs a time zone")
        with self.writing() as connection:
            if standing is not None:
                check_unchanged(connection, standing)
            return insert_placings(
                connection,
                placings,
                Act(kind="placing", now=now, who=self.who),
                choice=choice,
            )

    def choices(self) -> list[Choice]:
        """Return the readers' choices that are not undone, in the order made."""
        with self.reading() as connection:
            return list(open_choices(connection).values())

    def findings(self, article_id: str) -> list[Finding]:
        """Return how an article's distances and directions agree with the map."""
        with self.reading() as connection:
            return findings_of(connection, article_id)

    def countries(self, article_id: str) -> tuple[str, ...]:
        """Return the countries at hand when an article was placed, if that is known."""
        table = schema.placing.c
        query = select(table.countries).where(
            table.article_id == article_id, table.seq == latest(article_id)
        )
        with self.reading() as connection:
            return tuple((connection.execute(query).scalar() or "").split())

    def toponyms(self) -> dict[str, set[str]]:
        """Return the names of each article's places and of what they lie by, by id."""
        with self.reading() as connection:
            return toponyms_of_articles(connection)

    def answer(
        self, query: str, countries: str, *, service: str | None = None
    ) -> Answer | None:
        """Return what an online gazetteer, or any, answered last to a query."""
        with self.reading() as connection:
            return last_answer(connection, query, countries, service)

    def keep_answer(self, query: str, countries: str, answer: Answer) -> None:
        """Keep what an online gazetteer answered, beside what it answered before."""
        row = {
            "service": answer.service,
            "query": query,
            "countries": countries,
            "at": answer.at,
            "answer": answer.raw,
        }
        with self.writing() as connection:
            connection.execute(schema.lookup.insert(), [row])

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """See one state of the store; its errors are raised as `StoreError`."""
        with explained(self.where), database.reading(self._engine) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Hold the one right to write: all is kept at the end, or nothing.

        What changes what is served is written with `geo.acts.write`. The events that
        follow are kept with it (`geo.event_keeping`); if many do, some time after it.
        """
        with explained(self.where), database.writing(self._engine) as connection:
            yield connection
            is_left = not self._is_deferring and refresh(connection)
        if is_left:
            self.refresh()

    @contextmanager
    def deferring(self) -> Iterator[None]:
        """Let what follows from acts wait: many together cost less than one by one."""
        self._is_deferring = True
        try:
            yield
        finally:
            self._is_deferring = False
            self.refresh()

    def refresh(self) -> None:
        """Make again what acts left stale of the events that are kept, in parts.

        Where that fails, or may not be written, what is left stays marked for whoever
        writes next; until then all is reckoned whenever it is asked for.
        """
        is_left, done = True, 0
        with suppress(StoreError):
            while is_left:
                with explained(self.where), database.writing(self._engine) as found:
                    is_left = refresh(found)
                    done += AT_ONCE
            if done >= MANY:
                with explained(self.where), database.writing(self._engine) as found:
                    lay_out(found)

    def rebuild(self) -> None:
        """Make all events that are kept anew."""
        with self.writing() as connection:
            rebuild(connection)

    def _claims(self, *where: ColumnElement[bool]) -> list[PlacedClaim]:
        with self.reading() as connection:
            return claims_where(connection, *where)
