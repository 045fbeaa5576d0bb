"""Stored claims are placed anew here: a reader chose, or more is known of places.

Nothing is overwritten: a new location stands beside the old one, with the act that
gave it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geo.acts import Act, turns
from geo.choices import is_named
from geo.edits import kept_in_place
from geo.querying import all_choices, check_unchanged
from geo.store import StoreError
from geo.writing import insert_placings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    from extract.records import Claim
    from geo.choices import Choice
    from geo.events import PlacedClaim
    from geo.ingest import Steps
    from geo.locations import Location
    from geo.placing import Placing
    from geo.store import Store

    StepsWith = Callable[[Sequence[Choice]], Steps]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What came of placing claims anew: their ids, and how many articles they are of.

    `act` is the number of the act, None where nothing moved and nothing was written.
    """

    claim_ids: tuple[str, ...]
    n_articles: int
    act: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retried:
    """What came of trying places again.

    `moved` pairs claims, as they are placed now, with where they were placed before;
    `staying` are the claims that are still not placed exactly.
    """

    n_articles: int
    moved: tuple[tuple[PlacedClaim, Location], ...]
    staying: tuple[PlacedClaim, ...]


def choose(choice: Choice, store: Store, steps: StepsWith, *, now: datetime) -> Moved:
    """Store a reader's choice, and place by it all claims that it counts for.

    Parameters
    ----------
    choice
        From `geo.choices`; of an article that is stored.
    store
        Open for writing; the choice and all that it moves are one act.
    steps
        Makes the steps that place by the choices given.
    now
        When this is done, with a time zone.
    """
    choice = replace(choice, countries=store.countries(choice.article_id))
    standing = store.choices()
    anew = _anew(_naming(choice, store), store, steps([*standing, choice]))
    placings = [placing for placing, _ in anew]
    act = store.place(placings, now=now, choice=choice, standing=standing)
    return _moved(anew, act)


def undo(
    number: int, store: Store, steps: StepsWith, *, now: datetime, why: str = ""
) -> Moved:
    """Take back the choice of that number, and all that it moved.

    Raises
    ------
    StoreError
        If there is no such choice, or it was undone already.
    """
    standing = store.choices()
    undone = next((one for one in standing if one.number == number), None)
    if undone is None:
        raise StoreError(f"there is no choice {number} to undo")
    then = [one for one in standing if one is not undone]
    anew = _anew(_naming(undone, store), store, steps(then))
    return _turn(undone, anew, store, standing, Act(kind="undoing", now=now, why=why))


def redo(
    number: int, store: Store, steps: StepsWith, *, now: datetime, why: str = ""
) -> Moved:
    """Make the choice of that number again, which was undone, and all that it moved.

    Raises
    ------
    StoreError
        If there is no such choice, or it is not undone.
    """
    standing = store.choices()
    with store.reading() as connection:
        chosen = all_choices(connection).get(number)
    if chosen is None or chosen in standing:
        raise StoreError(f"there is no undone choice {number} to make again")
    then = sorted([*standing, chosen], key=lambda one: one.number or 0)
    anew = _anew(_naming(chosen, store), store, steps(then))
    return _turn(chosen, anew, store, standing, Act(kind="undoing", now=now, why=why))


def _turn(
    choice: Choice,
    anew: Sequence[tuple[Placing, list[str]]],
    store: Store,
    standing: Sequence[Choice],
    act: Act,
) -> Moved:
    """Write the undoing of a choice, or of what undid it, and what moves by that."""
    with store.writing() as connection:
        check_unchanged(connection, standing)
        last = turns(connection, choice.number or 0)[-1]
        number = insert_placings(
            connection,
            [placing for placing, _ in anew],
            replace(act, who=store.who),
            undoes=replace(choice, number=last),
        )
    return _moved(anew, number)


def where_now(claim: Claim, store: Store, steps: StepsWith) -> Location:
    """Return where a claim's place lies by all that is known now; nothing is stored.

    For a claim that is new, or whose place a reviewer corrected, among the others of
    its article.
    """
    article = store.article(claim.article_id)
    if article is None:
        raise StoreError(f"there is no article {claim.article_id!r}")
    others = [
        one.claim
        for one in store.claims(claim.article_id)
        if one.claim.claim_id != claim.claim_id
    ]
    countries = store.countries(claim.article_id)
    placing = steps(store.choices()).place(article, [*others, claim], countries)
    return placing.locations[claim.claim_id]


