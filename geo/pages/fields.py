"""Fields for what a claim says: those of a correction, and of a claim that is added.

What stands in them is read by `given` when their form is sent. Each is keyed by the
claim, so that another claim begins with its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from extract.records import ClaimantType, EventType, Modality
from geo.choices import SOURCE, Choice
from geo.corrections import VALUES
from geo.gazetteer import GazetteerError
from geo.geocode import chosen_location, source_of
from geo.pages import placing, session
from geo.pages.adding import open_places
from geo.pages.served import home_conflict
from geo.pages.words import plain, say, tongue, trouble
from geo.wording import CLAIMANTS, TYPES, point_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extract.records import Claim
    from geo.listings import Place
    from geo.locations import Location
    from geo.pages.home import Setting
    from geo.pages.scene import Scene

FOUND = 8
"""Places that a search lists."""

RADIUS_M = 1_500.0
"""How far a place reaches of which no list says that, in metres."""

NAMES = (
    *("event_type", "modality", "place", "gained_by", "lost_by", "associated"),
    *("date_start", "date_end", "claimed_by", "claimant_type"),
)


def draw(scene: Scene, form: str, claim: Claim | None) -> None:
    """Draw all fields, filled with what a claim says; `form` is part of their keys."""
    _what(form, claim)
    _place(scene, form, claim)
    _actors(form, claim)
    _days(form, claim)
    _source(form, claim)


def given(form: str) -> dict[str, Any]:
    """Return what stands in the fields, by the names of `geo.fields.CORRECTABLE`."""
    state = st.session_state
    found = {name: state.get(f"{form}_{name}") for name in NAMES}
    return {name: value or None for name, value in found.items()} | {
        "associated": list(found["associated"] or [])
    }


def where(form: str, article_id: str) -> Location | None:
    """Return where the place was pointed to or chosen to be; None for by its name."""
    state = st.session_state
    name = state.get(f"{form}_place") or ""
    if state.get("placing") and state.get("point") and name.strip():
        lon, lat = state["point"]
        return _located(name, article_id, (lon, lat, float(state["sure"])))
    chosen = state.get(f"{form}_where")
    found = {one.place_id: one for one in state.get(f"{form}_found") or []}
    if chosen not in found:
        return None
    place = found[chosen]
    point = (place.lon, place.lat, place.radius_m or RADIUS_M)
    return _located(name or place.name, article_id, point, place)


def _located(
    name: str,
    article_id: str,
    point: tuple[float, float, float],
    place: Place | None = None,
) -> Location:
    lon, lat, radius_m = point
    return chosen_location(
        Choice(
            toponym=name,
            article_id=article_id,
            place_id=place.place_id if place else f"user:{lon:.5f},{lat:.5f}",
            name=place.name if place else name,
            lon=lon,
            lat=lat,
            radius_m=radius_m,
            source=source_of(place) if place else SOURCE,
        )
    )


def _choose(
    form: str, name: str, label: str, told: Mapping[str, str], now: str | None
) -> None:
    """Draw a choice of one among known ones, by what each is called."""
    options = list(told)
    st.selectbox(
        label,
        options,
        index=options.index(now) if now else 0,
        format_func=told.__getitem__,
        key=f"{form}_{name}",
    )


def _what(form: str, claim: Claim | None) -> None:
    left, right = st.columns(2, gap="small")
    with left:
        kinds = {str(kind.value): say(TYPES[kind]) for kind in EventType}
        now = claim.event_type.value if claim else None
        _choose(form, "event_type", say("What happened"), kinds, now)
    with right:
        told = {str(one.value): say(VALUES[one.value]) for one in Modality}
        now = claim.modality.value if claim else Modality.ASSERTED.value
        _choose(form, "modality", say("How it is told"), told, now)


def _place(scene: Scene, form: str, claim: Claim | None) -> None:
    """Take the place's name, and where that lies: by search, or by the map."""
    st.text_input(
        say("Place, as the article names it"),
        value=claim.place if claim else "",
        max_chars=200,
        key=f"{form}_place",
    )
    st.text_input(
        say("Search where it lies"),
        key=f"{form}_find",
        max_chars=200,
        icon=":material/search:",
        placeholder=say("a name in any script"),
        on_change=_find,
        args=(form, scene.setting),
    )
    _found(form)
    if st.session_state.get("placing"):
        placing.point_fields()
        st.button(say("Not by the map"), key="unpoint", on_click=session.ask_point)
        return
    placed = scene.placed
    if placed is not None:
        st.button(
            say("Point to it on the map"),
            key="fix_point",
            icon=":material/add_location_alt:",
            on_click=session.ask_point,
            args=(placed.claim.claim_id,),
        )


