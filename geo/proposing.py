"""Stored articles are read again here; what differs is proposed and overwrites nothing.

A new claim and a stored one are about the same when they quote the same sentence and
name the same place, else when the sentences overlap or the same word tells of it.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from geo import schema
from geo.acts import Act, write
from geo.deciding import (
    Change,
    Decision,
    Done,
    NewClaim,
    ReviewRefusedError,
    id_of,
    signed,
    written,
)
from geo.edits import edits
from geo.fields import FIELDS, told
from geo.ingest import preview
from geo.ledger_tables import proposal
from geo.names import fold
from geo.proposals import Kind, Proposal, proposals, proposed_claim
from geo.querying import claims_as_stored, claims_where
from geo.review import Action, State, reviewed
from geo.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from extract.records import Claim
    from geo.acts import Written
    from geo.events import PlacedClaim
    from geo.fields import Cells
    from geo.ingest import Steps
    from geo.store import Store

logger = logging.getLogger(__name__)

COMPARED = (
    *("event_type", "modality", "place", "gained_by", "lost_by", "associated"),
    *("dates", "claimed_by", "claimant_type"),
)
"""What two readings must differ in to be worth a proposal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What came of reading again: how many articles, and what is proposed anew.

    `failures` are articles that could not be read, by their ids, with the reason.
    """

    n_articles: int
    proposals: tuple[Proposal, ...]
    failures: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Old:
    """A stored claim as the extraction left it, and as it stands."""

    read: PlacedClaim
    standing: PlacedClaim


@dataclass(frozen=True, slots=True)
class _Difference:
    kind: Kind
    claim_id: str | None
    extractor: str
    proposed: Cells

    @property
    def gist(self) -> tuple[str, str | None, str]:
        """What two equal proposals share."""
        return _gist(self.kind, self.claim_id, self.proposed)


def propose(
    store: Store,
    steps: Steps,
    *,
    extractor: str,
    now: datetime,
    on_progress: Callable[[int], None] = lambda _done: None,
) -> Proposed:
    """Read all stored articles again and keep what differs as proposals.

    Parameters
    ----------
    store
        Open for writing; each article with something new is one act.
    steps
        Find and place claims as is done today.
    extractor
        What `steps` find claims by. Only claims of the same extractor, of whichever
        version, can be gone or changed: those of a model or a reader stay.
    now
        When this is done, with a time zone.
    on_progress
        Told how many articles are done.

    Returns
    -------
    Proposed
        What was proposed before, and what a reviewer has set already, is not among it.
    """
    found: list[Proposal] = []
    failures: list[tuple[str, str]] = []
    ids = [header.article_id for header in store.articles()]
    for done, article_id in enumerate(ids, 1):
        act = Act(kind="proposal", now=now, article_id=article_id, who=store.who)
        try:
            found += _propose_one(store, steps, act, extractor)
        except Exception as error:
            logger.debug("article %s failed", article_id, exc_info=True)
            failures.append((article_id, f"{type(error).__name__}: {error}"))
        on_progress(done)
    return Proposed(
        n_articles=len(ids), proposals=tuple(found), failures=tuple(failures)
    )


def _propose_one(
    store: Store, steps: Steps, act: Act, extractor: str
) -> list[Proposal]:
    article = store.article(act.article_id or "")
    if article is None:
        raise StoreError(f"there is no article {act.article_id!r}")
    with store.reading() as connection:
        stored = _stored(connection, article.article_id)
    new = preview(article, steps)
    differences = list(_differences(stored, new, extractor))
    if not differences:
        return []
    with store.writing() as connection:
        known = {
            _gist(one.kind, one.claim_id, one.proposed)
            for one in proposals(connection, article.article_id)
        }
        fresh = [one for one in differences if one.gist not in known]
        if not fresh:
            return []
        rows_of = partial(_rows, article_id=article.article_id, fresh=fresh)
        seq = write(connection, act, rows_of)
        made = proposals(connection, article.article_id)
        return [one for one in made if one.seq == seq]


def _stored(connection: Connection, article_id: str) -> list[_Old]:
    of_article = schema.claim.c.article_id == article_id
    read = claims_as_stored(connection, of_article)
    # What was accepted of an extraction is what the extraction says.
    taken = [
        one
        for one in edits(connection, [id_of(placed) for placed in read])
        if one.action is Action.ACCEPT
    ]
    standing = {id_of(one): one for one in claims_where(connection, of_article)}
    return [
        _Old(one, standing[id_of(one)])
        for one in reviewed(read, taken)
        if id_of(one) in standing
    ]


def _differences(
    stored: Sequence[_Old], new: Sequence[PlacedClaim], extractor: str
) -> Iterator[_Difference]:
    pairs = _paired(stored, new)
    matched = {id_of(one) for one in pairs.values()}
    for old in stored:
        claim_id = id_of(old.read)
        if _family(old.read.claim.extractor) != _family(extractor):
            continue
        again = pairs.get(claim_id)
        if again is not None:
            if proposed := _changed(old, again):
                yield _Difference(Kind.CHANGED, claim_id, extractor, proposed)
        elif old.standing.state is not State.REJECTED:
            yield _Difference(Kind.GONE, claim_id, extractor, {})
    for one in new:
        if id_of(one) not in matched:
            yield _Difference(Kind.ADDED, None, extractor, told(one, FIELDS))


def _family(extractor: str) -> str:
    return extractor.partition(" ")[0]


def _changed(old: _Old, again: PlacedClaim) -> Cells:
    """Return what a newer reading changes, if anything that matters."""
    is_new = _said(again) != _said(old.read) and _said(again) != _said(old.standing)
    if not is_new:
        return {}
    before, after = told(old.read), told(again)
    if all(before[one] == after[one] for one in ("place", "place_relations")):
        del after["location"]
    return {name: value for name, value in after.items() if value != before[name]}


def _said(placed: PlacedClaim) -> Cells:
    return _essence(told(placed, COMPARED))


def _essence(cells: Cells) -> Cells:
    """Return what matters of fields: of dates the days, not the words for them."""
    found = {name: cells[name] for name in COMPARED if name in cells}
    if found.get("dates"):
        found["dates"] = [found["dates"]["start"], found["dates"]["end"]]
    return found


def _gist(
    kind: Kind, claim_id: str | None, proposed: Cells
) -> tuple[str, str | None, str]:
    essence = _essence(proposed)
    if kind is Kind.ADDED:
        essence["quote"] = proposed["quote"]
    return kind.value, claim_id, json.dumps(essence, sort_keys=True)


def _paired(
    stored: Sequence[_Old], new: Sequence[PlacedClaim]
) -> dict[str, PlacedClaim]:
    """Return the new reading of each stored claim that has one, by its id."""
    olds = [old.read for old in stored]
    left, pairs = list(new), {}
    for are_same in (_same_id, _same_word_and_place, _same_quote, _near, _same_word):
        for old in olds:
            if id_of(old) in pairs:
                continue
            twin = next((one for one in left if are_same(old.claim, one.claim)), None)
            if twin is not None:
                pairs[id_of(old)] = twin
                left.remove(twin)
    return pairs


def _same_id(old: Claim, new: Claim) -> bool:
    return old.claim_id == new.claim_id


def _same_word_and_place(old: Claim, new: Claim) -> bool:
    return _same_quote(old, new) and old.evidence.trigger == new.evidence.trigger


def _same_quote(old: Claim, new: Claim) -> bool:
    is_same = (old.char_start, old.char_end) == (new.char_start, new.char_end)
    return is_same and fold(old.place) == fold(new.place)


def _near(old: Claim, new: Claim) -> bool:
    overlaps = old.char_start < new.char_end and new.char_start < old.char_end
    return overlaps and fold(old.place) == fold(new.place)


def _same_word(old: Claim, new: Claim) -> bool:
    return old.evidence.trigger == new.evidence.trigger


def _rows(seq: int, article_id: str, fresh: Sequence[_Difference]) -> Written:
    return [
        (
            proposal,
            [
                {
                    "seq": seq,
                    "ordinal": n,
                    "article_id": article_id,
                    "claim_id": one.claim_id,
                    "kind": one.kind.value,
                    "extractor": one.extractor,
                    "proposed": json.dumps(
                        one.proposed, ensure_ascii=False, sort_keys=True
                    )
                    if one.proposed
                    else "",
                }
                for n, one in enumerate(fresh)
            ],
        )
    ]


def accept(
    store: Store, keys: Collection[tuple[int, int]], *, now: datetime, why: str = ""
) -> Done:
    """Let proposals count, in one act: claims are added, rejected or changed.

    `keys` are those of `Proposal.key`.

    Raises
    ------
    ReviewRefusedError
        If one is not there or was decided already, or its claim is gone.
    """
    act = signed(store, now, why)
    with store.writing() as connection:
        open_ones = _open(connection, keys)
        added = tuple(
            _new_claim(store, one) for one in open_ones if one.kind is Kind.ADDED
        )
        changes = tuple(
            Change(
                action=Action.ACCEPT,
                claim_id=one.claim_id,
                after=_accepted(one),
                proposal=one.key,
            )
            for one in open_ones
            if one.kind is not Kind.ADDED
        )
        return written(connection, Decision(changes=changes, added=added), act)


def _accepted(one: Proposal) -> Cells:
    if one.kind is Kind.GONE:
        return {"state": State.REJECTED.value}
    return {"state": State.CORRECTED.value, **one.proposed}


def _new_claim(store: Store, one: Proposal) -> NewClaim:
    article = store.article(one.article_id)
    if article is None:
        raise StoreError(f"there is no article {one.article_id!r}")
    placed = proposed_claim(one, article)
    return NewClaim(
        claim=replace(placed.claim, extractor=one.extractor),
        location=placed.location,
        proposal=one.key,
    )


def dismiss(
    store: Store, keys: Collection[tuple[int, int]], *, now: datetime, why: str = ""
) -> Done:
    """Say that proposals are wrong, in one act; the parameters are `accept`'s.

    They are not proposed again.
    """
    act = signed(store, now, why)
    with store.writing() as connection:
        changes = tuple(
            Change(
                action=Action.DISMISS,
                claim_id=one.claim_id,
                after={},
                proposal=one.key,
            )
            for one in _open(connection, keys)
        )
        return written(connection, Decision(changes=changes), act)


def _open(connection: Connection, keys: Collection[tuple[int, int]]) -> list[Proposal]:
    known = {one.key: one for one in proposals(connection)}
    found = []
    for seq, ordinal in dict.fromkeys(keys):
        one = known.get((seq, ordinal))
        if one is None:
            raise ReviewRefusedError(f"there is no proposal {seq}.{ordinal}")
        if one.decided:
            raise ReviewRefusedError(
                f"proposal {one.number} is decided already: {one.decided}"
            )
        found.append(one)
    return found
