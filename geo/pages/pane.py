"""The reading pane: what is reported, how sure it is, and the article it stands in.

Words of sources are drawn by `st.html` from `geo.reading`, escaped; labels of buttons
hold this program's own words only, since Streamlit reads labels as Markdown.
"""

from __future__ import annotations

from functools import partial
from html import escape
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from extract.records import CHANGES, EventType, Modality
from geo.checks import is_about
from geo.pages import placing, session
from geo.pages.served import home_conflict
from geo.pages.words import plain, trouble
from geo.reading import (
    ROLES,
    article_html,
    contradictions_html,
    link_html,
    sentence_html,
    text_html,
)
from geo.view import days
from geo.wording import (
    CLAIMANTS,
    STATUSES,
    date_surety,
    day_words,
    days_words,
    headline,
    isolated,
    place_surety,
    when,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from extract.records import Article, Claim
    from geo.checks import Finding
    from geo.pages.scene import Scene
    from geo.pages.served import Served
    from geo.store import PlacedClaim, Store
    from geo.view import View

OTHERS = 8
"""Other events of a place that are listed before the table is pointed to."""


def opened(store: Store, served: Served, view: View) -> tuple[PlacedClaim, ...]:
    """Return the claims of what is open: an event's, or one that has no place."""
    if view.event:
        return tuple(store.event_claims(view.event))
    claim_id = st.session_state.get("claim")
    return tuple(p for p in served.unplaced if p.claim.claim_id == claim_id)


def draw(scene: Scene) -> None:
    """Draw what is open, or how to open something."""
    if notice := st.session_state.pop("notice", None):
        st.html(f'<p class="tl-notice" role="status">{escape(notice)}</p>')
    if scene.view.event:
        _event(scene, scene.view.event)
    elif scene.claims:
        _claims(scene)
    else:
        _nothing_open(scene.seen)


def _nothing_open(seen: gpd.GeoDataFrame) -> None:
    st.html(
        '<div class="tl-hint"><h2>Read the source</h2><p>Choose a mark on the map or a '
        "row of the table: the sentence that it rests on is shown here, within its "
        "whole article. These are reports, not findings: each says who reports it and "
        "how sure place and date are.</p></div>"
    )
    if len(seen):
        st.html('<h3 class="tl-sub">Latest by this day</h3>')
        _buttons(seen.iloc[::-1].head(6), "latest")


def _event(scene: Scene, event_id: str) -> None:
    if not scene.claims:
        trouble("The address names an event that is not in this store.")
        return
    at = scene.served.position(event_id)
    if at is None:
        _claims(scene)
        return
    against, rest = _others(scene.served, at)
    status = str(scene.served.events.iloc[at]["status"])
    _claims(scene, status, None if against.empty else against)
    if len(rest):
        st.html('<h3 class="tl-sub">Other events of this place</h3>')
        _buttons(rest.head(OTHERS), "other")
    if len(rest) > OTHERS:
        st.caption(f"{len(rest) - OTHERS} more are in the table.")


def _claims(
    scene: Scene,
    status: str | None = None,
    against: gpd.GeoDataFrame | None = None,
) -> None:
    _head(scene.claims[0], status)
    placed = _choose(scene.claims)
    st.html(_facts(placed, status))
    article = scene.store.article(placed.claim.article_id)
    if article is None:
        return
    st.html(_quote(article, placed))
    if note := contradictions_html(_findings(scene.store, placed.claim)):
        st.html(note)
    placing.draw(scene, placed)
    if against is not None:
        st.html('<h3 class="tl-sub">Says otherwise for these days</h3>')
        _buttons(against, "against")
    st.html(_article(article, placed))


def _head(placed: PlacedClaim, status: str | None) -> None:
    claim = placed.claim
    told = headline(claim.event_type, claim.place, claim.gained_by, claim.lost_by)
    with st.container(key="pane_head", horizontal=True, vertical_alignment="top"):
        head = text_html(told, tag="h2")
        st.html(f'<div class="tl-head">{head}{_sign(status, claim)}</div>')
        st.button(
            "Close",
            icon=":material/close:",
            key="close",
            type="tertiary",
            help="Close this event",
            on_click=session.open_event,
            args=(None,),
        )


def _sign(status: str | None, claim: Claim) -> str:
    chip = ""
    if status in STATUSES:
        chip = f'<span class="tl-chip tl-{status}">{status.capitalize()}</span>'
    words = escape(days_words(claim.date_start, claim.date_end))
    return f'<p>{chip}<span class="tl-when">{words}</span></p>'


def _choose(claims: Sequence[PlacedClaim]) -> PlacedClaim:
    """Let the reader choose among the reports of one event."""
    if len(claims) == 1:
        return claims[0]
    at = st.selectbox(
        f"{len(claims)} reports of this event",
        range(len(claims)),
        format_func=partial(_report_name, claims),
        key="report",
    )
    return claims[at if at is not None and at < len(claims) else 0]


def _report_name(claims: Sequence[PlacedClaim], at: int) -> str:
    placed = claims[at]
    day = placed.published.isoformat() if placed.published else "undated"
    denies = ", denies it" if placed.claim.modality is Modality.DENIED else ""
    # The box tells reports apart by their labels.
    name = isolated(placed.publisher or "publisher not named")
    return f"{at + 1}. {name}, {day}{denies}"


def _facts(placed: PlacedClaim, status: str | None) -> str:
    claim, location = placed.claim, placed.location
    sayer = CLAIMANTS[claim.claimant_type]
    said_by = f"“{isolated(claim.claimed_by)}”: {sayer}" if claim.claimed_by else sayer
    where = place_surety(location.where_prec, location.radius_m)
    if location.name and location.name != claim.place:
        where = f"{where} ({isolated(location.name)})"
    facts: dict[str, str | None] = {
        "When": when(claim.date_start, claim.date_end, claim.date_text),
        "Date is known": date_surety(claim.date_prec, claim.date_anchor),
        "Where": claim.place_context,
        "Place is known": where,
        "Says so": said_by,
        "Status": STATUSES.get(status or "", ""),
        "Together with": ", ".join(map(isolated, claim.associated)),
        "How it was found": location.reason,
        "Place data": location.source,
    }
    rows = "".join(
        f"<dt>{name}</dt>{text_html(value, tag='dd')}"
        for name, value in facts.items()
        if value
    )
    denied = claim.modality is Modality.DENIED
    note = '<p class="tl-denied">This report denies the event.</p>' if denied else ""
    return f'{note}<dl class="tl-facts">{rows}</dl>'


def _findings(store: Store, claim: Claim) -> list[Finding]:
    """Return what the article states of where this claim's place lies, and of how."""
    return [one for one in store.findings(claim.article_id) if is_about(one, claim)]


def _colors(placed: PlacedClaim) -> dict[str, str]:
    """Return the actors' colours for the underlines, drawn towards the ink."""
    pack = home_conflict()
    found = {
        "gained_by": pack.actor(placed.claim.gained_by),
        "lost_by": pack.actor(placed.claim.lost_by),
    }
    return {
        role: f"color-mix(in srgb, {actor.color} 78%, currentcolor)"
        for role, actor in found.items()
        if actor
    }


def _quote(article: Article, placed: PlacedClaim) -> str:
    """Return the sentence, and what its underlines mean."""
    colors = _colors(placed)
    key = "".join(
        f'<span class="tl-ev tl-{role.replace("_", "-")}"'
        f' style="text-decoration-color:{escape(colors.get(role, ""))}">{words}</span>'
        for role, words in ROLES.items()
        if getattr(placed.claim.evidence, role) is not None
    )
    quote = sentence_html(article, placed.claim, colors)
    return f'{quote}<p class="tl-key">{key}</p>'


def _article(article: Article, placed: PlacedClaim) -> str:
    day = day_words(article.published) if article.published else "no date"
    byline = " · ".join(
        part
        for part in (
            text_html(article.publisher or "publisher not named"),
            text_html(day),
            link_html(article.url, "original") if article.url else "",
        )
        if part
    )
    return (
        f'<article class="tl-article">'
        f"{text_html(article.title or 'Untitled report', lang=article.lang, tag='h3')}"
        f'<p class="tl-byline">{byline}</p>'
        f"{article_html(article, placed.claim, _colors(placed))}</article>"
    )


def _others(served: Served, at: int) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the place's other events, newest first: those that contradict, the rest.

    An event contradicts one whose days it shares if another gains the place.
    """
    events = served.events
    this = events.iloc[at]
    # Not by their points: what is only known to lie in one area shares its middle.
    there = events["place_id"] == this["place_id"]
    others = events[there & (events.index != at)].iloc[::-1]
    first, last = days(events["date_start"])[at], days(events["date_end"])[at]
    overlap = (days(others["date_start"]) <= last) & (days(others["date_end"]) >= first)
    taker = "" if pd.isna(this["gained_by"]) else this["gained_by"]
    against = overlap & (others["gained_by"].fillna("") != taker).to_numpy()
    against &= others["event_type"].isin(CHANGES | {EventType.HOLDS}).to_numpy()
    return others[against], others[~against]


def _buttons(rows: gpd.GeoDataFrame, kind: str) -> None:
    """Draw a line for each event that opens it."""
    lasts = days(rows["date_end"])
    for number, (row, last) in enumerate(zip(rows.itertuples(), lasts, strict=True)):
        day = last.item()
        names = (None if pd.isna(n) else n for n in (row.gained_by, row.lost_by))
        told = plain(headline(row.event_type, row.place, *names))
        st.button(
            f"{day.isoformat() if day else 'undated'}  {told}",
            key=f"{kind}_{number}",
            type="tertiary",
            on_click=session.open_event,
            args=(row.event_id, day),
        )
