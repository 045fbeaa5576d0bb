"""In the reading pane: what people did to a claim, and what is proposed for it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from geo.bulletin import PAGE, moment_words
from geo.corrections import FIELDS as FIELD_NAMES
from geo.corrections import HEADLINES, change_words, changed_fields, value_words
from geo.edits import edits
from geo.fields import told
from geo.pages import acts, heads
from geo.pages.words import say, tongue
from geo.people import Deed
from geo.proposals import Kind
from geo.reading import text_html

if TYPE_CHECKING:
    from geo.events import PlacedClaim
    from geo.pages.scene import Scene
    from geo.proposals import Proposal
    from geo.review import Edit
    from geo.waiting import Item

TITLES = {
    Kind.ADDED: "A newer reading finds this claim",
    Kind.GONE: "A newer reading does not find this claim any more",
    Kind.CHANGED: "A newer reading says it otherwise",
}
"""What a proposal is called."""


def draw(scene: Scene, placed: PlacedClaim) -> None:
    """Draw what was done to a claim, the latest first; each act can be turned."""
    claim_id = placed.claim.claim_id
    with scene.store.reading() as connection:
        found = edits(connection, [claim_id])
    done = [one for one in found if one.claim_id == claim_id]
    if not done:
        return
    with st.expander(
        say("What people did to it ({n})", n=len(done)),
        icon=":material/history_edu:",
        key=f"past_{claim_id}",
    ):
        for one in reversed(done):
            _draw_edit(scene, one, claim_id)
        link = escape(say("All corrections"))
        lang = escape(tongue().code)
        st.html(f'<p><a href="/{PAGE}?lang={lang}" target="_blank">{link}</a></p>')


def _draw_edit(scene: Scene, one: Edit, claim_id: str) -> None:
    may_know = scene.person.may(Deed.CONFIRM)
    by = [moment_words(one.at, tongue())]
    if may_know and one.who:
        by.append(one.who)
    if one.undone:
        by.append(say("undone since"))
    lines = [
        change_words(change, tongue())
        for change in changed_fields(one.before, one.after)
    ]
    if one.why:
        lines.append(say("Reason: {why}", why=one.why))
    items = "".join(text_html(line, tag="li") for line in lines)
    title = text_html(say(HEADLINES[one.action.value]), tag="p")
    css = "tl-edit tl-undone" if one.undone else "tl-edit"
    foot = " · ".join(text_html(part) for part in by)
    st.html(
        f'<div class="{css}">{title}<p class="tl-byline">{foot}</p>'
        f"<ul>{items}</ul></div>"
    )
    if scene.person.may(acts.DEEDS[one.action.value]):
        kind = "redo" if one.undone else "undo"
        st.button(
            say("Redo this") if one.undone else say("Undo this"),
            key=f"past_{kind}_{one.seq}",
            icon=f":material/{kind}:",
            type="tertiary",
            on_click=acts.ask,
            args=(kind, claim_id),
            kwargs={"number": one.seq},
        )


def proposals(item: Item, key: str) -> None:
    """Draw what a newer reading proposes beside what stands, with what to decide."""
    for number, one in enumerate(item.proposals):
        heads.sub(say(TITLES[one.kind]))
        st.html(_beside(one, item.placed))
        with st.container(horizontal=True, key=f"proposal_{number}"):
            _decide(one, key, number, "accept")
            _decide(one, key, number, "dismiss")


def _decide(one: Proposal, key: str, number: int, kind: str) -> None:
    accepts = kind == "accept"
    shortcut = ("A" if accepts else "D") if number == 0 else None
    st.button(
        say("Accept it") if accepts else say("Dismiss it"),
        key=f"{kind}_{number}",
        icon=":material/check:" if accepts else ":material/block:",
        shortcut=shortcut,
        on_click=acts.ask,
        args=(kind, key),
        kwargs={"proposal": one.key},
    )


def _beside(one: Proposal, placed: PlacedClaim) -> str:
    """Return a table: each field that would change, as it stands and as proposed."""
    if one.kind is Kind.GONE:
        said = say("Accepting it rejects the claim.")
        return text_html(said, tag="p", css="tl-soft")
    names = [name for name in one.proposed if name in FIELD_NAMES]
    now = told(placed, names) if one.kind is Kind.CHANGED else {}
    heading = "".join(
        f"<th scope='col'>{escape(word)}</th>"
        for word in (say("Field"), say("As it stands"), say("As proposed"))
    )
    rows = "".join(
        f"<tr><th scope='row'>{escape(say(FIELD_NAMES[name]))}</th>"
        + text_html(_value(name, now.get(name)), tag="td")
        + text_html(_value(name, one.proposed[name]), tag="td")
        + "</tr>"
        for name in names
        if name not in now or now[name] != one.proposed[name]
    )
    return (
        f'<div class="tl-wide"><table class="tl-lists">'
        f"<thead><tr>{heading}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _value(name: str, value: object) -> str:
    return "" if value is None else value_words(name, value, tongue())
