"""In the header: who is there, what that person may do, and signing in and out."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from geo.pages.visitor import Door, visitor
from geo.pages.words import plain, say
from geo.people import Role
from geo.reading import text_html

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.pages.visitor import Visitor

ROLES: dict[Role, str] = {
    Role.READER: "reader",
    Role.REVIEWER: "reviewer",
    Role.EDITOR: "editor",
    Role.ADMIN: "admin",
}
"""The word for each role."""

MAY: dict[Role, str] = {
    Role.READER: "You may read everything and change nothing.",
    Role.REVIEWER: "You may confirm, reject and correct claims, and place them.",
    Role.EDITOR: "You may also add reports, follow feeds, and split and merge claims.",
    Role.ADMIN: "You may change everything, lists of places and people included.",
}
"""What whoever has a role may do."""


def draw(environment: Mapping[str, str]) -> None:
    """Draw who is there, where people sign in."""
    there = visitor(environment)
    if there.door is not Door.SIGN_IN:
        return
    if there.is_signed_in:
        _who(there)
    else:
        st.button(
            say("Sign in"), icon=":material/login:", key="sign_in", on_click=st.login
        )


def _who(there: Visitor) -> None:
    person = there.person
    with st.popover(plain(person.name), icon=":material/person:", key="who_open"):
        role = escape(say("Role: {role}", role=say(ROLES[person.role])))
        st.html(
            f'<div class="tl-who">{text_html(person.name, tag="b")}<p>{role}</p>'
            f"<p>{escape(say(MAY[person.role]))}</p></div>"
        )
        st.button(
            say("Sign out"),
            icon=":material/logout:",
            key="sign_out",
            on_click=st.logout,
        )


def note(environment: Mapping[str, str]) -> None:
    """Say plainly that this page is read only, where nobody was given a role."""
    door = visitor(environment).door
    if door is Door.READ_ONLY:
        words = say(
            "Read only: others may reach this page, and nobody was given the right to "
            "change anything."
        )
    elif door is Door.BROKEN:
        words = say(
            "Read only: what says who may change anything cannot be used. The server’s "
            "log says why."
        )
    else:
        return
    st.html(f'<p class="tl-soft tl-readonly" role="note">{escape(words)}</p>')
