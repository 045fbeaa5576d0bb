"""Below the acts of the review desk: the forms that take more than a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from geo.names import fold
from geo.pages import acts, fields, heads, queue, session
from geo.pages.words import plain, say, tongue
from geo.people import Deed
from geo.wording import headline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.events import PlacedClaim
    from geo.pages.scene import Scene

WHYS = {
    "1": "the text does not say this",
    "2": "it tells of no change of control",
    "3": "another place or side is meant",
    "4": "it repeats what is told elsewhere",
}
"""Usual reasons to reject a claim, each by its key."""

NEAR = 8
"""Events of the same place, next in time, whose claims are offered as the other one."""

WHY_CHARS = 500


def open_form(name: str | None) -> None:
    """Open one form, or none."""
    st.session_state[queue.FORM] = name
    session.ask_point()


def draw(scene: Scene, placed: PlacedClaim, key: str) -> None:
    """Draw the form that is open."""
    form = st.session_state.get(queue.FORM)
    if form == "reject" and scene.person.may(Deed.REJECT):
        with st.container(key="desk_form", border=True):
            _reject(placed, key)
    elif form in {"correct", "more"} and scene.person.may(Deed.CORRECT):
        with st.container(key="desk_form", border=True):
            if form == "correct":
                _correct(scene, placed, key)
            else:
                _more(scene, placed, key)


def _reject(placed: PlacedClaim, key: str) -> None:
    """Take the reason: a usual one by its digit, or one's own words."""
    heads.sub(say("Why is it wrong?"))
    for digit in WHYS:
        said = say(WHYS[digit])
        st.button(
            said,
            key=f"why_{digit}",
            shortcut=digit,
            on_click=acts.ask,
            args=("reject", key, placed),
            kwargs={"why": said},
        )
    st.text_input(
        say("In your own words; Enter rejects it"),
        key="why_own",
        max_chars=WHY_CHARS,
        on_change=_own,
        args=(key, placed),
    )


def _own(key: str, placed: PlacedClaim) -> None:
    if why := (st.session_state.get("why_own") or "").strip():
        acts.ask("reject", key, placed, why=why)


def _why(form: str) -> None:
    st.text_input(say("Why"), key=f"{form}_why", max_chars=WHY_CHARS)


def _correct(scene: Scene, placed: PlacedClaim, key: str) -> None:
    form = f"fix_{placed.claim.claim_id}"
    fields.draw(scene, form, placed.claim)
    _why(form)
    st.button(
        say("Store the correction"),
        key="fix_store",
        type="primary",
        icon=":material/save:",
        shortcut="Ctrl+Enter",
        on_click=_on_correct,
        args=(form, key, placed),
    )


def _on_correct(form: str, key: str, placed: PlacedClaim) -> None:
    changes = fields.given(form)
    if location := fields.where(form, placed.claim.article_id):
        changes["location"] = location
    why = st.session_state.get(f"{form}_why") or ""
    acts.ask("correct", key, placed, changes=changes, why=why)


def _more(scene: Scene, placed: PlacedClaim, key: str) -> None:
    """Offer to join, part and mark claims, and to add one that was missed."""
    kinds = {"": say("Choose what to do")}
    others = _others(scene, placed)
    if others:
        kinds["duplicate"] = say("It repeats another claim")
        if scene.person.may(Deed.MERGE):
            kinds["merge"] = say("It tells the same change as another")
        if scene.person.may(Deed.SPLIT):
            kinds["split"] = say("It does not tell the same change as another")
    kinds["add"] = say("Add a claim that this article makes")
    chosen = st.selectbox(
        say("What to do"),
        list(kinds),
        format_func=kinds.__getitem__,
        key="more_kind",
    )
    if chosen == "add":
        add(scene, placed.claim.article_id, key)
    elif chosen:
        _with_other(chosen, placed, others, key)


def _others(scene: Scene, placed: PlacedClaim) -> list[PlacedClaim]:
    """Return other claims of the same event, then of the same place."""
    found = list(scene.claims)
    events = scene.served.events
    here = events[events["place_id"] == (placed.location.place_id or "")]
    day = placed.claim.date_end
    if day is not None:
        away = (pd.to_datetime(here["date_end"]) - pd.Timestamp(day)).abs()
        here = here.loc[away.sort_values(kind="stable").index]
    for event_id in here["event_id"].head(NEAR):
        found += scene.store.event_claims(event_id)
    name = fold(placed.claim.place)
    found += [one for one in scene.served.unplaced if fold(one.claim.place) == name]
    others = {one.claim.claim_id: one for one in found}
    others.pop(placed.claim.claim_id, None)
    return list(others.values())


def _with_other(
    kind: str, placed: PlacedClaim, others: Sequence[PlacedClaim], key: str
) -> None:
    told = [_told(one) for one in others]
    number = st.radio(
        say("The other claim"),
        range(len(others)),
        format_func=told.__getitem__,
        key=f"other_{placed.claim.claim_id}",
    )
    _why("more")
    st.button(
        say("Store it"),
        key="more_store",
        type="primary",
        shortcut="Ctrl+Enter",
        on_click=_on_other,
        args=(kind, placed, others[number], key),
    )


def _told(one: PlacedClaim) -> str:
    claim = one.claim
    sides = claim.gained_by, claim.lost_by
    said = headline(claim.event_type, claim.place, *sides, language=tongue())
    day = claim.date_end.isoformat() if claim.date_end else say("undated")
    return f"{day} {plain(said)} :gray[{plain(one.publisher)}]"


def _on_other(kind: str, placed: PlacedClaim, other: PlacedClaim, key: str) -> None:
    why = st.session_state.get("more_why") or ""
    acts.ask(kind, key, placed, other=other, why=why)


def add(scene: Scene, article_id: str, key: str = "") -> None:
    """Take words of an article that the extraction missed, and what they say."""
    form = f"new_{article_id}"
    st.text_area(
        say("The words of the article, to the letter"),
        key=f"{form}_words",
        max_chars=1_500,
        help=say("Copy them out of the article below; they must stand there once."),
    )
    fields.draw(scene, form, None)
    _why(form)
    st.button(
        say("Add the claim"),
        key="add_store",
        type="primary",
        icon=":material/add:",
        shortcut="Ctrl+Enter",
        on_click=_on_add,
        args=(form, key, article_id),
    )


def _on_add(form: str, key: str, article_id: str) -> None:
    state = st.session_state
    acts.ask(
        "add",
        key,
        article_id=article_id,
        words=state.get(f"{form}_words") or "",
        fields=fields.given(form),
        location=fields.where(form, article_id),
        why=state.get(f"{form}_why") or "",
    )
