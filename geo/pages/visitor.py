"""Who is at the page now, and what that person may do.

Asked anew at each run and each writing, so whoever is struck from the file of people
may do nothing from then on. What the browser sends counts for nothing here but
Streamlit's signed cookie, which holds what the OpenID provider said.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.auth_util import get_secrets_auth_section, get_signing_secret

from geo.people import ANYBODY, OWNER, PeopleError, Person, read_people
from geo.where import ADDRESSES, is_loopback, people_at

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from geo.people import People

logger = logging.getLogger(__name__)

SHORTEST_SECRET = 32
"""Characters of the secret that cookies are signed with; a shorter one is guessed."""

_BETWEEN = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


class Door(Enum):
    """How people come in here."""

    OWN = "one's own machine, nobody signs in"
    SIGN_IN = "people sign in"
    READ_ONLY = "nobody was given a role"
    BROKEN = "what gives people roles cannot be used"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who is there; `person` is `ANYBODY` until somebody signs in.

    Somebody whom another provider vouches for has not signed in here.
    """

    door: Door
    person: Person
    is_signed_in: bool = False


def visitor(environment: Mapping[str, str]) -> Visitor:
    """Return who is there now, by the configuration that `environment` names."""
    path = people_at(environment)
    if path is None:
        if _is_own_machine(environment):
            return Visitor(door=Door.OWN, person=OWNER)
        return Visitor(door=Door.READ_ONLY, person=ANYBODY)
    people, _ = _people(path)
    # Streamlit has this key where it was told of a provider.
    if people is None or "is_logged_in" not in st.user or _is_weak():
        return Visitor(door=Door.BROKEN, person=ANYBODY)
    if not st.user.get("is_logged_in"):
        return Visitor(door=Door.SIGN_IN, person=ANYBODY)
    person = people.person(st.user.to_dict())
    is_known = person is not ANYBODY
    return Visitor(door=Door.SIGN_IN, person=person, is_signed_in=is_known)


def _is_own_machine(environment: Mapping[str, str]) -> bool:
    """Say whether only whoever sits at this machine can be there.

    Headers of a server between are believed in this direction only.
    """
    # Streamlit gives an address only of who comes from elsewhere.
    from_afar = isinstance(st.context.ip_address, str)
    between = any(name in st.context.headers for name in _BETWEEN)
    is_public = environment.get(ADDRESSES) or "is_logged_in" in st.user
    is_alone = is_loopback(st.get_option("server.address"))
    return is_alone and not (from_afar or between or is_public)


def _people(path: Path) -> tuple[People | None, str]:
    """Return what the file says, and what is wrong with it."""
    try:
        state = path.stat()
        return _read(path, (state.st_mtime_ns, state.st_size))
    except OSError:
        return _read(path, (0, 0))


@lru_cache(maxsize=4)
def _read(path: Path, _stamp: tuple[int, int]) -> tuple[People | None, str]:
    """Read the file once for each state of it; the log says what is wrong with it."""
    try:
        return read_people(path), ""
    except PeopleError as error:
        logger.warning("%s", error)
        return None, str(error)


def _is_weak() -> bool:
    """Say whether the secret that cookies are signed with could be guessed."""
    return len(get_signing_secret() or "") < SHORTEST_SECRET


def standing(environment: Mapping[str, str]) -> str:
    """Say in a line who may change the store, for whoever starts the server."""
    path = people_at(environment)
    has_provider = bool(get_secrets_auth_section())
    if path is not None:
        return _signing(path, has_provider=has_provider)
    address = st.get_option("server.address")
    if environment.get(ADDRESSES) or has_provider or not is_loopback(address):
        return (
            "Read only: others may reach this page, and TIDELINE_PEOPLE names no file"
            " that says who may change what."
        )
    return "Only this machine can reach this page; whoever sits at it may change all."


def _signing(path: Path, *, has_provider: bool) -> str:
    people, reason = _people(path)
    if people is None:
        return f"Read only: {reason}"
    if not has_provider:
        return "Read only: no OpenID provider; add [auth] to .streamlit/secrets.toml"
    if _is_weak():
        return (
            f"Read only: cookie_secret in [auth] needs {SHORTEST_SECRET} characters"
            " or more"
        )
    return f"People sign in with {people.issuer}; {path} gives them roles."
