"""Under the map: the events as a table, its twin; what has no exact place; choices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import streamlit as st

from geo.facets import Rows
from geo.pages import comparing, looking_up, session
from geo.pages.words import laid, say, tongue
from geo.people import Deed
from geo.view import Mode, days
from geo.wording import (
    STATUS_NAMES,
    TYPES,
    distance_words,
    headline,
    place_surety,
    point_words,
    reason_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from geo.choices import Choice
    from geo.language import Language
    from geo.pages.scene import Scene
    from geo.people import Person
    from geo.store import PlacedClaim
    from geo.view import View

ROWS = 2000
"""Rows that a table shows at most; the map and the downloads have all."""

HEIGHT = 320
VAGUE = 2
"""The UCDP precision from which a place counts as not placed exactly."""


def draw(scene: Scene) -> None:
    """Draw one of the lists; choosing a row opens what it tells of."""
    choices = scene.store.choices()
    rough = _rough(scene)
    n_vague = len(rough) + len(scene.served.unplaced)
    names = {
        "events": say("Events ({n})", n=len(scene.seen)),
        "vague": say("Not placed exactly ({n})", n=n_vague),
    }
    changed = None
    if scene.view.mode is Mode.CHANGES:
        changed = comparing.compared(scene)
        names["changes"] = say("Changed hands ({n})", n=len(changed.rows))
    if choices:
        names["by_hand"] = say("Placed by hand ({n})", n=len(choices))
    _follow(scene.view.mode, list(names))
    chosen = st.segmented_control(
        say("List"),
        list(names),
        key="list",
        format_func=names.__getitem__,
        label_visibility="collapsed",
        required=True,
    )
    if chosen == "vague":
        _not_exact(rough, scene.served.unplaced, scene.person)
    elif chosen == "by_hand":
        _by_hand(choices)
    elif chosen == "changes" and changed is not None:
        comparing.draw(changed)
    else:
        _events(scene.seen, scene.view)


def _follow(mode: Mode, offered: list[str]) -> None:
    """Show the changes when two days begin to be compared, and a list that is there."""
    state = st.session_state
    if mode is Mode.CHANGES and state.get("listed_mode") != mode:
        state["list"] = "changes"
    state["listed_mode"] = mode
    if state.get("list") not in offered:
        state["list"] = offered[0]


def _events(seen: Rows, view: View) -> None:
    rows = seen.newest(ROWS)
    if len(seen) > ROWS:
        st.caption(
            say(
                "The newest {n} of {all} events; filters narrow them.",
                n=ROWS,
                all=f"{len(seen):,}",
            )
        )
    ids = rows["event_id"].tolist()
    _select("events_table", ids, view.event)
    st.session_state["table_ids"] = ids
    st.session_state["table_days"] = days(rows["date_end"]).tolist()
    st.dataframe(
        laid(_table(rows)),
        key="events_table",
        hide_index=True,
        height=HEIGHT,
        on_select=_on_event,
        selection_mode="single-row",
        column_config={
            say("First day"): st.column_config.DateColumn(width="small"),
            say("Last day"): st.column_config.DateColumn(width="small"),
            say("Reports"): st.column_config.NumberColumn(width="small"),
        },
        alt=say("The events on the map, newest first; choose a row to read its source"),
    )


def _table(rows: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return events as a reader reads them, in the reader's language."""
    called = tongue().actor
    kinds = {kind: say(TYPES[kind]) for kind in TYPES}
    statuses = {status: say(STATUS_NAMES[status]) for status in STATUS_NAMES}
    return pd.DataFrame(
        {
            say("First day"): days(rows["date_start"]),
            say("Last day"): days(rows["date_end"]),
            say("Place"): rows["place"].to_numpy(),
            say("What"): rows["event_type"].map(kinds).to_numpy(),
            say("Who"): [called(name) for name in rows["gained_by"].fillna("")],
            say("From"): [called(name) for name in rows["lost_by"].fillna("")],
            say("Status"): rows["status"].map(statuses).to_numpy(),
            say("Review"): [
                say("reviewed") if one else "" for one in rows["reviewed"].tolist()
            ],
            say("Publisher"): rows["publisher"].to_numpy(),
            say("Reports"): rows["n_claims"].to_numpy(),
        }
    )


def _select(key: str, ids: list[str], chosen: str | None) -> None:
    """Show the open event as the table's chosen row."""
    rows = [ids.index(chosen)] if chosen in ids else []
    now = st.session_state.get(key)
    if (list(now["selection"]["rows"]) if now else []) != rows:
        # Whole as the browser sends it: else that counts as a choice of the reader's.
        chosen_rows = {"rows": rows, "columns": [], "cells": []}
        st.session_state[key] = {"selection": chosen_rows}