def place_again(
    article_ids: Collection[str],
    store: Store,
    steps: StepsWith,
    *,
    now: datetime,
    on_progress: Callable[[int], None] = lambda _done: None,
) -> Moved:
    """Place the claims of articles by what is known now; those that stay are not told.

    One act an article that changes, by the choices that stand then: it may take long,
    and what a reader chooses meanwhile counts. `on_progress` is told how many articles
    are done.

    Raises
    ------
    StoreError
        After all others are done, if articles cannot be placed anew; says which.
    """
    moved, faults, act = [], [], None
    for done, article_id in enumerate(sorted(set(article_ids)), 1):
        try:
            standing = store.choices()
            for anew in _anew([article_id], store, steps(standing)):
                act = store.place([anew[0]], now=now, standing=standing)
                moved.append(anew)
        except StoreError as error:
            faults.append(f"article {article_id}: {error}")
        on_progress(done)
    if faults:
        raise StoreError("; ".join(faults))
    return _moved(moved, act)


def retry(
    store: Store,
    steps: StepsWith,
    *,
    now: datetime,
    everything: bool = False,
    on_progress: Callable[[int], None] = lambda _done: None,
) -> Retried:
    """Try again to place the claims that are placed roughly or not at all.

    The names of an article help each other, so that an article is placed as a whole.
    Articles whose claims are all placed exactly stay as they are, unless `everything`
    is to be placed by what is known now.
    """
    before = store.claims()
    tried = {
        placed.claim.article_id
        for placed in before
        if everything or placed.location.where_prec != 1
    }
    place_again(tried, store, steps, now=now, on_progress=on_progress)
    were = {placed.claim.claim_id: placed.location for placed in before}
    after = [placed for placed in store.claims() if placed.claim.claim_id in were]
    return Retried(
        n_articles=len(tried),
        moved=tuple(
            (placed, were[placed.claim.claim_id])
            for placed in after
            if _ground(placed.location) != _ground(were[placed.claim.claim_id])
        ),
        staying=tuple(
            placed
            for placed in after
            if placed.claim.article_id in tried and placed.location.where_prec != 1
        ),
    )


def _ground(location: Location) -> tuple[object, ...]:
    return location.lon, location.lat, location.radius_m, location.place_id


def _naming(choice: Choice, store: Store) -> list[str]:
    """Return the articles that name the chosen place, in whichever spelling.

    The choice's own is among them: a reviewer may have corrected the name there.
    """
    return [
        article_id
        for article_id, toponyms in store.toponyms().items()
        if article_id == choice.article_id
        or any(is_named(choice, toponym) for toponym in toponyms)
    ]


def _anew(
    article_ids: Collection[str], store: Store, steps: Steps
) -> list[tuple[Placing, list[str]]]:
    """Place articles and keep what differs from what is stored, and which claims move.

    A claim that stays may have other candidates than before, or lie by a place that
    moved, which changes what is found of stated distances.
    """
    found = [_placed_anew(one, store, steps) for one in sorted(set(article_ids))]
    return [
        (placing, moved)
        for placing, moved in found
        if placing.locations
        or list(placing.findings) != store.findings(placing.article_id)
    ]


def _placed_anew(
    article_id: str, store: Store, steps: Steps
) -> tuple[Placing, list[str]]:
    article, stored = store.article(article_id), store.claims(article_id)
    if article is None:
        raise StoreError(f"there is no article {article_id!r}")
    with store.reading() as connection:
        kept = kept_in_place(connection, [one.claim.claim_id for one in stored])
    claims = [placed.claim for placed in stored]
    placing = steps.place(article, claims, store.countries(article_id))
    before = {placed.claim.claim_id: placed.location for placed in stored}
    changed = {
        id_: location
        for id_, location in placing.locations.items()
        if id_ not in kept and _place(location) != _place(before[id_])
    }
    moved = [id_ for id_ in changed if _ground(changed[id_]) != _ground(before[id_])]
    logger.debug("article %s: %d claims move", article_id, len(moved))
    return replace(placing, locations=changed), moved


def _place(location: Location) -> Location:
    """Return a location without what was said for it, which any news may change."""
    others = sorted(location.candidates, key=lambda one: one.place_id)
    level = tuple(replace(one, score=0.0) for one in others)
    return replace(location, reason="", candidates=level)


def _moved(anew: Sequence[tuple[Placing, list[str]]], act: int | None) -> Moved:
    return Moved(
        claim_ids=tuple(id_ for _, moved in anew for id_ in moved),
        n_articles=sum(bool(moved) for _, moved in anew),
        act=act,
    )
