"""What waits for review, made once for each version of the store, and the way in it."""

from __future__ import annotations

from functools import cached_property, lru_cache, partial
from threading import Lock
from typing import TYPE_CHECKING

import streamlit as st

from extract.conflict import load_conflicts
from geo.pages import session
from geo.pages.words import say
from geo.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from geo.ranking import Ranking
    from geo.store import Store

DESK = "at_desk"
"""The session's state that names the claim on the desk; None while none is reviewed."""

FORM = "desk_form"
"""The session's state that names the form that is open beside that claim."""

_KEPT = 2
_making = Lock()


class Waiting:
    """What waits in one version of a store: how much and, once asked, in what order.

    `make` finds that, worst first.
    """

    def __init__(self, count: int, make: Callable[[], Ranking]) -> None:
        self._count = count
        self._make = make

    def __len__(self) -> int:
        return self._count

    def __contains__(self, key: str) -> bool:
        return key in self._places

    @cached_property
    def ranking(self) -> Ranking:
        """What waits, with all that says why."""
        return self._make()

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of what waits, worst first."""
        return self.ranking.keys

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {key: at for at, key in enumerate(self.keys)}

    def place(self, key: str) -> int:
        """Return which one that is, counted from 0."""
        return self._places[key]

    def beside(self, key: str, step: int) -> str | None:
        """Return the one that many steps on, or the worst where that is gone."""
        if key not in self:
            return self.keys[0] if self.keys else None
        at = self.place(key) + step
        return self.keys[at] if 0 <= at < len(self.keys) else None

    def after(self, key: str, before: Waiting) -> str:
        """Return what comes once something was done to `key`, "" for nothing.

        It stays while it waits; else what stood behind it before comes, and the worst
        when the end is reached.
        """
        if key in self:
            return key
        behind = before.keys[before.place(key) :] if key in before else ()
        return next((one for one in (*behind, *self.keys) if one in self), "")


def waits(store: Store, where: str | Path) -> Waiting:
    """Return what waits in a store that is open at `where`."""
    # One reader makes it, and the others wait rather than make it too.
    with _making:
        return _waiting(str(where), store.version())


@lru_cache(maxsize=_KEPT)
def _waiting(where: str, version: str) -> Waiting:
    from geo.waiting import n_waiting

    with open_store(where, create=False) as store:
        return Waiting(n_waiting(store), partial(_ranked, where))


def _ranked(where: str) -> Ranking:
    from geo.ranking import rank

    with _making, open_store(where, create=False) as store:
        return rank(store, load_conflicts().values())


def is_on() -> bool:
    """Tell whether the pane is the review desk."""
    return st.session_state.get(DESK) is not None


def button(waiting: Waiting) -> None:
    """Draw the way to the desk, with the number that waits."""
    st.button(
        say("Review ({n})", n=len(waiting)),
        key="review_open",
        icon=":material/fact_check:",
        type="primary" if len(waiting) else "secondary",
        shortcut="Q",
        on_click=_begin,
        args=(waiting,),
    )


def _begin(waiting: Waiting) -> None:
    last: str = st.session_state.get("desk_last") or ""
    go(last if last in waiting else next(iter(waiting.keys), ""))


def go(key: str) -> None:
    """Ask for this one on the desk; "" for the desk when nothing waits."""
    st.session_state["act"] = {"kind": "go", "key": key}


def put(store: Store, waiting: Waiting, key: str) -> None:
    """Lay this one on the desk, and have the map follow."""
    item = waiting.ranking.item(store, key)
    if item is not None and item.is_proposed:
        session.open_article(item.placed.claim.article_id)
    elif store.claim(key) is not None:
        session.show(key, store.event_with(key))
    else:
        session.close()
        key = ""
    state = st.session_state
    state["opened_anew"] = True  # what a search found gives way to it
    state[DESK], state["desk_last"], state[FORM] = key, key, None
