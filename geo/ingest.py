"""The one place where all steps meet: articles go in, placed claims are stored.

What was left out, and why, comes back as a report; one article's failure never costs
another article.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from extract.claims import find_claims
from extract.outline import find_outline
from extract.packs import Lexicons
from extract.read import NO_DAY, Unreadable
from geo.checks import check
from geo.events import PlacedClaim
from geo.geocode import LocalGeocoder
from geo.locations import NOTHING
from geo.logs import tell
from geo.names import fold
from geo.online import OnlineGeocoder
from geo.originals import Retrieved, article_in
from geo.placing import Placing
from geo.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from extract.claims import Finder
    from extract.records import Article, Claim, Conflict, Outline
    from geo.checks import Finding
    from geo.choices import Choice
    from geo.gazetteer import Gazetteer
    from geo.locations import Geocoder, Location
    from geo.online import Lookup
    from geo.store import Store

    PointsOf = Callable[
        [Collection[str], Sequence[Claim], Sequence[str]], Mapping[str, Location]
    ]

logger = logging.getLogger(__name__)

# A report may be dated by a zone that is a day ahead of the clock's.
_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What an article goes through: how claims are found, and how their places.

    `countries` gives the ISO 3166 alpha-2 codes at hand, the main one first.
    """

    find: Callable[[Article], tuple[Claim, ...]]
    geocoder: Geocoder
    countries: Callable[[Article], tuple[str, ...]]
    outline: Callable[[Article], Outline] = lambda _: NOTHING
    points: PointsOf = lambda _names, _claims, _countries: {}

    def place(
        self,
        article: Article,
        claims: Sequence[Claim],
        countries: Sequence[str] | None = None,
    ) -> Placing:
        """Place an article's claims, in countries that are known or else found out."""
        at_hand = tuple(countries or self.countries(article))
        outline = self.outline(article)
        locations = self.geocoder(claims, at_hand, outline)
        return Placing(
            article_id=article.article_id,
            locations=locations,
            countries=at_hand,
            findings=self._findings(outline, claims, locations, at_hand),
        )

    def _findings(
        self,
        outline: Outline,
        claims: Sequence[Claim],
        locations: Mapping[str, Location],
        countries: Sequence[str],
    ) -> tuple[Finding, ...]:
        """Hold what an article states of distances against where its places are."""
        stated = {
            name
            for one in outline.statements
            for name in (one.place, one.reference, one.second_reference)
            if name
        }
        if not stated:
            return ()
        points = self.points(sorted(stated), claims, countries)
        found = {fold(name): location for name, location in points.items()}
        found |= {fold(c.place): locations[c.claim_id] for c in claims}
        return check(outline.statements, found)