def _find(form: str, setting: Setting) -> None:
    """Look a name up in the lists of places."""
    state = st.session_state
    name = (state.get(f"{form}_find") or "").strip()
    state[f"{form}_found"], state[f"{form}_unfound"] = [], ""
    state[f"{form}_where"] = ""
    if not name:
        return
    try:
        with open_places(setting) as gazetteer:
            found = gazetteer.find(name, (), variants=False)
    except GazetteerError as error:
        state[f"{form}_unfound"] = str(error)
        return
    places = [match.place for match in found[:FOUND]]
    state[f"{form}_found"] = places
    if places:
        state[f"{form}_where"] = places[0].place_id
    else:
        state[f"{form}_unfound"] = say("No list of places has that name.")


def _found(form: str) -> None:
    state = st.session_state
    if words := state.get(f"{form}_unfound"):
        trouble(words)
    places = state.get(f"{form}_found") or []
    if not places:
        return
    labels = {"": say("By its name alone")} | {
        one.place_id: plain(f"{one.name}, {_at(one)}") for one in places
    }
    st.radio(
        say("Where it lies"),
        list(labels),
        key=f"{form}_where",
        format_func=labels.__getitem__,
    )


def _at(place: Place) -> str:
    point = point_words(place.lon, place.lat, language=tongue())
    return f"{place.country} {point}"


def _actors(form: str, claim: Claim | None) -> None:
    left, right = st.columns(2, gap="small")
    with left:
        now = claim.gained_by if claim else None
        _actor(form, "gained_by", say("Side that gained"), now)
    with right:
        _actor(form, "lost_by", say("Side that lost"), claim.lost_by if claim else None)
    named = list(claim.associated) if claim else []
    st.multiselect(
        say("Together with"),
        _known(*named),
        default=named,
        format_func=tongue().actor,
        key=f"{form}_associated",
        accept_new_options=True,
        placeholder=say("nobody named"),
    )


def _known(*more: str | None) -> list[str]:
    """Return the packs' actors, and others that are named here."""
    names = [actor.name for actor in home_conflict().actors]
    return list(dict.fromkeys([*(one for one in more if one), *names]))


def _actor(form: str, name: str, label: str, now: str | None) -> None:
    options = ["", *_known(now)]
    st.selectbox(
        label,
        options,
        index=options.index(now or ""),
        format_func=_called,
        key=f"{form}_{name}",
        accept_new_options=True,
        placeholder=say("nobody named"),
    )


def _called(name: str) -> str:
    return tongue().actor(name) if name else say("nobody named")


def _days(form: str, claim: Claim | None) -> None:
    left, right = st.columns(2, gap="small")
    with left:
        first = claim.date_start if claim else None
        st.date_input(say("First day"), value=first, key=f"{form}_date_start")
    with right:
        last = claim.date_end if claim else None
        st.date_input(say("Last day"), value=last, key=f"{form}_date_end")


def _source(form: str, claim: Claim | None) -> None:
    left, right = st.columns(2, gap="small")
    with left:
        st.text_input(
            say("Who says so"),
            value=(claim.claimed_by if claim else None) or "",
            max_chars=200,
            key=f"{form}_claimed_by",
        )
    with right:
        kinds = {str(kind.value): say(CLAIMANTS[kind]) for kind in ClaimantType}
        now = claim.claimant_type if claim else ClaimantType.NEWSROOM
        _choose(form, "claimant_type", say("Kind of source"), kinds, now.value)
