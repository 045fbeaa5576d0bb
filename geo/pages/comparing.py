"""Under the map: what changed hands between two days, grouped by who gained."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
import streamlit as st

from geo.pages import heads, session
from geo.pages.signs import sign_html
from geo.pages.words import laid, say, tongue
from geo.reading import text_html
from geo.timeline import changes
from geo.view import days
from geo.wording import STATUS_NAMES, day_words, listed

if TYPE_CHECKING:
    from datetime import date

    from geo.pages.scene import Scene
    from geo.pages.served import Served
    from geo.view import View

ROWS = 2000
"""Changes that the table lists at most."""

HEIGHT = 320


class Compared(NamedTuple):
    """Two days, both inclusive, and the changes between them."""

    first: date
    last: date
    rows: pd.DataFrame


KEPT = 4
"""Comparisons that stay at hand, for the clicks that follow."""

_lately: dict[tuple[str, str, View], Compared] = {}


def compared(scene: Scene) -> Compared:
    """Return what changed hands from the view's first day to its last.

    The filters choose the events that control follows from, as on the map; where the
    view has no first day, that of the first event counts.
    """
    # What lies open, and where the map stands, changes nothing here.
    view = replace(scene.view, event=None, at=None, areas=False)
    key = str(scene.setting.where), scene.served.version, view
    found = _lately.get(key)
    if found is None:
        found = _lately[key] = _compared(scene.served, view)
        for old in list(_lately)[:-KEPT]:
            _lately.pop(old, None)
    return found


def _compared(served: Served, view: View) -> Compared:
    ends = served.events["date_end"].dropna()
    start = view.since or (ends.min().date() if len(ends) else view.day)
    start = min(start, view.day)
    passing = served.events[served.facets.passing(view)]
    return Compared(start, view.day, changes(passing, start, view.day))


def draw(compared: Compared) -> None:
    """Draw who gained and lost how many places, and each change as a row."""
    first, last = (day_words(day, language=tongue()) for day in compared[:2])
    found = compared.rows
    if found.empty:
        heads.soft(
            say(
                "Nothing is reported to have changed hands from {first} to {last}.",
                first=first,
                last=last,
            )
        )
        return
    st.html(_sums(found, say("From {first} to {last}", first=first, last=last)))
    rows = _grouped(found).head(ROWS)
    if len(found) > ROWS:
        heads.soft(say("{n} of {all} are listed.", n=ROWS, all=f"{len(found):,}"))
    st.session_state["change_ids"] = rows["event_id"].tolist()
    st.session_state["change_days"] = days(rows["since"]).tolist()
    st.dataframe(
        laid(_table(rows)),
        key="changes_table",
        hide_index=True,
        height=HEIGHT,
        on_select=_on_change,
        selection_mode="single-row",
        column_config={say("Since"): st.column_config.DateColumn(width="small")},
        alt=say("What changed hands; choose a row to read its source"),
    )


def _sums(found: pd.DataFrame, title: str) -> str:
    """Return how many places each side gained and lost, the greatest gains first."""
    gained = found["held_after"].fillna("").value_counts()
    lost = found.loc[found["reported_before"], "held_before"].fillna("").value_counts()
    names = sorted(
        {*gained.index, *lost.index},
        key=lambda name: (name == "", -gained.get(name, 0), -lost.get(name, 0), name),
    )
    items = []
    for name in names:
        n_gained, n_lost = int(gained.get(name, 0)), int(lost.get(name, 0))
        told = [
            say("gained {n}", n=n_gained) if n_gained else "",
            say("lost {n}", n=n_lost) if n_lost else "",
        ]
        items.append(
            f"<li>{sign_html(name)}{text_html(_held(name), tag='b')}"
            f"<span>{escape(listed(told, language=tongue()))}</span></li>"
        )
    return (
        f'<div class="tl-sums"><h3 class="tl-sub">{escape(title)}</h3>'
        f"<ul>{''.join(items)}</ul></div>"
    )


def _held(name: str | None) -> str:
    return tongue().actor(name) if name else say("Nobody known")


def _grouped(found: pd.DataFrame) -> pd.DataFrame:
    """Put together what one side gained, the greatest gains first, newest first."""
    holders = found["held_after"].fillna("")
    keys = found.assign(
        is_nobody=holders == "", size=-holders.map(holders.value_counts()), name=holders
    )
    order = keys.sort_values(
        ["is_nobody", "size", "name", "since", "place"],
        ascending=[True, True, True, False, True],
    )
    return found.loc[order.index]


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return changes as a reader reads them, in the reader's language."""
    before = [
        _held(holder) if was_reported else say("nothing reported")
        for holder, was_reported in zip(
            rows["held_before"], rows["reported_before"], strict=True
        )
    ]
    return pd.DataFrame(
        {
            say("Now held by"): [_held(holder) for holder in rows["held_after"]],
            say("Before"): before,
            say("Place"): rows["place"].to_numpy(),
            say("Since"): days(rows["since"]),
            say("Status"): [say(STATUS_NAMES[status]) for status in rows["status"]],
        }
    )


def _on_change() -> None:
    rows = st.session_state["changes_table"]["selection"]["rows"]
    if rows:
        session.open_event(
            st.session_state["change_ids"][rows[0]],
            st.session_state["change_days"][rows[0]],
        )
