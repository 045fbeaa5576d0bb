"""What reviewers do to claims; each call is one act.

An act is signed with the store's `who`. Claims are given as the reviewer saw them: one
that somebody changed meanwhile is refused, so that nobody overrules unseen. All are
refused by `geo.deciding.ReviewRefusedError`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geo.deciding import (
    Change,
    Decision,
    Done,
    NewClaim,
    ReviewRefusedError,
    as_seen,
    change,
    id_of,
    signed,
    written,
)
from geo.edits import edits
from geo.fields import corrections
from geo.review import READER, Action, State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from extract.records import Claim
    from geo.acts import Act
    from geo.events import PlacedClaim
    from geo.fields import Cells
    from geo.locations import Location
    from geo.store import Store


def confirm(store: Store, seen: PlacedClaim, *, now: datetime, why: str = "") -> Done:
    """Say that a claim is right as it stands.

    Parameters
    ----------
    store
        Open for writing, as whoever reviews.
    seen
        The claim as the reviewer saw it.
    now
        When this is done, with a time zone.
    why
        What to tell others, if anything.

    Raises
    ------
    ReviewRefusedError
        If somebody changed the claim meanwhile, or it is confirmed already. All other
        functions here raise it in the same way.
    """
    if seen.state in {State.CONFIRMED, State.CORRECTED}:
        raise ReviewRefusedError(f"claim {id_of(seen)} is {seen.state} already")
    after = {"state": State.CONFIRMED.value}
    return _of_one(store, seen, Action.CONFIRM, after, signed(store, now, why))


def reject(store: Store, seen: PlacedClaim, *, now: datetime, why: str) -> Done:
    """Say that the text does not tell what a claim says; that needs a reason."""
    if not why.strip():
        raise ReviewRefusedError("a rejection needs a reason: say why (--why)")
    if seen.state is State.REJECTED:
        raise ReviewRefusedError(f"claim {id_of(seen)} is rejected already")
    after = {"state": State.REJECTED.value}
    return _of_one(store, seen, Action.REJECT, after, signed(store, now, why))


def reopen(store: Store, seen: PlacedClaim, *, now: datetime, why: str = "") -> Done:
    """Put a reviewed claim back among those that wait; what was corrected stays so."""
    if seen.state is State.CANDIDATE:
        raise ReviewRefusedError(f"claim {id_of(seen)} waits for review already")
    after = {"state": State.CANDIDATE.value}
    return _of_one(store, seen, Action.REOPEN, after, signed(store, now, why))


def correct(
    store: Store,
    seen: PlacedClaim,
    changes: Mapping[str, object],
    *,
    now: datetime,
    why: str = "",
) -> Done:
    """Correct fields of a claim; it counts as reviewed then.

    `changes` are new values by the names of `geo.fields.CORRECTABLE`, as
    `geo.fields.corrections` checks them. A new `place` alone leaves the claim where it
    lies; give a `location` too (`geo.replacing.where_now` finds one).
    """
    try:
        cells = corrections(seen, changes)
    except ValueError as error:
        raise ReviewRefusedError(f"claim {id_of(seen)}: {error}") from error
    if not cells:
        raise ReviewRefusedError(f"claim {id_of(seen)} says that already")
    after = {"state": State.CORRECTED.value, **cells}
    return _of_one(store, seen, Action.CORRECT, after, signed(store, now, why))


def duplicate(
    store: Store,
    seen: PlacedClaim,
    original: PlacedClaim | None,
    *,
    now: datetime,
    why: str = "",
) -> Done:
    """Say that a claim only repeats another one; None that it does not after all."""
    of = id_of(original) if original else None
    if of == id_of(seen):
        raise ReviewRefusedError(f"claim {of} cannot repeat itself")
    if original and original.duplicate_of == id_of(seen):
        raise ReviewRefusedError(f"claim {of} is marked as repeating {id_of(seen)}")
    after = {"duplicate_of": of}
    return _of_one(store, seen, Action.DUPLICATE, after, signed(store, now, why))


def merge(
    store: Store, seen: Sequence[PlacedClaim], *, now: datetime, why: str = ""
) -> Done:
    """Say that claims tell the same change, whatever the rules say."""
    if len({id_of(one) for one in seen}) < 2:
        raise ReviewRefusedError("merging takes two claims or more")
    first, *others = seen
    with store.writing() as connection:
        present = as_seen(connection, seen)
        parents = _bound(connection)
        root = _root(id_of(first), parents)
        changes = []
        for one in others:
            top = _root(id_of(one), parents)
            if top != root:
                parents[top] = root
                changes.append(change(Action.MERGE, top, {"bound_to": root}))
        changes += _no_longer_apart(present)
        return written(
            connection, Decision(changes=tuple(changes)), signed(store, now, why)
        )


def split(
    store: Store,
    seen: PlacedClaim,
    others: Sequence[PlacedClaim],
    *,
    now: datetime,
    why: str = "",
) -> Done:
    """Say that a claim does not tell the same change as any of `others`.

    What bound it to them is loosened; the others stay bound to one another, but for
    those that were bound only through this claim.
    """
    ids = {id_of(one) for one in others} - {id_of(seen)}
    if not ids:
        raise ReviewRefusedError("splitting takes a claim and others to part it from")
    with store.writing() as connection:
        as_seen(connection, [seen, *others])
        loosened = [
            change(Action.SPLIT, one, {"bound_to": None})
            for one in _ties(id_of(seen), ids, _bound(connection))
        ]
        apart = [
            change(Action.SPLIT, id_of(seen), {"apart_from": dict.fromkeys(ids, True)}),
            *(
                change(Action.SPLIT, other, {"apart_from": {id_of(seen): True}})
                for other in sorted(ids)
            ),
        ]
        decision = Decision(changes=(*loosened, *apart))
        return written(connection, decision, signed(store, now, why))


def add_claim(
    store: Store,
    claim: Claim,
    location: Location,
    *,
    now: datetime,
    why: str = "",
) -> Done:
    """Add a claim that the extraction missed; it counts as confirmed.

    Parameters
    ----------
    store
        Open for writing, as whoever reviews.
    claim
        From `geo.selection.claim_of`, of words that the reviewer selected.
    location
        Where its place lies, found or chosen; one that was chosen (match "user") is
        kept when places are tried again.
    now
        When this is done, with a time zone.
    why
        What to tell others, if anything.
    """
    new = NewClaim(claim=replace(claim, extractor=READER), location=location)
    with store.writing() as connection:
        decision = Decision(changes=(), added=(new,))
        return written(connection, decision, signed(store, now, why))


def _of_one(
    store: Store, seen: PlacedClaim, action: Action, after: Cells, act: Act
) -> Done:
    with store.writing() as connection:
        as_seen(connection, [seen])
        decision = Decision(changes=(change(action, id_of(seen), after),))
        return written(connection, decision, act)


def _bound(connection: Connection) -> dict[str, str]:
    """Return to which claim each claim is bound."""
    found: dict[str, str | None] = {}
    for one in edits(connection):
        if one.claim_id and not one.undone and "bound_to" in one.after:
            found[one.claim_id] = one.after["bound_to"]
    return {claim_id: other for claim_id, other in found.items() if other}


def _root(claim_id: str, parents: Mapping[str, str]) -> str:
    seen = {claim_id}
    while claim_id in parents and parents[claim_id] not in seen:
        claim_id = parents[claim_id]
        seen.add(claim_id)
    return claim_id


def _no_longer_apart(present: Mapping[str, PlacedClaim]) -> list[Change]:
    changes = []
    for claim_id, placed in present.items():
        if parted := sorted(placed.apart_from & present.keys()):
            after = {"apart_from": dict.fromkeys(parted, False)}
            changes.append(change(Action.MERGE, claim_id, after))
    return changes


def _ties(claim_id: str, others: set[str], parents: Mapping[str, str]) -> list[str]:
    """Return the claims whose tie holds one together with any of the others.

    A tie is that of a claim to the one that it is bound to.
    """
    near: dict[str, set[str]] = {}
    for child, parent in parents.items():
        near.setdefault(child, set()).add(parent)
        near.setdefault(parent, set()).add(child)
    found = set()
    for neighbour in near.get(claim_id, ()):
        if _reach(neighbour, claim_id, near) & others:
            found |= {claim_id} if parents.get(claim_id) == neighbour else set()
            found |= {neighbour} if parents.get(neighbour) == claim_id else set()
    return sorted(found)


def _reach(start: str, without: str, near: Mapping[str, set[str]]) -> set[str]:
    reached, ahead = {without, start}, [start]
    while ahead:
        new = near[ahead.pop()] - reached
        reached |= new
        ahead += new
    return reached - {without}