def _on_event() -> None:
    rows = st.session_state["events_table"]["selection"]["rows"]
    if not rows:
        session.open_event(None)
        return
    session.open_event(
        st.session_state["table_ids"][rows[0]], st.session_state["table_days"][rows[0]]
    )


def _rough(scene: Scene) -> Rows:
    """Return the events up to the day that have a vague place or no date."""
    events = scene.served.events
    last = days(events["date_end"])
    rough = events["where_prec"].fillna(1).to_numpy() >= VAGUE
    by_then = np.isnat(last) | (last <= np.datetime64(scene.view.day))
    passing = scene.served.facets.passing(scene.view)
    return Rows(events, passing & ((rough & by_then) | np.isnat(last)))


def _vague(
    rough: Rows, unplaced: Sequence[PlacedClaim]
) -> list[tuple[str, str, str, str, str]]:
    """Return id, kind, what, why and publisher of what is not placed exactly."""
    language = tongue()
    told = []
    for row in rough.first(ROWS).itertuples():
        what, why = _headline(row, language), _why(row, language)
        told.append((row.event_id, "event", what, why, row.publisher))
    for placed in unplaced[: ROWS - len(told)]:
        claim = placed.claim
        sides = claim.gained_by, claim.lost_by
        what = headline(claim.event_type, claim.place, *sides, language=language)
        why = reason_words(placed.location.reason, language=language)
        why = why or place_surety(None, None, language=language)
        told.append((claim.claim_id, "claim", what, why, placed.publisher))
    return told


def _headline(row: Any, language: Language) -> str:  # noqa: ANN401 - a row of a frame
    gained_by, lost_by = (
        value if isinstance(value, str) else None
        for value in (row.gained_by, row.lost_by)
    )
    return headline(row.event_type, row.place, gained_by, lost_by, language=language)


def _why(row: Any, language: Language) -> str:  # noqa: ANN401 - a row of a frame
    if pd.isna(row.date_end):
        return language.say("no date given")
    return place_surety(int(row.where_prec), float(row.radius_m), language=language)


def _not_exact(rough: Rows, unplaced: Sequence[PlacedClaim], person: Person) -> None:
    told = _vague(rough, unplaced)
    if not told:
        st.caption(say("Every event up to this day stands at a place that was found."))
        return
    if person.may(Deed.PLACE):
        _again()
    st.session_state["vague_ids"] = [row[:2] for row in told]
    st.dataframe(
        laid(
            pd.DataFrame(
                [row[2:] for row in told],
                columns=[say("What"), say("Why"), say("Publisher")],
            )
        ),
        key="vague_table",
        hide_index=True,
        height=HEIGHT,
        on_select=_on_vague,
        selection_mode="single-row",
        alt=say("What is not placed exactly; choose a row to read its source"),
    )


def _again() -> None:
    """Offer to try again, by lists and answers that are there now."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            say("Try to place them again"),
            key="again",
            icon=":material/refresh:",
            on_click=session.wish,
            kwargs={"again": looking_up.is_on()},
        )
        st.caption(
            say(
                "Choose one to place it by hand. More lists of places are under "
                "“Places”."
            )
        )


def _on_vague() -> None:
    rows = st.session_state["vague_table"]["selection"]["rows"]
    if not rows:
        return
    chosen, kind = st.session_state["vague_ids"][rows[0]]
    if kind == "event":
        session.open_event(chosen)
    else:
        session.open_claim(chosen)


def _by_hand(choices: Sequence[Choice]) -> None:
    """List what readers placed, the latest first; a row opens what it placed."""
    latest = list(reversed(choices))[:ROWS]
    st.session_state["choice_numbers"] = [choice.number for choice in latest]
    language = tongue()
    table = pd.DataFrame(
        {
            say("Name"): [one.toponym for one in latest],
            say("The text says"): [one.context for one in latest],
            say("Placed at"): [
                point_words(one.lon, one.lat, language=language) for one in latest
            ],
            say("As"): [one.name for one in latest],
            say("Within"): [
                distance_words(one.radius_m, language=language) for one in latest
            ],
        }
    )
    st.dataframe(
        laid(table),
        key="choices_table",
        hide_index=True,
        height=HEIGHT,
        on_select=_on_choice,
        selection_mode="single-row",
        alt=say("Places chosen by hand; choose a row to read its source or undo it"),
    )


def _on_choice() -> None:
    rows = st.session_state["choices_table"]["selection"]["rows"]
    if rows:
        session.wish(choice=st.session_state["choice_numbers"][rows[0]])
