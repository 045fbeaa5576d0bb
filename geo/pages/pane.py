"""The reading pane: what is reported, how sure it is, and the article it stands in.

Words of sources are drawn by `st.html` from `geo.reading`, escaped; labels of buttons
hold this program's own words only, since Streamlit reads labels as Markdown.
"""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from geo.accounts import others, reasons
from geo.events import EVENT_ID
from geo.pages import (
    accounts,
    articles,
    forms,
    heads,
    history,
    past,
    placing,
    queue,
    search,
    session,
    telling,
)
from geo.pages.words import plain, say, tongue
from geo.people import Deed
from geo.quoting import quotation
from geo.reading import contradictions_html, text_html
from geo.reasons import reasons_words
from geo.view import days
from geo.wording import (
    STATUS_NAMES,
    days_words,
    headline,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from extract.records import Article, Claim
    from geo.accounts import Others
    from geo.facets import Rows
    from geo.pages.scene import Scene
    from geo.pages.served import Served
    from geo.store import PlacedClaim, Store
    from geo.view import View

OTHERS = 8
"""Other events of a place that are listed before the table is pointed to."""


def opened(store: Store, view: View) -> tuple[PlacedClaim, ...]:
    """Return the claims of what is open: an event's, or one that is part of none."""
    if view.event:
        return tuple(store.event_claims(view.event))
    placed = store.claim(st.session_state.get("claim") or "")
    return (placed,) if placed else ()


def settled(served: Served, view: View, claims: Sequence[PlacedClaim]) -> View:
    """Return the view with the open event under the id that it has now.

    An id stays good when its event grows into another one's.
    """
    if not claims or served.position(view.event) is not None:
        return view
    ids = (f"{EVENT_ID}{placed.claim.claim_id}" for placed in claims)
    now = next((one for one in ids if served.position(one) is not None), view.event)
    st.session_state["event"] = now
    return replace(view, event=now)


def name(scene: Scene) -> str:
    """Return a key for the pane: "idle", or one for what is read.

    Another key makes another element, which is read from its top.
    """
    placed, state = scene.placed, st.session_state
    read = [
        state.get("query") if search.is_on() else "",
        scene.view.event or "",
        placed.claim.claim_id if placed else "",
        *(state.get(kind) or "" for kind in ("article", "place")),
        "desk" if queue.is_on() else "",
    ]
    if not any(read):
        return "pane_idle"
    return f"pane_sheet_{sha256(json.dumps(read).encode()).hexdigest()[:12]}"


def draw(scene: Scene) -> None:
    """Draw what is open, or how to open something."""
    state = st.session_state
    heads.notice()
    if search.is_on():
        search.draw(scene.store, scene.served)
    elif scene.view.event:
        _event(scene, scene.view.event)
    elif scene.claims:
        _claim(scene)
    elif article_id := state.get("article"):
        articles.draw_alone(scene.store, article_id)
        if scene.person.may(Deed.CORRECT):
            _missed(scene, article_id)
    elif place_id := state.get("place"):
        history.draw(scene.served.events, place_id)
    else:
        _nothing_open(scene.seen)


def _missed(scene: Scene, article_id: str) -> None:
    """Offer to add a claim to an article in which none was found."""
    label = say("Add a claim that this article makes")
    with st.expander(label, icon=":material/add:", key=f"missed_{article_id}"):
        forms.add(scene, article_id)


def _nothing_open(seen: Rows) -> None:
    title = escape(say("Read the source"))
    words = escape(
        say(
            "Choose a mark on the map or a row of the table: the sentence that it "
            "rests on is shown here, within its whole article. These are reports, not "
            "findings: each says who reports it and how sure place and date are."
        )
    )
    st.html(f'<div class="tl-hint"><h2>{title}</h2><p>{words}</p></div>')
    if len(seen):
        heads.sub(say("Latest by this day"))
        _buttons(seen.newest(6), "latest")


def _event(scene: Scene, event_id: str) -> None:
    if not scene.claims:
        heads.draw(say("The address names an event that is not in this store."))
        return
    events, at = scene.served.events, scene.served.position(event_id)
    if at is None:  # It came into the store since this page was begun.
        _claim(scene)
        return
    event = events.iloc[at]
    parted = others(events, at)
    _claim(scene, event, parted)
    rest = events.iloc[parted.rest]
    if len(rest):
        heads.sub(say("Other events of this place"), len(rest))
        _buttons(rest.head(OTHERS), "other")
    if len(rest) > OTHERS:
        heads.soft(say("{n} more are in the table.", n=len(rest) - OTHERS))


def _claim(
    scene: Scene, event: pd.Series | None = None, parted: Others | None = None
) -> None:
    """Draw the claim that is read, and what it is part of."""
    placed = scene.placed
    if placed is None:
        return
    status = None if event is None else str(event["status"])
    first = scene.claims[0].claim
    sides = first.gained_by, first.lost_by
    told = headline(first.event_type, first.place, *sides, language=tongue())
    why = _why(scene, event, parted) if event is not None and parted else ""
    heads.draw(told, _sign(status, first) + why)
    article = scene.store.article(placed.claim.article_id)
    if article is None:
        return
    colors = telling.colors_of(placed)
    st.html(telling.quote(article, placed, colors))
    articles.steps(scene.store, placed)
    _tools(scene, article, placed, event)
    st.html(telling.facts(placed, status))
    past.draw(scene, placed)
    findings = telling.findings(scene.store, placed.claim)
    if note := contradictions_html(findings, language=tongue()):
        st.html(note)
    if scene.person.may(Deed.PLACE):
        placing.draw(scene, placed)
    if event is not None and parted is not None:
        against = scene.served.events.iloc[parted.against]
        accounts.draw(scene, placed, event, against)
    articles.draw(article, placed, colors)
    articles.whence(scene.store, article.article_id)


def _tools(
    scene: Scene, article: Article, placed: PlacedClaim, event: pd.Series | None
) -> None:
    """Offer the claim to be reviewed, its sentence copied, its place's history."""
    with st.container(key="tools", horizontal=True):
        if scene.person.may(Deed.CONFIRM):
            st.button(
                say("Review this"),
                key="review_this",
                icon=":material/fact_check:",
                on_click=queue.go,
                args=(placed.claim.claim_id,),
            )
        copy = ":material/content_copy:"
        with st.popover(say("Copy quotation"), icon=copy, key="quotation"):
            text = quotation(article, placed.claim, language=tongue())
            with st.container(key="quotation_text"):
                st.code(text, language=None, wrap_lines=True)
        if event is not None:
            st.button(
                say("History of this place"),
                key="history",
                icon=":material/history:",
                on_click=session.open_place,
                args=(event["place_id"],),
            )


def _sign(status: str | None, claim: Claim) -> str:
    chip = ""
    if status in STATUS_NAMES:
        name = escape(say(STATUS_NAMES[status]))
        chip = f'<span class="tl-chip tl-{status}">{name}</span>'
    words = escape(days_words(claim.date_start, claim.date_end, language=tongue()))
    return f'<p>{chip}<span class="tl-when">{words}</span></p>'


def _why(scene: Scene, event: pd.Series, parted: Others) -> str:
    """Return why the open event has its status, in words."""
    against = scene.served.events.iloc[parted.against]
    found = reasons(scene.claims, event, against, scene.served.speakers)
    said = reasons_words(found, language=tongue())
    return text_html(said[:1].upper() + said[1:], css="tl-why")


def _buttons(rows: gpd.GeoDataFrame, kind: str) -> None:
    """Draw a line for each event that opens it."""
    lasts = days(rows["date_end"]).tolist()
    for number, (row, day) in enumerate(zip(rows.itertuples(), lasts, strict=True)):
        names = (None if pd.isna(n) else n for n in (row.gained_by, row.lost_by))
        told = headline(row.event_type, row.place, *names, language=tongue())
        st.button(
            f"{day.isoformat() if day else say('undated')}  {plain(told)}",
            key=f"{kind}_{number}",
            type="tertiary",
            on_click=session.open_event,
            args=(row.event_id, day),
        )
