"""Looking places up online from the page: a switch, off until a reader turns it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from extract.conflict import load_conflicts
from geo.pages.words import plain, say, trouble
from geo.where import pace_at

if TYPE_CHECKING:
    from geo.gazetteer import Gazetteer
    from geo.online import Lookup
    from geo.pages.home import Setting
    from geo.replacing import Retried, StepsWith
    from geo.store import Store

_KEY = "add_online"


def switch(setting: Setting) -> None:
    """Offer to look up places that no list here knows, and say what that tells whom."""
    from geo.lookup_service import service_of
    from geo.online import EMPTY_FOR

    try:
        host = service_of(setting.environment).host
    except ValueError as error:
        trouble(say("Places cannot be looked up online: {error}.", error=error))
        return
    st.checkbox(
        plain(say("Look up unknown places at {host}", host=host)),
        key=_KEY,
        persist_state="session",
        help=say(
            "Only the names of places are sent, with the area they lie in, one a "
            "second. Answers are kept: a place that was found is not asked for again, "
            "one that was not is after {days}. Data © OpenStreetMap contributors, "
            "ODbL.",
            days=say("{n} days", n=EMPTY_FOR.days),
        ),
    )
    st.caption(
        say(
            "Off unless you turn it on: the names of places that no list here knows "
            "are sent to that server, which learns what you study."
        )
    )


def is_on() -> bool:
    """Say whether the reader turned the switch on."""
    return bool(st.session_state.get(_KEY))


def lookup_in(store: Store, setting: Setting, *, online: bool = False) -> Lookup:
    """Return what answers for names that no list has: kept answers, or a server too."""
    from geo.lookup_service import Service, service_of
    from geo.online import Asking, Lookup

    try:
        service = service_of(setting.environment)
    except ValueError:
        # The switch says so, and is not there to be turned on.
        service, online = Service(), False
    server = None
    if online:
        from geo.nominatim import Server
        from geo.pacing import Pace

        pace = Pace(pace_at(setting.environment), clock=setting.clock)
        server = Server(service, pace)
    return Lookup(store, Asking(service=service, now=setting.now, server=server))


def steps(gazetteer: Gazetteer, lookup: Lookup) -> StepsWith:
    """Return what makes steps of readers' choices, by all that is known of places."""
    from geo.ingest import steps_with

    return steps_with(load_conflicts(), gazetteer, lookup)


def try_again(
    store: Store, gazetteer: Gazetteer, setting: Setting, *, online: bool = False
) -> tuple[Retried, list[str]]:
    """Try to place again what is not placed exactly.

    Returns
    -------
    tuple
        What moved and what stays, and in a line each which names got no answer online.
    """
    from geo.replacing import retry

    lookup = lookup_in(store, setting, online=online)
    retried = retry(store, steps(gazetteer, lookup), now=setting.now)
    return retried, lookup.failures
