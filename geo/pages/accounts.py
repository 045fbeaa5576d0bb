"""In the reading pane, side by side: who reports an event, and who says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from geo.accounts import accounts, denials
from geo.pages import session
from geo.pages.served import speakers
from geo.pages.words import plain
from geo.reading import link_html, text_html
from geo.view import days
from geo.weighing import Voice
from geo.wording import day_words, headline, isolated, source_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import geopandas as gpd

    from geo.accounts import Account
    from geo.events import PlacedClaim

SHOWN = 6
"""Reports on each side that are listed before a button asks for all of them."""

UNNAMED_PUBLISHER = "publisher not named"

VOICES = {
    Voice.PARTIAL: "Speaks for the side that gains by it",
    Voice.LOSER: "Speaks for the side that loses by it",
    Voice.INDEPENDENT: "Speaks for neither side",
}


def draw(
    claims: Sequence[PlacedClaim],
    chosen: PlacedClaim,
    event: pd.Series,
    against: gpd.GeoDataFrame,
) -> None:
    """Draw an event's reports, beside the denials and the events `against` it."""
    sides = (None if pd.isna(n) else n for n in event[["gained_by", "lost_by"]])
    told = accounts(claims, speakers(), *sides)
    denied = denials(claims)
    n_against = len(denied) + len(against)
    with st.container(key="accounts"):
        if not told or not n_against:
            if told:
                _reports(told, chosen)
                st.html('<p class="tl-soft">Nobody here says otherwise.</p>')
            else:
                _otherwise(denied, chosen, against)
            return
        left, right = st.columns(2, gap="medium")
        with left:
            _reports(told, chosen)
        with right:
            _otherwise(denied, chosen, against)


def _title(words: str, count: int) -> None:
    st.html(f'<h3 class="tl-sub">{words} <span class="tl-count">{count}</span></h3>')


def _reports(told: Sequence[Account], chosen: PlacedClaim) -> None:
    _title("Reported by", len(told))
    for number, account in enumerate(told[: _limit("told", len(told))]):
        _report(f"told_{number}", account.placed, chosen, _standing(account))
    _ask_all("told", len(told))


def _otherwise(
    denied: Sequence[PlacedClaim], chosen: PlacedClaim, against: gpd.GeoDataFrame
) -> None:
    count = len(denied) + len(against)
    _title("Says otherwise", count)
    room = _limit("against", count)
    for number, placed in enumerate(denied[:room]):
        _report(f"denied_{number}", placed, chosen, "Denies it")
    rows = against.head(max(room - len(denied), 0))
    ends = days(rows["date_end"]).tolist()
    for number, (row, day) in enumerate(zip(rows.itertuples(), ends, strict=True)):
        _opposed(f"against_{number}", row, day)
    _ask_all("against", count)


def _limit(side: str, count: int) -> int:
    return count if st.session_state.get("all_of") == side else SHOWN


def _ask_all(side: str, count: int) -> None:
    if count > _limit(side, count):
        st.button(
            f"Show all {count}",
            key=f"all_{side}",
            type="tertiary",
            on_click=st.session_state.__setitem__,
            args=("all_of", side),
        )


def _standing(account: Account) -> str:
    """Say for whom a report speaks, and whether it stands for itself."""
    if account.leans_on is not None:
        name = isolated(account.leans_on.publisher or UNNAMED_PUBLISHER)
        return f"Not independent of {name}"
    return VOICES.get(account.voice, "")


def _report(key: str, placed: PlacedClaim, chosen: PlacedClaim, standing: str) -> None:
    """Draw one report; its first line opens it."""
    is_open = placed.claim.claim_id == chosen.claim.claim_id
    day = day_words(placed.published) if placed.published else "undated"
    with st.container(key=f"account_open_{key}" if is_open else f"account_{key}"):
        st.button(
            f"{plain(isolated(placed.publisher or UNNAMED_PUBLISHER))}, {day}",
            key=key,
            type="tertiary",
            disabled=is_open,
            on_click=session.choose_report,
            args=(placed.claim.claim_id,),
        )
        st.html(_said(placed.claim.sentence, standing, placed.url))


def _opposed(key: str, row: tuple, day: date | None) -> None:
    """Draw an event that contradicts the open one; its first line opens it."""
    sides = (None if pd.isna(n) else n for n in (row.gained_by, row.lost_by))
    told = plain(headline(row.event_type, row.place, *sides))
    since = "" if pd.isna(row.first_reported) else day_words(row.first_reported)
    source = source_line(row.publisher, row.n_publishers)
    with st.container(key=f"account_{key}"):
        st.button(
            f"{day.isoformat() if day else 'undated'}  {told}",
            key=key,
            type="tertiary",
            on_click=session.open_event,
            args=(row.event_id, day),
        )
        note = f"{source}, first on {since}" if since else source
        st.html(_said(row.sentence, note, row.url))


def _said(sentence: str, note: str, url: str) -> str:
    """Return a sentence in short, and a line about it with a link to the original."""
    foot = [text_html(note)] if note else []
    if url:
        foot.append(link_html(url, "original"))
    return (
        f"{text_html(sentence, tag='blockquote', css='tl-short')}"
        f'<p class="tl-byline">{" · ".join(foot)}</p>'
    )
