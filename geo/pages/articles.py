"""In the reading pane: an article, and the way from claim to claim in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from geo.accounts import in_text_order
from geo.pages import session
from geo.reading import article_html, link_html, text_html
from geo.wording import day_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extract.records import Article
    from geo.events import PlacedClaim
    from geo.store import Store


def draw(
    store: Store, article: Article, placed: PlacedClaim, colors: Mapping[str, str]
) -> None:
    """Draw the article of a claim, with the claim marked in it."""
    _steps(store, placed)
    st.html(_html(article, article_html(article, placed.claim, colors)))


def draw_alone(store: Store, article_id: str) -> None:
    """Draw an article in which no claim was found."""
    article = store.article(article_id)
    if article is None:
        return
    with st.container(key="pane_head", horizontal=True, vertical_alignment="top"):
        st.html(
            '<div class="tl-head"><h2>A report without a claim</h2>'
            "<p>No sentence of it says who took, lost or holds a place.</p></div>"
        )
        session.close_button()
    st.html(_html(article, article_html(article, None, {})))


def _html(article: Article, text: str) -> str:
    day = day_words(article.published) if article.published else "no date"
    byline = " · ".join(
        part
        for part in (
            text_html(article.publisher or "publisher not named"),
            text_html(day),
            link_html(article.url, "original") if article.url else "",
        )
        if part
    )
    title = article.title or "Untitled report"
    return (
        f'<article class="tl-article">{text_html(title, lang=article.lang, tag="h3")}'
        f'<p class="tl-byline">{byline}</p>{text}</article>'
    )


def _steps(store: Store, placed: PlacedClaim) -> None:
    """Say which of the article's claims this is, with a step to the next each way."""
    claims = [
        p.claim.claim_id for p in in_text_order(store.claims(placed.claim.article_id))
    ]
    at = claims.index(placed.claim.claim_id)
    if len(claims) < 2:
        return
    with st.container(key="steps", horizontal=True, vertical_alignment="center"):
        _step("chevron_left", "Previous claim", claims[at - 1] if at else None)
        st.html(f'<span class="tl-soft">Claim {at + 1} of {len(claims)}</span>')
        _step(
            "chevron_right",
            "Next claim",
            claims[at + 1] if at + 1 < len(claims) else None,
        )


def _step(icon: str, label: str, claim_id: str | None) -> None:
    st.button(
        label,
        icon=f":material/{icon}:",
        key=f"step_{icon}",
        type="tertiary",
        disabled=claim_id is None,
        on_click=session.wish,
        kwargs={"read": claim_id},
    )
