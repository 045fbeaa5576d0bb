"""What reviewers did to claims, and how a claim stands after all of it.

An edit says which fields of one claim it sets. The edits that are not undone count in
their order, so that a later one of the same field wins, and taking any of them back
leaves what would stand without it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from geo.fields import FIELDS, retold, told

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from geo.events import PlacedClaim
    from geo.fields import Cells

READER = "reader"
"""The `extractor` of a claim that a reviewer added."""


class State(StrEnum):
    """How far people have looked at a claim."""

    CANDIDATE = "candidate"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    REJECTED = "rejected"


class Action(StrEnum):
    """What a reviewer can do to a claim, or to a proposal of a newer extraction."""

    CONFIRM = "confirm"
    REJECT = "reject"
    CORRECT = "correct"
    REOPEN = "reopen"
    SPLIT = "split"
    MERGE = "merge"
    DUPLICATE = "duplicate"
    ADD = "add"
    ACCEPT = "accept"
    DISMISS = "dismiss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What one act did to one claim.

    `before` and `after` hold what it changed, by name: fields as `geo.fields.told`
    says them, `state`, `bound_to`, `duplicate_of`, and `apart_from` with a truth for
    each claim. `before` is empty for a claim that the act added. `claim_id` is None
    for the dismissal of a claim that was only proposed. `proposal` is the act and the
    place in it of the proposal that was decided on.
    """

    seq: int
    at: datetime
    who: str
    why: str
    action: Action
    claim_id: str | None
    before: Cells
    after: Cells
    proposal: tuple[int, int] | None = None
    undone: bool = False

    @property
    def made_the_claim(self) -> bool:
        """Whether the claim is there by this act alone."""
        is_accepted = self.action is Action.ACCEPT and not self.before
        return self.action is Action.ADD or is_accepted


def reviewed(claims: Iterable[PlacedClaim], edits: Iterable[Edit]) -> list[PlacedClaim]:
    """Return claims as they stand after edits.

    Parameters
    ----------
    claims
        As they were extracted, or added by a reviewer.
    edits
        In the order made; those that are undone do not count. Edits of claims that
        are not in `claims` matter only for what is a duplicate of what.

    Returns
    -------
    list of PlacedClaim
        In the order given, rejected ones and duplicates among them; without the
        claims that an undone edit had added.
    """
    standing: defaultdict[str, Cells] = defaultdict(dict)
    absent: set[str] = set()
    for edit in edits:
        if edit.claim_id is None:
            continue
        if not edit.undone:
            _fold(standing[edit.claim_id], edit.after)
        elif edit.made_the_claim:
            absent.add(edit.claim_id)
    return [
        _as_it_stands(one, standing) if one.claim.claim_id in standing else one
        for one in claims
        if one.claim.claim_id not in absent
    ]


def _fold(cells: Cells, after: Cells) -> None:
    for name, value in after.items():
        if name == "apart_from":
            cells[name] = {**cells.get(name, {}), **value}
        else:
            cells[name] = value


def _as_it_stands(placed: PlacedClaim, standing: Mapping[str, Cells]) -> PlacedClaim:
    claim_id = placed.claim.claim_id
    cells = standing[claim_id]
    fields = {name: cells[name] for name in FIELDS if name in cells}
    apart = cells.get("apart_from", {})
    return replace(
        retold(placed, fields),
        state=_state(cells.get("state"), fields != told(placed, fields)),
        bound_to=cells.get("bound_to"),
        apart_from=frozenset(other for other, is_apart in apart.items() if is_apart),
        duplicate_of=_original(claim_id, standing),
    )


def _state(said: str | None, is_changed: bool) -> State:
    """Return the state: what was accepted is corrected if anything of it differs."""
    state = State(said or State.CANDIDATE)
    if state in {State.CONFIRMED, State.CORRECTED}:
        return State.CORRECTED if is_changed else State.CONFIRMED
    return state


def _original(claim_id: str, standing: Mapping[str, Cells]) -> str | None:
    """Return the claim that one repeats in the end; of a circle the first stays."""
    path: list[str] = []
    at = claim_id
    while at not in path:
        path.append(at)
        further = standing[at].get("duplicate_of") if at in standing else None
        if further is None:
            return None if at == claim_id else at
        at = further
    first = min(path[path.index(at) :])
    return None if first == claim_id else first
