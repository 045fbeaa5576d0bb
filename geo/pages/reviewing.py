"""The review desk, in the place of the reading pane: one claim, why it waits, the acts.

Each act has a key of its own, which Streamlit shows on its button and leaves alone
while somebody types. The map's keys are the map's, whose frame has its own document.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from geo.accounts import others
from geo.pages import accounts, acts, articles, forms, heads, past, queue, telling
from geo.pages.words import say, tongue
from geo.people import Deed
from geo.reading import text_html
from geo.review import State
from geo.waiting import WORDS
from geo.wording import headline

if TYPE_CHECKING:
    from geo.events import PlacedClaim
    from geo.pages.queue import Waiting
    from geo.pages.scene import Scene
    from geo.waiting import Item


def draw(scene: Scene, waiting: Waiting) -> None:
    """Draw what lies on the desk, and the way to the next."""
    heads.notice()
    key = st.session_state[queue.DESK]
    item = waiting.ranking.item(scene.store, key)
    placed = _placed(scene, key, item)
    if placed is None:
        heads.draw(say("Review"), _count(waiting, key))
        heads.soft(say("Nothing waits for review."), is_news=True)
        _turning()
        return
    claim = placed.claim
    sides = claim.gained_by, claim.lost_by
    told = headline(claim.event_type, claim.place, *sides, language=tongue())
    heads.draw(told, _count(waiting, key))
    st.html(_why(item, placed))
    article = scene.store.article(claim.article_id)
    colors = telling.colors_of(placed)
    if article is not None:
        st.html(telling.quote(article, placed, colors))
    _acts(scene, placed, item, key)
    _steps(waiting, key)
    forms.draw(scene, placed, key)
    if item is not None and item.proposals and scene.person.may(Deed.CORRECT):
        past.proposals(item, key)
    st.html(telling.facts(placed, None))
    if item is None or not item.is_proposed:
        past.draw(scene, placed)
        _accounts(scene, placed)
    if article is not None:
        articles.draw(article, placed, colors)


def _placed(scene: Scene, key: str, item: Item | None) -> PlacedClaim | None:
    """Return what is reviewed as it stands: a stored claim, or one proposed."""
    if item is not None and item.is_proposed:
        return item.placed
    placed = scene.placed
    if placed is not None and placed.claim.claim_id == key:
        return placed
    return scene.store.claim(key)


def _count(waiting: Waiting, key: str) -> str:
    if key in waiting:
        at, among = f"{waiting.place(key) + 1:,}", f"{len(waiting):,}"
        said = say("{at} of {all} to review, worst first", at=at, all=among)
    else:
        said = say("{n} to review", n=len(waiting))
    return text_html(said, tag="p", css="tl-soft")


def _why(item: Item | None, placed: PlacedClaim) -> str:
    """Return why this waits, or that it does not any more."""
    if item is None:
        state = telling.said_of(placed) or say("not yet reviewed")
        said = say("It does not wait any more: {state}.", state=state)
        return text_html(said, tag="p", css="tl-note")
    words = [say(WORDS[one]) for one in item.reasons]
    if not words:
        words = [say("nobody looked at it yet")]
    chips = "".join(text_html(word, tag="li") for word in words)
    label = escape(say("Why it waits"))
    return f'<ul class="tl-reasons" aria-label="{label}">{chips}</ul>'


def _acts(scene: Scene, placed: PlacedClaim, item: Item | None, key: str) -> None:
    """Offer what can be done to it by one key each."""
    may = scene.person.may
    is_stored = item is None or not item.is_proposed
    with st.container(key="desk_acts", horizontal=True):
        if is_stored and may(Deed.CONFIRM) and placed.state is State.CANDIDATE:
            st.button(
                say("Confirm"),
                key="confirm",
                icon=":material/check:",
                type="primary",
                shortcut="Y",
                on_click=acts.ask,
                args=("confirm", key, placed),
            )
        if is_stored and may(Deed.REJECT) and placed.state is not State.REJECTED:
            _form("reject", say("Reject"), ":material/close:", "X")
        if is_stored and may(Deed.CORRECT):
            _form("correct", say("Correct"), ":material/edit:", "E")
            if placed.state is not State.CANDIDATE:
                _reopen(placed, key)
            _form("more", say("More"), ":material/more_horiz:", "M")


def _reopen(placed: PlacedClaim, key: str) -> None:
    st.button(
        say("Review again"),
        key="reopen",
        icon=":material/replay:",
        on_click=acts.ask,
        args=("reopen", key, placed),
    )


def _form(name: str, label: str, icon: str, shortcut: str) -> None:
    """Draw a button that opens a form below, or shuts it."""
    is_open = st.session_state.get(queue.FORM) == name
    st.button(
        label,
        key=f"form_{name}",
        icon=":material/expand_less:" if is_open else icon,
        shortcut=shortcut,
        on_click=forms.open_form,
        args=(None if is_open else name,),
    )


def _turning() -> None:
    """Offer to undo the last act that was done here, and to do it again."""
    if acts.latest("undo"):
        st.button(
            say("Undo"),
            key="desk_undo",
            icon=":material/undo:",
            shortcut="U",
            on_click=acts.turn,
            args=("undo",),
        )
    if acts.latest("redo"):
        st.button(
            say("Redo"),
            key="desk_redo",
            icon=":material/redo:",
            shortcut="Shift+U",
            on_click=acts.turn,
            args=("redo",),
        )


def _steps(waiting: Waiting, key: str) -> None:
    with st.container(key="desk_steps", horizontal=True):
        _step(say("Previous"), "P", waiting.beside(key, -1), "chevron_left")
        _step(say("Next"), "N", waiting.beside(key, 1), "chevron_right")
        _turning()


def _step(label: str, shortcut: str, key: str | None, icon: str) -> None:
    st.button(
        label,
        key=f"desk_{icon}",
        icon=f":material/{icon}:",
        shortcut=shortcut,
        disabled=key is None,
        on_click=queue.go,
        args=(key or "",),
    )


def _accounts(scene: Scene, placed: PlacedClaim) -> None:
    """Draw who else reports the event, and who says otherwise."""
    events, at = scene.served.events, scene.served.position(scene.view.event)
    if at is None:
        return
    against = events.iloc[others(events, at).against]
    accounts.draw(scene, placed, events.iloc[at], against)
