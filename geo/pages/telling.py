"""In the reading pane: what one claim says, where, when, and in which words."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from extract.records import Modality
from geo.checks import is_about
from geo.corrections import VALUES
from geo.language import isolated
from geo.pages.served import home_conflict
from geo.pages.words import say, tongue
from geo.reading import ROLES, sentence_html, text_html
from geo.review import State
from geo.wording import (
    CLAIMANTS,
    STATUSES,
    date_surety,
    listed,
    place_surety,
    reason_words,
    when,
)

if TYPE_CHECKING:
    from extract.records import Article, Claim
    from geo.checks import Finding
    from geo.store import PlacedClaim, Store

MODALITIES = {
    Modality.DENIED: "This report denies the event.",
    Modality.PLANNED: "This report tells of a plan, which changes nothing on the map.",
}


def facts(placed: PlacedClaim, status: str | None) -> str:
    """Return what a claim says and how well that is known, as a list."""
    claim, location, language = placed.claim, placed.location, tongue()
    facts: dict[str, str | None] = {
        say("When"): when(
            claim.date_start, claim.date_end, claim.date_text, language=language
        ),
        say("Date is known"): date_surety(
            claim.date_prec, claim.date_anchor, language=language
        ),
        say("Where"): claim.place_context,
        say("Place is known"): _where(placed),
        say("Says so"): _sayer(claim),
        say("Review"): said_of(placed),
        say("Status"): say(STATUSES[status]) if status in STATUSES else "",
        say("Together with"): listed(
            (isolated(language.actor(name)) for name in claim.associated),
            language=language,
        ),
        say("How it was found"): reason_words(location.reason, language=language),
        say("Place data"): location.source,
    }
    rows = "".join(
        f"<dt>{escape(name)}</dt>{text_html(value, tag='dd')}"
        for name, value in facts.items()
        if value
    )
    return f'<dl class="tl-facts">{rows}</dl>'


def _where(placed: PlacedClaim) -> str:
    location = placed.location
    sure = place_surety(location.where_prec, location.radius_m, language=tongue())
    if not location.name or location.name == placed.claim.place:
        return sure
    return say("{place} ({name})", place=sure, name=location.name)


def _sayer(claim: Claim) -> str:
    sayer = say(CLAIMANTS[claim.claimant_type])
    if not claim.claimed_by:
        return sayer
    return say("“{name}”: {sayer}", name=claim.claimed_by, sayer=sayer)


def findings(store: Store, claim: Claim) -> list[Finding]:
    """Return what the article states of where this claim's place lies, and of how."""
    return [one for one in store.findings(claim.article_id) if is_about(one, claim)]


def colors_of(placed: PlacedClaim) -> dict[str, str]:
    """Return the actors' colours for the underlines, drawn towards the ink."""
    pack = home_conflict()
    found = {
        "gained_by": pack.actor(placed.claim.gained_by),
        "lost_by": pack.actor(placed.claim.lost_by),
    }
    return {
        role: f"color-mix(in srgb, {actor.color} 78%, currentcolor)"
        for role, actor in found.items()
        if actor
    }


def quote(article: Article, placed: PlacedClaim, colors: dict[str, str]) -> str:
    """Return the sentence, and what its underlines mean."""
    key = "".join(
        f'<span class="tl-ev tl-{role.replace("_", "-")}"'
        f' style="text-decoration-color:{escape(colors.get(role, ""))}">'
        f"{escape(say(ROLES[role]))}</span>"
        for role in ROLES
        if getattr(placed.claim.evidence, role) is not None
    )
    note, modality = "", placed.claim.modality
    if modality in MODALITIES:
        note = f'<p class="tl-note">{escape(say(MODALITIES[modality]))}</p>'
    words = sentence_html(article, placed.claim, colors, language=tongue())
    return f'{note}{words}<p class="tl-key">{key}</p>'


def said_of(placed: PlacedClaim) -> str:
    """Say how far people have looked at a claim; nothing of one that waits."""
    return "" if placed.state is State.CANDIDATE else say(VALUES[placed.state.value])
