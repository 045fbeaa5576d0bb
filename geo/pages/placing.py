"""In the reading pane: where a place could be, and placing it by hand.

A choice is stored with all that it moves, as one act that can be undone.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from geo import replacing
from geo.accounts import in_text_order
from geo.choices import is_named, of_candidate, of_point
from geo.gazetteer import GazetteerError
from geo.pages import looking_up, session
from geo.pages.adding import open_places
from geo.pages.desk import desk
from geo.pages.words import plain, say, tongue, trouble
from geo.people import Deed
from geo.reading import text_html
from geo.store import StoreError
from geo.wording import candidate_words, distance_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geo.choices import Choice
    from geo.gazetteer import Gazetteer
    from geo.locations import Location
    from geo.pages.home import Setting
    from geo.pages.scene import Scene
    from geo.store import PlacedClaim, Store


# Two numbers of degrees, parted by a comma, a semicolon or spaces. Decimal commas could
# be either, and are refused.
_POINT = re.compile(r"(-?\d{1,2}(?:\.\d+)?)\s*(?:[,;]\s*|\s)(-?\d{1,3}(?:\.\d+)?)")


def is_inexact(location: Location) -> bool:
    """Say whether a place is known roughly or not at all."""
    return location.where_prec != 1


def asked(scene: Scene) -> dict[str, Any]:
    """Return what the map is to show of placing: fields of `geo.map.Command`."""
    placed = scene.placed
    if placed is None or not (is_inexact(placed.location) or scene.is_placing):
        return {}
    location = placed.location
    pins = tuple((one.lon, one.lat) for one in location.candidates)
    if not scene.is_placing:
        return {"candidates": pins}
    ground = (location.lon, location.lat, location.radius_m)
    point = st.session_state.get("point")
    return {
        "candidates": pins,
        "around": () if None in ground else ground,
        "placing": 1,
        "point": (*point, float(st.session_state["sure"])) if point else (),
    }


def draw(scene: Scene, placed: PlacedClaim) -> None:
    """Offer what a place could be, and a point on the map."""
    location = placed.location
    is_open = is_inexact(location) or scene.is_placing
    label = say("Place it" if is_inexact(location) else "Correct the place")
    key = f"place_{'open' if is_open else 'shut'}_{placed.claim.claim_id}"
    with st.expander(label, expanded=is_open, icon=":material/pin_drop:", key=key):
        if location.match == "user":
            _by_hand(scene, placed)
        if scene.is_placing:
            _pointing(placed)
            return
        _candidates(scene, placed)
        st.button(
            say("Point to it on the map"),
            key="place_point",
            icon=":material/add_location_alt:",
            on_click=session.ask_point,
            args=(placed.claim.claim_id,),
        )


def _candidates(scene: Scene, placed: PlacedClaim) -> None:
    """List what the name could mean; each is a pin of that number on the map."""
    location, claim_id = placed.location, placed.claim.claim_id
    others = [c for c in location.candidates if c.place_id != location.place_id]
    if others:
        said = say("Places that “{name}” could be:", name=placed.claim.place)
        st.html(text_html(said, tag="p", css="tl-soft"))
    for number, candidate in enumerate(location.candidates, 1):
        if candidate.place_id == location.place_id:
            continue
        st.button(
            f"{number}. {plain(candidate_words(candidate, language=tongue()))}",
            key=f"candidate_{number}",
            type="tertiary",
            help=say("Choose this one, here and wherever the name is meant so"),
            on_click=session.wish,
            kwargs={"claim": claim_id, "candidate": candidate.place_id},
        )


def point_fields() -> tuple[float, float, float] | None:
    """Take a point from the map or the keyboard, and how sure it is.

    Returns
    -------
    tuple or None
        Degrees of longitude and latitude, and metres around them; None for no point.
    """
    st.caption(say("Click the map, or write latitude and longitude in degrees."))
    st.text_input(
        say("Latitude, longitude"),
        key="point_text",
        max_chars=60,
        placeholder="36.2264, 37.7805",
        on_change=_typed,
    )
    radius_m = st.select_slider(
        say("How sure, within"),
        session.SURE_M,
        key="sure",
        format_func=partial(distance_words, language=tongue()),
    )
    point = st.session_state.get("point")
    if st.session_state.get("point_text") and point is None:
        trouble(say("Write it like 36.2264, 37.7805: latitude first."))
    return (*point, float(radius_m)) if point else None


def _pointing(placed: PlacedClaim) -> None:
    """Let a point be stored as the place of the claim and its namesakes."""
    point, claim_id = point_fields(), placed.claim.claim_id
    with st.container(horizontal=True):
        st.button(
            say("Store the place"),
            type="primary",
            key="place_store",
            disabled=not point,
            on_click=session.wish,
            kwargs={"claim": claim_id, "point": point},
        )
        st.button(say("Cancel"), key="place_cancel", on_click=session.ask_point)


def _typed() -> None:
    """Read what was typed as a point; nothing else is one."""
    session.point_at(_read(st.session_state.get("point_text") or ""))


def _read(text: str) -> tuple[float, float] | None:
    """Return (lon, lat) of coordinates as people write them, latitude first."""
    written = _POINT.fullmatch(text.strip())
    if written is None:
        return None
    lat, lon = (float(number) for number in written.groups())
    return (lon, lat) if abs(lat) <= 90 and abs(lon) <= 180 else None


def _by_hand(scene: Scene, placed: PlacedClaim) -> None:
    """Say that a reader placed it, and let that be undone."""
    choice = _choice_of(scene.store.choices(), placed)
    if choice is None or choice.number is None:
        return
    if choice.context:
        told = say(
            "Placed by a reader, for “{name}” {context}.",
            name=choice.toponym,
            context=choice.context,
        )
    else:
        told = say("Placed by a reader, for “{name}”.", name=choice.toponym)
    st.html(text_html(told, tag="p"))
    st.button(
        say("Undo this"),
        key="place_undo",
        icon=":material/undo:",
        on_click=session.wish,
        kwargs={"claim": placed.claim.claim_id, "undo": choice.number},
    )


def _choice_of(choices: Sequence[Choice], placed: PlacedClaim) -> Choice | None:
    """Return the choice that placed a claim, the latest of several."""
    named = [
        choice
        for choice in choices
        if choice.place_id == placed.location.place_id
        and is_named(choice, placed.claim.place)
    ]
    own = [one for one in named if one.article_id == placed.claim.article_id]
    found = own or named
    return found[-1] if found else None


def obey(store: Store, setting: Setting) -> None:
    """Do what the reader asked for in the run before the page is drawn."""
    wish = st.session_state.pop("wish", None) or {}
    if opening := wish.keys() & _OPENS.keys():
        kind = opening.pop()
        _OPENS[kind](store, wish[kind])
        return
    placed = store.claim(wish.get("claim", ""))
    if placed is None and "again" not in wish:
        return
    try:
        with desk(setting, Deed.PLACE) as written, open_places(setting) as gazetteer:
            if placed is None:
                _try_again(written, gazetteer, setting, online=wish["again"])
            else:
                _act(wish, placed, written, gazetteer, setting)
    except (StoreError, GazetteerError) as error:
        session.notice(say("Nothing was changed: {error}.", error=error))


def _try_again(
    store: Store, gazetteer: Gazetteer, setting: Setting, *, online: bool
) -> None:
    """Try to place what has no exact place by what is known now, and say what moved."""
    retried, failures = looking_up.try_again(store, gazetteer, setting, online=online)
    moved = say("{n} claims were placed anew.", n=len(retried.moved))
    stay = say("{n} stay where they were.", n=len(retried.staying))
    session.notice(" ".join([moved, stay, *failures]))


def _act(
    wish: dict[str, Any],
    placed: PlacedClaim,
    store: Store,
    gazetteer: Gazetteer,
    setting: Setting,
) -> None:
    """Choose or undo, then open the claim where it is now."""
    steps = looking_up.steps(gazetteer, looking_up.lookup_in(store, setting))
    if "undo" in wish:
        moved = replacing.undo(wish["undo"], store, steps, now=setting.now)
    else:
        choice = _choice(wish, placed)
        moved = replacing.choose(choice, store, steps, now=setting.now)
    claim_id = placed.claim.claim_id
    session.show(claim_id, store.event_with(claim_id))
    session.notice(say("{n} claims were placed anew.", n=len(moved.claim_ids)))


def _open_choice(store: Store, number: int) -> None:
    """Open what a choice placed, in the article that it was made in."""
    choice = next((one for one in store.choices() if one.number == number), None)
    if choice is None:
        return
    for placed in store.claims(choice.article_id):
        if is_named(choice, placed.claim.place):
            claim_id = placed.claim.claim_id
            session.show(claim_id, store.event_with(claim_id))
            return


def _open_claim(store: Store, claim_id: str) -> None:
    session.show(claim_id, store.event_with(claim_id))


def _open_article(store: Store, article_id: str) -> None:
    """Open the first claim of an article, or the article if it has none."""
    claims = in_text_order(store.claims(article_id))
    if claims:
        _open_claim(store, claims[0].claim.claim_id)
    else:
        session.open_article(article_id)


_OPENS: dict[str, Callable[[Store, Any], None]] = {
    "choice": _open_choice,
    "read": _open_claim,
    "article": _open_article,
}
"""What a wish can ask to be opened, for which the store must be looked at."""


def _choice(wish: dict[str, Any], placed: PlacedClaim) -> Choice:
    if "candidate" not in wish:
        lon, lat, radius_m = wish["point"]
        return of_point(placed.claim, lon, lat, radius_m=float(radius_m))
    named = {one.place_id: one for one in placed.location.candidates}
    if wish["candidate"] not in named:
        raise StoreError("the place is no longer among those that the name could mean")
    return of_candidate(placed.claim, named[wish["candidate"]])
