"""What the API answers from: states of the store, each made once and kept for a while.

A link to a next page names the state that its first page was of. What two states share
is kept once, so that many can be kept, and a reader pages on undisturbed while others
write.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from sys import intern
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from extract.conflict import load_conflicts
from geo.api.days import BY_DAY
from geo.api.features import (
    articles_table,
    changed_at,
    claims_table,
    events_table,
    places_table,
)
from geo.api.leaving import leaving
from geo.api.stored import read_stored
from geo.events import EVENT_ID, cluster
from geo.store import open_store
from geo.weighing import Speakers
from geo.withholding import last_day

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime, timedelta
    from pathlib import Path

    from extract.records import Conflict
    from geo.api.setting import Setting
    from geo.api.tables import Table
    from geo.withholding import Outgoing

FORM = "1"
"""Goes up when the same store is answered with other features than before."""

KEPT = 24
"""States that are kept at most, the one of now among them."""

ROWS_KEPT = 600_000
"""Features in all kept states together, but for the last two."""

DAYS_KEPT = 16
"""Tables of control and areas on a day that are kept."""

PAUSE = 3
"""How many times as long as making a state took, none is made after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One state of the store as it may leave.

    `event_of` has for each claim the event that it is told in; an event's id is made of
    one of its claims, so this finds events that became part of others. `changed` is
    when each event was stored or changed last, in their order.
    """

    name: str
    outgoing: Outgoing
    tables: Mapping[str, Table]
    event_of: Mapping[str, str]
    changed: np.ndarray

    @property
    def rows(self) -> int:
        """How many features there are."""
        return sum(len(one) for one in self.tables.values())

    def event_now(self, event_id: str) -> str | None:
        """Return the event that one of this id is part of now, or None."""
        return self.event_of.get(event_id.removeprefix(EVENT_ID))

    def latest(self, events: np.ndarray) -> list[int]:
        """Return positions of events, those that changed last first."""
        order = np.lexsort((-events, -self.changed[events].astype("i8")))
        positions: list[int] = events[order].tolist()
        return positions


class GoneError(LookupError):
    """The state that is asked for is kept no longer."""


class Snapshots:
    """Makes states of a store and keeps the last ones; for several threads."""

    def __init__(
        self,
        where: Callable[[], str | Path],
        setting: Setting,
        now: Callable[[], datetime],
    ) -> None:
        self._where = where
        self._setting = setting
        self._now = now
        self._kept: OrderedDict[str, Snapshot] = OrderedDict()
        self._by_day: OrderedDict[tuple[str, str, date], Table] = OrderedDict()
        self._making = Lock()
        self._working_out = Lock()
        self._rest_until: datetime | None = None

    def today(self) -> date:
        """Return the day of now, in UTC."""
        return self._now().date()

    def newest(self) -> Snapshot:
        """Return the state of now.

        While one is being made, and for a while after one was (three times as long as
        that took), it is the one before: those who read do not wait for those who
        write.

        Raises
        ------
        StoreError
            If the store cannot be read.
        """
        with open_store(self._where(), create=False) as store:
            wanted = self._name(store.version())
        last = self._last()
        if last and (last.name == wanted or self._rests()):
            return last
        if not self._making.acquire(blocking=last is None):
            return last or self.newest()
        try:
            return self._made(wanted)
        finally:
            self._making.release()

    def named(self, name: str) -> Snapshot:
        """Return a state by its name, or that of now if the name is empty.

        Raises
        ------
        GoneError
            If it is kept no longer.
        """
        if not name:
            return self.newest()
        try:
            return self._kept[name]
        except KeyError as error:
            raise GoneError(name) from error

    def became(self, snapshot: Snapshot, event_id: str) -> str | None:
        """Return the event that one of this id is part of, or was handed on to."""
        now = snapshot.event_now(event_id)
        if now:
            return now
        with open_store(self._where(), create=False) as store:
            heirs = store.became(event_id)
        events = snapshot.tables["events"]
        # One that is held back is told to nobody.
        return next((one for one in heirs if events.feature(one)), None)

    def on(self, snapshot: Snapshot, kind: str, day: date) -> Table:
        """Return control or areas at the end of a day, worked out once for it."""
        key = (snapshot.name, kind, day)
        found = self._by_day.get(key)
        if found:
            return found
        with self._working_out:
            found = self._by_day.get(key) or BY_DAY[kind](snapshot, day)
            self._by_day[key] = found
            while len(self._by_day) > DAYS_KEPT:
                self._by_day.popitem(last=False)
        return found

    def _last(self) -> Snapshot | None:
        return next(reversed(self._kept.values()), None) if self._kept else None

    def _rests(self) -> bool:
        return self._rest_until is not None and self._now() < self._rest_until

    def _name(self, version: str) -> str:
        until = last_day(self.today(), self._setting.delay_days)
        said = (FORM, version, self._setting.coarsen_km, until)
        return sha256("|".join(map(str, said)).encode()).hexdigest()[:20]

    def _made(self, wanted: str) -> Snapshot:
        last = self._last()
        if last and last.name == wanted:
            # Somebody else made it, and this reader waited.
            return last
        begun = self._now()
        made = self._make(last)
        took: timedelta = self._now() - begun
        self._rest_until = self._now() + PAUSE * took
        self._kept[made.name] = made
        self._kept.move_to_end(made.name)
        while len(self._kept) > KEPT or self._is_much():
            self._kept.popitem(last=False)
        return made

    def _is_much(self) -> bool:
        rows = sum(one.rows for one in self._kept.values())
        return len(self._kept) > 2 and rows > ROWS_KEPT

    def _make(self, before: Snapshot | None) -> Snapshot:
        with open_store(self._where(), create=False) as store:
            stored = read_stored(store)
        speakers = Speakers(_packs().values(), stored.publishers)
        events = cluster(stored.claims, speakers=speakers)
        out = leaving(events, stored.claims, self._setting, self.today())
        earlier = before.tables if before else {}
        tables = {
            "events": events_table(out, events, stored, earlier.get("events")),
            "claims": claims_table(out, events, stored, earlier.get("claims")),
            "places": places_table(out, earlier.get("places")),
            "articles": articles_table(out, stored.articles, earlier.get("articles")),
        }
        return Snapshot(
            name=self._name(stored.version),
            outgoing=out.outgoing,
            tables=tables,
            event_of={
                intern(placed.claim.claim_id): intern(event.event_id)
                for event in events
                if event.event_id in out.events
                for placed in event.claims
            },
            changed=changed_at(events, out, stored),
        )


@lru_cache(maxsize=1)
def _packs() -> dict[str, Conflict]:
    return load_conflicts()