TOGETHER = 200
"""Articles after which the events that they change are made again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """An article that was stored, and how many claims it makes."""

    article_id: str
    title: str
    n_claims: int


@dataclass(slots=True, kw_only=True)
class Report:
    """What became of the articles, in their order.

    `inexact` are the stored claims whose place is known roughly or not at all.
    """

    added: list[Added] = field(default_factory=list)
    already_there: list[str] = field(default_factory=list)
    failures: list[Unreadable] = field(default_factory=list)
    inexact: list[PlacedClaim] = field(default_factory=list)


def steps_for(
    packs: Mapping[str, Conflict],
    gazetteer: Gazetteer,
    geocoder: Geocoder | None = None,
    find: Finder | None = None,
    choices: Sequence[Choice] = (),
) -> Steps:
    """Return the steps for reports on the conflicts of `packs`.

    Each article goes by the pack that its text fits best. Offline, by the rules, and
    by the `choices` that readers made, unless another geocoder, or another way to find
    claims, is given.
    """
    lexicons = Lexicons(packs, gazetteer.known)
    claims_in = find or find_claims

    def countries(article: Article) -> tuple[str, ...]:
        return lexicons.of(article).conflict.countries

    def find_in(article: Article) -> tuple[Claim, ...]:
        at_hand = countries(article)
        return claims_in(
            article,
            lexicons.of(article),
            lambda names: gazetteer.known(names, at_hand),
        )

    def outline_of(article: Article) -> Outline:
        at_hand = countries(article)
        return find_outline(
            article,
            lexicons.of(article),
            lambda names: gazetteer.known(names, at_hand),
        )

    local = LocalGeocoder(gazetteer, choices)
    return Steps(
        find=find_in,
        geocoder=geocoder or local,
        countries=countries,
        outline=outline_of,
        points=local.points,
    )


def steps_with(
    packs: Mapping[str, Conflict],
    gazetteer: Gazetteer,
    lookup: Lookup,
    find: Finder | None = None,
) -> Callable[[Sequence[Choice]], Steps]:
    """Return what makes steps of readers' choices, as `steps_for` does.

    Names that are in no list are for `lookup` to find.
    """

    def steps(choices: Sequence[Choice]) -> Steps:
        geocoder = OnlineGeocoder(LocalGeocoder(gazetteer, choices), lookup)
        return steps_for(packs, gazetteer, geocoder, find, choices)

    return steps


def preview(article: Article, steps: Steps) -> list[PlacedClaim]:
    """Return what `article` claims and where; nothing is stored."""
    claims = steps.find(article)
    locations = steps.place(article, claims).locations
    return [_placed(article, claim, locations[claim.claim_id]) for claim in claims]


def ingest(
    articles: Iterable[Article | Retrieved | Unreadable],
    steps: Steps,
    *,
    store: Store,
    now: datetime,
    on_progress: Callable[[int], None] | None = None,
) -> Report:
    """Extract, geocode and store articles, one at a time.

    Parameters
    ----------
    articles
        Articles, with the bytes they were read from or without, or what
        `extract.read` says of inputs that gave none; those go into the report as they
        are.
    steps
        From `steps_for`.
    store
        Open for writing. Each article is one transaction.
    now
        The time to store, with its zone; an article of a later day is refused.
    on_progress
        Called with the number of inputs done.
    """
    report, begun = Report(), time.monotonic()
    with store.deferring():
        for done, item in enumerate(articles, start=1):
            if isinstance(item, Unreadable):
                report.failures.append(item)
            else:
                _ingest_safely(item, steps, store, now, report)
            if done % TOGETHER == 0:
                store.refresh()
            if on_progress:
                on_progress(done)
    tell(
        "ingest",
        articles=len(report.added),
        claims=sum(added.n_claims for added in report.added),
        already_there=len(report.already_there),
        failed=len(report.failures),
        seconds=time.monotonic() - begun,
    )
    return report


def _ingest_safely(
    what: Article | Retrieved,
    steps: Steps,
    store: Store,
    now: datetime,
    report: Report,
) -> None:
    article = article_in(what)
    try:
        _ingest_one(what, steps, store, now, report)
    except Exception as error:
        # The one broad except: whatever is wrong with one article, the others go on.
        logger.debug("article %s failed", article.article_id, exc_info=True)
        said = isinstance(error, ValueError | StoreError)
        reason = str(error) if said else f"{type(error).__name__}: {error}"
        report.failures.append(Unreadable(source=_named(article), reason=reason))


def _named(article: Article) -> str:
    if not article.title:
        return f"article {article.article_id}"
    return f"article {article.article_id} ({article.title})"


def _ingest_one(
    what: Article | Retrieved,
    steps: Steps,
    store: Store,
    now: datetime,
    report: Report,
) -> None:
    article = article_in(what)
    check_day(article, now.date())
    stored = store.article(article.article_id)
    if stored and stored.text == article.text:
        if isinstance(what, Retrieved):
            # It need not be read again, only kept if it came from somewhere new.
            nowhere = Placing(article_id=article.article_id, locations={})
            store.add(what, (), nowhere, now=now)
        report.already_there.append(article.article_id)
        return
    # Another text under the same id is for the store to refuse.
    claims = steps.find(article)
    placing = steps.place(article, claims)
    if not store.add(what, claims, placing, now=now):
        report.already_there.append(article.article_id)
        return
    report.added.append(
        Added(article_id=article.article_id, title=article.title, n_claims=len(claims))
    )
    found = placing.locations
    placed = (_placed(article, claim, found[claim.claim_id]) for claim in claims)
    report.inexact.extend(one for one in placed if one.location.where_prec != 1)


def check_day(article: Article, today: date) -> None:
    """Refuse an article without a day of publication, or with one still to come.

    Raises
    ------
    ValueError
        If its dates could not be reckoned from that day.
    """
    if article.published is None:
        raise ValueError(NO_DAY)
    if article.published > today + _AHEAD:
        raise ValueError(f"published on {article.published}, which is still to come")


def _placed(article: Article, claim: Claim, location: Location) -> PlacedClaim:
    return PlacedClaim(
        claim=claim,
        location=location,
        article_title=article.title,
        publisher=article.publisher,
        url=article.url,
        published=article.published,
    )
