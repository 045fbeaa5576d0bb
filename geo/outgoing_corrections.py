"""Corrections as they may leave: what events hold back, they hold back too."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from geo.corrections import Corrections, corrections

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from geo.corrections import About, Changed, Correction
    from geo.store import Store
    from geo.withholding import Outgoing


def leaving(store: Store, outgoing: Outgoing) -> Corrections:
    """Return all corrections of a store that may leave with `outgoing`, latest first.

    Where places are moved to a grid, no correction tells a position. Where events are
    held back until a day, so is every correction that is about a claim or a report of
    a later day, or of none, or that names a later day.
    """
    found = corrections(store)
    entries = list(found.entries)
    while found.older is not None:
        found = corrections(store, before=found.older)
        entries += found.entries
    last = {one.claim.claim_id: one.claim.date_end for one in store.claims()}
    if outgoing.until is not None:
        entries = [one for one in entries if _is_past(one, last, outgoing.until)]
    if outgoing.coarsen_km:
        entries = [_without_position(one) for one in entries]
    return Corrections(uid=found.uid, entries=tuple(entries))


def _is_past(one: Correction, last: Mapping[str, date | None], until: date) -> bool:
    told = [day for about, _ in one.about for day in _days(about, last)]
    told += [day for change in _changes(one) for day in _dates(change)]
    return all(day is not None and day <= until for day in told)


def _days(about: About, last: Mapping[str, date | None]) -> Iterator[date | None]:
    yield about.published
    if about.claim_id is not None:
        yield last.get(about.claim_id)


def _changes(one: Correction) -> Iterator[Changed]:
    yield from one.changed
    for _, changes in one.about:
        yield from changes


def _dates(change: Changed) -> Iterator[date]:
    if change.field == "dates":
        for value in (change.before, change.after):
            if value and value["end"]:
                yield date.fromisoformat(value["end"])


def _without_position(one: Correction) -> Correction:
    def kept(changes: tuple[Changed, ...]) -> tuple[Changed, ...]:
        return tuple(change for change in changes if change.field != "location")

    about = tuple((what, kept(changes)) for what, changes in one.about)
    return replace(one, about=about, changed=kept(one.changed))
