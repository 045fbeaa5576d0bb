"""In the reading pane, side by side: who reports an event, and who says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from geo.accounts import accounts, denials, sides_of
from geo.language import isolated
from geo.pages import heads, session
from geo.pages.articles import publisher_words
from geo.pages.words import plain, say, tongue
from geo.reading import link_html, text_html
from geo.view import days
from geo.weighing import Voice
from geo.wording import day_words, headline, source_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import geopandas as gpd

    from geo.accounts import Account
    from geo.events import PlacedClaim
    from geo.pages.scene import Scene

SHOWN = 6
"""Reports on each side that are listed before a button asks for all of them."""


def draw(
    scene: Scene,
    chosen: PlacedClaim,
    event: pd.Series,
    against: gpd.GeoDataFrame,
) -> None:
    """Draw an event's reports, beside the denials and the events `against` it."""
    claims = scene.claims
    told = accounts(claims, scene.served.speakers, sides_of(event))
    denied = denials(claims)
    with st.container(key="accounts"):
        if told and (denied or len(against)):
            left, right = st.columns(2, gap="small")
            with left:
                _reports(told, chosen)
            with right:
                _otherwise(denied, chosen, against)
        elif told:
            _reports(told, chosen)
            heads.soft(say("Nobody here says otherwise for these days."))
        else:
            _otherwise(denied, chosen, against)


def _known(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _reports(told: Sequence[Account], chosen: PlacedClaim) -> None:
    heads.sub(say("Reported by"), len(told))
    for number, account in enumerate(told[: _room("told", len(told))]):
        _report(f"told_{number}", account.placed, chosen, _standing(account))
    _ask_all("told", len(told))


def _otherwise(
    denied: Sequence[PlacedClaim], chosen: PlacedClaim, against: gpd.GeoDataFrame
) -> None:
    count = len(denied) + len(against)
    heads.sub(say("Says otherwise"), count)
    room = _room("against", count)
    for number, placed in enumerate(denied[:room]):
        _report(f"denied_{number}", placed, chosen, say("Denies it"))
    rows = against.head(max(room - len(denied), 0))
    ends = days(rows["date_end"]).tolist()
    for number, (row, day) in enumerate(zip(rows.itertuples(), ends, strict=True)):
        _opposed(f"against_{number}", row, day)
    _ask_all("against", count)


def _room(side: str, count: int) -> int:
    return count if st.session_state.get("all_of") == side else SHOWN


def _ask_all(side: str, count: int) -> None:
    if count > _room(side, count):
        st.button(
            say("Show all {n}", n=count),
            key=f"all_{side}",
            type="tertiary",
            on_click=st.session_state.__setitem__,
            args=("all_of", side),
        )


def _standing(account: Account) -> str:
    """Say for whom a report speaks, or on whom it leans."""
    if account.leans_on is not None:
        name = publisher_words(account.leans_on.publisher)
        return say("Not independent of {name}", name=name)
    return {
        Voice.PARTIAL: say("Speaks for a side that gains by it"),
        Voice.LOSER: say("Speaks for the side that loses by it"),
        Voice.INDEPENDENT: say("Speaks for neither side"),
        Voice.OTHER: "",
    }[account.voice]


def _report(key: str, placed: PlacedClaim, chosen: PlacedClaim, standing: str) -> None:
    """Draw one report; its first line opens it."""
    is_open = placed.claim.claim_id == chosen.claim.claim_id
    day = placed.published
    name = isolated(publisher_words(placed.publisher), tongue().direction)
    told = day_words(day, language=tongue()) if day else say("no date")
    with st.container(key=f"account_{'open' if is_open else 'shut'}_{key}"):
        st.button(
            f"**{plain(name)}**{say(', ')}{plain(told)}",
            key=key,
            type="tertiary",
            disabled=is_open,
            on_click=session.read,
            args=(placed.claim.claim_id,),
        )
        st.html(_said(placed.claim.sentence, standing, placed.url))


def _opposed(key: str, row: Any, day: date | None) -> None:  # noqa: ANN401 - a row
    """Draw an event that contradicts the open one; its first line opens it."""
    sides = (_known(row.gained_by), _known(row.lost_by))
    told = headline(row.event_type, row.place, *sides, language=tongue())
    source = source_line(row.publisher, row.n_publishers, language=tongue())
    if not pd.isna(row.first_reported):
        since = day_words(row.first_reported, language=tongue())
        source = say("{source}, first on {day}", source=source, day=since)
    with st.container(key=f"account_shut_{key}"):
        st.button(
            f"**{plain(told)}**",
            key=key,
            type="tertiary",
            on_click=session.open_event,
            args=(row.event_id, day),
        )
        st.html(_said(row.sentence, source, row.url))


def _said(sentence: str, note: str, url: str) -> str:
    """Return a sentence in short, and a line about it with a link to the original."""
    foot = [text_html(note)] if note else []
    if url:
        foot.append(link_html(url, say("original")))
    return (
        f"{text_html(sentence, tag='blockquote', css='tl-short')}"
        f'<p class="tl-byline">{" · ".join(foot)}</p>'
    )
