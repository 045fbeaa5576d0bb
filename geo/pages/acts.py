"""What reviewers do on the page: asked for by a button, done before the next drawing.

An act is given the claim as its reviewer saw it, so that whoever changed it meanwhile
is not overruled. What was done here can be undone here, the latest first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from geo.gazetteer import GazetteerError
from geo.pages import looking_up, queue, session
from geo.pages.desk import allowed, desk
from geo.pages.words import say
from geo.people import Deed
from geo.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from extract.records import Claim
    from geo.deciding import Done
    from geo.events import PlacedClaim
    from geo.locations import Location
    from geo.pages.home import Setting
    from geo.pages.queue import Waiting
    from geo.store import Store

    Asked = dict[str, Any]
    Doing = Callable[[Store, Asked, Setting], Done]

DEEDS = {
    "confirm": Deed.CONFIRM,
    "reject": Deed.REJECT,
    "correct": Deed.CORRECT,
    "reopen": Deed.CORRECT,
    "duplicate": Deed.CORRECT,
    "add": Deed.CORRECT,
    "accept": Deed.CORRECT,
    "dismiss": Deed.CORRECT,
    "split": Deed.SPLIT,
    "merge": Deed.MERGE,
}
"""What each act of review takes; undoing it takes the same."""

TOLD = {
    "confirm": "Checked: it stands.",
    "reject": "Rejected.",
    "correct": "Corrected.",
    "reopen": "It waits for review again.",
    "duplicate": "Marked as a repetition.",
    "add": "The claim was added.",
    "accept": "The newer reading counts now.",
    "dismiss": "The newer reading was dismissed.",
    "split": "They count as two changes now.",
    "merge": "They count as one change now.",
    "undo": "Undone.",
    "redo": "Done again.",
}
"""What to say once it is done."""

KEPT = 50
"""Acts that can be undone one after the other from here."""


def ask(kind: str, key: str, seen: PlacedClaim | None = None, **what: object) -> None:
    """Ask for an act on what `key` names, seen like this; `what` is its arguments."""
    asked = {"kind": kind, "key": key, "seen": seen, **what}
    st.session_state["act"] = asked


def latest(kind: str) -> tuple[int, str] | None:
    """Return the act that "undo" or "redo" would turn, and what it was done to."""
    done = st.session_state.get(_STACKS[kind]) or []
    return done[-1] if done else None


def turn(kind: str) -> None:
    """Ask for the latest act to be undone, or the latest undone one to be redone."""
    if found := latest(kind):
        number, key = found
        ask(kind, key, number=number, is_latest=True)


def obey(store: Store, setting: Setting) -> None:
    """Do what was asked for in the run before the page is drawn."""
    asked = st.session_state.pop("act", None)
    if asked is None:
        return
    before = queue.waits(store, setting.where)
    if queue.is_on():
        # What stands behind this one is seen now, not after the act.
        _ = before.keys
    if asked["kind"] == "go":
        queue.put(store, before, asked["key"])
        return
    try:
        deeds = _deeds(store, asked)
        for deed in deeds[1:]:
            allowed(setting, deed)
        with desk(setting, deeds[0]) as written:
            done = _DOING[asked["kind"]](written, asked, setting)
    except (StoreError, GazetteerError, ValueError) as error:
        session.notice(say("Nothing was changed: {error}.", error=error))
        return
    _remember(asked, done)
    _follow(store, asked, before, queue.waits(store, setting.where))
    session.notice(say(TOLD[asked["kind"]]))


def _deeds(store: Store, asked: Asked) -> list[Deed]:
    """Return what an act takes; turning one takes what the act itself took."""
    if asked["kind"] in DEEDS:
        return [DEEDS[asked["kind"]]]
    from geo.edits import edits

    with store.reading() as connection:
        made = {one.action for one in edits(connection) if one.seq == asked["number"]}
    return sorted({DEEDS[action.value] for action in made}) or [Deed.CORRECT]


def _remember(asked: Asked, done: Done) -> None:
    """Keep what can be undone or done again from here."""
    kind, state = asked["kind"], st.session_state
    if kind not in _STACKS:
        made = [*(state.get("undoable") or []), (done.act, asked["key"])]
        state["undoable"], state["redoable"] = made[-KEPT:], []
        return
    turned = (asked["number"], asked["key"])
    for name in _STACKS.values():
        state[name] = [one for one in state.get(name) or [] if one != turned]
    other = _STACKS["redo" if kind == "undo" else "undo"]
    state[other] = [*state[other], turned][-KEPT:]


def _follow(store: Store, asked: Asked, before: Waiting, now: Waiting) -> None:
    """Go on to what comes next on the desk; elsewhere open what was changed."""
    key, state = asked["key"], st.session_state
    if not queue.is_on():
        if store.claim(key) is not None:
            session.show(key, store.event_with(key))
    elif asked["kind"] == "undo":
        queue.put(store, now, key)
    else:
        queue.put(store, now, now.after(key, before))
    state[queue.FORM] = None


def _confirm(store: Store, asked: Asked, setting: Setting) -> Done:
    from geo.reviewing import confirm

    return confirm(store, asked["seen"], now=setting.now)


def _reject(store: Store, asked: Asked, setting: Setting) -> Done:
    from geo.reviewing import reject

    return reject(store, asked["seen"], now=setting.now, why=asked["why"])


def _reopen(store: Store, asked: Asked, setting: Setting) -> Done:
    from geo.reviewing import reopen

    return reopen(store, asked["seen"], now=setting.now)


def _correct(store: Store, asked: Asked, setting: Setting) -> Done:
    from dataclasses import replace

    from geo.fields import a_name
    from geo.reviewing import correct

    seen, changes = asked["seen"], dict(asked["changes"])
    place = a_name("place", changes.get("place"))
    if place and place != seen.claim.place and "location" not in changes:
        named = replace(seen.claim, place=place)
        changes["location"] = _where(named, store, setting)
    return correct(store, seen, changes, now=setting.now, why=asked["why"])


def _where(claim: Claim, store: Store, setting: Setting) -> Location:
    """Return where a place lies by its name, by the lists and kept answers."""
    from geo.pages.adding import open_places
    from geo.replacing import where_now

    with open_places(setting) as gazetteer:
        lookup = looking_up.lookup_in(store, setting)
        return where_now(claim, store, looking_up.steps(gazetteer, lookup))


def _duplicate(store: Store, asked: Asked, setting: Setting) -> Done:
    from geo.reviewing import duplicate

    why, other = asked["why"], asked["other"]
    return duplicate(store, asked["seen"], other, now=setting.now, why=why)


def _merge(store: Store, asked: Asked, setting: Setting) -> Done:
    from geo.reviewing import merge

    both = [asked["seen"], asked["other"]]
    return merge(store, both, now=setting.now, why=asked["why"])


def _split(store: Store, asked: Asked, setting: Setting) -> Done:
    from geo.reviewing import split

    return split(
        store, asked["seen"], [asked["other"]], now=setting.now, why=asked["why"]
    )


def _add(store: Store, asked: Asked, setting: Setting) -> Done:
    from geo.reviewing import add_claim
    from geo.selection import claim_of, found_once

    article = store.article(asked["article_id"])
    if article is None:
        raise StoreError(say("That report is not in this store."))
    claim = claim_of(article, found_once(article, asked["words"]), asked["fields"])
    location = asked["location"] or _where(claim, store, setting)
    return add_claim(store, claim, location, now=setting.now, why=asked["why"])


def _accept(store: Store, asked: Asked, setting: Setting) -> Done:
    from geo.proposing import accept

    return accept(store, [asked["proposal"]], now=setting.now)


def _dismiss(store: Store, asked: Asked, setting: Setting) -> Done:
    from geo.proposing import dismiss

    return dismiss(store, [asked["proposal"]], now=setting.now)


def _undo(store: Store, asked: Asked, setting: Setting) -> Done:
    from geo.undoing import undo

    return undo(store, asked["number"], now=setting.now)


def _redo(store: Store, asked: Asked, setting: Setting) -> Done:
    from geo.undoing import redo

    return redo(store, asked["number"], now=setting.now)


_STACKS = {"undo": "undoable", "redo": "redoable"}
_DOING: dict[str, Doing] = {
    "confirm": _confirm,
    "reject": _reject,
    "reopen": _reopen,
    "correct": _correct,
    "duplicate": _duplicate,
    "merge": _merge,
    "split": _split,
    "add": _add,
    "accept": _accept,
    "dismiss": _dismiss,
    "undo": _undo,
    "redo": _redo,
}
